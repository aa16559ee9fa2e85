"""What places state of their calendar, and what holds where."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.people import COUNTY, TOWNSHIP, VILLAGE
from tongxing.calendars import actions, queries, terms
from tongxing.calendars.actions import CalendarError
from tongxing.calendars.models import Holiday, Term
from tongxing.ground import scope
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db
PROVINCE = 420000000000


def state(place: int = COUNTY, number: int = 1, since: date = date(2026, 9, 1), last: date = date(2027, 1, 22), **rest) -> Term:
    return actions.state_term(place=place, year=2026, number=number, since=since, last=last, **{"by": None} | rest)


def test_without_a_statement_the_usual_terms_are_assumed_and_say_so(places):
    found = queries.terms(VILLAGE, date(2026, 9, 1), date(2027, 9, 1))
    assert [(term.number, term.assumed) for term in found] == [(1, True), (2, True)]
    assert found == list(terms.assumed(2026))


def test_the_county_states_its_terms_for_all_its_villages(places):
    state()
    autumn, spring = queries.terms(VILLAGE, date(2026, 9, 1), date(2027, 9, 1))
    assert (autumn.until, autumn.assumed, spring.assumed) == (date(2027, 1, 23), False, True)
    winter = queries.vacation(VILLAGE, date(2027, 1, 25))
    assert winter is not None
    assert (winter.kind, winter.since, winter.assumed) == ("winter", date(2027, 1, 23), True)


def test_the_nearest_statement_holds(places):
    state(PROVINCE, last=date(2027, 1, 15))
    assert queries.term(VILLAGE, date(2027, 1, 18)) is None
    term = state(COUNTY)
    assert queries.term(VILLAGE, date(2027, 1, 18)) is not None
    actions.withdraw_term(term_id=term.id, reason="教育局改期", by=None)
    assert queries.term(VILLAGE, date(2027, 1, 18)) is None
    actions.withdraw_term(term_id=term.id, reason="再来一次", by=None)  # nothing happens


def test_a_correction_says_what_stood_before(places):
    state()
    state(last=date(2027, 1, 29), source="夷教〔2026〕8号")
    state(last=date(2027, 1, 29), source="夷教〔2026〕8号")  # the same again is no correction
    with scope.whole_country(why="the test reads the journal"):
        verbs = [(record.verb, record.diff.get("until")) for record in Record.objects.filter(subject_kind="term").order_by("seq")]
    assert verbs == [("term_stated", [None, "2027-01-23"]), ("term_corrected", ["2027-01-23", "2027-01-30"])]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"place": TOWNSHIP}, "县级以上"),
        ({"number": 3}, "请选择学期"),
        ({"since": date(2025, 9, 1)}, "不在2026—2027学年"),
        ({"last": date(2026, 9, 8)}, "30到240天"),
        ({"number": 2, "since": date(2027, 1, 20), "last": date(2027, 6, 30)}, "重叠"),
    ],
)
def test_a_term_that_cannot_be_is_refused_in_words(places, wrong, words):
    state()
    with pytest.raises(CalendarError, match=words):
        state(**wrong)


def holiday(since: date, last: date, *names: str, **rest) -> Holiday:
    return actions.state_holiday(place=COUNTY, names=names or ("spring_festival",), since=since, last=last, **{"by": None} | rest)


def test_a_year_nobody_has_named_is_monday_to_friday_until_all_its_holidays_are_stated(places):
    assert not queries.calendar(VILLAGE).known(2040)
    assert len(queries.missing(VILLAGE, 2040)) == 7
    assert queries.missing(VILLAGE, 2026) == []
    holiday(date(2040, 2, 11), date(2040, 2, 18), worked=[date(2040, 2, 5)])
    calendar = queries.calendar(VILLAGE)
    assert not calendar.is_workday(date(2040, 2, 13))  # a Monday
    assert calendar.is_workday(date(2040, 2, 5))  # a Sunday
    assert not queries.calendar(PROVINCE).is_workday(date(2040, 2, 5))
    for month, names in enumerate((("new_year",), ("qingming",), ("labour_day", "dragon_boat"), ("mid_autumn", "national_day")), 4):
        assert not queries.calendar(VILLAGE).known(2040)
        holiday(date(2040, month, 4), date(2040, month, 6), *names)
    assert queries.calendar(VILLAGE).known(2040)
    assert queries.missing(VILLAGE, 2040) == []


def test_a_places_own_day_stands_over_the_published_one(places):
    holiday(date(2026, 2, 15), date(2026, 2, 26))
    day = date(2026, 2, 25)
    assert queries.calendar(COUNTY).is_workday(day) is False
    assert queries.calendar(PROVINCE).is_workday(day) is True
    assert queries.calendar(VILLAGE).after(date(2026, 2, 13), 2) == date(2026, 2, 27)  # 14 February is worked


def test_a_holiday_is_corrected_and_taken_back(places):
    made = holiday(date(2027, 2, 5), date(2027, 2, 12))
    same = holiday(date(2027, 2, 6), date(2027, 2, 12), holiday_id=made.id)
    assert (same.id, same.since) == (made.id, date(2027, 2, 6))
    actions.withdraw_holiday(holiday_id=made.id, reason="通知作废", by=None)
    with pytest.raises(CalendarError, match="已被删除"):
        holiday(date(2027, 2, 6), date(2027, 2, 12), holiday_id=made.id)


@pytest.mark.parametrize(
    ("since", "days", "worked", "words"),
    [
        (date(2027, 2, 5), -1, (), "不能早于第一天"),
        (date(2027, 2, 5), 90, (), "不能超过31天"),
        (date(2027, 2, 5), 6, (date(2027, 2, 6),), "不能在假期里面"),
        (date(2027, 2, 5), 6, (date(2026, 2, 6),), "请检查年份"),
        (date(2027, 5, 3), 3, (), "重叠"),
    ],
)
def test_a_holiday_that_cannot_be_is_refused_in_words(places, since, days, worked, words):
    holiday(date(2027, 5, 1), date(2027, 5, 5), "labour_day")
    with pytest.raises(CalendarError, match=words):
        holiday(since, since + timedelta(days=days), worked=worked)


def test_a_holiday_needs_a_name(places):
    with pytest.raises(CalendarError, match="哪个节日"):
        holiday(date(2027, 5, 1), date(2027, 5, 5), "may")
