"""A definition as a form of the office: sections of fields as our templates draw them. Checking is `cleaning`'s alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxing.forms import wording
from tongxing.forms.cleaning import Wrong
from tongxing.forms.shapes import SEEN, SPOKEN_TO, Definition, Field, Section
from tongxing.forms.wording import Names
from tongxing.places.forms import Picker

COMMON = "c"
IN_SIGHT = 6  # as many choices are shown at once; more are a list
PICTURES = "image/jpeg,image/png,image/webp,application/pdf"


class Referred(Picker):
    """A picker of what a field refers to. Whoever shows the form answers to ``url_name`` with suggestions."""

    url_name = "care:referred"
    hints = {"place": _lazy("名称、拼音首字母或区划代码"), "person": _lazy("姓名或拼音首字母"), "child": _lazy("孩子的姓名或拼音首字母")}

    def __init__(self, each: Field) -> None:
        super().__init__()
        self.each = each
        self.hint = self.hints[each.type]

    def parameters(self) -> dict[str, str]:
        return {"type": self.each.type} | ({"free": "1"} if self.each.free else {})

    def shown(self, value: Any) -> tuple[str, str]:
        match value:
            case (text, key):
                return str(text), str(key)
            case _:
                return "", ""


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one child, or of all."""

    field: Field
    child: UUID | None = None

    @property
    def name(self) -> str:
        return name_of(self.field.id, self.child)


def name_of(field_id: str, child: UUID | None) -> str:
    return f"{child.hex if child else COMMON}-{field_id}"


class AnswersForm(forms.Form):
    """Some questions under one heading. Its errors are put in from outside."""

    def __init__(self, data: QueryDict | None, asked: Sequence[Asked], *, title: str = "", lead: str = "", initial: Mapping[str, Any] | None = None, compact: bool = False) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.title, self.lead, self.asked = title, lead, {each.name: each for each in asked}
        for name, each in self.asked.items():
            self.fields[name] = _field(each.field, compact=compact)
        self._depends = {each.field.id: each.name for each in asked}

    def full_clean(self) -> None:
        if not hasattr(self, "cleaned_data"):
            self._errors, self.cleaned_data = ErrorDict(), {}

    def shown_when(self, name: str) -> str:
        asked = self.asked[name].field
        if asked.shown is None:
            return ""
        return f"{self._depends.get(asked.shown.field) or self._framed(name) or name_of(asked.shown.field, None)}={'|'.join(sorted(asked.shown.values))}"

    def _framed(self, name: str) -> str:
        """The name of what the frame asks, which stands outside of this form."""
        asked = self.asked[name]
        return {SEEN: f"{asked.child.hex if asked.child else ''}-seen", SPOKEN_TO: SPOKEN_TO}.get(asked.field.shown.field if asked.field.shown else "", "")


@dataclass
class Page:
    """The form of one entry: common sections, and for each child its own questions; with one child both stand together."""

    sections: list[AnswersForm]
    children: dict[UUID, AnswersForm] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def all(self) -> Iterable[AnswersForm]:
        yield from self.sections
        yield from self.children.values()

    def put(self, wrong: Wrong) -> bool:
        """Put a sentence at its question; False where no question of this page is meant."""
        name = name_of(wrong.field, wrong.child)
        for form in self.all():
            if name in form.fields:
                form.full_clean()
                form.add_error(name, wrong.sentence)
                return True
        return False


def page(definition: Definition, children: Sequence[UUID], data: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None, table: bool = False) -> Page:
    """``initial``: answers by ``name_of``. ``table``: many children, their own questions are the columns of a table."""
    if len(children) == 1:
        return Page([_section(section, [Asked(each, children[0] if each.own else None) for each in section.field], data, initial) for section in definition.section])
    sections = [_section(section, [Asked(each) for each in section.field if not each.own], data, initial) for section in definition.section]
    own = {child: AnswersForm(data, [Asked(each, child) for each in definition.own], initial=initial, compact=table) for child in children} if definition.own else {}
    return Page([section for section in sections if section.fields], own, tuple(_label(each) for each in definition.own))


def _section(section: Section, asked: list[Asked], data: QueryDict | None, initial: Mapping[str, Any] | None) -> AnswersForm:
    return AnswersForm(data, asked, title=_(section.label), lead=_(section.hint) if section.hint else "", initial=initial)


