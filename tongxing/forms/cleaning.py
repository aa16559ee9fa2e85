"""Answers are checked against their form: typed, whole, one sentence for each that is wrong. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.forms.shapes import ATTACHED, LONG_LENGTH, TEXT_LENGTH, Definition, Field

type Answers = dict[str, object]
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


@dataclass(slots=True)
class Cleaned:
    """Typed answers: those given once, and each child's own."""

    common: Answers = field(default_factory=dict)
    own: dict[UUID, Answers] = field(default_factory=dict)

    def of(self, child: UUID) -> Answers:
        return self.common | self.own.get(child, {})

    def sections(self, definition: Definition, child: UUID | None = None) -> list[str]:
        """The sections in which something was answered (for this child)."""
        given = self.of(child) if child else self.common
        return [section.id for section in definition.section if any(each.id in given for each in section.field)]

    def events(self, definition: Definition, child: UUID | None = None) -> list[str]:
        """What the answers raise (for this child), in the order of the questions."""
        given = self.of(child) if child else self.common
        raised = [choice.event for each in definition.fields() for choice in each.choices if choice.event and choice.value in _several(given.get(each.id))]
        return list(dict.fromkeys(raised))


def clean(definition: Definition, common: Mapping[str, object], own: Mapping[UUID, Mapping[str, object]], *, on: date, attached: Collection[str] = ()) -> Cleaned:
    """The answers, typed, without those whose question was not asked. ``attached``: fields for which a file came.

    Raises ``FormError`` with one sentence for each wrong answer.
    """
    wrong: list[Wrong] = []
    cleaned = Cleaned(_part(definition.common, common, {}, on, attached, wrong, None))
    for child, answers in own.items():
        cleaned.own[child] = _part(definition.own, answers, cleaned.common, on, attached, wrong, child)
    if wrong:
        raise FormError(*wrong)
    return cleaned


def _part(fields: Collection[Field], given: Mapping[str, object], known: Answers, on: date, attached: Collection[str], wrong: list[Wrong], child: UUID | None) -> Answers:
    answers: Answers = {}
    wrong += [Wrong(unknown, _("这张表没有“%(field)s”这一栏。") % {"field": unknown}, child) for unknown in given.keys() - {each.id for each in fields}]
    for each in fields:
        said = known | answers
        if each.shown and not each.shown.holds(said.get(each.shown.field)):
            continue
        must = each.required or (each.must is not None and each.must.holds(said.get(each.must.field)))
        if each.type in ATTACHED:
            if must and each.id not in attached:
                wrong.append(Wrong(each.id, _("请上传“%(field)s”。") % {"field": _(each.label)}, child))
            continue
        raw = given.get(each.id)
        if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
            if must:
                wrong.append(Wrong(each.id, _("请填写“%(field)s”。") % {"field": _(each.label)}, child))
            continue
        try:
            answers[each.id] = READERS[each.type](each, raw, on)
        except _NotSo as refused:
            wrong.append(Wrong(each.id, str(refused), child))
    return answers


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


def _place(each: Field, raw: object, _on: date) -> int:
    text = str(raw).strip()
    if not (text.isascii() and text.isdecimal() and len(text) == 12):
        raise _NotSo(_("“%(field)s”请从名单里选一个地方。") % {"field": _(each.label)})
    return int(text)


def _someone(each: Field, raw: object, _on: date) -> str:
    try:
        return str(UUID(str(raw)))
    except ValueError:
        raise _NotSo(_("“%(field)s”请从名单里选一个人。") % {"field": _(each.label)}) from None


READERS: Mapping[str, Callable[[Field, object, date], object]] = {
    "text": _text,
    "long": _text,
    "number": _number,
    "scale": _number,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "place": _place,
    "person": _someone,
    "child": _someone,
}
