"""The forms of adoptions: where, from when, which parts, what the source leaves open; and of doing without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxing.accounts.models import Post
from tongxing.caremodels import wording
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.files import WEEKDAYS
from tongxing.caremodels.loading import Draft
from tongxing.caremodels.models import Adoption
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Lapse, Parameter
from tongxing.children.forms.inputs import day
from tongxing.ground.today import today
from tongxing.places import queries as places

UNITS = {"m": _lazy("分钟"), "h": _lazy("小时"), "d": _lazy("天"), "wd": _lazy("工作日")}
PREFIX = "p-"


class SettingsForm(forms.Form):
    """From when, which parts, and what the model leaves open: fields of the model's own parameters begin with ``p-``."""

    since = day(_lazy("采用日期"), initial_today=True)
    parts = forms.MultipleChoiceField(label=_lazy("采用部分"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_lazy("都不选就是全部采用"))

    def __init__(self, data: QueryDict | None, *, draft: Draft, initial: dict[str, Any] | None = None) -> None:
        every = [part.id for part in draft.parts]
        initial = initial or {}
        super().__init__(data, initial=initial | {"parts": initial.get("parts") or every})
        self.draft = draft
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

    def shown_when(self, name: str) -> str:
        """A question waits for its part to be chosen; one that is wrong is always seen."""
        part = next((each.part for each in self.draft.parameters if PREFIX + each.id == name), "")
        return f"parts={part}" if part and not (self.is_bound and name in self.errors) else ""

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


class AdoptForm(SettingsForm):
    """Where a model is adopted, too."""

    place = forms.TypedChoiceField(label=_lazy("采用地"), coerce=int)
    field_order = ("place", "since", "parts")

    def __init__(self, data: QueryDict | None, *, draft: Draft, post: Post) -> None:
        super().__init__(data, draft=draft)
        self._choices("place", [(str(post.place_id), post.place.short_name), *_below(post.place_id)])


class ChangeForm(SettingsForm):
    """Other parts or parameters from a day, with the reason."""

    reason = forms.CharField(label=_lazy("变更原因"), max_length=200)
    field_order = ("since", "reason", "parts")

    def __init__(self, data: QueryDict | None, *, draft: Draft, adoption: Adoption) -> None:
        known = {each.id: each for each in draft.parameters}
        initial = {PREFIX + name: Lapse.parse(str(value)).amount if known[name].kind == "lapse" else value for name, value in adoption.parameters.items() if name in known}
        super().__init__(data, draft=draft, initial=initial | {"parts": adoption.parts, "since": today() + timedelta(days=adoption.since >= today())})
        self.fields["since"].label = _("变更日期")


def _field(said: Parameter) -> forms.Field:
    common: dict[str, Any] = {"label": _(said.name), "required": False, "help_text": _("；").join(filter(None, [wording.bounds(said), _(said.help) if said.help else ""]))}
    empty = [("", "—")]
    match said.kind:
        case "choice":
            return forms.ChoiceField(choices=empty + [(option.value, _(option.label)) for option in said.options], initial=said.default, **common)
        case "weekday":
            return forms.ChoiceField(choices=empty + [(name, str(wording.WEEKDAYS[number])) for number, name in enumerate(WEEKDAYS)], initial=said.default, **common)
        case "lapse":
            common["label"] = _("%(name)s（%(unit)s）") % {"name": common["label"], "unit": UNITS[said.unit]}
            initial = Lapse.parse(str(said.default)).amount if said.default is not None else None
        case _:
            if said.unit:
                common["label"] = _("%(name)s（%(unit)s）") % {"name": common["label"], "unit": _(said.unit)}
            initial = int(said.default) if said.default is not None else None
    least, most = (said.least, said.most) if said.kind != "month" else (said.least or 1, said.most or 12)
    return forms.IntegerField(min_value=least, max_value=most, initial=initial, **common)


class EndForm(forms.Form):
    on = day(_lazy("停止日期"), initial_today=True)
    reason = forms.CharField(label=_lazy("停止原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class LeaveForm(forms.Form):
    """Which place would do without which parts, from when and why."""

    place = forms.TypedChoiceField(label=_lazy("哪里不采用"), coerce=int)
    parts = forms.MultipleChoiceField(label=_lazy("不采用的部分"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_lazy("都不选就是全部不采用"))
    since = day(_lazy("开始日期"), initial_today=True)
    reason = forms.CharField(label=_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: QueryDict | None, *, adoption: Adoption, post: Post) -> None:
        super().__init__(data)
        draft = Draft(adoption.version.text, adoption.model)
        own = [(str(post.place_id), post.place.short_name)] if post.place_id != adoption.place_id else []
        place, parts = self.fields["place"], self.fields["parts"]
        assert isinstance(place, forms.ChoiceField)
        assert isinstance(parts, forms.ChoiceField)
        place.choices = [*own, *_below(post.place_id)]
        parts.choices = [(part.id, _(part.name)) for part in draft.parts if not adoption.parts or part.id in adoption.parts]
        if not parts.choices:
            del self.fields["parts"]


class AnswerForm(forms.Form):
    """The answer to a request."""

    decision = forms.ChoiceField(label=_lazy("答复"), choices=[("grant", _lazy("同意")), ("refuse", _lazy("不同意"))], widget=forms.RadioSelect)
    answer = forms.CharField(label=_lazy("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=_lazy("不同意时必须写明原因"))


class BackForm(forms.Form):
    """From when a model holds again."""

    on = day(_lazy("恢复日期"), initial_today=True)


def _below(place: int) -> list[tuple[str, str]]:
    return [(str(each.code), each.short_name) for each in places.children_of(place)]


def refuse(form: SettingsForm, refused: NotAdopted) -> None:
    """Say beside each question what is wrong with its answer, and all else above."""
    for parameter, sentence in refused.wrong.items():
        form.add_error(PREFIX + parameter if PREFIX + parameter in form.fields else None, sentence)
    if not refused.wrong:
        form.add_error(None, str(refused))
