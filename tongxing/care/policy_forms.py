"""The form of an adoption: where, from when, which parts, and what the source leaves open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxing.accounts.models import Post
from tongxing.caremodels import wording
from tongxing.caremodels.durations import lapse
from tongxing.caremodels.files import WEEKDAYS
from tongxing.caremodels.loading import Draft
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Parameter
from tongxing.children.forms.inputs import day
from tongxing.places import queries as places

UNITS = {"m": _lazy("分钟"), "h": _lazy("小时"), "d": _lazy("天"), "wd": _lazy("工作日")}
PREFIX = "p-"


class AdoptForm(forms.Form):
    """Fields of the model's own parameters begin with ``p-``."""

    place = forms.TypedChoiceField(label=_lazy("采用地"), coerce=int)
    since = day(_lazy("采用日期"), initial_today=True)
    parts = forms.MultipleChoiceField(label=_lazy("采用部分"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_lazy("都不选就是全部采用"))

    def __init__(self, data: QueryDict | None, *, draft: Draft, post: Post) -> None:
        super().__init__(data)
        self.draft = draft
        below = [(str(each.code), each.short_name) for each in places.children_of(post.place_id)]
        self._choices("place", [(str(post.place_id), post.place.short_name), *below])
        if draft.parts:
            self._choices("parts", [(part.id, _(part.name)) for part in draft.parts])
        else:
            del self.fields["parts"]
        for each in draft.parameters:
            self.fields[PREFIX + each.id] = _field(each)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def asked(self) -> list[forms.BoundField]:
        """The questions of the model itself."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def chosen(self) -> list[str]:
        return list(self.cleaned_data.get("parts") or [])

    def settings(self) -> dict[str, Setting]:
        """What was filled in for the parts that are adopted, as the model reads it."""
        parts = self.chosen()
        found: dict[str, Setting] = {}
        for each in self.draft.parameters:
            value = self.cleaned_data.get(PREFIX + each.id)
            if value not in (None, "") and (not each.part or not parts or each.part in parts):
                found[each.id] = f"{value}{each.unit}" if each.kind == "lapse" else value
        return found


def _field(said: Parameter) -> forms.Field:
    common: dict[str, Any] = {"label": _(said.name), "required": False, "help_text": _(said.help) if said.help else ""}
    empty = [("", "—")]
    match said.kind:
        case "choice":
            return forms.ChoiceField(choices=empty + [(option.value, _(option.label)) for option in said.options], initial=said.default, **common)
        case "weekday":
            return forms.ChoiceField(choices=empty + [(name, str(wording.WEEKDAYS[number])) for number, name in enumerate(WEEKDAYS)], initial=said.default, **common)
        case "lapse":
            common["label"] = _("%(name)s（%(unit)s）") % {"name": common["label"], "unit": UNITS[said.unit]}
            initial = lapse(str(said.default)).amount if said.default is not None else None
        case _:
            if said.unit:
                common["label"] = _("%(name)s（%(unit)s）") % {"name": common["label"], "unit": _(said.unit)}
            initial = int(said.default) if said.default is not None else None
    least, most = (said.least, said.most) if said.kind != "month" else (said.least or 1, said.most or 12)
    return forms.IntegerField(min_value=least, max_value=most, initial=initial, **common)


class EndForm(forms.Form):
    on = day(_lazy("停止日期"), initial_today=True)
    reason = forms.CharField(label=_lazy("停止原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
