"""P8-1: who is left behind. The cases that officials tell, and the properties that hold in every life."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children import codes, sentences
from tongxing.children.rules import AbsenceFact, ChildFacts, CircumstanceFact, Determination, Parameters, Parent, left_behind, standing, standing_periods, status_periods
from tongxing.children.rules.periods import Length, Reason
from tongxing.ground import toml

BORN = date(2015, 3, 10)


@dataclass(frozen=True, slots=True)
class Told:
    """One parent in a scenario."""

    away: tuple[AbsenceFact, ...] = ()
    facts: tuple[CircumstanceFact, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    on: date
    answer: Literal["yes", "no", "unknown"]
    born: date = BORN
    father: Told | None = None
    mother: Told | None = None
    stepfather: Told | None = None
    minimum_absence: Length = field(default_factory=Length)
    why: str | None = None
    discreet: str | None = None
    periods: tuple[tuple[date, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    case: tuple[Case, ...]


def facts_of(case: Case) -> ChildFacts:
    told = (("51", case.father), ("52", case.mother), ("57", case.stepfather))
    return ChildFacts(case.born, tuple(Parent(relation, one.away, one.facts, one.since) for relation, one in told if one))


@pytest.mark.parametrize("case", toml.read(Path(__file__).with_name("left_behind.toml"), Cases).case, ids=lambda case: case.title)
def test_an_official_agrees(case: Case):
    params = Parameters(minimum_absence=case.minimum_absence)
    verdict = left_behind(facts_of(case), case.on, params)
    assert {True: "yes", False: "no", None: "unknown"}[verdict.holds] == case.answer
    if case.why is not None:
        assert sentences.reasons(verdict.reasons) == case.why
    if case.discreet is not None:
        assert sentences.reasons(verdict.reasons, discreet=True) == case.discreet
    if case.periods is not None:
        found = [(period.since, period.until) for period in status_periods(facts_of(case), params) if period.status == "left_behind"]
        assert found == [tuple(bounds) for bounds in case.periods]


DAYS = st.dates(date(2014, 1, 1), date(2034, 12, 31))


@st.composite
def stretches(draw, /, **more):
    since = draw(DAYS)
    until = draw(st.none() | st.integers(1, 900).map(lambda days: since + timedelta(days=days)))
    return {"since": since, "until": until, **{name: draw(strategy) for name, strategy in more.items()}}


absences = stretches(purpose=st.sampled_from(codes.ABSENCE_PURPOSE.values()), where=st.sampled_from(["东莞", "武汉", ""])).flatmap(
    lambda given: st.sampled_from(codes.RETURN_KIND.values() if given["until"] else ("",)).map(lambda kind: AbsenceFact(**given, returned=kind))
)
circumstances = stretches(kind=st.sampled_from(codes.CIRCUMSTANCE.values()), grade=st.sampled_from(["", "1", "3"]), disability=st.sampled_from(["4", "5"])).flatmap(
    lambda given: st.booleans().map(lambda known: CircumstanceFact(**(given if known else given | {"since": None})))
)
parents = st.builds(Parent, st.sampled_from(["51", "52", "57", "58"]), st.lists(absences, max_size=4).map(tuple), st.lists(circumstances, max_size=2).map(tuple))
families = st.builds(ChildFacts, st.sampled_from([BORN, date(2016, 2, 29), date(2012, 12, 31)]), st.lists(parents, max_size=3).map(tuple))
params = st.builds(Parameters, st.sampled_from([Length(), Length(days=30), Length(months=6)]), st.sampled_from([Length(), Length(days=40)]))


@given(families, params)
def test_the_intervals_agree_with_the_day_on_every_day(family, params):
    periods = [period for period in status_periods(family, params) if period.status == "left_behind"]
    day = family.born - timedelta(days=2)
    while day < family.born + timedelta(days=17 * 366):
        assert any(period.covers(day) for period in periods) == bool(left_behind(family, day, params).holds), day
        day += timedelta(days=1 if day.month == 3 or day.day > 28 else 5)


@given(families, params)
def test_intervals_are_in_order_apart_and_end_at_sixteen(family, params):
    periods = [period for period in status_periods(family, params) if period.status == "left_behind"]
    assert all(earlier.until < later.since for earlier, later in pairwise(periods))
    for period in periods:
        assert family.born <= period.since < period.until
        assert period.until <= date(family.born.year + 16, family.born.month, family.born.day)


@given(families, params, DAYS)
def test_every_verdict_is_said_in_words_and_survives_storage(family, params, on):
    verdict = left_behind(family, on, params)
    assert verdict.reasons
    for reason in verdict.reasons:
        assert Reason.from_json(reason.as_json()) == reason
        for discreet in (False, True):
            said = sentences.reason(reason, discreet=discreet)
            assert said
            assert "%(" not in said


@given(families, DAYS)
def test_a_parent_found_to_be_at_home_ends_it(family, on):
    home = ChildFacts(family.born, (*(parent for parent in family.parents if parent.relation != "52"), Parent("52")))
    assert left_behind(home, on, Parameters()).holds is False


@given(families, params, DAYS)
def test_the_order_in_which_facts_were_entered_does_not_matter(family, params, on):
    turned = ChildFacts(family.born, tuple(Parent(one.relation, one.absences[::-1], one.circumstances[::-1]) for one in family.parents[::-1]))
    assert left_behind(turned, on, params).holds == left_behind(family, on, params).holds


def test_someone_born_on_29_february_is_sixteen_on_29_february():
    family = ChildFacts(date(2012, 2, 29), (Parent("51", (AbsenceFact(date(2020, 1, 1)),)), Parent("52", (AbsenceFact(date(2020, 1, 1)),))))
    (period,) = status_periods(family, Parameters())
    assert period.until == date(2028, 2, 29)


AWAY = ChildFacts(BORN, (Parent("51", (AbsenceFact(date(2024, 3, 1)),)), Parent("52")))


def determined(**given) -> ChildFacts:
    return ChildFacts(AWAY.born, AWAY.parents, determinations=(Determination("left_behind", True, date(2025, 1, 1), **given),))


def test_an_official_determination_stands_beside_the_rule_and_both_are_shown():
    found = standing(determined(approved=True, reason="母亲长期酗酒"), "left_behind", date(2025, 6, 1), Parameters())
    assert found.official
    assert (found.derived.holds, found.official.holds, found.holds, found.differs) == (False, True, True, True)


def test_a_determination_waits_for_its_approval():
    found = standing(determined(), "left_behind", date(2025, 6, 1), Parameters())
    assert (found.holds, found.differs, found.official) == (False, False, None)


def test_a_determination_ends_with_its_term_and_at_sixteen():
    family = determined(approved=True)
    (period,) = standing_periods(family, status_periods(family, Parameters()))
    assert (period.since, period.until) == (date(2025, 1, 1), date(2031, 3, 10))
    assert standing(family, "left_behind", date(2031, 3, 10), Parameters()).holds is False
    family = determined(approved=True, until=date(2026, 1, 1))
    assert [(period.since, period.until) for period in standing_periods(family, ())] == [(date(2025, 1, 1), date(2026, 1, 1))]


def test_a_determination_can_say_no():
    both = ChildFacts(BORN, (Parent("51", (AbsenceFact(date(2024, 3, 1)),)), Parent("52", (AbsenceFact(date(2024, 3, 1)),))))
    said_no = ChildFacts(both.born, both.parents, determinations=(Determination("left_behind", False, date(2025, 1, 1), date(2026, 1, 1), approved=True),))
    derived = status_periods(said_no, Parameters())
    found = [(period.since, period.until) for period in standing_periods(said_no, derived)]
    assert found == [(date(2024, 3, 1), date(2025, 1, 1)), (date(2026, 1, 1), date(2031, 3, 10))]
