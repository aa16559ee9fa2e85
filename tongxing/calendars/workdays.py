"""Working days of China's calendar: weekends, public holidays and the days worked in their place.

The State Council names the holidays of a year in the autumn before; where a year is not known yet, Monday to Friday
are taken and `known` says so.
"""

from datetime import date, timedelta
from functools import cache

import chinese_calendar


@cache
def known(year: int) -> bool:
    """Whether the holidays of this year have been published to us."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether offices work on this day."""
    if known(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def after(day: date, workdays: int) -> date:
    """The day on which so many working days have passed after `day`: the day itself does not count, the last one does."""
    while workdays > 0:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return day
