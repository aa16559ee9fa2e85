"""What is counted: every number is the length of the list behind it, sums hold, and the day of the facts decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import asked, listed
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import away, make_child, seen_by, years_ago
from tongxing.figures import facts, queries, sums
from tongxing.figures.definition import TABLES
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.codes import Level

pytestmark = pytest.mark.django_db
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # an example is a whole register: shrinking takes minutes
CHILD = st.fixed_dictionaries(
    {
        "place": st.sampled_from([VILLAGE, NEXT_VILLAGE]),
        "sex": st.sampled_from(["1", "2", "9"]),
        "born": st.integers(0, 17).flatmap(lambda years: st.integers(0, 360).map(lambda days: years_ago(years, days=days))),
        "guardianship": st.sampled_from(["", "nobody", "fair", "good"]),
        "living_with": st.sampled_from(["", "grandparents", "siblings", "entrusted"]),
        "registration": st.sampled_from(["registered", "none", "unknown"]),
        "income": st.sets(st.sampled_from(["migrant_work", "farming"])).map(sorted),
        "aid": st.sets(st.sampled_from(["dibao", "medical"])).map(sorted),
        "state": st.sampled_from(["current", "current", "current", "draft", "ended"]),
    }
)
PARENTS = st.sampled_from([(), ("51", "52"), ("51",)])
STAGES = st.sampled_from(["", "primary", "dropout", "kindergarten"])
KINDS = st.sets(st.sampled_from([("state", "poverty"), ("suxian", "hardship"), ("suxian", "dropout"), ("protection", "de_facto_unsupported")]), max_size=2)


def build(specification: tuple[dict[str, Any], tuple[str, ...], str, set[tuple[str, str]]]) -> None:
    given_facts, parents, stage, kinds = specification
    relatives = tuple(away(relation, {"51": "张父", "52": "李母"}[relation], max(years_ago(1), given_facts["born"])) for relation in parents)
    make_child(
        **given_facts,
        relatives=relatives,
        schooling=NewSchooling(stage=stage) if stage else None,
        categories=tuple(NewCategory(scheme=scheme, kind=kind) for scheme, kind in sorted(kinds)),
    )


@settings(max_examples=12, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(children=st.lists(st.tuples(CHILD, PARENTS, STAGES, KINDS), max_size=5))
def test_every_number_is_the_length_of_its_list_and_every_sum_holds(officer: Post, children: list[Any]) -> None:
    for each in children:
        build(each)
    with seen_by(officer):
        for table in TABLES.values():
            counted = queries.count(table, COUNTY, today())
            assert not sums.check(table, [(row.name, row.cells) for row in counted.rows], counted.total)
            for column, number in zip(table.columns, counted.total, strict=True):
                if (filters := table.list_of(column)) is not None:
                    question = asked(filters, Asking(officer, today()))
                    assert not question.problems, (table.id, column.key)
                    assert listed(question).count() == number, (table.id, column.key)


@settings(max_examples=12, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(children=st.lists(st.tuples(CHILD, PARENTS, STAGES, KINDS), max_size=5))
def test_the_facts_of_a_past_day_are_todays_when_the_day_is_today(places, children: list[Any]) -> None:
    for each in children:
        build(each)
    lo, hi = codes.span(TOWNSHIP)
    with seen_by(None):
        for table in TABLES.values():
            past = queries.by_place(table, today(), Level.VILLAGE, facts.past_rows(table.uses, today(), lo, hi))
            assert past == queries.by_place(table, today(), Level.VILLAGE, facts.today_rows(table.uses, today(), lo, hi))


def test_rows_are_the_places_below_also_those_without_a_child(officer: Post) -> None:
    make_child(place=VILLAGE, relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))))
    table = TABLES["left_behind_summary"]
    with seen_by(officer):
        assert [(row.name, row.cells[0]) for row in queries.count(table, TOWNSHIP, today()).rows] == [("冯家湾社区", 1), ("兴安社区", 0)]
        assert [row.place for row in queries.count(table, COUNTY, today()).rows] == [TOWNSHIP]
        assert queries.count(table, VILLAGE, today()).total[0] == 1


def test_the_scope_bounds_the_count(director: Post, next_director: Post) -> None:
    make_child(place=VILLAGE, relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))))
    table = TABLES["left_behind_summary"]
    for post, number in ((director, 1), (next_director, 0)):
        with seen_by(post):
            assert queries.count(table, TOWNSHIP, today()).total[0] == number


def test_both_away_and_one_away_are_the_rules_own_reasons(officer: Post) -> None:
    from tongxing.children.tests.make import befallen

    make_child(name="张两人", relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))))
    make_child(name="李一人", relatives=(away("51", "李父", years_ago(1)), befallen("52", "王母", "severe_illness", years_ago(2))))
    table = TABLES["left_behind_summary"]
    with seen_by(officer):
        total = dict(zip(table.keys, queries.count(table, COUNTY, today()).total, strict=True))
    assert (total["total"], total["both_away"], total["one_away"], total["determined"]) == (2, 1, 1, 0)


def test_a_category_counts_once_the_county_has_confirmed_it(officer: Post, director: Post) -> None:
    child = make_child(by=director)
    table = TABLES["difficulty"]
    with seen_by(director):
        row = actions.report_category(child_id=child.id, new=NewCategory(scheme="state", kind="poverty"), by=director)
    with seen_by(officer):
        assert queries.count(table, COUNTY, today()).total[0] == 0
        actions.advance_category(category_id=row.id, yes=True, by=officer, comment="急需救助")
        assert queries.count(table, COUNTY, today()).total[0] == 1


def test_no_restricted_kind_can_be_counted() -> None:
    from tongxing.figures.expressions import ConditionError, read

    with pytest.raises(ConditionError, match="never “protection:hiv”"):
        read("'protection:hiv' in categories", facts.NAMES)


def test_a_file_that_ended_yesterday_stood_on_the_register_before(officer: Post) -> None:
    import time_machine

    table = TABLES["left_behind_summary"]
    with time_machine.travel(today() - timedelta(days=40)):
        child = make_child(relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))))
    with seen_by(None):
        actions.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", on=today() - timedelta(days=1), by=None)
        lo, hi = codes.span(VILLAGE)
        for days, number in ((45, 0), (30, 1), (2, 1), (1, 0), (0, 0)):
            on = today() - timedelta(days=days)
            assert queries.by_place(table, on, Level.VILLAGE, facts.past_rows(table.uses, on, lo, hi)).get(VILLAGE, (0,))[0] == number, days
