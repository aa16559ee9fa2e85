"""Answers in words, for pages and prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.forms.shapes import Definition, Field

type Names = Mapping[tuple[str, str], str]
"""What answers refer to, by the field's type and the id as text: as much as the reader may see."""
HIDDEN = {"place": noop("另一个地方"), "person": noop("不在名单上的人"), "child": noop("另一名孩子")}


@dataclass(frozen=True, slots=True)
class Said:
    """One answered question in the reader's language; ``alarm`` where the answer raises an event."""

    label: str
    text: str
    alarm: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what was answered in it."""

    id: str
    label: str
    said: tuple[Said, ...]


def parts(definition: Definition, answers: Mapping[str, object], names: Names = MappingProxyType({})) -> list[Part]:
    """Sections that have answers, in the form's order."""
    found = [Part(section.id, _(section.label), tuple(_said(section.field, answers, names))) for section in definition.section]
    return [part for part in found if part.said]


def _said(fields: tuple[Field, ...], answers: Mapping[str, object], names: Names) -> Iterator[Said]:
    for each in fields:
        if each.id in answers:
            value = answers[each.id]
            given = value if isinstance(value, list) else [value]
            alarm = any(choice.event for choice in each.choices if choice.value in given)
            yield Said(_(each.label), text(each, value, names), alarm, long=each.type == "long")


def text(each: Field, value: object, names: Names = MappingProxyType({})) -> str:
    """One answer as a reader reads it."""
    if each.choices:
        labels = {choice.value: _(choice.label) for choice in each.choices}
        return _("、").join(labels.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
    if each.type in ("number", "scale"):
        number = f"{value:.{each.decimals}f}" if isinstance(value, (int, float)) else str(value)
        return f"{number} {_(each.unit)}" if each.unit else number
    if each.type == "date":
        return date.fromisoformat(str(value)).isoformat()
    if each.referring:
        return names.get((each.type, str(value))) or (str(value) if each.free and not _is_id(value) else _(HIDDEN[each.type]))
    return str(value)


def _is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def referred(definition: Definition, answers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What the answers refer to: type and id."""
    for each in definition.referring:
        if each.id in answers and (each.type == "place" or _is_id(answers[each.id])):
            yield each.type, str(answers[each.id])


def summary(definition: Definition, answers: Mapping[str, object], most: int = 4, names: Names = MappingProxyType({})) -> str:
    """The first few answers in one line: what raises something first, long texts last."""
    said = [one for part in parts(definition, answers, names) for one in part.said]
    ordered = sorted(said, key=lambda one: (not one.alarm, one.long))
    return _("；").join(f"{one.label} {one.text}" for one in ordered[:most])
