"""Calendar windows of a quota: pure functions of dates. The calendar (terms, festivals, working days) is an argument.

A window runs from ``since`` until the day before ``until``. Days are those of Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tongxing.calendars import festivals, lunar, workdays
from tongxing.calendars.terms import Term, vacations
from tongxing.caremodels.shapes import Per, Quota, Season

MONTHS: dict[Per, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
NO_END = date(2999, 12, 31)  # the window of what is done once
BEFORE_FESTIVAL = timedelta(days=7)  # a festival's visit is paid in the week before it or on its day
BEFORE_BIRTHDAY = timedelta(days=3)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What windows ask of the world. ``terms`` in order, reaching beyond the days that are asked about."""

    terms: Sequence[Term] = ()
    festival: Callable[[str, date, date], Iterable[date]] = festivals.between
    workday: Callable[[date, int], date] = workdays.after

    def seasons(self, season: Season) -> list[tuple[date, date]]:
        found: Iterable[Term] | Iterable[object] = self.terms if season == "term" else vacations(self.terms)
        return [(each.since, each.until) for each in found]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """``key`` names it for ever: it says the nominal period, whatever terms are corrected to later, and is part of a duty's id.

    ``anchor`` is a day that belongs to the key. ``whole`` is how many days the full count is asked for: fewer are left where a season, a
    rule or a child begins or ends inside.
    """

    since: date
    until: date
    anchor: date
    key: str
    whole: int

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until

    @property
    def days(self) -> int:
        return (self.until - self.since).days


def windows(quota: Quota, since: date, until: date, calendar: Calendar, *, born: date | None = None) -> list[Window]:
    """The windows of a quota that touch the days from ``since`` until the day before ``until``, in order.

    ``born`` is asked for birthdays only; without it they have none.
    """
    found: Iterable[Window]
    match quota.per:
        case "once":
            return [Window(since, NO_END, date(1970, 1, 1), "once", 1)]
        case "festival":
            found = _festivals(quota.festivals, since, until, calendar)
        case "birthday":
            found = birthdays(born, since, until, by_moon=quota.calendar == "lunar") if born else ()
        case _:
            found = (_narrowed(block, quota) for block in _blocks(quota, since, until, calendar))
    if quota.season != "always":
        seasons = calendar.seasons(quota.season)
        found = (clipped for window in found if (clipped := _in_season(window, seasons)))
    return sorted(window for window in found if window.since < until and since < window.until)


def _blocks(quota: Quota, since: date, until: date, calendar: Calendar) -> Iterator[Window]:
    """The nominal periods, ``every`` of them joined. They are counted from one fixed point, so that every place has the same ones."""
    every = quota.every
    name = quota.per if every == 1 else f"{quota.per}{every}"
    match quota.per:
        case "week":
            size = 7 * every
            for number in range((since.toordinal() - 1) // size, (until.toordinal() - 1) // size + 1):
                first = date.fromordinal(max(number * size + 1, 1))
                yield _window(name, first, first + timedelta(days=size))
        case "term" | "vacation":
            yield from _school_periods(name, quota.per, every, calendar)
        case _:
            months = MONTHS[quota.per] * every
            for number in range(_month(since) // months, _month(until) // months + 1):
                yield _window(name, _first_of(number * months), _first_of((number + 1) * months))


def _school_periods(name: str, per: Per, every: int, calendar: Calendar) -> Iterator[Window]:
    periods: dict[int, list[tuple[date, date]]] = {}
    if per == "term":
        for term in calendar.terms:
            periods.setdefault((term.year * 2 + term.number - 1) // every, []).append((term.since, term.until))
    else:
        for each in vacations(calendar.terms):
            periods.setdefault((each.year * 2 + (each.kind == "summer")) // every, []).append((each.since, each.until))
    for number, spans in sorted(periods.items()):
        year, half = divmod(number * every, 2)
        anchor = date(year + half, 2 if half else 9, 1)
        first, end = min(span[0] for span in spans), max(span[1] for span in spans)
        yield Window(first, end, anchor, f"{name}:{year}-{half + 1}", (end - first).days)


def _window(name: str, first: date, end: date) -> Window:
    return Window(first, end, first, f"{name}:{first}", (end - first).days)


def _narrowed(window: Window, quota: Quota) -> Window:
    """A named month of it, its first days, one day of the week."""
    since, until = window.since, window.until
    if quota.month is not None:
        year = since.year if quota.month >= since.month else since.year + 1
        since = max(since, date(year, quota.month, 1))
        until = min(until, _first_of(_month(date(year, quota.month, 1)) + 1))
    if quota.first_days is not None:
        until = min(until, since + timedelta(days=quota.first_days))
    if quota.weekday is not None:
        day = since + timedelta(days=(quota.weekday - since.isoweekday()) % 7)
        since, until = (day, day + DAY) if day < until else (until, until)
    if (since, until) == (window.since, window.until):
        return window
    return replace(window, since=since, until=until, whole=max((until - since).days, 1))


def _in_season(window: Window, seasons: Sequence[tuple[date, date]]) -> Window | None:
    """What of the window lies in the season, from the first such day to the last."""
    inside = [(max(window.since, first), min(window.until, end)) for first, end in seasons if first < window.until and window.since < end]
    if not inside:
        return None
    return replace(window, since=inside[0][0], until=inside[-1][1])


def _festivals(names: Iterable[str], since: date, until: date, calendar: Calendar) -> Iterator[Window]:
    for name in names:
        for day in calendar.festival(name, since, until + BEFORE_FESTIVAL):
            yield Window(day - BEFORE_FESTIVAL, day + DAY, day, f"festival:{name}:{day}", BEFORE_FESTIVAL.days + 1)


def birthdays(born: date, since: date, until: date, *, by_moon: bool = False) -> Iterator[Window]:
    """The days up to each birthday, by our calendar or by the lunar one: one in each of its years. The day of birth itself is none."""
    for year in range(since.year, until.year + 2):
        days = lunar.lunar_birthday(born, year) if by_moon else (lunar.birthday(born, year),)
        for day in days:
            if day > born:
                key = f"birthday:lunar-{lunar.lunar(day).year}" if by_moon else f"birthday:{day.year}"
                yield Window(day - BEFORE_BIRTHDAY, day + DAY, day, key, BEFORE_BIRTHDAY.days + 1)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
