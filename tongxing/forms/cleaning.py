"""Answers are checked against their form: typed, whole, one sentence for each that is wrong. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.forms.shapes import LONG_LENGTH, SEEN, TEXT_LENGTH, Definition, Field

type Answers = dict[str, object]
type Frame = Mapping[UUID | None, Mapping[str, object]]
"""What the frame of an entry says, as conditions name it: of all (None) whom was spoken to, of each child whether it was seen."""
EARLIEST = date(1990, 1, 1)
YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong answer: of the child (None: a common one), the field's id (a frame's name, such as ``on``, where no field is wrong), and the sentence."""

    field: str
    sentence: str
    child: UUID | None = None


class FormError(Exception):
    """Answers that cannot be kept; ``wrong`` has one sentence for each."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(" ".join(each.sentence for each in wrong))
        self.wrong = wrong


class _NotSo(ValueError):
    """The answer does not fit its field."""


class NotKnown(Exception):
    """Nothing that the writer may see is meant; its words are the sentence."""


class Known(Protocol):
    """Who finds what an answer refers to: a place, a person, a child, among those that the writer may see."""

    def find(self, field: Field, text: str, key: str) -> int | str:
        """What is kept: a place's code, an id, a name where the field is free. ``key`` is what was chosen, ``text`` what was written. Raises ``NotKnown``."""


class Nothing:
    """Nobody who could be asked: no answer refers to anything."""

    def find(self, field: Field, text: str, key: str) -> int | str:
        raise NotKnown(_("“%(field)s”请从列出的里面选。") % {"field": _(field.label)})


@dataclass(slots=True)
class Cleaned:
    """Typed answers: those given once, and each child's own."""

    common: Answers = field(default_factory=dict)
    own: dict[UUID, Answers] = field(default_factory=dict)

    def of(self, child: UUID) -> Answers:
        return self.common | self.own.get(child, {})

    def attempt(self, definition: Definition, frame: Frame, child: UUID | None = None) -> bool:
        """Whether it was tried only (for this child)."""
        given = {**frame.get(None, {}), **(frame.get(child, {}) if child else {}), **self.of(child)} if child else {**frame.get(None, {}), **self.common}
        return any(tried.field in given and tried.holds(given[tried.field]) for tried in definition.attempts)

    def sections(self, definition: Definition, child: UUID | None = None) -> list[str]:
        """The sections in which something was answered (for this child)."""
        given = self.of(child) if child else self.common
        return [section.id for section in definition.section if any(each.id in given for each in section.field)]

    def events(self, definition: Definition, child: UUID | None = None) -> list[str]:
        """What the answers raise (for this child), in the order of the questions."""
        given = self.of(child) if child else self.common
        raised = [choice.event for each in definition.fields() for choice in each.choices if choice.event and choice.value in _several(given.get(each.id))]
        return list(dict.fromkeys(raised))


def clean(
    definition: Definition,
    common: Mapping[str, object],
    own: Mapping[UUID, Mapping[str, object]],
    *,
    on: date,
    frame: Frame = MappingProxyType({}),
    attached: Collection[str] = (),
    known: Known | None = None,
) -> Cleaned:
    """The answers, typed, without those whose question was not asked. ``attached``: fields for which a file came; ``known`` finds places and people.

    Raises ``FormError`` with one sentence for each wrong answer.
    """
    wrong: list[Wrong] = []
    reading = _Reading(on, attached, known or Nothing(), wrong)
    around = frame.get(None, {})
    cleaned = Cleaned(reading.part(definition.common, common, around, None))
    for child, answers in own.items():
        cleaned.own[child] = reading.part(definition.own, answers, {**around, **frame.get(child, {}), **cleaned.common}, child)
    if wrong:
        raise FormError(*wrong)
    return cleaned


