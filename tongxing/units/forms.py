"""Forms of units, and the picker of a school or organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Person
from tongxing.places import codes as places
from tongxing.places.codes import Level
from tongxing.places.forms import Picker, PlaceField
from tongxing.places.models import Place
from tongxing.units import codes, queries
from tongxing.units.models import Unit

QUESTION = 5


class UnitPicker(Picker):
    """A picker of units below ``within``, of one kind where it is given."""

    url_name = "units:search"
    hint = gettext_lazy("单位名称或拼音首字母")

    def __init__(self, *, within: int = places.COUNTRY, kind: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.within = within
        self.kind = kind

    def parameters(self) -> dict[str, str]:
        given = {"within": places.show(self.within) if self.within else "", "kind": self.kind}
        return {name: value for name, value in given.items() if value}

    def shown(self, value: Any) -> tuple[str, str]:
        match value:
            case Unit():
                return value.name, str(value.pk)
            case UUID():
                unit = queries.by_id(value)
                return (unit.name, str(unit.pk)) if unit else ("", "")
            case (text, code):
                return str(text), str(code)
            case _:
                return "", ""


class UnitField(forms.Field):
    """A unit of the register, chosen from the suggestions or written by name. Cleans to a ``Unit``."""

    def __init__(self, *, within: int = places.COUNTRY, kind: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", UnitPicker(within=within, kind=kind))
        super().__init__(**kwargs)
        self.within = within
        self.kind = kind

    def clean(self, value: Any) -> Unit | None:
        text, code = value or ("", "")
        if not text and not code:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        lo, hi = places.span(self.within)
        found = queries.search(text, lo=lo, hi=hi, kind=self.kind)
        chosen = next((unit for unit in found if str(unit.pk) == code), None) or next((unit for unit in found if unit.name == text and len(found) == 1), None)
        if chosen:
            return chosen
        if not found:
            raise forms.ValidationError(_("没有找到“%(text)s”；请输入单位名称或拼音首字母") % {"text": text[:30]}, code="unknown")
        if len(found) > 1:
            names = "、".join(f"{unit.name}（{unit.place.short_name}）" for unit in found[:QUESTION])
            raise forms.ValidationError(_("有多个单位符合“%(text)s”：%(names)s。请从中选择。") % {"text": text[:30], "names": names}, code="several")
        return found[0]


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AddForm(forms.Form):
    """A new unit."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    place = PlaceField(label=gettext_lazy("所在地"))
    stages = forms.MultipleChoiceField(label=gettext_lazy("学段"), required=False, widget=forms.CheckboxSelectMultiple)
    boarding = forms.BooleanField(label=gettext_lazy("有寄宿"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("哪个部门"), required=False)
    since = forms.DateField(label=gettext_lazy("设立日期"), required=False, widget=DateInput(), help_text=gettext_lazy("不清楚可以不填"))

    def __init__(self, *args: Any, within: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = codes.KIND.choices()  # type: ignore[attr-defined]
        self.fields["stages"].choices = codes.STAGE.choices()  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", "—"), *codes.DEPARTMENT.choices()]  # type: ignore[attr-defined]
        self.fields["place"] = PlaceField(label=self.fields["place"].label, within=within, levels=[Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "school" and not data.get("stages"):
            self.add_error("stages", _("请选择学校的学段"))
        if data.get("kind") == "department" and not data.get("department"):
            self.add_error("department", _("请选择是哪个部门"))
        return data


class RenameForm(forms.Form):
    """A new name from a day."""

    name = forms.CharField(label=gettext_lazy("新名称"), max_length=100)
    on = forms.DateField(label=gettext_lazy("从哪天起"), widget=DateInput())
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class ChangeForm(forms.Form):
    """What a school offers."""

    stages = forms.MultipleChoiceField(label=gettext_lazy("学段"), widget=forms.CheckboxSelectMultiple)
    boarding = forms.BooleanField(label=gettext_lazy("有寄宿"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stages"].choices = codes.STAGE.choices()  # type: ignore[attr-defined]


class KeeperForm(forms.Form):
    """Who is in charge of a home: somebody with a post there or at the township above, or whoever is the village's child director."""

    keeper = forms.ChoiceField(label=gettext_lazy("儿童之家负责人"), required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(post.person_id): post.person for post in queries.around(unit)}
        self.fields["keeper"].choices = [("", _("本村的儿童主任")), *((key, person.name) for key, person in self.people.items())]  # type: ignore[attr-defined]

    def clean_keeper(self) -> Person | None:
        return self.people.get(self.cleaned_data["keeper"])


class CloseForm(forms.Form):
    """The end of a unit, with its reason."""

    on = forms.DateField(label=gettext_lazy("撤销日期"), widget=DateInput())
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ClassesForm(forms.Form):
    """How many classes a grade has in a school year."""

    stage = forms.ChoiceField(label=gettext_lazy("学段"))
    grade = forms.IntegerField(label=gettext_lazy("年级"), min_value=1, max_value=9)
    count = forms.IntegerField(label=gettext_lazy("班数"), min_value=1, max_value=60)

    def __init__(self, *args: Any, school: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage, codes.STAGE.text(stage)) for stage in school.stages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stage, grade = data.get("stage"), data.get("grade")
        if stage and grade and grade > codes.STAGE[stage].grades:
            self.add_error("grade", _("%(stage)s只有%(count)s个年级") % {"stage": codes.STAGE.text(stage), "count": codes.STAGE[stage].grades})
        return data


def place_of(text: str, *, within: int) -> Place | None:
    """The place that a filter's address names, if it lies within the range."""
    try:
        code = places.parse(text)
    except places.CodeError:
        return None
    return Place.objects.filter(code=code).first() if places.within(code, within) else None
