"""Migrant children: outside the county of registration with a guardian for six months, under sixteen."""

from datetime import date

import pytest

from tongxing.children import sentences
from tongxing.children.rules import ChildFacts, Parameters, ResidenceFact, migrant, status_periods

BORN, HOME, AWAY = date(2015, 3, 10), 420506, 441900


def child(*residences: ResidenceFact, registered: int | None = HOME) -> ChildFacts:
    return ChildFacts(BORN, residences=residences, registered_county=registered)


@pytest.mark.parametrize(
    ("on", "holds", "why"),
    [
        (date(2024, 8, 31), False, "在户籍所在县居住"),
        (date(2025, 2, 28), False, "2024-09-01 起在户籍所在县以外居住，2025-03-01 满六个月"),
        (date(2025, 3, 1), True, "2024-09 起随监护人在户籍所在县以外居住"),
        (date(2031, 3, 10), False, "2031-03-10 已满16周岁"),
    ],
)
def test_six_months_outside_the_own_county(on, holds, why):
    family = child(ResidenceFact(BORN, HOME, True, date(2024, 9, 1)), ResidenceFact(date(2024, 9, 1), AWAY, True))
    verdict = migrant(family, on, Parameters())
    assert (verdict.holds, sentences.reasons(verdict.reasons)) == (holds, why)
    assert [(period.since, period.until) for period in status_periods(family, Parameters())] == [(date(2025, 3, 1), date(2031, 3, 10))]


def test_without_a_guardian_it_is_no_migration():
    assert migrant(child(ResidenceFact(BORN, AWAY, False)), date(2025, 1, 1), Parameters()).holds is False


def test_without_registration_or_residence_it_stays_open():
    assert migrant(child(ResidenceFact(BORN, AWAY, True), registered=None), date(2025, 1, 1), Parameters()).holds is None
    assert migrant(child(), date(2025, 1, 1), Parameters()).holds is None


def test_moving_on_between_other_counties_goes_on_counting():
    family = child(ResidenceFact(date(2024, 1, 1), AWAY, True, date(2024, 5, 1)), ResidenceFact(date(2024, 5, 1), 330200, True))
    assert migrant(family, date(2024, 7, 1), Parameters()).holds is True
