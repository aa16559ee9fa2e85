"""Forms of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.ground.ids import uuid7
from tongxing.notices.forms import FilesField, FilesInput
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.protection import codes

FILES = "image/*,audio/*,application/pdf"
SHORT = ("words", "where", "child_id", "child_words", "files")
OWN_CHANNELS = ("office", "department", "public")


def _own_channels() -> list[tuple[str, str]]:
    """In the reader's language: asked for at every form."""
    return [(value, codes.CHANNEL.text(value)) for value in OWN_CHANNELS]


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=False, widget=MomentInput(), help_text=hint)


def words(label: Any, rows: int = 3, hint: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint)


def line(label: Any, most: int = 120, hint: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, help_text=hint, widget=forms.TextInput(attrs=attrs))


class MoreForm(forms.Form):
    """What is added once the alarm is out. Nothing of it is needed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = words(_("发生了什么"), 3, _("谁、什么时候、怎么回事、现在怎么样。想到什么写什么。"))
    where = line(_("具体在哪里"), 200, _("村组、街道、学校、附近的标志。"))
    child_id = forms.ChoiceField(label=_("是哪个孩子"), required=False)
    child_words = line(_("孩子是谁"), 200, _("不在名单里的，写姓名、年龄、学校，知道多少写多少。"))
    files = FilesField(label=_("照片、录音"), required=False, widget=FilesInput(attrs={"accept": FILES}), help_text=_("最多6个。照片会去掉拍摄位置。"))  # type: ignore[assignment]
    happened_at = moment(_("什么时候发生的"))
    told_at = moment(_("真正报告的时间"), _("先打了电话、事后补录的，填打电话的时间。"))
    police_at = moment(_("已拨110的时间"))
    police_number = line(_("警情编号"), 40)
    police_officer = line(_("接警人"), 60)
    phone = line(_("您的联系电话"), 30, inputmode="tel", autocomplete="tel")

    def __init__(self, *args: Any, children: Sequence[Child] = (), known_child: bool = False, police_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["child_id"].choices = [("", _("不清楚，或者不在名单里")), *((str(child.pk), child.name) for child in children)]  # type: ignore[attr-defined]
        gone = [*(["child_id", "child_words"] if known_child else [] if children else ["child_id"]), *(["police_at", "police_number", "police_officer"] if police_known else [])]
        for name in gone:
            del self.fields[name]
        self.initial.setdefault("id", uuid7())

    def short(self) -> list[forms.BoundField]:
        """What is asked first; the rest stands behind a fold."""
        return [field for field in self.visible_fields() if field.name in SHORT]

    def long(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in SHORT]

    def more(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class ReportForm(MoreForm):
    """The office's form: what somebody reports here, at the counter, by telephone, or in a letter of another authority."""

    situation = forms.ChoiceField(label=_("发生了什么情形"))
    place = PlaceField(label=_("发生在哪里"), levels=[Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE])
    channel = forms.ChoiceField(label=_("从哪里来"), choices=_own_channels, widget=forms.RadioSelect)
    relation = forms.ChoiceField(label=_("报告人是谁"), required=False)
    reporter = line(_("报告人姓名、单位"), 60, _("报告人的信息只有办理的人看得到，依法保密。不愿意说的可以不填。"))
    field_order = (
        "situation",
        "place",
        "where",
        "child_id",
        "child_words",
        "words",
        "files",
        "happened_at",
        "channel",
        "relation",
        "reporter",
        "phone",
        "told_at",
        "police_at",
        "police_number",
        "police_officer",
        "id",
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped: dict[str, list[tuple[str, str]]] = {}
        for one in codes.SITUATION:
            title = _("常见情形") if one.first else _("需要立即报警的情形") if one.police else _("其他情形")
            if one.kind != "judicial" or post.may("cases.work"):
                grouped.setdefault(str(title), []).append((one.value, codes.SITUATION.text(one.value)))
        self.fields["situation"].choices = [("", "——"), *grouped.items()]  # type: ignore[attr-defined]
        self.fields["relation"].choices = [("", "——"), *((each.value, codes.WHO_REPORTED.text(each.value)) for each in codes.WHO_REPORTED)]  # type: ignore[attr-defined]
        self.fields["phone"].label = _("报告人电话")
        if not post.may("cases.work"):  # whoever does not answer for the window reports for themselves
            for name in ("channel", "relation", "reporter", "phone"):
                del self.fields[name]


class AcknowledgeForm(forms.Form):
    """The word of whoever was told."""

    decision = forms.ChoiceField(choices=[("pass", ""), ("hold", "")])
    reason = forms.CharField(label=_("为什么不再上报"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ByHandForm(forms.Form):
    """Another authority was told by telephone, or with the sheet in one's hand."""

    at_time = forms.DateTimeField(label=_("什么时候告知的"), widget=MomentInput())
    whom_told = forms.CharField(label=_("接听、接收的人"), max_length=120, help_text=_("姓名、警号或者职务。"))
    number = line(_("警情编号"), 40, _("对方给了编号的，填在这里。"))


class PraiseForm(forms.Form):
    """What is said of a good report."""

    words = forms.CharField(label=_("表扬的话"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("记在案卷里，报告人查询时会看到受到表扬。不写孩子的信息。"))
