"""The calendar of a place, as windows and deadlines ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from tongxing.calendars import queries
from tongxing.caremodels.shapes import Quota
from tongxing.duties.models import Duty, Rule
from tongxing.duties.rules import Workday
from tongxing.duties.windows import NO_END, Calendar, Window, windows
from tongxing.places import codes
from tongxing.places.codes import Level

AROUND = timedelta(days=800)  # terms that may touch a window of two years


def workday_of(place: int) -> Workday:
    """Working days of a place: the day so many of them after another one."""
    return queries.calendar(place).after


def workdays_of(places: Iterable[int]) -> Mapping[int, Workday]:
    """The same of the counties of these places, by county."""
    return {place: calendar.after for place, calendar in queries.calendars({county(each) for each in places}).items()}


def county(place: int) -> int:
    """The county of a place; of a place above the counties itself."""
    return codes.at_level(place, Level.COUNTY)


def calendar_of(place: int, on: date) -> Calendar:
    """Terms, festivals and working days around a day."""
    return Calendar(tuple(queries.terms(place, on - AROUND, on + AROUND)), workday=workday_of(place))


def window_of(duty: Duty, rule: Rule) -> Window:
    """The window of a quota's promise with the bounds that it was opened with."""
    quota = rule.shape.quota
    assert quota
    if duty.window_until == NO_END:
        return Window(duty.window_from, NO_END, date(1970, 1, 1), duty.window, 1)
    span = (duty.window_until - duty.window_from).days
    return Window(duty.window_from, duty.window_until, duty.window_from, duty.window, span if narrowed(quota) else whole(quota, duty.window, span))


def narrowed(quota: Quota) -> bool:
    """Whether a window is less than its period: a weekday of it, its first days, a named month."""
    return quota.per in ("festival", "birthday", "term", "vacation") or (quota.weekday, quota.month, quota.first_days) != (None, None, None)


def whole(quota: Quota, key: str, span: int) -> int:
    """The days of the nominal period that a window's key names, whatever a season left of it."""
    first = date.fromisoformat(key.partition(":")[2])
    (period,) = windows(replace(quota, season="always"), first, first + timedelta(days=1), Calendar())
    return period.whole
