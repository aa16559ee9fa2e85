"""Ages: complete years, months for the small, 29 February."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children import sentences
from tongxing.children.rules import Age, age, anniversary, band, latest_birth

BORN = st.dates(date(1950, 1, 1), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("born", "on", "expected", "said"),
    [
        (date(2010, 3, 10), date(2026, 3, 9), Age(15, 11, 27), "15岁"),
        (date(2010, 3, 10), date(2026, 3, 10), Age(16, 0, 0), "16岁"),
        (date(2025, 7, 22), date(2026, 11, 22), Age(1, 4, 0), "1岁4个月"),
        (date(2024, 11, 22), date(2026, 11, 22), Age(2, 0, 0), "2岁"),
        (date(2026, 10, 30), date(2026, 11, 22), Age(0, 0, 23), "23天"),
        (date(2026, 6, 30), date(2026, 11, 22), Age(0, 4, 23), "4个月"),
        (date(2008, 2, 29), date(2026, 2, 27), Age(17, 11, 29), "17岁"),
        (date(2008, 2, 29), date(2026, 2, 28), Age(18, 0, 0), "18岁"),
    ],
)
def test_an_age_is_counted_and_said(born, on, expected, said):
    assert age(born, on) == expected
    assert sentences.age(expected) == said


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="before"):
        age(date(2026, 1, 1), date(2025, 12, 31))


@given(BORN, st.integers(0, 40 * 366))
def test_the_birthday_is_the_first_day_of_that_age(born, days):
    years = age(born, born + timedelta(days=days)).years
    birthday = anniversary(born, years)
    assert age(born, birthday) == Age(years, 0, 0)
    if years:
        assert age(born, birthday - timedelta(days=1)).years == years - 1


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 18))
def test_the_latest_birth_of_an_age(on, years):
    born = latest_birth(on, years)
    assert anniversary(born, years) <= on < anniversary(born + timedelta(days=1), years)


@given(BORN, st.integers(0, 20 * 366))
def test_an_age_never_falls(born, days):
    day = born + timedelta(days=days)
    assert age(born, day) < age(born, day + timedelta(days=1))


@pytest.mark.parametrize(("years", "expected"), [(0, "0-5"), (5, "0-5"), (6, "6-13"), (13, "6-13"), (14, "14-15"), (15, "14-15"), (16, "16-17"), (17, "16-17"), (18, "")])
def test_the_bands_are_those_of_the_summary_table(years, expected):
    born = date(2008, 2, 29)
    assert band(born, anniversary(born, years)) == expected
    assert band(born, anniversary(born, years + 1) - timedelta(days=1)) == expected
