"""Periods add up (real-life 16): opening + came − left = closing, by place and category. Pure; nothing here reads a clock or a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

CAME: Final = ("new_file", "began", "moved_in", "other_in")
LEFT: Final = ("aged", "ceased", "moved_out", "ended", "other_out")
MEASURES: Final = ("opening", *CAME, *LEFT, "closing", "corrections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the register knows of one child with regard to one category, as of the statistical date.

    ``registered`` on the register since; ``ended`` the file ended on; ``began``/``ceased`` the stretch of the status or category
    nearest to the date; ``aged`` the day on which the age ends it; ``moved`` the day since when the child has lived where it does.
    """

    registered: date | None = None
    ended: date | None = None
    began: date | None = None
    ceased: date | None = None
    aged: date | None = None
    moved: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One child comes into a category at a place, or leaves it."""

    child: UUID
    place: int
    came: bool
    reason: str
    effective: date | None
    correction: bool


def moves(before: Mapping[UUID, int], after: Mapping[UUID, int], stories: Mapping[UUID, Story], *, previous: date, on: date) -> list[Move]:
    """Everybody who is counted otherwise than at the last statistical date. ``before`` and ``after``: child → place."""
    found: list[Move] = []
    for child in sorted(before.keys() | after.keys()):
        was, now, story = before.get(child), after.get(child), stories.get(child, Story())
        if was == now:
            continue
        if was is not None:
            reason, effective = ("moved_out", story.moved) if now is not None else _left(story, previous, on)
            found.append(Move(child, was, False, reason, effective, _late(reason, effective, previous)))
        if now is not None:
            reason, effective = ("moved_in", story.moved) if was is not None else _came(story, previous, on)
            found.append(Move(child, now, True, reason, effective, _late(reason, effective, previous)))
    return found


def _late(reason: str, effective: date | None, previous: date) -> bool:
    """Whether the fact lies before the period. A new file is no correction: nobody knew of the child."""
    return reason in ("other_in", "other_out") or (reason != "new_file" and effective is not None and effective <= previous)


def _came(story: Story, previous: date, on: date) -> tuple[str, date | None]:
    if story.registered and previous < story.registered <= on:
        return "new_file", story.registered
    if story.moved and previous < story.moved <= on and (story.began is None or story.began <= previous):
        return "moved_in", story.moved
    if story.began and previous < story.began <= on:
        return "began", story.began
    return "other_in", story.began or story.registered


def _left(story: Story, previous: date, on: date) -> tuple[str, date | None]:
    if story.ended and story.ended <= on and not (story.aged and story.aged <= story.ended):
        return "ended", story.ended
    if story.aged and story.aged <= on:
        return "aged", story.aged
    if story.moved and previous < story.moved:
        return "moved_out", story.moved
    if story.ceased and story.ceased <= on:
        return "ceased", story.ceased
    return "other_out", story.ceased


def tally(before: Mapping[UUID, int], after: Mapping[UUID, int], found: Iterable[Move]) -> dict[int, dict[str, int]]:
    """The measures by place."""
    cells: dict[int, Counter[str]] = {}

    def at(place: int) -> Counter[str]:
        return cells.setdefault(place, Counter())

    for place in before.values():
        at(place)["opening"] += 1
    for place in after.values():
        at(place)["closing"] += 1
    for move in found:
        at(move.place)[move.reason] += 1
        at(move.place)["corrections"] += move.correction
    return {place: {measure: counts[measure] for measure in MEASURES} for place, counts in sorted(cells.items())}


def closes(cells: Mapping[str, int]) -> bool:
    """期初 + 新增 − 减少 = 期末."""
    return cells["opening"] + sum(cells[each] for each in CAME) - sum(cells[each] for each in LEFT) == cells["closing"]


def add(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of rows, measure by measure."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row)
    return {measure: total[measure] for measure in MEASURES}


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter in which a day lies."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, _before(date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1))


def last_quarters(day: date, number: int) -> Iterator[tuple[date, date]]:
    """The quarters that have ended before a day, the latest first."""
    first, _last = quarter_of(day)
    for _number in range(number):
        first, last = quarter_of(_before(first))
        yield first, last


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