def sent(definition: Definition, children: Sequence[UUID], data: QueryDict) -> tuple[dict[str, object], dict[UUID, dict[str, object]]]:
    """What was answered, as it came: common answers and each child's own. A browser sends what it hides as well: of a child that was not seen, that is left out."""
    common = _given(definition.common, None, data)
    own = {child: [each for each in definition.own if not _hidden(each, data.get(f"{child.hex}-{SEEN}", ""))] for child in children}
    return common, {child: _given(asked, child, data) for child, asked in own.items()}


def _hidden(each: Field, seen: str) -> bool:
    return each.shown is not None and each.shown.field == SEEN and not each.shown.holds(seen)


def _given(fields: Iterable[Field], child: UUID | None, data: QueryDict) -> dict[str, object]:
    asked = [each for each in fields if not each.attached]
    return {each.id: _sent(each, name_of(each.id, child), data) for each in asked}


def _sent(each: Field, name: str, data: QueryDict) -> object:
    if each.referring:
        return data.get(name, ""), data.get(f"{name}_code", "")
    return data.getlist(name) if each.type == "choices" else data.get(name, "")


def initial(definition: Definition, children: Sequence[UUID], last: Mapping[UUID, Mapping[str, object]], names: Names) -> dict[str, Any]:
    """What does not change by itself, as it was last time: common answers of the first child that has any, own ones each its own."""
    found: dict[str, Any] = {}
    for each in definition.fields():
        if each.prefill != "last":
            continue
        for child in children:
            if each.id in last.get(child, {}):
                found.setdefault(name_of(each.id, child if each.own else None), _filled(each, last[child][each.id], names))
    return found


def answered(definition: Definition, children: Sequence[UUID], given: Mapping[UUID | None, Mapping[str, object]], names: Names) -> dict[str, Any]:
    """All answers of an entry that is to be corrected."""
    found: dict[str, Any] = {}
    for each in definition.fields():
        for child in children if each.own else (None,):
            if each.id in given.get(child, {}):
                found[name_of(each.id, child)] = _filled(each, given[child][each.id], names)
    return found


def _filled(each: Field, value: object, names: Names) -> object:
    """What stands in the field: of what is referred to, its name and the key."""
    return (wording.text(each, value, names), str(value)) if each.referring else value


def _label(each: Field) -> str:
    return _("%(label)s（%(unit)s）") % {"label": _(each.label), "unit": _(each.unit)} if each.unit else _(each.label)


def _field(each: Field, *, compact: bool) -> forms.Field:
    said = {"label": _label(each), "required": each.required or bool(each.required_if), "help_text": _(each.hint) if each.hint else ""}
    return BUILDERS.get(each.type, _line)(each, compact, said)


def _choice(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    choices = [(choice.value, _(choice.label)) for choice in each.choices]
    if compact or len(choices) > IN_SIGHT:
        return forms.ChoiceField(choices=[("", ""), *choices], **said)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)


def _choices(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=[(choice.value, _(choice.label)) for choice in each.choices], widget=forms.CheckboxSelectMultiple, **said)


def _number(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    attrs = {"step": f"{10**-each.decimals:.{each.decimals}f}", "inputmode": "decimal" if each.decimals else "numeric"}
    bounds = {name: f"{bound:g}" for name, bound in (("min", each.min), ("max", each.max)) if bound is not None}
    return forms.CharField(widget=forms.NumberInput(attrs=attrs | bounds), **said)


def _long(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 1 if compact else 3, **_private(each)}), **said)


def _line(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(attrs=_private(each)), **said)


def _date(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **said)


def _referred(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.Field(widget=Referred(each), **said)


def _papers(each: Field, compact: bool, said: dict[str, Any]) -> forms.Field:
    return forms.FileField(widget=ManyFiles(attrs={"accept": "audio/*" if each.type == "audio" else PICTURES}), **said)


BUILDERS: Mapping[str, Callable[[Field, bool, dict[str, Any]], forms.Field]] = {
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "scale": _number,
    "long": _long,
    "date": _date,
    "picture": _papers,
    "signature": _papers,
    "audio": _papers,
    "place": _referred,
    "person": _referred,
    "child": _referred,
}


def _private(each: Field) -> dict[str, str]:
    """Spell-checkers of browsers send what is written away; sealed answers stay here."""
    return {"spellcheck": "false", "autocomplete": "off"} if each.sensitive else {}
