"""Answers against their form."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.forms import queries
from tongxing.forms.cleaning import FormError, clean
from tongxing.forms.shapes import Definition

ON = date(2026, 11, 20)
ONE, OTHER = UUID(int=1), UUID(int=2)
COMMON = {"carer_present": "yes", "changed": "no"}
FRAME: dict[UUID | None, dict[str, object]] = {None: {"spoken_to": ["carer"]}, ONE: {"seen": "yes"}, OTHER: {"seen": "yes"}}
OWN = {"mood": "calm", "study_state": "steady", "conduct": ["fine"], "body": "well"}


def visit() -> Definition:
    return queries.definition("home_visit")


def wrong(definition: Definition, common, own) -> dict[tuple[UUID | None, str], str]:
    with pytest.raises(FormError) as refused:
        clean(definition, common, own, on=ON, frame=FRAME)
    return {(each.child, each.field): each.sentence for each in refused.value.wrong}


def test_common_questions_are_answered_once_and_each_child_has_its_own():
    cleaned = clean(visit(), COMMON, {ONE: OWN, OTHER: OWN | {"mood": "low", "conduct": ["late", "quarrel"]}}, on=ON, frame=FRAME)
    assert cleaned.of(ONE)["carer_present"] == cleaned.of(OTHER)["carer_present"] == "yes"
    assert (cleaned.events(visit(), ONE), cleaned.events(visit(), OTHER)) == ([], ["low_mood", "late_or_early", "quarrel"])
    assert cleaned.sections(visit(), ONE) == ["family", "thought", "study", "behaviour"]


def test_every_missing_answer_has_its_sentence():
    said = wrong(visit(), {}, {ONE: {}})
    assert {(None, "carer_present"), (None, "changed"), (ONE, "mood"), (ONE, "conduct")} <= said.keys()
    assert said[None, "changed"] == "请填写“家庭情况和上次相比”。"


def test_what_changed_is_asked_only_where_something_did():
    assert (None, "change") in wrong(visit(), COMMON | {"changed": "yes"}, {ONE: OWN})
    assert "change" not in clean(visit(), COMMON | {"change": "没有问到的"}, {ONE: OWN}, on=ON, frame=FRAME).common


def test_nothing_is_said_of_a_child_that_was_not_seen():
    frame: dict[UUID | None, dict[str, object]] = {**FRAME, ONE: {"seen": "no"}}
    cleaned = clean(visit(), COMMON, {ONE: {}, OTHER: OWN}, on=ON, frame=frame)
    assert (cleaned.attempt(visit(), frame, ONE), cleaned.attempt(visit(), frame, OTHER)) == (True, False)
    with pytest.raises(FormError, match="没见到孩子，就不能填“情绪”"):
        clean(visit(), COMMON, {ONE: {"mood": "good"}}, on=ON, frame=frame)


def test_a_call_that_nobody_answered_is_an_attempt():
    form = queries.definition("parent_contact")
    missed, reached = (clean(form, {"means": "phone", "reached": said}, {ONE: {}}, on=ON) for said in ("no_answer", "yes"))
    assert (missed.attempt(form, {}, ONE), missed.attempt(form, {}), reached.attempt(form, {}, ONE)) == (True, True, False)


@pytest.mark.parametrize(
    ("height", "sentence"),
    [("高", "不是数字"), ("300", "应在40到220之间"), ("120.25", "最多1位小数"), ("NaN", "不是数字"), ("1e999", "应在"), (True, "要写成数字")],
)
def test_a_wrong_number_is_refused_in_words(height, sentence):
    assert sentence in wrong(queries.definition("health_check"), {}, {ONE: {"height": height, "body": "well"}})[ONE, "height"]


def test_numbers_are_kept_as_numbers():
    assert clean(queries.definition("health_check"), {}, {ONE: {"height": " 120.5 ", "body": "well"}}, on=ON).own[ONE]["height"] == 120.5


def test_nothing_unusual_goes_with_nothing_else():
    assert "就不能再选别的" in wrong(visit(), COMMON, {ONE: OWN | {"conduct": ["fine", "late"]}})[ONE, "conduct"]


def test_an_answer_that_nobody_asked_for_is_named():
    assert "没有“salary”这一栏" in wrong(visit(), COMMON | {"salary": "1"}, {ONE: OWN})[None, "salary"]


def test_a_choice_that_is_none_and_a_text_without_end_are_refused():
    said = wrong(visit(), COMMON | {"carer_present": "maybe", "needs": "字" * 4001}, {ONE: OWN})
    assert "从列出的答案里选" in said[None, "carer_present"]
    assert "最多4000个字" in said[None, "needs"]


def test_a_day_to_come_is_refused_where_it_is_not_asked_for():
    form = queries.definition("parent_contact")
    base = {"means": "phone", "reached": "yes"}
    assert clean(form, base | {"return_planned": "2027-02-01"}, {}, on=ON).common["return_planned"] == "2027-02-01"
    assert "不可能" in wrong(form, base | {"return_planned": "2099-02-01"}, {})[None, "return_planned"]


@given(
    st.dictionaries(
        st.sampled_from([field.id for field in queries.definition("home_visit").fields()]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.lists(st.text(max_size=5), max_size=3)),
    )
)
def test_whatever_comes_is_cleaned_or_refused_and_never_fails(answers):
    form = visit()
    own = {field.id for field in form.own}
    common, mine = ({key: value for key, value in answers.items() if (key in own) is whose} for whose in (False, True))
    try:
        cleaned = clean(form, common, {ONE: mine}, on=ON)
    except FormError:
        return
    assert clean(form, cleaned.common, cleaned.own, on=ON) == cleaned
