"""A measure of a case is a promise about one child, with an owner and a day of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tongxing.accounts.models import Post
from tongxing.caremodels.shapes import By
from tongxing.children.errors import CannotDo
from tongxing.children.tests.make import make_child
from tongxing.duties import actions, oracle
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty
from tongxing.duties.tests.make import Log, day, logged, promise, promised, rows, rule
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.scope import Scope
from tongxing.ground.today import CHINA
from tongxing.journal.models import Record
from tongxing.places import codes

pytestmark = pytest.mark.django_db
NOV = date(2026, 11, 5)
BY = datetime(2026, 11, 20, 17, tzinfo=CHINA)


@pytest.fixture
def child(places: Any) -> Any:
    with day(date(2026, 10, 1)):
        return make_child()


@pytest.fixture
def log() -> Any:
    with logged() as held:
        yield held


def help_rules() -> tuple[Any, ...]:
    return (rule(promise("medical", event="help_medical", within="5d", dated=True, who="supervisor", by=By(kinds=("help_given",), role="any"))),)


def ask(child: Any, origin: UUID, *, due: datetime = BY, owner: UUID | None = None) -> Duty:
    return actions.ask(event="help_medical", child_id=child.id, origin=origin, due=due, owner=owner, by=None)


def test_a_measure_is_asked_of_its_owner_by_its_day(child: Any, log: Log, director: Post) -> None:
    with promised(*help_rules()), day(NOV):
        duty = ask(child, uuid7(), owner=director.person_id)
        assert (duty.due, duty.assigned_to, duty.child_id, duty.is_open) == (BY, director.person_id, child.id, True)
        assert not duty.overdue(BY - timedelta(minutes=1))
        assert duty.overdue(BY)


def test_an_entry_keeps_it(child: Any, log: Log) -> None:
    with promised(*help_rules()), day(date(2026, 11, 9)):
        duty = ask(child, uuid7())
        discharging.discharge(log.add(child.id, date(2026, 11, 9), kind="home_visit"))
        assert Duty.objects.get(pk=duty.pk).is_open
        discharging.discharge(log.add(child.id, date(2026, 11, 9), kind="help_given"))
        assert not Duty.objects.get(pk=duty.pk).is_open


def test_asked_again_it_is_the_same_with_the_new_day_and_owner(child: Any, log: Log, director: Post) -> None:
    origin = uuid7()
    with promised(*help_rules()), day(NOV):
        first = ask(child, origin)
        later = ask(child, origin, due=BY + timedelta(days=7), owner=director.person_id)
        assert ask(child, origin, due=BY + timedelta(days=7), owner=director.person_id) == later
        (row,) = rows()
        assert (row.id, row.due, row.window_until, row.assigned_to) == (first.id, BY + timedelta(days=7), date(2026, 11, 28), director.person_id)
        assert list(Record.objects.filter(subject_kind="duty").order_by("seq").values_list("verb", flat=True)) == ["duty_opened", "duty_changed"]


def test_two_measures_of_one_kind_are_two(child: Any, log: Log) -> None:
    with promised(*help_rules()), day(NOV):
        ask(child, uuid7())
        ask(child, uuid7())
    assert len(rows()) == 2


def test_withdrawn_it_is_asked_no_more_and_may_be_asked_again(child: Any, log: Log) -> None:
    origin = uuid7()
    with promised(*help_rules()), day(NOV):
        ask(child, origin)
        actions.withdraw(event="help_medical", child_id=child.id, origin=origin, by=None)
        assert [row.end_reason for row in rows()] == ["withdrawn"]
        assert actions.withdraw(event="help_medical", child_id=child.id, origin=origin, by=None) is None
        assert ask(child, origin).is_open


def test_what_was_kept_stays_kept(child: Any, log: Log) -> None:
    origin = uuid7()
    with promised(*help_rules()), day(NOV):
        ask(child, origin)
        discharging.discharge(log.add(child.id, NOV, kind="help_given"))
        assert actions.withdraw(event="help_medical", child_id=child.id, origin=origin, by=None) is None
    assert [(row.done, row.end_reason) for row in rows()] == [(1, "")]


def test_nobody_is_given_what_he_cannot_see(child: Any, log: Log, next_director: Post) -> None:
    with promised(*help_rules()), day(NOV), pytest.raises(CannotDo, match="不能交给这个人"):
        ask(child, uuid7(), owner=next_director.person_id)
    assert not rows()


def test_without_a_model_that_has_it_nothing_is_asked(child: Any, log: Log) -> None:
    with promised(rule(promise())), day(NOV), pytest.raises(CannotDo, match="没有这一项"):
        ask(child, uuid7())


def test_the_oracle_holds_with_a_day_of_its_own(child: Any, log: Log) -> None:
    with promised(*help_rules()), day(NOV):
        ask(child, uuid7())
        county = codes.at_level(child.scope_place, codes.Level.COUNTY)
        with scope.active(Scope(None, *codes.span(county))):
            looked, wrong = oracle.differences(*codes.span(county), county, NOV)
    assert (looked, wrong) == (1, [])
