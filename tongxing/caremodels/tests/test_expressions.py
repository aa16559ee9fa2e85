"""The language of ``for``."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tongxing.caremodels.expressions import ExpressionError, Known, evaluate, facts_of, parse, written
from tongxing.caremodels.shapes import And, Compare, Expression, Fact, In, Not, Or
from tongxing.caremodels.vocabulary import vocabulary

FACTS = vocabulary().facts("child")
YES_NO = [name for name, kind in FACTS.items() if kind.type == "yes_no"]
CHOICES = [kind for kind in FACTS.values() if kind.type in ("choice", "choices")]

leaves: st.SearchStrategy[Expression] = st.one_of(
    st.sampled_from(YES_NO).map(Fact),
    st.builds(Compare, st.sampled_from(["age", "grade"]), st.sampled_from(["==", "<", "<=", ">", ">="]), st.integers(0, 30)),
    st.sampled_from(CHOICES).flatmap(
        lambda kind: st.builds(In, st.just(kind.id), st.lists(st.sampled_from([each.value for each in kind.values]), min_size=1, unique=True).map(tuple))
    ),
    st.sampled_from([kind for kind in CHOICES if not kind.several]).flatmap(
        lambda kind: st.builds(Compare, st.just(kind.id), st.just("=="), st.sampled_from([each.value for each in kind.values]))
    ),
)
trees: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda inner: st.one_of(inner.map(Not), st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)), st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))),
    max_leaves=8,
)
subjects = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(YES_NO, st.booleans()),
        "age": st.integers(0, 18),
        "grade": st.integers(1, 12),
        **{kind.id: st.sampled_from([each.value for each in kind.values]) for kind in CHOICES if not kind.several},
        **{kind.id: st.sets(st.sampled_from([each.value for each in kind.values]), max_size=3) for kind in CHOICES if kind.several},
    },
)


@given(trees)
def test_what_is_written_is_read_as_the_same(tree: Expression):
    assert parse(written(tree)) == tree


@given(trees, subjects)
def test_not_is_the_opposite_for_every_subject(tree: Expression, facts: dict[str, Known]):
    assert evaluate(Not(tree), facts) is not evaluate(tree, facts)


@given(trees, subjects)
def test_only_the_facts_that_it_names_decide(tree: Expression, facts: dict[str, Known]):
    named = facts_of(tree)
    assert evaluate(tree, facts) == evaluate(tree, {name: value for name, value in facts.items() if name in named})


@given(st.text(max_size=60))
@example("__import__('os').system('true')")
@example("left_behind.__class__")
@example("(lambda: 1)()")
@example("[x for x in age]")
@example("age ** 9999999")
@example("not " * 400 + "boards")
@example("(" * 300)
@example("age == 1 if boards else 2")
@example("f'{age}'")
@example("boards := 1")
def test_any_other_text_is_refused_and_nothing_is_run(text: str):
    try:
        found = parse(text)
    except ExpressionError:
        return
    assert parse(written(found)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("left_behnd", "the nearest known fact is “left_behind”"),
        ("left_behind == True", "write left_behind, or not left_behind"),
        ("age", "is no yes-or-no fact"),
        ('age == "6"', "a whole number"),
        ("age == 6.5", "a whole number"),
        ('stage > "primary"', "has no order"),
        ('category == "state.poverty"', "write: category in"),
        ('category in ["state.povety"]', "the nearest known value is “state.poverty”"),
        ("category in []", "is empty"),
        ('category in ["state.poverty", "state.poverty"]', "names a value twice"),
        ("1 < 2", "one side must be a fact"),
        ("age is 6", "write =="),
        ("age + 1 == 7", "one side must be a fact"),
        ("boards or", "is no expression"),
    ],
)
def test_a_fault_says_what_would_be_right(text: str, said: str):
    with pytest.raises(ExpressionError, match=said.replace("(", r"\(")):
        parse(text)


def test_a_number_may_stand_on_either_side():
    assert parse("6 <= age < 12") == And((Compare("age", ">=", 6), Compare("age", "<", 12)))


def test_what_is_not_known_is_neither_equal_nor_a_member():
    assert not evaluate(parse('boarding == "no"'), {})
    assert evaluate(parse('boarding != "no"'), {})
    assert evaluate(parse('category not in ["state.poverty"]'), {})


def test_a_fact_with_several_values_is_in_a_list_when_any_is():
    tree = parse('category in ["state.poverty", "laohekou.poverty"]')
    assert evaluate(tree, {"category": {"laohekou.poverty", "six_risks.mind"}})
    assert not evaluate(tree, {"category": {"six_risks.mind"}})


def test_the_circle_names_roles_of_the_model():
    assert parse('circle in ["paired_teacher"]', roles={"paired_teacher"})
    with pytest.raises(ExpressionError, match="nearest known value is “paired_teacher”"):
        parse('circle in ["paired_techer"]', roles={"paired_teacher"})


def test_a_subject_without_facts_has_no_expression():
    with pytest.raises(ExpressionError, match="there are none"):
        parse("left_behind", about="place")
