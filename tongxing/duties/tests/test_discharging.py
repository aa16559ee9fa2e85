"""Entries discharge, voiding reopens, a correction discharges anew, and the order in which all that arrives does not matter."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.caremodels.shapes import By
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import make_child, make_siblings
from tongxing.duties.actions import deciding, discharging
from tongxing.duties.models import Discharge, Duty
from tongxing.duties.tests.make import Log, day, logged, moment, opened, promise, promised, rows, rule
from tongxing.ground.today import CHINA
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db
NOV = date(2026, 11, 1)


@pytest.fixture
def child(places: Any) -> Any:
    with day(date(2026, 10, 1)):
        return make_child()


@pytest.fixture
def log() -> Any:
    with logged() as held:
        yield held


def test_a_visit_keeps_the_promise_and_voiding_it_reopens_it(child: Any, log: Log) -> None:
    with promised(rule(promise())), day(date(2026, 11, 5)):
        opened(NOV)
        visit = log.add(child.id, date(2026, 11, 4))
        assert [duty.done for duty in discharging.discharge(visit)] == [1]
        assert discharging.discharge(visit) == []  # sent twice
        assert not rows()[0].is_open
        discharging.reopen(visit.id)
        assert rows()[0].is_open
        assert not Discharge.objects.exists()
        assert list(Record.objects.filter(subject_kind="duty").order_by("seq").values_list("verb", flat=True)) == ["duty_discharged", "duty_reopened"]


def test_a_correction_takes_the_place_of_what_it_corrects(child: Any, log: Log) -> None:
    with promised(rule(promise())), day(date(2026, 11, 5)):
        opened(NOV)
        first = log.add(child.id, date(2026, 11, 4))
        discharging.discharge(first)
        second = log.add(child.id, date(2026, 11, 3), corrects=first.id)
        discharging.discharge(second)
        assert [(link.entry_id, link.on) for link in Discharge.objects.all()] == [(second.id, date(2026, 11, 3))]
        third = log.add(child.id, date(2026, 11, 3), kind="talk", corrects=second.id)
        discharging.discharge(third)
        assert rows()[0].is_open


def test_two_visits_of_one_day_count_once(child: Any, log: Log) -> None:
    with promised(rule(promise(count=2))), day(date(2026, 11, 6)):
        opened(NOV)
        for on in (4, 4, 5):
            discharging.discharge(log.add(child.id, date(2026, 11, on)))
        assert [(row.done, row.is_open) for row in rows()] == [(2, False)]


def test_one_entry_keeps_the_promises_of_two_models(child: Any, log: Log) -> None:
    with promised(rule(promise("a", by=By(kinds=("home_visit",))), model="one"), rule(promise("b", by=By(kinds=("home_visit",))), model="two")), day(date(2026, 11, 5)):
        opened(NOV)
        assert len(discharging.discharge(log.add(child.id, date(2026, 11, 4)))) == 2


def test_one_visit_to_a_household_counts_for_every_child_of_it(places: Any, log: Log) -> None:
    with day(date(2026, 10, 1)):
        three = make_siblings(3)
    with promised(rule(promise())), day(date(2026, 11, 5)):
        opened(NOV)
        visit = log.add(three[0].id, date(2026, 11, 4), children=tuple(each.id for each in three))
        assert len(discharging.discharge(visit)) == 3
        assert not [row for row in rows() if row.is_open]


def test_a_visit_at_school_counts_for_the_boarder_alone(places: Any, log: Log) -> None:
    with day(date(2026, 10, 1)):
        boarder = make_child(schooling=NewSchooling(stage="primary", grade=4, boarding="weekdays"))
        other = make_child(name="王二", schooling=NewSchooling(stage="primary", grade=4, boarding="no"))
    with promised(rule(promise(by=By(kinds=("home_visit",), at_school=True)))), day(date(2026, 11, 5)):
        opened(NOV)
        visit = log.add(boarder.id, date(2026, 11, 4), children=(boarder.id, other.id), kind="school_visit", at_school=True)
        assert [duty.subject_id for duty in discharging.discharge(visit)] == [boarder.id]


def test_an_entry_logged_before_the_window_was_opened_counts(child: Any, log: Log) -> None:
    with promised(rule(promise())), day(date(2026, 11, 5)):
        discharging.discharge(log.add(child.id, date(2026, 11, 4)))
        opened(date(2026, 11, 5))
        discharging.catch_up([child.id], NOV, date(2026, 12, 1))
        assert [row.done for row in rows()] == [1]


# Events


def event_rules() -> tuple[Any, ...]:
    drop = promise("visit_on_drop", event="grade_dropped", within="3d", by=By(kinds=("home_visit",)), also_discharges=("talk_monthly",))
    return rule(drop), rule(promise("talk_monthly", by=By(kinds=("talk",))))


def test_an_event_opens_a_promise_with_a_deadline(child: Any, log: Log) -> None:
    with promised(*event_rules()), day(date(2026, 11, 5)):
        opened(NOV)
        grades = log.add(child.id, date(2026, 11, 5), kind="grades")
        (duty,) = discharging.open_for_event("grade_dropped", child.id, grades.id, moment(date(2026, 11, 5)), place=VILLAGE)
        assert duty.due == datetime(2026, 11, 9, tzinfo=CHINA)
        assert discharging.open_for_event("grade_dropped", child.id, grades.id, moment(date(2026, 11, 5)), place=VILLAGE) == [duty]
        assert discharging.open_for_event("quarrel", child.id, grades.id, moment(date(2026, 11, 5)), place=VILLAGE) == []
        assert Duty.objects.filter(opened_by=grades.id).count() == 1
        discharging.discharge(log.add(child.id, date(2026, 11, 4)))  # a visit of the day before is none after it
        assert Duty.objects.get(pk=duty.pk).is_open
        touched = discharging.discharge(log.add(child.id, date(2026, 11, 8)))
        assert len(touched) == 2  # the model says that it also counts as the monthly talk
        assert not [row for row in rows() if row.is_open]


def test_voiding_what_raised_the_event_ends_its_promise(child: Any, log: Log) -> None:
    with promised(*event_rules()), day(date(2026, 11, 5)):
        grades = log.add(child.id, date(2026, 11, 5), kind="grades")
        discharging.open_for_event("grade_dropped", child.id, grades.id, moment(date(2026, 11, 5)), place=VILLAGE)
        discharging.reopen(grades.id)
        assert [row.end_reason for row in rows()] == ["void"]


def test_a_visit_written_down_before_the_event_counts_all_the_same(child: Any, log: Log) -> None:
    with promised(*event_rules()), day(date(2026, 11, 7)):
        discharging.discharge(log.add(child.id, date(2026, 11, 6)))
        (duty,) = discharging.open_for_event("grade_dropped", child.id, None, moment(date(2026, 11, 5)), place=VILLAGE)
        assert duty.done == 1


# The order does not matter

ACTS = st.lists(st.tuples(st.sampled_from(["visit", "visit", "talk", "void", "correct"]), st.integers(1, 28), st.integers(0, 3)), min_size=1, max_size=9)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, chance=st.randoms(use_true_random=False))
def test_in_whatever_order_entries_arrive_the_same_stands_in_the_end(places: Any, acts: list[Any], chance: random.Random) -> None:
    with transaction.atomic(), promised(rule(promise("home_visit", count=3)), rule(promise("talk", per="week"))), logged() as log, day(date(2026, 11, 28)):
        with day(date(2026, 10, 1)):
            child = make_child()
        opened(NOV)
        arrivals: list[Any] = []
        for what, on, which in acts:
            entries = [
                entry
                for kind, entry in arrivals
                if kind == "entry" and entry.id not in {each.corrects for each in log.held.values()} | {gone for k, gone in arrivals if k == "void"}
            ]
            target = entries[which % len(entries)] if entries else None
            if what in ("visit", "talk"):
                arrivals.append(("entry", log.add(child.id, date(2026, 11, on), kind="home_visit" if what == "visit" else "talk")))
            elif target is not None and what == "void":
                arrivals.append(("void", target.id))
            elif target is not None:
                arrivals.append(("entry", log.add(child.id, date(2026, 11, on), kind=target.kind, corrects=target.id)))
        gone = {each.corrects for each in log.held.values()} | {entry for kind, entry in arrivals if kind == "void"}

        def play(order: list[Any]) -> list[Any]:
            with transaction.atomic():
                for kind, what in order:
                    if kind == "void":
                        discharging.reopen(what)
                    else:  # what arrives when it has been followed already does not stand any more
                        discharging.discharge(what if what.id not in gone else type(what)(**{name: getattr(what, name) for name in what.__slots__} | {"stands": False}))
                found = [(row.id, row.done) for row in rows()]
                transaction.set_rollback(True)
            return found

        shuffled = list(arrivals)
        chance.shuffle(shuffled)
        assert play(shuffled) == play(arrivals)
        transaction.set_rollback(True)


# What people decide


def test_waiving_needs_a_reason_and_a_superior(child: Any, director: Any, supervisor: Any) -> None:
    with promised(rule(promise())), day(date(2026, 11, 5)):
        opened(NOV)
        ids = [row.id for row in rows()]
        with pytest.raises(FieldErrors):
            deciding.waive(duty_ids=ids, reason=" ", by=supervisor)
        with pytest.raises(CannotDo):
            deciding.waive(duty_ids=ids, reason="忙", by=director)
        deciding.waive(duty_ids=ids, reason="孩子住院", by=supervisor)
        assert not rows()[0].is_open
        with pytest.raises(CannotDo):
            deciding.waive(duty_ids=ids, reason="再一次", by=supervisor)
        deciding.unwaive(duty_ids=ids, by=supervisor)
        assert rows()[0].is_open


def test_rest_is_not_overdue_and_its_days_are_taken_off(child: Any, director: Any) -> None:
    with promised(rule(promise(count=2))):
        opened(NOV)
        with day(date(2026, 11, 6)):
            deciding.suspend(child_id=child.id, reason="随父母在东莞", by=director)
            with pytest.raises(CannotDo):
                deciding.suspend(child_id=child.id, reason="又一次", by=director)
        opened(date(2026, 11, 26))
        november, december = rows()
        assert december.suspended_on == date(2026, 12, 1)
        assert not november.overdue(datetime(2026, 12, 5, tzinfo=CHINA))
        with day(date(2026, 11, 21)):
            deciding.resume(child_id=child.id, by=director)
        november, december = rows()
        assert (november.need, november.rested, november.suspended_on) == (1, 15, None)
        assert (december.need, december.rested, december.suspended_on) == (2, 0, None)


def test_a_month_that_was_rested_through_ends(child: Any) -> None:
    with promised(rule(promise())):
        opened(NOV)
        with day(date(2026, 11, 2)):
            deciding.suspend(child_id=child.id, reason="住院", by=None)
        with day(date(2026, 12, 3)):
            deciding.resume(child_id=child.id, by=None)
        assert [(row.end_reason, row.rested) for row in rows()] == [("suspended", 29)]


def test_urging_is_counted_and_not_repeated_the_same_morning(child: Any, supervisor: Any) -> None:
    with promised(rule(promise())), day(date(2026, 11, 5)):
        opened(NOV)
        ids = [row.id for row in rows()]
        assert len(deciding.urge(duty_ids=ids, by=supervisor)) == 1
        assert deciding.urge(duty_ids=ids, by=supervisor) == []
        assert rows()[0].urged == 1
    with day(date(2026, 11, 7)):
        assert len(deciding.urge(duty_ids=ids, by=supervisor)) == 1


def test_a_promise_outside_the_scope_cannot_be_decided(child: Any, next_director: Any) -> None:
    from tongxing.ground import scope

    with promised(rule(promise())):
        opened(NOV)
        ids = [row.id for row in rows()]
        with transaction.atomic(), scope.active(next_director.scope()), pytest.raises(Duty.DoesNotExist):
            deciding.reassign(duty_ids=ids, to=next_director.person_id, reason="请假", by=None)
    assert NEXT_VILLAGE
