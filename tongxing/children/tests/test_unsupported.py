"""YC-6: candidates for de-facto unsupported status, with the evidence there is and the evidence still missing."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from tongxing.children import codes, sentences
from tongxing.children.rules import ChildFacts, CircumstanceFact, Parameters, Parent, de_facto_unsupported, status_periods
from tongxing.children.tests.test_left_behind import DAYS, families

BORN, ON = date(2015, 3, 10), date(2025, 5, 1)
LONG_AGO = date(2020, 1, 1)


def family(father: CircumstanceFact | None, mother: CircumstanceFact | None, *, both: bool = True) -> ChildFacts:
    facts = [("51", father), ("52", mother)]
    return ChildFacts(BORN, tuple(Parent(relation, circumstances=(fact,) if fact else ()) for relation, fact in facts if fact or both))


def meets(kind: str) -> CircumstanceFact:
    return CircumstanceFact(kind, LONG_AGO, reported=LONG_AGO, grade="1" if kind == "severe_disability" else "", evidence=frozenset(codes.CIRCUMSTANCE[kind].evidence))


A = sorted(codes.CIRCUMSTANCE.where(lambda kind: kind.set == "A"))
B = sorted(codes.CIRCUMSTANCE.where(lambda kind: kind.set == "B"))


@pytest.mark.parametrize("mother", A + B)
@pytest.mark.parametrize("father", A + B)
def test_both_in_a_or_one_in_b_and_the_other_in_a(father, mother):
    found = de_facto_unsupported(family(meets(father), meets(mother)), ON)
    assert found.state == ("orphan_review" if father in B and mother in B else "candidate")
    assert found.missing == ()
    assert {document.kind for document in found.supports} == {*codes.CIRCUMSTANCE[father].evidence, *codes.CIRCUMSTANCE[mother].evidence}


@pytest.mark.parametrize("kind", [None, "no_capacity", "no_custody", "refuses"])
def test_a_parent_in_neither_set_makes_no_candidate(kind):
    assert de_facto_unsupported(family(meets("dead"), meets(kind) if kind else None), ON).state == "no"


def test_the_evidence_still_missing_is_listed():
    father = CircumstanceFact("imprisoned", date(2024, 1, 1), expected_until=date(2027, 1, 1))
    found = de_facto_unsupported(family(father, meets("out_of_contact")), ON)
    assert found.state == "candidate"
    assert [sentences.document(document) for document in found.missing] == ["父亲：刑事判决书"]
    assert [sentences.document(document) for document in found.supports] == ["母亲：公安报案受理回执", "母亲：公安查找结果"]
    assert sentences.reasons(found.reasons) == "父亲服刑在押 2024-01 起；母亲失联 2020-01 起"


@pytest.mark.parametrize(
    ("term_ends", "on", "state"),
    [
        (date(2025, 7, 1), date(2025, 1, 1), "candidate"),  # six months to the day, from the first one
        (date(2025, 6, 30), date(2025, 1, 1), "pending"),  # a shorter term counts only if it lasts after all
        (None, date(2025, 6, 30), "pending"),
        (None, date(2025, 7, 1), "candidate"),
    ],
)
def test_custody_counts_from_six_months(term_ends, on, state):
    found = de_facto_unsupported(family(CircumstanceFact("detox", date(2025, 1, 1), expected_until=term_ends), meets("dead")), on)
    assert found.state == state
    assert found.from_day == (date(2025, 7, 1) if state == "pending" else None)


def test_out_of_contact_counts_six_months_after_the_police_accepted():
    gone = CircumstanceFact("out_of_contact", date(2023, 1, 1), reported=date(2025, 1, 10))
    assert de_facto_unsupported(family(gone, meets("dead")), date(2025, 7, 9)).state == "pending"
    assert de_facto_unsupported(family(gone, meets("dead")), date(2025, 7, 10)).state == "candidate"


def test_out_of_contact_without_a_report_is_no_candidate_and_says_so():
    found = de_facto_unsupported(family(CircumstanceFact("out_of_contact", date(2023, 1, 1)), meets("dead")), ON)
    assert found.state == "unknown"
    assert "母亲" not in sentences.reason(found.reasons[0])
    assert sentences.reason(found.reasons[0]) == "父亲失联，未见公安受理日期，时间无法起算"


@pytest.mark.parametrize(("grade", "kind", "severe"), [("1", "4", True), ("2", "4", True), ("3", "4", False), ("3", "5", True), ("4", "6", True), ("4", "1", False)])
def test_severe_disability_is_grade_1_and_2_or_3_and_4_of_the_mind(grade, kind, severe):
    disabled = CircumstanceFact("severe_disability", LONG_AGO, grade=grade, disability=kind)
    assert (de_facto_unsupported(family(disabled, meets("dead")), ON).state == "candidate") is severe


def test_a_side_not_recorded_leaves_it_open():
    assert de_facto_unsupported(family(meets("dead"), None, both=False), ON).state == "unknown"


def test_it_runs_to_eighteen_and_not_to_sixteen():
    (period,) = status_periods(family(meets("dead"), meets("imprisoned")), Parameters())
    assert (period.status, period.since, period.until) == ("de_facto_unsupported", date(2020, 7, 1), date(2033, 3, 10))
    assert de_facto_unsupported(family(meets("dead"), meets("imprisoned")), date(2033, 3, 10)).state == "no"


@given(families)
def test_the_intervals_agree_with_the_day(family):
    periods = status_periods(family, Parameters())
    edges = {day for period in periods for day in (period.since, period.until)} | {family.born}
    for day in {edge + timedelta(days=shift) for edge in edges for shift in (-1, 0, 1, 100)}:
        state = de_facto_unsupported(family, day).state
        assert any(period.covers(day) for period in periods if period.status == "de_facto_unsupported") == (state == "candidate")
        assert any(period.covers(day) for period in periods if period.status == "orphan_review") == (state == "orphan_review")


@given(families, DAYS)
def test_every_reason_is_said_in_words(family, on):
    found = de_facto_unsupported(family, on)
    assert found.reasons
    assert "%(" not in sentences.reasons(found.reasons) + sentences.reasons(found.reasons, discreet=True)
    assert found.state != "pending" or (found.from_day and found.from_day > on)
