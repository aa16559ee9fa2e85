from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tongxing.calendars import terms
from tongxing.calendars.terms import Term

YEARS = st.integers(1990, 2100)


def test_the_usual_terms_are_those_of_hubei():
    """School years 2024 and 2025: winter vacations 18 January to 16 February 2025 and 7 February to 8 March 2026."""
    autumn, spring = terms.assumed(2024)
    assert (autumn.since, autumn.until) == (date(2024, 9, 1), date(2025, 1, 18))
    assert (spring.since, spring.until) == (date(2025, 2, 17), date(2025, 7, 5))
    assert terms.assumed(2025)[0].until == date(2026, 2, 7)
    assert autumn.assumed


@given(YEARS)
def test_assumed_terms_are_believable(year):
    autumn, spring = terms.assumed(year)
    assert 110 <= (autumn.until - autumn.since).days <= 175
    assert 110 <= (spring.until - spring.since).days <= 160
    assert 20 <= (spring.since - autumn.until).days <= 40


@st.composite
def stated(draw):
    """Terms as counties state them: near the usual dates, some of them missing."""
    found, last = [], date.min
    for year in range(2020, 2026):
        for term in terms.assumed(year):
            since = max(last, term.since + timedelta(days=draw(st.integers(-20, 20))))
            until = max(since + timedelta(days=30), term.until + timedelta(days=draw(st.integers(-20, 20))))
            last = until
            if draw(st.booleans()):
                found.append(Term(since, until, year, term.number))
    return found


@given(stated(), st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(1, 800))
def test_each_day_is_in_one_term_or_one_vacation_at_most(known, since, length):
    until = since + timedelta(days=length)
    found = terms.complete(known, since, until)
    assert found == sorted(found)
    assert all(before.until <= behind.since for before, behind in pairwise(found))
    assert all(term in found for term in known if term.since < until and since < term.until)
    assert len({(term.year, term.number) for term in found}) == len(found)
    between = terms.vacations(found)
    assert all(not any(day in term for term in found) for vacation in between for day in (vacation.since, vacation.until - timedelta(days=1)))
    assert all(vacation.kind == ("winter" if vacation.since.month in (12, 1, 2) else "summer") for vacation in between)


def test_a_school_year_turns_in_september():
    assert terms.school_year(date(2026, 8, 31)) == 2025
    assert terms.school_year(date(2026, 9, 1)) == 2026
