"""Opening: once, prorated, by the strictest rule; ended when it is asked no more, back when it is asked again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.calendars import actions as calendars
from tongxing.caremodels.expressions import evaluate, parse
from tongxing.caremodels.shapes import By, Quota
from tongxing.children import actions as children
from tongxing.children.tests.make import both_away, make_child
from tongxing.duties import facts, oracle, rules, tallies
from tongxing.duties.actions import discharging, opening, verifying
from tongxing.duties.facts import Values
from tongxing.duties.tests.make import day, logged, opened, promise, promised, rows, rule
from tongxing.ground import scope
from tongxing.places import codes

pytestmark = pytest.mark.django_db
NOV = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _log() -> Any:
    with logged() as log:
        yield log


@pytest.fixture
def child(places: Any) -> Any:
    with day(date(2026, 10, 1)):
        return make_child(relatives=both_away(date(2025, 3, 1)))


def test_the_database_computes_the_same_id(places: Any) -> None:
    from uuid import UUID

    for key, subject, anchor in (("a.visit", UUID(int=5), NOV), ("夷陵", UUID(int=2**120), date(1970, 1, 1)), ("x", UUID(int=0), date(2999, 12, 31))):
        with connection.cursor() as cursor:
            cursor.execute("SELECT duty_id(%s::text, %s::uuid, %s::text, %s::date)", [key, subject, "month:2026-11-01", anchor])
            assert cursor.fetchone()[0] == rules.window_id(key, subject, "month:2026-11-01", anchor)


def test_a_month_is_opened_once(child: Any) -> None:
    with promised(rule(promise())):
        assert opened(NOV).duties == 1
        assert opened(NOV).duties == 0
        assert opened(date(2026, 11, 2)).duties == 0
        (row,) = rows()
        assert (row.subject_id, row.need, row.done, row.since, row.window_from) == (child.id, 1, 0, NOV, NOV)
        assert row.due.isoformat() == "2026-12-01T00:00:00+08:00" or row.due.timestamp() == 1796054400
        assert opened(date(2026, 11, 24)).duties == 1  # December, a week ahead
        assert len(rows()) == 2


def test_what_asks_county_after_county_is_planned_for_each(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int | None] = []

    def watched(module: Any, name: str) -> None:
        inner = getattr(module, name)

        def asked(*given: Any) -> Any:
            seen.append(connection.connection.prepare_threshold)
            return inner(*given)

        monkeypatch.setattr(module, name, asked)

    watched(opening, "_open_county")
    watched(oracle, "differences")
    watched(tallies, "faults")
    with promised(rule(promise())):
        opened(NOV)
        verifying.verify(*codes.span(COUNTY), on=NOV)
    assert seen
    assert set(seen) == {None}


def test_who_joins_in_the_second_half_is_not_asked(child: Any) -> None:
    with promised(rule(promise(count=2))):
        opened(NOV)
        with day(date(2026, 11, 12)):
            second = make_child(name="王二", place=NEXT_VILLAGE)
        with day(date(2026, 11, 26)):
            make_child(name="王三", place=NEXT_VILLAGE)
        opened(date(2026, 11, 12))
        opened(date(2026, 11, 26))
        november = {row.subject_id: row.need for row in rows(window_from=NOV)}
        assert november == {child.id: 2, second.id: 1}


def test_the_condition_decides_and_its_end_ends_the_promise(child: Any) -> None:
    with promised(rule(promise(for_=parse("left_behind")))):
        with day(date(2026, 10, 2)):
            make_child(name="王二")
        opened(NOV)
        assert [row.subject_id for row in rows()] == [child.id]
        with day(date(2026, 11, 10)):
            absence = child.relatives.first().absences.first()
            children.end_absence(absence_id=absence.id, on=date(2026, 11, 10), returned="for_good", by=None)
            children.recompute([child.id])
        assert opened(date(2026, 11, 11)).ended == 1
        (row,) = rows()
        assert (row.ended_on, row.end_reason, row.is_open) == (date(2026, 11, 11), "condition", False)


def test_a_file_that_ends_takes_its_promises_along_and_brings_them_back(child: Any) -> None:
    with promised(rule(promise())):
        opened(NOV)
        with day(date(2026, 11, 5)):
            children.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", by=None)
        assert [row.end_reason for row in rows()] == ["left"]
        opened(date(2026, 11, 6))
        assert [row.end_reason for row in rows()] == ["left"]


def test_a_move_takes_the_promise_along(child: Any) -> None:
    with promised(rule(promise())):
        opened(NOV)
        with day(date(2026, 11, 5)):
            transfer = children.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="搬家", by=None)
            children.answer_transfer(transfer_id=transfer.id, act="accept", by=None)
        opened(date(2026, 11, 6))
        (row,) = rows()
        assert (row.scope_place, row.place) == (NEXT_VILLAGE, VILLAGE)


def test_the_same_promise_of_two_models_is_counted_once_and_the_strictest_need_wins(child: Any) -> None:
    one = rule(promise("a", obligation="visit", by=By(kinds=("v",))), model="one")
    two = rule(promise("b", obligation="visit", by=By(kinds=("v",)), quota=Quota(count=2, per="month")), model="two", place=TOWNSHIP)
    with promised(one, two):
        assert opened(NOV).duties == 1
        assert [row.need for row in rows()] == [2]


def test_a_weekly_promise_takes_the_place_of_a_monthly_one(child: Any) -> None:
    monthly = rule(promise("a", obligation="visit"))
    weekly = rule(promise("b", obligation="visit", for_=parse("left_behind"), per="week"))
    with promised(monthly, weekly):
        with day(date(2026, 10, 2)):
            other = make_child(name="王二")
        opened(NOV)
        found = {row.subject_id: row.window for row in rows(window_until__gt=NOV, window_from__lte=NOV)}
        assert found[other.id].startswith("month")
        assert found[child.id].startswith("week")


def test_a_rule_that_ends_ends_what_is_open_and_not_what_was_kept(child: Any) -> None:
    with promised(rule(promise())) as held:
        opened(NOV)
        held.clear()
        opened(date(2026, 11, 9))
        assert [row.end_reason for row in rows()] == ["rule"]


def test_a_rule_that_changes_takes_effect_with_the_next_window(child: Any) -> None:
    with promised(rule(promise())) as held:
        opened(date(2026, 11, 24))
        assert [row.need for row in rows()] == [1, 1]  # November, and December ahead
        held[:] = [rule(promise(count=3))]
        opened(date(2026, 11, 26))
        assert [(row.need, row.ended_on) for row in rows()] == [(1, None), (3, None)]


def test_promises_of_villages_posts_and_schools(places: Any, director: Any, supervisor: Any) -> None:
    with promised(
        rule(promise("notice", about="place", level="village")),
        rule(promise("exchange", about="post")),
        rule(promise("round", about="place", level="township", who="supervisor")),
    ):
        with day(date(2026, 10, 1)):
            make_child()
        opened(NOV)
        found = {(row.subject_kind, row.scope_place) for row in rows()}
        assert {("place", VILLAGE), ("place", NEXT_VILLAGE), ("place", TOWNSHIP), ("post", VILLAGE)} == found


def test_a_birthday_is_opened_in_its_week(places: Any) -> None:
    with day(date(2026, 10, 1)):
        born = make_child(born=date(2016, 11, 9))
        make_child(name="王二", born=date(2016, 12, 9))
    with promised(rule(promise("birthday", per="birthday"))):
        assert opened(date(2026, 11, 2)).duties == 1
        assert [(row.subject_id, row.window_until) for row in rows()] == [(born.id, date(2026, 11, 10))]
        assert opened(date(2026, 11, 9)).duties == 0


def test_a_birthday_is_kept_by_the_lunar_calendar_where_the_model_says_so(places: Any) -> None:
    with day(date(2026, 1, 10)):
        eve = make_child(born=date(2015, 2, 18))  # 除夕, the thirtieth of a month that has 29 days this year
        leap = make_child(name="王二", born=date(2014, 10, 24))  # the first of a leap ninth month
    with promised(rule(promise("birthday", per="birthday", calendar="lunar"))):
        assert opened(date(2026, 2, 10)).duties == 1
        assert opened(date(2026, 10, 6)).duties == 1
        found = [(row.subject_id, row.window, row.window_until) for row in rows()]
        assert found == [(eve.id, "birthday:lunar-2025", date(2026, 2, 17)), (leap.id, "birthday:lunar-2026", date(2026, 10, 11))]
        _noted, wrong = verifying.verify(*codes.span(COUNTY), on=date(2026, 10, 6))
        assert not wrong


# Expressions: the SQL and its twin

ATOMS = st.sampled_from(
    [
        "left_behind", "migrant", "in_difficulty", "unsupported", "in_school", "boards", "age < 6", "age >= 10", "age == 10", "6 <= age < 12", "grade > 2", "grade in [1, 4]",
        "age in [3, 10]", 'sex == "1"', 'sex != "2"', 'stage in ["primary", "junior"]', 'boarding == "weekdays"', 'guardianship != "good"', 'health == "healthy"',
        'aid in ["dibao"]', 'aid not in ["dibao", "other"]', 'category in ["state.poverty"]', 'category not in ["state.poverty"]', 'registration == "registered"', 'living_with == "grandparents"',
    ]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    ATOMS, lambda inner: st.one_of(inner.map("not ({})".format), st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})")), max_leaves=5
)


def test_sql_and_its_twin_agree_on_every_expression(places: Any) -> None:
    from tongxing.children.new import NewCategory, NewSchooling

    on = date(2026, 11, 5)
    with day(on):
        made = [
            make_child(relatives=both_away(date(2025, 3, 1)), health="healthy", aid=["dibao"]),
            make_child(name="王二", sex="2", born=date(2021, 2, 28), registration="registered", guardianship="good", living_with="grandparents"),
            make_child(name="王三", born=date(2016, 11, 5), schooling=NewSchooling(stage="primary", grade=4, boarding="weekdays", enrolment="attending")),
            make_child(name="王四", born=date(2016, 11, 6), categories=(NewCategory(scheme="state", kind="poverty"),), aid=["dibao", "other"]),
            make_child(name="王五", born=date(2011, 1, 1), schooling=NewSchooling(stage="junior", grade=1, boarding="no", enrolment="suspended")),
        ]
        known = facts.of_children([child.id for child in made], on)

        @settings(max_examples=150, suppress_health_check=list(HealthCheck))
        @given(text=EXPRESSIONS)
        def agree(text: str) -> None:
            tree = parse(text)
            values = Values(on)
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT c.id FROM children_child c WHERE {facts.condition(tree, values)}", values.held)
                assert {found for (found,) in cursor.fetchall()} == {child for child, held in known.items() if evaluate(tree, held)}, text

        agree()


def test_every_fact_that_a_model_may_name_has_its_sql() -> None:
    from tongxing.caremodels.vocabulary import vocabulary

    assert {fact.id for fact in vocabulary().fact} == facts.NAMES


def test_two_scopes_see_their_own(child: Any, director: Any, next_director: Any) -> None:
    from tongxing.duties.models import Duty

    with promised(rule(promise())):
        opened(NOV)
    with transaction.atomic(), scope.active(director.scope()):
        assert Duty.objects.count() == Duty.unscoped.count() == 1
    with transaction.atomic(), scope.active(next_director.scope()):
        assert Duty.objects.count() == Duty.unscoped.count() == 0
    assert COUNTY


def test_a_county_that_corrects_its_terms_moves_what_runs(child: Any, officer: Any) -> None:
    with logged() as log, promised(rule(promise("meeting", per="term", by=By(kinds=("home_visit",))))):
        opened(NOV)
        (row,) = rows()
        assert row.window == "term:2026-1"
        with day(NOV):
            discharging.discharge(log.add(child.id, date(2026, 10, 20)))
            assert rows()[0].done == 1
            calendars.state_term(place=COUNTY, year=2026, number=1, since=date(2026, 10, 25), last=date(2027, 1, 19), by=officer)
        opened(date(2026, 11, 2))
        (row,) = rows()
        assert (row.window_from, row.window_until, row.since, row.done, row.need) == (date(2026, 10, 25), date(2027, 1, 20), date(2026, 10, 25), 0, 1)
