from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.calendars import workdays

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 2, 28), True),  # a Saturday worked in its place
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2040, 1, 2), True),  # a Monday of a year that nobody has named yet
        (date(2040, 1, 1), False),
    ],
)
def test_offices_work_when_the_state_council_says_so(day, worked):
    assert workdays.is_workday(day) is worked


def test_a_year_not_named_yet_is_known_to_be_a_guess():
    assert workdays.known(2026)
    assert not workdays.known(2040)


def test_fifteen_working_days_reach_over_a_long_holiday():
    assert workdays.after(date(2026, 2, 10), 15) == date(2026, 3, 9)


@given(DAYS, st.integers(1, 40))
def test_the_last_day_is_worked_and_as_many_lie_between(day, count):
    end = workdays.after(day, count)
    between = [date.fromordinal(each) for each in range(day.toordinal() + 1, end.toordinal() + 1)]
    assert workdays.is_workday(end)
    assert sum(map(workdays.is_workday, between)) == count
