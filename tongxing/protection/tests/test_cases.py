"""A case goes its way, with a second pair of eyes and a clock for each state."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from tests.people import TOWNSHIP, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import seen_by
from tongxing.clocks import ticking
from tongxing.clocks.models import Clock
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.protection import actions
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Line, Task
from tongxing.protection.states import NotNow
from tongxing.protection.tests.make import case_of, hops_of, make_police, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def tasks_of(case_id: UUID) -> list[Task]:
    with scope.whole_country(why="a test looks at everything"):
        return list(Task.objects.filter(case=case_id).select_related("owner").order_by("order"))


def test_an_emergency_lays_its_checklist_over_the_case(supervisor: Post, director: Post):
    police = make_police()
    case = actions.advance(case=case_of(make_report(by=director)), act="receive", by=supervisor)
    actions.advance(case=case, act="handle", by=supervisor)
    made = actions.start_branch(case=case, branch="missing", by=supervisor)
    assert {"searched", "parents_told"} <= {task.step for task in made}
    assert next(task for task in made if task.step == "searched").owner == police
    assert not actions.start_branch(case=case, branch="missing", by=supervisor)


def test_a_case_is_not_closed_over_required_steps(supervisor: Post, officer: Post, director: Post):
    case = actions.advance(case=case_of(make_report(by=director)), act="receive", by=supervisor)
    actions.start_branch(case=case, branch="missing", by=supervisor)
    actions.advance(case=case, act="handle", by=supervisor)
    with pytest.raises(ProtectionError):
        actions.advance(case=case, act="assess", by=supervisor, words="孩子找到了")
    with pytest.raises(NotNow):
        actions.advance(case=case, act="close", by=officer, words="孩子找到了", outcome="safe_at_home")


def test_a_false_alarm_needs_a_second_pair_of_eyes(supervisor: Post, director: Post):
    case = actions.advance(case=case_of(make_report(by=director)), act="doubt", by=supervisor, words="孩子在外婆家")
    with pytest.raises(ProtectionError):
        actions.advance(case=case, act="dismiss", by=supervisor, words="是误报")
    other = make_post("supervisor", TOWNSHIP, name="刘督导")
    assert actions.advance(case=case, act="dismiss", by=other, words="已核实").state == "unfounded"


def test_each_open_case_has_one_clock_and_an_ended_one_none(supervisor: Post, officer: Post, director: Post):
    case = case_of(make_report(by=director, situation="outstanding_issue"))
    for act, by, outcome in (("receive", supervisor, ""), ("track", supervisor, ""), ("close", officer, "helped")):
        case = actions.advance(case=case, act=act, by=by, words="已联系", outcome=outcome)
        running = Clock.objects.filter(kind="case", subject=case.pk).running()
        assert [clock.step for clock in running] == ([] if case.ended else [case.state])


def test_a_case_that_nobody_receives_is_told_upwards_and_it_is_on_record(supervisor: Post, officer: Post, director: Post):
    case = case_of(make_report(by=director))
    with time_machine.travel(now() + timedelta(days=2)):
        while ticking.tick():
            pass
    with scope.whole_country(why="a test looks at everything"):
        assert Line.objects.filter(case=case, verb="late").exists()


def test_a_task_that_is_late_is_told_to_its_owner_once(supervisor: Post, director: Post):
    case = actions.advance(case=case_of(make_report(by=director)), act="receive", by=supervisor)
    task = actions.add_task(case=case, name="送孩子去检查", by=supervisor, owner=director, due_at=now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2)):
        while ticking.tick():
            pass
    with scope.whole_country(why="a test looks at everything"):
        assert Line.objects.filter(case=case, verb="task_late").count() == 1
    actions.finish(task=task, by=director, result="已检查，无伤")
    with pytest.raises(ProtectionError):
        actions.finish(task=task, by=director)


def test_only_whoever_has_the_task_or_works_on_the_case_ticks_it(supervisor: Post, director: Post, next_director: Post):
    case = actions.advance(case=case_of(make_report(by=director)), act="receive", by=supervisor)
    task = actions.add_task(case=case, name="家访", by=supervisor, owner=director)
    with pytest.raises(ProtectionError):
        actions.finish(task=task, by=next_director)
    assert tasks_of(case.pk)[0].done_at is None


def test_a_state_entered_again_is_escalated_from_the_first_level_again(supervisor: Post, officer: Post, director: Post):
    case = actions.advance(case=case_of(make_report(by=director)), act="receive", by=supervisor)
    other = make_post("supervisor", TOWNSHIP, name="刘督导")
    actions.advance(case=case, act="doubt", by=supervisor, words="孩子在外婆家")
    actions.advance(case=case, act="uphold", by=other, words="还没有找到")
    with time_machine.travel(now() + timedelta(days=3)):
        ticking.tick()
    with scope.whole_country(why="a test looks at everything"):
        late = Line.objects.filter(case=case, verb="late", data__state="received").order_by("at").first()
    assert late is not None
    assert late.data["round"] == 1


def test_whoever_acts_on_a_case_has_heard_of_it(supervisor: Post, officer: Post, director: Post):
    report = make_report(by=director, situation="guardian_failing")
    actions.advance(case=case_of(report), act="receive", by=supervisor)
    assert all(hop.acknowledged_at for hop in hops_of(report) if hop.post_id == supervisor.pk)


def test_an_observed_child_is_known_to_whoever_registers_it_and_told_to_nobody(supervisor: Post, officer: Post):
    report = make_report(by=officer, situation="observed")
    assert hops_of(report) == []
    with seen_by(supervisor):
        assert not Case.unscoped.exists()
    with seen_by(officer):
        assert Case.objects.get().kind == "judicial"
    assert actions.advance(case=case_of(report), act="receive", by=officer).owner == officer
