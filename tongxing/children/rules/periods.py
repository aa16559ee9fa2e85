"""Intervals of days and the reasons that carry them. ``until`` is exclusive everywhere; ``None`` is open."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal, Self

from tongxing.children.rules.ages import add_months

Precision = Literal["day", "month", "year", "by"]  # "by": at that day it was so already, the beginning is not known


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as policy states it."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        return date.fromordinal(add_months(day, self.months).toordinal() + self.days)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as data: ``tongxing.children.sentences`` says it in the reader's language.

    ``who`` a relation (GB/T 4761) or a side (``father``, ``mother``), ``kind`` a value of the code table that belongs to ``code``.
    """

    code: str
    who: str = ""
    kind: str = ""
    where: str = ""
    since: date | None = None
    until: date | None = None
    precision: Precision = "month"

    def as_json(self) -> dict[str, str]:
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values if value not in (None, "")}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Self:
        since, until = (date.fromisoformat(data[name]) if name in data else None for name in ("since", "until"))
        texts = {name: data[name] for name in ("code", "who", "kind", "where") if name in data}
        precision: Precision = data.get("precision", "month")  # type: ignore[assignment]
        return cls(**texts, since=since, until=until, precision=precision)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``holds`` is None where the facts recorded do not decide; ``reasons`` say why, one per person and bound."""

    holds: bool | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days on which a status holds; ``why`` on its last day so far known (what an official reads today)."""

    status: str
    since: date
    until: date
    why: tuple[Reason, ...]

    def covers(self, day: date) -> bool:
        return self.since <= day < self.until


def covers(since: date | None, until: date | None, day: date) -> bool:
    return (since is None or since <= day) and (until is None or day < until)


def runs(status: str, verdict: Callable[[date], Verdict], breaks: Iterable[date | None], first: date, last: date) -> tuple[Period, ...]:
    """The stretches within ``[first, last)`` on which the verdict holds.

    ``breaks`` are all days on which it can change; between two of them it is asked once.
    """
    days = sorted({first, *(day for day in breaks if day is not None and first < day < last)})
    found: list[Period] = []
    for day, following in zip(days, [*days[1:], last], strict=True):
        answer = verdict(day)
        if not answer.holds:
            continue
        if found and found[-1].until == day:
            found[-1] = Period(status, found[-1].since, following, answer.reasons)
        else:
            found.append(Period(status, day, following, answer.reasons))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Spell:
    """One recorded stretch, with what tells whether its end is a short break."""

    since: date
    until: date | None
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Spells joined over short breaks: begun on ``since``, counting within ``[counts, ends)``, or never where ``counts`` is None."""

    since: date
    until: date | None
    counts: date | None
    ends: date | None


def chains(spells: Sequence[Spell], *, least: Length, gap: Length) -> tuple[Chain, ...]:
    """Join spells whose break is at most ``gap``; a chain counts once it has lasted ``least``.

    A chain whose last spell only pauses goes on counting for ``gap`` after its end: whoever comes home for a festival is not back yet.
    """
    joined: list[Chain] = []
    group: list[Spell] = []
    for spell in sorted(spells, key=lambda spell: (spell.since, spell.until or date.max)):
        latest = max(group, key=_lateness) if group else None
        if latest and (latest.until is None or spell.since <= gap.after(latest.until)):
            group.append(spell)
            continue
        if group:
            joined.append(_chain(group, least, gap))
        group = [spell]
    if group:
        joined.append(_chain(group, least, gap))
    return tuple(joined)


def _lateness(spell: Spell) -> tuple[date, date, bool]:
    return (spell.until or date.max, spell.since, spell.pauses)


def _chain(group: Sequence[Spell], least: Length, gap: Length) -> Chain:
    since = group[0].since
    latest = max(group, key=_lateness)
    counts = least.after(since)
    enough = latest.until is None or latest.until >= counts
    ends = None if latest.until is None else gap.after(latest.until) if latest.pauses else latest.until
    return Chain(since, latest.until, counts if enough else None, ends)
