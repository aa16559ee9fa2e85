"""The form of a call, and the small ones around it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Post
from tongxing.ground.today import CHINA
from tongxing.hotline import codes
from tongxing.hotline.actions import Draft
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.protection import codes as cases
from tongxing.units.codes import DEPARTMENT

OFFICES = {"office:supervisor": gettext_lazy("乡镇儿童督导员"), "office:county_officer": gettext_lazy("县民政局")}
PLACES = [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class CallForm(forms.Form):
    """A call while it is talked. Nothing is required until it ends; what does not fit is kept as it was typed."""

    phone = forms.CharField(
        label=gettext_lazy("来电号码"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "data-private": ""})
    )
    caller = forms.ChoiceField(label=gettext_lazy("来电人"), required=False)
    name = forms.CharField(
        label=gettext_lazy("怎样称呼"), max_length=40, required=False, help_text=gettext_lazy("不愿说可以不填"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    topic = forms.ChoiceField(label=gettext_lazy("来电事由"), required=False)
    place = PlaceField(label=gettext_lazy("孩子在哪里"), required=False)
    where = forms.CharField(label=gettext_lazy("详细地点"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    child_name = forms.CharField(label=gettext_lazy("孩子的姓名"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    child = forms.CharField(label=gettext_lazy("孩子的情况"), max_length=400, required=False, help_text=gettext_lazy("年龄、学校、和谁住；不知道姓名就写样子"))
    risk = forms.ChoiceField(label=gettext_lazy("情绪和危险"), required=False, widget=forms.RadioSelect)
    said = forms.CharField(label=gettext_lazy("对方说了什么"), max_length=5000, required=False, widget=_area(5))
    advice = forms.CharField(label=gettext_lazy("答复和建议"), max_length=5000, required=False, widget=_area(3))
    counsel = forms.CharField(
        label=gettext_lazy("辅导记录"), max_length=5000, required=False, widget=_area(3), help_text=gettext_lazy("只有您自己和您请来一起看的人读得到，转办时不会带上")
    )

    def __init__(self, *args: Any, within: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(label=self.fields["place"].label, within=within, levels=PLACES, required=False)
        for name, table in (("caller", codes.CALLER), ("topic", codes.TOPIC)):
            self.fields[name].choices = [("", _("请选择")), *table.choices()]  # type: ignore[attr-defined]
        self.fields["risk"].choices = codes.RISK.choices()  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """What can be kept; a place that is not one yet stays as words."""
        data = dict(self.cleaned_data)
        for name in self.errors:  # what was typed is kept as far as it fits: nobody loses words for their number
            longest = getattr(self.fields.get(name), "max_length", None)
            if longest:
                data[name] = str(self.data.get(name) or "").replace("\0", "")[:longest]
        place = data.pop("place", None)
        words = str(self.data.get("place") or "").strip()
        return Draft(place=place.code if place else None, place_words="" if place else words[:80], **{name: data.get(name) or "" for name in data})


class EndForm(forms.Form):
    """How a call ends. ``situation``: as what it is reported, where it was not yet; ``to``: to whom it is handed on."""

    result = forms.ChoiceField(label=gettext_lazy("来电结果"), required=False, widget=forms.RadioSelect)
    situation = forms.ChoiceField(label=gettext_lazy("报告的情形"), required=False)
    to = forms.ChoiceField(label=gettext_lazy("转给谁"), required=False)
    callback = forms.DateTimeField(label=gettext_lazy("约定回电，最迟"), required=False, widget=MomentInput())
    callback_words = forms.CharField(label=gettext_lazy("回电说什么"), max_length=200, required=False)
    seconds = forms.IntegerField(required=False, min_value=0, max_value=86400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reported: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [(each.value, codes.RESULT.text(each.value)) for each in codes.RESULT if not each.tap]  # type: ignore[attr-defined]
        self.fields["situation"].choices = [("", _("请选择")), *cases.SITUATION.choices()]  # type: ignore[attr-defined]
        offices = [(value, str(word)) for value, word in OFFICES.items()]
        departments = [(f"department:{code.value}", DEPARTMENT.text(code.value)) for code in DEPARTMENT]
        self.fields["to"].choices = [("", _("请选择")), *offices, *departments]  # type: ignore[attr-defined]
        self.reported = reported

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("result"):
            raise ValidationError({"result": _("请选择来电结果。")})
        if data["result"] == "reported" and not data.get("situation") and not self.reported:
            raise ValidationError({"situation": _("请选择发生了什么。")})
        if data["result"] == "referred" and not data.get("to"):
            raise ValidationError({"to": _("请选择转给谁。")})
        if data.get("callback"):
            data["callback"] = data["callback"].astimezone(CHINA)
        return data


class CallBackForm(forms.Form):
    """What came of calling back."""

    reached = forms.ChoiceField(label=gettext_lazy("回电结果"), widget=forms.RadioSelect)
    words = forms.CharField(label=gettext_lazy("回电情况"), max_length=5000, required=False, widget=_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reached"].choices = codes.REACHED.choices()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What came of a call that was handed on."""

    words = forms.CharField(label=gettext_lazy("办理情况"), max_length=5000, widget=_area(4))


class CounselForm(forms.Form):
    """Whom the counselling notes are shown to."""

    post = forms.ModelChoiceField(label=gettext_lazy("请谁一起看辅导记录"), queryset=Post.objects.none())

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["post"].label_from_instance = lambda post: f"{post.person.name}（{post}）"  # type: ignore[attr-defined]
