"""Windows over every edge of the calendar: year ends, leap days, terms, week 53."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongxing.calendars import lunar, terms
from tongxing.caremodels.shapes import Per, Quota, Season
from tongxing.duties import rules
from tongxing.duties.windows import NO_END, Calendar, Window, birthdays, windows

TERMS = terms.complete((), date(2015, 1, 1), date(2041, 1, 1))
CALENDAR = Calendar(TERMS)
DAYS = st.dates(date(2018, 1, 1), date(2038, 12, 31))
TILING: tuple[Per, ...] = ("week", "month", "quarter", "half_year", "year")
DAY = timedelta(days=1)


def of(since: date, until: date | None = None, **quota: Any) -> list[Window]:
    return windows(Quota(**({"count": 1} | quota)), since, until or since + DAY, CALENDAR)


def spans(found: list[Window]) -> list[tuple[str, str]]:
    return [(each.since.isoformat(), each.until.isoformat()) for each in found]


@given(per=st.sampled_from(TILING), every=st.integers(1, 4), day=DAYS)
def test_every_day_lies_in_exactly_one_window(per: Per, every: int, day: date) -> None:
    (found,) = of(day, per=per, every=every)
    assert day in found
    assert found.whole == found.days
    (before,) = of(found.since - DAY, per=per, every=every)
    (behind,) = of(found.until, per=per, every=every)
    assert (before.until, behind.since) == (found.since, found.until)
    assert len({before.key, found.key, behind.key}) == 3


@given(per=st.sampled_from((*TILING, "term", "vacation")), every=st.integers(1, 3), first=DAYS, days=st.integers(1, 800), later=st.integers(0, 800))
def test_windows_do_not_depend_on_when_one_asks(per: Per, every: int, first: date, days: int, later: int) -> None:
    until = first + timedelta(days=days)
    whole = of(first, until, per=per, every=every)
    assert len({each.key for each in whole}) == len(whole)
    middle = first + timedelta(days=min(later, days - 1))
    assert of(middle, until, per=per, every=every) == [each for each in whole if each.until > middle]


@given(season=st.sampled_from(["term", "vacation"]), per=st.sampled_from(TILING), day=DAYS)
def test_a_season_takes_days_away_and_never_adds_any(season: Season, per: Per, day: date) -> None:
    whole = {each.key: each for each in of(day, day + timedelta(days=400), per=per)}
    for each in of(day, day + timedelta(days=400), per=per, season=season):
        outer = whole[each.key]
        assert outer.since <= each.since < each.until <= outer.until
        assert each.whole == outer.whole
        inside = [span for span in CALENDAR.seasons(season) if span[0] <= each.since < span[1]]
        assert inside


@given(day=DAYS, weekday=st.integers(1, 7))
def test_a_weekday_is_one_day_of_each_week(day: date, weekday: int) -> None:
    found = of(day, day + timedelta(days=70), per="week", weekday=weekday)
    assert 10 <= len(found) <= 11
    assert all(each.since.isoweekday() == weekday and each.days == 1 for each in found)


@pytest.mark.parametrize(
    ("quota", "on", "wanted"),
    [
        ({"per": "week"}, "2026-12-31", [("2026-12-28", "2027-01-04")]),  # week 53 of 2026
        ({"per": "week"}, "2027-01-03", [("2026-12-28", "2027-01-04")]),
        ({"per": "month"}, "2028-02-29", [("2028-02-01", "2028-03-01")]),
        ({"per": "month", "every": 2}, "2026-12-31", [("2026-11-01", "2027-01-01")]),
        ({"per": "half_year"}, "2026-06-30", [("2026-01-01", "2026-07-01")]),
        ({"per": "year", "every": 2}, "2027-05-01", [("2026-01-01", "2028-01-01")]),
        ({"per": "year", "month": 3}, "2028-03-31", [("2028-03-01", "2028-04-01")]),
        ({"per": "year", "month": 3}, "2028-04-01", []),
        ({"per": "term", "first_days": 10}, "2026-09-10", [("2026-09-01", "2026-09-11")]),
        ({"per": "term", "first_days": 10}, "2026-09-11", []),
        ({"per": "month", "season": "term"}, "2026-08-15", []),
        ({"per": "month", "season": "term"}, "2026-10-15", [("2026-10-01", "2026-11-01")]),
        ({"per": "week", "weekday": 5}, "2026-11-20", [("2026-11-20", "2026-11-21")]),
        ({"per": "week", "weekday": 5}, "2026-11-21", []),
        ({"per": "festival", "festivals": ("mid_autumn",)}, "2026-09-25", [("2026-09-18", "2026-09-26")]),
        ({"per": "festival", "festivals": ("spring_festival",)}, "2026-12-31", []),
        ({"per": "once"}, "2026-11-20", [("2026-11-20", NO_END.isoformat())]),
        ({"per": "birthday"}, "2026-11-20", []),
    ],
)
def test_windows_that_officials_know(quota: dict[str, Any], on: str, wanted: list[tuple[str, str]]) -> None:
    assert spans(of(date.fromisoformat(on), **quota)) == wanted


def test_a_window_of_a_festival_is_seen_before_the_festival() -> None:
    (found,) = of(date(2027, 2, 1), per="festival", festivals=("spring_festival", "mid_autumn"))
    assert found.until == date(2027, 2, 7)  # Spring Festival 2027 is 6 February
    assert found.key == "festival:spring_festival:2027-02-06"


def test_terms_and_vacations_follow_one_another() -> None:
    found = of(date(2026, 9, 1), date(2027, 9, 1), per="term") + of(date(2026, 9, 1), date(2027, 9, 1), per="vacation")
    assert [each.key for each in sorted(found)] == ["term:2026-1", "vacation:2026-1", "term:2026-2", "vacation:2026-2"]


@given(born=st.dates(date(2008, 1, 1), date(2020, 12, 31)), year=st.integers(2021, 2035), by_moon=st.booleans())
def test_every_year_has_its_birthday(born: date, year: int, by_moon: bool) -> None:
    found = [each for each in birthdays(born, date(year, 1, 1), date(year + 1, 1, 1), by_moon=by_moon) if each.anchor.year == year]
    assert len(found) in ((0, 1, 2) if by_moon else (1,))
    if not by_moon and (born.month, born.day) != (2, 29):
        assert (found[0].anchor.month, found[0].anchor.day) == (born.month, born.day)


@given(born=st.dates(date(2005, 1, 1), date(2021, 12, 31)), start=st.dates(date(2022, 6, 1), date(2040, 1, 1)))
def test_every_lunar_year_has_its_lunar_birthday_once(born: date, start: date) -> None:
    """Also of those born in a leap month (闰月), or on the 30th of a month that has 29 days in other years."""
    on = lunar.lunar(born)
    found = windows(Quota(count=1, per="birthday", calendar="lunar"), start, start + timedelta(days=1500), Calendar(), born=born)
    keys = [each.key for each in found]
    years = [lunar.lunar(each.anchor).year for each in found]
    assert keys == [f"birthday:lunar-{year}" for year in years]
    assert years == list(range(years[0], years[0] + len(years)))
    assert len(years) in (4, 5)
    for each in found:
        kept = lunar.lunar(each.anchor)
        assert (kept.month, kept.leap) == (on.month, False)
        assert kept.day == on.day or (on.day == 30 and kept.day == 29 and lunar.lunar(each.anchor + DAY).day == 1)
        assert (each.since, each.until) == (each.anchor - timedelta(days=3), each.anchor + DAY)
    assert windows(Quota(count=1, per="birthday", calendar="lunar"), start, start + timedelta(days=1500), Calendar()) == []


@pytest.mark.parametrize(
    ("born", "year", "days"),
    [
        (date(2014, 10, 24), 2027, [date(2027, 9, 30)]),  # the first of a leap ninth month: kept on the first of the ninth
        (date(2015, 2, 18), 2027, [date(2027, 2, 5)]),  # 除夕, the thirtieth of the twelfth month
        (date(2015, 2, 18), 2026, [date(2026, 2, 16)]),  # of which that year has 29 days
    ],
)
def test_lunar_birthdays_that_families_argue_about(born: date, year: int, days: list[date]) -> None:
    found = birthdays(born, date(year, 1, 1), date(year, 12, 31), by_moon=True)
    assert [each.anchor for each in found if each.anchor.year == year] == days


def test_born_on_the_leap_day() -> None:
    assert [each.anchor for each in birthdays(date(2016, 2, 29), date(2027, 2, 26), date(2027, 2, 27))][:1] == [date(2027, 2, 28)]


# Quota arithmetic


@given(count=st.integers(1, 12), per=st.sampled_from(TILING), day=DAYS, joined=DAYS)
def test_the_share_is_never_more_than_the_whole(count: int, per: Per, day: date, joined: date) -> None:
    (window,) = of(day, per=per)
    share = rules.need(count, window, since=joined)
    assert 0 <= share <= count
    if joined <= window.since:
        assert share == count
    if joined >= window.until:
        assert share == 0


@given(count=st.integers(1, 12), per=st.sampled_from(TILING), day=DAYS, days=st.integers(0, 400))
def test_who_joins_later_is_never_asked_more(count: int, per: Per, day: date, days: int) -> None:
    (window,) = of(day, per=per)
    joined = window.since + timedelta(days=min(days, window.days))
    assert rules.need(count, window, since=joined) >= rules.need(count, window, since=joined + DAY)


@given(count=st.integers(1, 12), per=st.sampled_from(TILING), day=DAYS, cut=st.integers(1, 364))
def test_two_shares_make_the_whole_to_within_one(count: int, per: Per, day: date, cut: int) -> None:
    (window,) = of(day, per=per)
    assume(cut < window.days)
    at = window.since + timedelta(days=cut)
    assert abs(rules.need(count, window, since=window.since, until=at) + rules.need(count, window, since=at) - count) <= 1


def test_joining_in_the_second_half_of_a_month_asks_no_monthly_visit() -> None:
    (window,) = of(date(2026, 11, 1), per="month")
    assert [rules.need(1, window, since=date(2026, 11, day)) for day in (1, 15, 16, 17, 30)] == [1, 1, 1, 0, 0]
    assert [rules.need(2, window, since=date(2026, 11, day)) for day in (1, 9, 10, 23, 24, 30)] == [2, 1, 1, 1, 0, 0]


def test_the_monthly_visit_of_term_time_is_not_asked_for_four_days_of_july() -> None:
    asked = [(each.since.month, rules.need(1, each, since=each.since)) for each in of(date(2026, 9, 1), date(2027, 9, 1), per="month", season="term")]
    assert dict(asked)[9] == dict(asked)[10] == dict(asked)[6] == 1
    assert dict(asked)[7] == 0


def test_the_id_tells_promises_apart() -> None:
    ids, subject = rules.window_id, UUID(int=1)
    first = ids("a.visit", subject, "month:2026-11-01", date(2026, 11, 1))
    assert first == ids("a.visit", subject, "month:2026-11-01", date(2026, 11, 1))
    assert len({first, ids("a.visit", subject, "month:2026-12-01", date(2026, 12, 1)), ids("a.call", subject, "month:2026-11-01", date(2026, 11, 1))}) == 3
    assert first.version == 8
