"""Working days of China's calendar: weekends, public holidays and the days worked in their place.

The State Council names the holidays of a year in the autumn before; where a year is not known yet, Monday to Friday
are taken and `known` says so. A place may state days of its own (`calendars.queries.calendar`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import chinese_calendar

STATUTORY = ("new_year", "spring_festival", "qingming", "labour_day", "dragon_boat", "mid_autumn", "national_day")
"""Each year has these holidays (全国年节及纪念日放假办法); a year of which all are stated is known."""


@cache
def known(year: int) -> bool:
    """Whether the holidays of this year have been published to us."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place: ``stated`` says of single days whether they are worked, ``years`` are those of which all holidays are stated."""

    stated: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def known(self, year: int) -> bool:
        return known(year) or year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day in self.stated:
            return self.stated[day]
        if known(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def after(self, day: date, workdays: int) -> date:
        """The day on which so many working days have passed after `day`: the day itself does not count, the last one does."""
        while workdays > 0:
            day += timedelta(days=1)
            workdays -= self.is_workday(day)
        return day


COUNTRY = Calendar()


def is_workday(day: date) -> bool:
    """Whether offices of the country work on this day."""
    return COUNTRY.is_workday(day)


def after(day: date, workdays: int) -> date:
    """The same as ``Calendar.after`` for the whole country."""
    return COUNTRY.after(day, workdays)


NAMES = {  # the package's words → our festivals
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
}


@dataclass(frozen=True, slots=True)
class Free:
    """Days free in a row about a holiday, as published for the country. `name` is a festival's id; a holiday of one year alone keeps the package's words."""

    name: str
    since: date
    last: date
    worked: tuple[date, ...]


def published(year: int) -> list[Free]:
    """The holidays of a year as the package has them, in order; empty where the year is not known."""
    if not known(year):
        return []
    days = [date(year, 1, 1) + timedelta(days=number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    named: dict[str, tuple[list[date], list[date]]] = {}
    for day in days:
        free, name = chinese_calendar.get_holiday_detail(day)
        if name is not None:
            named.setdefault(NAMES.get(str(name), str(name)), ([], []))[0 if free else 1].append(day)
    found = [Free(name, min(free), max(free), tuple(worked)) for name, (free, worked) in named.items() if free]
    return sorted(found, key=lambda each: each.since)
