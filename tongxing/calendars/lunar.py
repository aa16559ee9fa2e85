"""The lunar calendar (农历): which day of our calendar a lunar day is, and birthdays that families keep by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lunar_python import LunarYear, Solar

FIRST, LAST = 1900, 2199  # calendar years that are asked about; beyond them nobody here lives
LATER = {"冬至": "DONG_ZHI"}  # the table begins with the winter solstice of the year before
JULIAN = 1_721_425  # Julian day number less Python's ordinal, for the day that begins at midnight


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a lunar year. A leap month (闰) follows the month of the same number."""

    number: int
    leap: bool
    first: date
    length: int


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day as the lunar calendar names it. The year is the one that began with that Spring Festival."""

    year: int
    month: int
    day: int
    leap: bool = False


@cache
def months(year: int) -> tuple[Month, ...]:
    """The twelve or thirteen months of a lunar year, in order. Raises ``ValueError`` outside 1899–2199."""
    if not FIRST - 1 <= year <= LAST:
        raise ValueError(f"the lunar year {year} is outside {FIRST - 1}–{LAST}")
    return tuple(
        Month(abs(each.getMonth()), each.getMonth() < 0, date.fromordinal(int(each.getFirstJulianDay()) - JULIAN), each.getDayCount())
        for each in LunarYear.fromYear(year).getMonths()
        if each.getYear() == year
    )


def lunar(day: date) -> LunarDay:
    """What the lunar calendar calls a day."""
    year = day.year if day >= months(day.year)[0].first else day.year - 1
    month = next(each for each in reversed(months(year)) if each.first <= day)
    return LunarDay(year, month.number, (day - month.first).days + 1, month.leap)


def solar(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The day of a lunar year. Day 30 of a month of 29 days is its last; a leap month that the year has not is the month of its number."""
    found = [each for each in months(year) if each.number == month]
    chosen = found[-1] if leap else found[0]
    return chosen.first + timedelta(days=min(day, chosen.length) - 1)


def within(year: int, month: int, day: int, *, leap: bool = False) -> tuple[date, ...]:
    """The days of a calendar year on which this lunar day falls: mostly one, near the year's end none or two."""
    days = (solar(each, month, day, leap=leap) for each in (year - 1, year))
    return tuple(each for each in days if each.year == year)


@cache
def solar_term(name: str, year: int) -> date:
    """The day of a solar term (节气) in a calendar year, such as 清明 or 冬至; only those that never fall about New Year."""
    table = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
    found: Solar = table[LATER.get(name, name)]
    return date(found.getYear(), found.getMonth(), found.getDay())


def lunar_birthday(born: date, year: int) -> tuple[date, ...]:
    """The days of a calendar year on which one born on that day has a lunar birthday; none before or on the day of birth.

    A child of a leap month keeps it in the month of the same number, as families do where the year has no such leap month: one day
    a lunar year, always. Near the year's end a calendar year has none or two.
    """
    on = lunar(born)
    return tuple(day for day in within(year, on.month, on.day) if day > born)


def birthday(born: date, year: int) -> date:
    """The birthday in a calendar year. Born on 29 February: the last day of that month (民法典 art. 202)."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
