from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.calendars import lunar
from tongxing.calendars.festivals import FESTIVALS, UnknownFestival, between, festival_days

YEARS = st.integers(1990, 2060)
DAYS = st.dates(date(1920, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("name", "year", "days"),
    [
        ("春节", 2026, (date(2026, 2, 17),)),
        ("元宵", 2026, (date(2026, 3, 3),)),
        ("清明节", 2026, (date(2026, 4, 5),)),
        ("端午", 2025, (date(2025, 5, 31),)),
        ("中秋", 2025, (date(2025, 10, 6),)),  # after a leap sixth month
        ("重阳", 2025, (date(2025, 10, 29),)),
        ("腊八", 2022, (date(2022, 1, 10), date(2022, 12, 30))),  # twice in a year
        ("腊八", 2023, ()),  # and then not at all
        ("小年", 2026, (date(2026, 2, 11),)),
        ("除夕", 2025, (date(2025, 1, 28),)),  # the twelfth month had 29 days
        ("冬至", 2025, (date(2025, 12, 21),)),
        ("儿童节", 2026, (date(2026, 6, 1),)),
        ("母亲节", 2026, (date(2026, 5, 10),)),
        ("childrens_day", 2026, (date(2026, 6, 1),)),
    ],
)
def test_a_festival_falls_where_the_almanac_has_it(name, year, days):
    assert festival_days(name, year) == days


def test_an_unknown_festival_names_the_nearest():
    with pytest.raises(UnknownFestival, match="mid_autumn"):
        festival_days("mid_autum", 2026)


@given(DAYS)
def test_a_day_and_its_lunar_name_are_one(day):
    named = lunar.lunar(day)
    assert lunar.solar(named.year, named.month, named.day, leap=named.leap) == day


@given(YEARS)
def test_lunar_months_follow_one_another_over_the_years_end(year):
    here = [*lunar.months(year), lunar.months(year + 1)[0]]
    assert len(here) in (13, 14)
    assert [month.first + timedelta(days=month.length) for month in here[:-1]] == [month.first for month in here[1:]]


@given(st.sampled_from(sorted(FESTIVALS)), YEARS)
def test_a_festival_comes_once_in_a_lunar_or_calendar_year(name, year):
    days = [day for each in range(year, year + 20) for day in festival_days(name, each)]
    assert days == sorted(set(days))
    assert 19 <= len(days) <= 21
    assert all(330 < (later - earlier).days < 400 for earlier, later in pairwise(days))
    assert between(name, date(year, 1, 1), date(year + 20, 1, 1)) == days


@given(DAYS, st.integers(1, 18))
def test_a_lunar_birthday_is_kept_each_lunar_year(born, age):
    until = born.year + age
    days = [day for year in range(born.year, until + 1) for day in lunar.lunar_birthday(born, year)]
    assert abs(len(days) - age) <= 1
    assert all(day > born for day in days)
    on = lunar.lunar(born)
    for day in days:
        kept = lunar.lunar(day)
        assert kept.month == on.month
        assert not kept.leap
        assert kept.day == on.day or (on.day, kept.day) == (30, 29)


def test_a_child_of_a_leap_day_has_a_birthday_each_year():
    assert lunar.birthday(date(2020, 2, 29), 2025) == date(2025, 2, 28)
    assert lunar.birthday(date(2020, 2, 29), 2024) == date(2024, 2, 29)


def test_a_year_out_of_reach_is_refused_in_words():
    with pytest.raises(ValueError, match="1899–2199"):
        lunar.months(2500)