@dataclass(frozen=True, slots=True)
class _Reading:
    """What all answers of one form have in common while they are read."""

    on: date
    attached: Collection[str]
    known: Known
    wrong: list[Wrong]

    def part(self, fields: Collection[Field], given: Mapping[str, object], known: Mapping[str, object], child: UUID | None) -> Answers:
        """The answers to these questions; ``known`` are those given before."""
        answers: Answers = {}
        for unknown in given.keys() - {each.id for each in fields}:
            self._wrong(unknown, _("这张表没有“%(field)s”这一栏。") % {"field": unknown}, child)
        for each in fields:
            said = {**known, **answers}
            if each.shown and not each.shown.holds(said.get(each.shown.field)):
                if each.shown.field == SEEN and said.get(SEEN) and not _empty(given.get(each.id)):
                    self._wrong(each.id, _("没见到孩子，就不能填“%(field)s”。") % {"field": _(each.label)}, child)
                continue
            must = each.required or (each.must is not None and each.must.holds(said.get(each.must.field)))
            if each.attached:
                if must and each.id not in self.attached:
                    self._wrong(each.id, _("请上传“%(field)s”。") % {"field": _(each.label)}, child)
                continue
            raw = given.get(each.id)
            if _empty(raw):
                if must:
                    self._wrong(each.id, _("请填写“%(field)s”。") % {"field": _(each.label)}, child)
                continue
            try:
                answers[each.id] = self._found(each, raw) if each.referring else READERS[each.type](each, raw, self.on)
            except (_NotSo, NotKnown) as refused:
                self._wrong(each.id, str(refused), child)
        return answers

    def _found(self, each: Field, raw: object) -> int | str:
        """A picker gives text and key; whoever has only one of them (a list, the phone) gives that."""
        text, key = raw if isinstance(raw, tuple) else (str(raw), "")
        return self.known.find(each, " ".join(str(text).replace("\0", "").split())[:TEXT_LENGTH], str(key).strip())

    def _wrong(self, field: str, sentence: str, child: UUID | None) -> None:
        self.wrong.append(Wrong(field, sentence, child))


def _empty(raw: object) -> bool:
    """Nothing was said; of a picker neither text nor key."""
    if isinstance(raw, tuple):
        return not any(isinstance(each, str) and each.strip() for each in raw)
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(each: Field, raw: object, _on: date) -> str:
    if not isinstance(raw, str):
        raise _NotSo(_("“%(field)s”要写成文字。") % {"field": _(each.label)})
    most = LONG_LENGTH if each.type == "long" else TEXT_LENGTH
    text = raw.replace("\r\n", "\n").strip()
    if "\0" in text:
        raise _NotSo(_("“%(field)s”里有不能保存的字符。") % {"field": _(each.label)})
    if len(text) > most:
        raise _NotSo(_("“%(field)s”最多%(most)d个字，现在有%(n)d个字。") % {"field": _(each.label), "most": most, "n": len(text)})
    return text


def _number(each: Field, raw: object, _on: date) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise _NotSo(_("“%(field)s”要写成数字。") % {"field": _(each.label)})
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _NotSo(_("“%(given)s”不是数字。") % {"given": str(raw)[:30]})
    if -int(number.normalize().as_tuple().exponent) > each.decimals:
        said = _("“%(field)s”最多%(n)d位小数。") if each.decimals else _("“%(field)s”要写整数。")
        raise _NotSo(said % {"field": _(each.label), "n": each.decimals})
    if (each.min is not None and number < Decimal(str(each.min))) or (each.max is not None and number > Decimal(str(each.max))):
        raise _NotSo(_("“%(field)s”应在%(least)s到%(most)s之间。") % {"field": _(each.label), "least": _plain(each.min), "most": _plain(each.max)})
    return float(number) if each.decimals else int(number)


def _plain(bound: float | None) -> str:
    return "…" if bound is None else f"{bound:g}"


def _choice(each: Field, raw: object, _on: date) -> str:
    choice = each.choice(raw)
    if choice is None:
        raise _NotSo(_("“%(field)s”请从列出的答案里选。") % {"field": _(each.label)})
    return choice.value


def _choices(each: Field, raw: object, on: date) -> list[str]:
    given = {_choice(each, value, on) for value in _several(raw)}
    chosen = [choice for choice in each.choices if choice.value in given]
    if len(chosen) > 1 and (lonely := next((choice for choice in chosen if choice.alone), None)):
        raise _NotSo(_("“%(field)s”选了“%(choice)s”就不能再选别的。") % {"field": _(each.label), "choice": _(lonely.label)})
    return [choice.value for choice in chosen]


def _date(each: Field, raw: object, on: date) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise _NotSo(_("“%(given)s”不是日期，请写成 2024-03-05。") % {"given": str(raw)[:30]}) from None
    latest = date(on.year + YEARS_AHEAD, 12, 31) if each.future else on
    if not EARLIEST <= day <= latest:
        raise _NotSo(_("“%(field)s”的日期 %(day)s 不可能。") % {"field": _(each.label), "day": day.isoformat()})
    return day.isoformat()


READERS: Mapping[str, Callable[[Field, object, date], object]] = {
    "text": _text,
    "long": _text,
    "number": _number,
    "scale": _number,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
}
