"""Ages as officials count them (周岁): complete years since birth, with months for the small."""

import calendar
from dataclasses import dataclass
from datetime import date

from tongxing.children.codes import AGE_BAND

LONG = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS_SHOWN_BELOW = 3  # years: "1岁4个月"


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day where it has none (民法典 202 条); as PostgreSQL adds an interval."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = 29 if month == 1 and calendar.isleap(year) else LONG[month]
    return date(year, month + 1, min(day.day, last))


def anniversary(born: date, years: int) -> date:
    """The birthday on which that age is complete. Someone born on 29 February has it on 28 February in a common year."""
    return add_months(born, years * 12)


def latest_birth(on: date, years: int) -> date:
    """The last day on which somebody can be born who is so old on that day."""
    day = anniversary(on, -years)
    following = date.fromordinal(day.toordinal() + 1)
    return following if anniversary(following, years) <= on else day


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """Complete years, months and days."""

    years: int
    months: int
    days: int

    @property
    def shows_months(self) -> bool:
        return self.years < MONTHS_SHOWN_BELOW


def age(born: date, on: date) -> Age:
    """The age on a day. Raises ``ValueError`` before birth."""
    if on < born:
        raise ValueError(f"{on} is before the birth on {born}")
    months = (on.year - born.year) * 12 + on.month - born.month
    if add_months(born, months) > on:
        months -= 1
    return Age(months // 12, months % 12, (on - add_months(born, months)).days)


def band(born: date, on: date) -> str:
    """The age band of the official summary table on a day (0–5, 6–13, 14–15, 16–17), or the empty string for an adult."""
    years = age(born, on).years
    return next((code.value for code in AGE_BAND if code.first <= years <= code.last), "")
