"""What a promise asks, and how it stands: pure functions. The moment is an argument, the calendar too."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from tongxing.caremodels.shapes import By, Duty, Escalation, Height, Lapse, Quota
from tongxing.duties.windows import NO_END, Window
from tongxing.ground.today import CHINA

HEIGHTS: tuple[Height, ...] = ("village", "township", "county", "city", "province")
PER_YEAR = {"week": 365.25 / 7, "month": 12.0, "quarter": 4.0, "half_year": 2.0, "term": 2.0, "vacation": 2.0, "year": 1.0, "once": 0.0, "festival": 1.0, "birthday": 1.0}
EPOCH = date(1970, 1, 1)
LOOK_BACK: Final = timedelta(days=62)  # missed promises stay on the list of whoever missed them for two months
type Workday = Callable[[date, int], date]


def need(count: int, window: Window, *, since: date, until: date | None = None, rested: int = 0) -> int:
    """How often it is asked within a window of which only the days from ``since`` until the day before ``until`` count, ``rested`` of them not.

    The share of the days, rounded to the nearest whole, half upwards: who joins with less than half of a month left has no monthly visit in it.
    """
    if window.until == NO_END:
        return count
    first, end = max(window.since, since), min(window.until, until or window.until)
    days = max((end - first).days - rested, 0)
    return (2 * count * min(days, window.whole) + window.whole) // (2 * window.whole)


def end_of(day: date) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def later(moment: datetime, lapse: Lapse, workday: Workday) -> datetime:
    """A moment so much later. Working days run to the end of the last one."""
    if (span := lapse.span) is not None:
        return moment + span
    last = (moment.astimezone(CHINA) - timedelta(microseconds=1)).date()
    return end_of(workday(last, lapse.amount)) if lapse.amount else moment


def earlier(moment: datetime, lapse: Lapse, workday: Workday) -> datetime:
    """The last moment for which ``later`` gives this one or an earlier one."""
    if (span := lapse.span) is not None:
        return moment - span
    if not lapse.amount:
        return moment
    day = moment.astimezone(CHINA).date()
    while later(end_of(day), lapse, workday) > moment:
        day -= timedelta(days=1)
    return end_of(day)


def due_of_window(window: Window, since: date, grace: Lapse, workday: Workday) -> datetime:
    """When a quota has run out: the end of its window, and the days of grace that are left for writing it down.

    What is done once is due by the end of the grace after the day on which it began; where none is given it has no deadline.
    """
    if window.until == NO_END:
        return later(end_of(since), grace, workday) if grace.amount else datetime.combine(NO_END, time(), CHINA)
    return later(end_of(window.until - timedelta(days=1)), grace, workday)


def due_after(at: datetime, within: Lapse, grace: Lapse, workday: Workday) -> datetime:
    """When a deadline has run out. Days are whole ones, the day of the event is not counted (民法典 art. 201): they end with the last."""
    moment = at.astimezone(CHINA)
    match within.unit:
        case "m" | "h":
            due = later(moment, within, workday)
        case "d":
            due = end_of(moment.date() + timedelta(days=within.amount))
        case "wd":
            due = end_of(workday(moment.date(), within.amount))
    return later(due, grace, workday)


def overdue(due: datetime, now: datetime, *, open_: bool) -> bool:
    """Overdue is a comparison, never a state."""
    return open_ and due <= now


@dataclass(frozen=True, slots=True)
class Climb:
    """To which level an open duty is shown, and since when."""

    to: Height
    since: datetime


def climbed(escalate: Iterable[Escalation], due: datetime, now: datetime, workday: Workday) -> Climb | None:
    """The highest level to which an open duty is shown; None before it is due, or where nobody above is told."""
    reached = [Climb(each.to, moment) for each in escalate if due <= now and (moment := later(due, each.after, workday)) <= now]
    return max(reached, key=lambda climb: (HEIGHTS.index(climb.to), now - climb.since), default=None)


# Who counts for what


@dataclass(frozen=True, slots=True)
class Done:
    """An entry as duties see it: what was done on a day, by whom, with which sections answered.

    ``roles`` are all model roles in which the doer stood to the subject that day. ``at_school``: a visit at school; ``boarder``: the child boards.
    """

    id: UUID
    on: date
    kind: str
    sections: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    at_school: bool = False
    boarder: bool = False
    at: datetime | None = None


def counts(by: By, who: str, done: Done) -> bool:
    """Whether an entry is one of those that discharge."""
    at_school = by.at_school and done.at_school and done.boarder
    if not (done.kind in by.kinds or at_school) or not done.sections.issuperset(by.sections):
        return False
    wanted = by.role or who
    return wanted == "any" or wanted in done.roles


def counted(entries: Iterable[tuple[UUID, date]], max_per_day: int) -> int:
    """How much entries (id, day) make together: of one day ``max_per_day`` count. The order does not matter, nor that one is said twice."""
    days = Counter(day for _id, day in set(entries))
    return sum(min(number, max_per_day) for number in days.values())


def strictness(quota: Quota) -> float:
    """How often a year it asks, whatever its windows are."""
    if quota.per == "once":
        return 0.0
    festivals = len(quota.festivals) if quota.per == "festival" else 1
    return quota.count * festivals * PER_YEAR[quota.per] / quota.every


def strictest(duties: Collection[Duty]) -> list[Duty]:
    """Promises that mean the same, the strictest first: among quotas the most often, among deadlines the soonest. Equals by id, so that every run agrees."""
    return sorted(duties, key=lambda duty: (*strictness_key(duty), duty.id))


def strictness_key(duty: Duty) -> tuple[float, float]:
    """Smaller is stricter: how often a quota asks, how soon a deadline is."""
    if duty.quota:
        return (-strictness(duty.quota), 0.0)
    assert duty.deadline
    within = duty.deadline.within
    return (0.0, (within.span or timedelta(days=within.amount * 7 / 5)).total_seconds())


# The id


def window_id(obligation: str, subject: UUID, window: str, anchor: date) -> UUID:
    """The id of a promise: the same wherever it is computed (the SQL twin is the function ``duty_id``).

    A UUIDv8: two bytes say the days since 1970 of the window, so that rows of one window stand together; the rest is SHA-256.
    """
    digest = hashlib.sha256(f"{obligation}|{subject}|{window}".encode()).hexdigest()
    text = f"{(anchor - EPOCH).days & 0xFFFF:04x}{digest[:28]}"
    return UUID(f"{text[:12]}8{text[13:16]}a{text[17:]}")


def event_key(event: str, origin: object) -> str:
    """The key of the window that an event opens: the entry (or whatever else) that raised it."""
    return f"event:{event}:{origin}"


def event_of(window: str) -> str:
    """The event that opened a window; of any other window the empty text."""
    kind, _colon, rest = window.partition(":")
    return rest.partition(":")[0] if kind == "event" else ""
