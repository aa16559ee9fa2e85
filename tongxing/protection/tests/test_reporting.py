"""A report is heard, the chain is told, and where nobody acknowledges the next one is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import make_child, seen_by
from tongxing.clocks import ticking
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.outbox.models import Message
from tongxing.protection import actions
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Hop, Report
from tongxing.protection.tests.make import case_of, hops_of, make_police, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def told(post: Post) -> int:
    with scope.whole_country(why="a test looks at everything"):
        return Message.objects.filter(person_id=post.person_id, kind="event").count()


def test_nothing_but_a_place_and_what_happened_is_needed(supervisor: Post):
    report = make_report(by=None, channel="public", words="救命")
    case = case_of(report)
    assert (case.state, case.urgent) == ("reported", True)
    assert told(supervisor) == 1
    assert report.number.startswith("B")
    assert case.number.startswith("A")


def test_the_police_are_told_at_once_where_they_have_a_contact(supervisor: Post, director: Post):
    police = make_police()
    report = make_report(by=director, situation="missing")
    assert told(police) >= 1
    assert any(hop.post_id == police.pk for hop in hops_of(report))


def test_without_a_contact_the_police_are_to_be_told_by_hand(supervisor: Post, director: Post):
    report = make_report(by=director, situation="missing")
    by_hand = [hop for hop in hops_of(report) if hop.outside]
    assert [hop.role for hop in by_hand if hop.role == "police" and hop.waiting] == ["police"]
    actions.by_hand(hop=next(hop for hop in by_hand if hop.role == "police"), by=supervisor, at_time=now(), whom_told="王警官", number="J2026112201")
    with scope.whole_country(why="a test looks at everything"):
        assert Report.objects.get(pk=report.pk).police_number == "J2026112201"


def test_what_was_dialled_already_is_on_record(director: Post, supervisor: Post):
    at = now() - timedelta(minutes=20)
    report = make_report(by=director, situation="missing", police_at=at, police_number="J1", police_officer="王警官")
    assert [hop.by_hand_at for hop in hops_of(report) if hop.role == "police"] == [at]


def test_nobody_acknowledges_so_whoever_is_on_duty_is_told_once(supervisor: Post, officer: Post, director: Post):
    report = make_report(by=director, situation="missing")
    assert told(officer) <= 1
    before = told(officer)
    with time_machine.travel(now() + timedelta(hours=3)):
        while ticking.tick():
            pass
        ticking.tick()
    assert told(officer) > before
    assert any(hop.lapsed_at for hop in hops_of(report))
    after = told(officer)
    with time_machine.travel(now() + timedelta(hours=3, minutes=1)):
        ticking.tick()
    assert told(officer) == after


def test_acknowledging_stops_the_clock(supervisor: Post, officer: Post, director: Post):
    report = make_report(by=director, situation="low_mood")
    hop = next(hop for hop in hops_of(report) if hop.post_id == supervisor.pk)
    actions.acknowledge(hop=hop, by=supervisor, pass_on=False, reason="已与孩子谈过，情绪平稳")
    with time_machine.travel(now() + timedelta(hours=1)):
        ticking.tick()
    assert not any(hop.lapsed_at for hop in hops_of(report) if hop.post_id == supervisor.pk)


def test_a_missing_child_cannot_be_held_back(supervisor: Post, director: Post):
    report = make_report(by=director, situation="missing")
    hop = next(hop for hop in hops_of(report) if hop.post_id == supervisor.pk)
    with pytest.raises(ProtectionError):
        actions.acknowledge(hop=hop, by=supervisor, pass_on=False, reason="不想报")


def test_somebody_else_cannot_acknowledge(supervisor: Post, officer: Post, director: Post, next_director: Post):
    report = make_report(by=director)
    hop = next(hop for hop in hops_of(report) if hop.post_id == supervisor.pk)
    with pytest.raises(ProtectionError):
        actions.acknowledge(hop=hop, by=next_director)


def test_the_same_report_twice_is_one(director: Post, supervisor: Post):
    first = uuid7()
    one, two = make_report(by=director, id=first), make_report(by=director, id=first)
    assert one.pk == two.pk
    assert one.number == two.number
    assert told(supervisor) == 1


def test_twenty_identical_reports_of_a_minute_are_one_case_and_one_alarm(supervisor: Post):
    reports = [make_report(channel="public", words="有个孩子被打") for _ in range(20)]
    assert len({report.case_id for report in reports}) == 1
    assert len({report.number for report in reports}) == 20
    assert told(supervisor) == 1


def test_reports_about_one_child_stand_in_one_case(director: Post, supervisor: Post):
    child = make_child()
    one = make_report(by=director, child_id=child.pk, words="没回家")
    two = make_report(channel="public", child_id=child.pk, words="邻居没见到孩子")
    assert one.case_id == two.case_id


def test_a_case_that_ended_gets_a_new_one_that_follows_it(director: Post, supervisor: Post):
    child = make_child()
    one = case_of(make_report(by=director, child_id=child.pk, situation="low_mood"))
    other = make_post("supervisor", supervisor.place_id, name="刘督导")
    actions.advance(case=one, act="doubt", by=supervisor, words="孩子在外婆家")
    actions.advance(case=one, act="dismiss", by=other, words="已核实")
    two = case_of(make_report(by=director, child_id=child.pk, situation="low_mood"))
    assert (two.pk != one.pk, two.follows_id) == (True, one.pk)


@pytest.mark.parametrize(
    "wrong",
    [{"situation": "no_such"}, {"place": 999999999999}, {"happened_at": "later"}, {"words": "长" * 5001}, {"police_number": "J1"}],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(wrong: dict[str, Any]):
    if wrong.get("happened_at"):
        wrong = {"happened_at": now() + timedelta(days=1)}
    with pytest.raises(ProtectionError) as refused:
        make_report(**wrong)
    assert len(str(refused.value)) > 5
    with scope.whole_country(why="a test looks at everything"):
        assert not Report.objects.exists()
        assert not Case.objects.exists()


def test_whose_place_it_is_sees_it_and_the_next_village_does_not(director: Post, next_director: Post, supervisor: Post, officer: Post):
    report = make_report(by=None, channel="public", place=VILLAGE)
    for post, sees in ((director, True), (supervisor, True), (officer, True), (next_director, False)):
        with seen_by(post):
            assert Case.objects.filter(pk=report.case_id).exists() is sees
            assert Case.unscoped.filter(pk=report.case_id).exists() is sees
            assert Report.unscoped.filter(pk=report.pk).exists() is sees
            assert Hop.unscoped.filter(report=report.pk).exists() is sees


def test_a_joint_case_shows_to_both_villages(director: Post, next_director: Post):
    here, there = make_child(), make_child(place=NEXT_VILLAGE)
    report = make_report(by=director, child_id=here.pk)
    actions.link_child(case=case_of(report), child_id=there.pk, by=director)
    with seen_by(next_director):
        assert Case.objects.filter(pk=report.case_id).exists()
        assert Case.unscoped.filter(pk=report.case_id).exists()


def test_a_restricted_case_is_for_those_who_are_named(director: Post, supervisor: Post, officer: Post):
    report = make_report(by=None, channel="public")
    actions.restrict(case=case_of(report), posts=[officer], by=officer)
    for post, sees in ((director, False), (supervisor, False), (officer, True)):
        with seen_by(post):
            assert Case.objects.filter(pk=report.case_id).exists() is sees
            assert Case.unscoped.filter(pk=report.case_id).exists() is sees
    actions.break_glass(number=case_of(report).number, by=supervisor, why="派出所来电核实")
    with seen_by(supervisor):
        assert Case.unscoped.filter(pk=report.case_id).exists()
    assert told(officer) >= 1
    with time_machine.travel(now() + timedelta(days=2)), seen_by(supervisor):
        assert not Case.unscoped.filter(pk=report.case_id).exists()


def test_a_glass_of_another_place_does_not_break(next_director: Post, officer: Post):
    report = make_report(by=None, channel="public")
    actions.restrict(case=case_of(report), posts=[officer], by=officer)
    with pytest.raises(ProtectionError):
        actions.break_glass(number=case_of(report).number, by=next_director, why="想看一看里面")


def test_what_happens_to_a_child_who_is_being_followed_is_a_new_alarm(director: Post, supervisor: Post, officer: Post):
    child = make_child()
    one = case_of(make_report(by=director, child_id=child.pk, situation="outstanding_issue"))
    actions.advance(case=one, act="receive", by=supervisor)
    two = case_of(make_report(by=director, child_id=child.pk, situation="missing"))
    assert (two.pk != one.pk, two.state, two.urgent) == (True, "reported", True)


def test_a_mood_that_turns_into_a_missing_child_is_told_anew(director: Post, supervisor: Post):
    child = make_child()
    one = make_report(by=director, child_id=child.pk, situation="low_mood")
    actions.acknowledge(hop=next(hop for hop in hops_of(one) if hop.post_id == supervisor.pk), by=supervisor, pass_on=False, reason="情绪平稳")
    two = make_report(by=director, child_id=child.pk, situation="missing")
    assert two.case_id == one.case_id
    assert case_of(two).urgent
    assert any(hop.post_id == supervisor.pk and hop.waiting for hop in hops_of(two))
    assert any(hop.role == "police" for hop in hops_of(two))


@pytest.mark.parametrize("role", ["supervisor", "officer"])
def test_whoever_reports_the_law_is_kept_and_the_police_are_told(role: str, request: pytest.FixtureRequest, supervisor: Post, officer: Post):
    """A supervisor is a link of the law's chain too: that she reports must not begin the chain behind the police."""
    police = make_police()
    report = make_report(by=request.getfixturevalue(role))
    assert police.pk in {hop.post_id for hop in hops_of(report) if hop.chain == "mandatory"}


def test_a_chain_of_the_reporters_own_runs_beside_the_laws(supervisor: Post, director: Post):
    caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=today(), by=None)
    police = make_police()
    report = make_report(by=director)
    assert {hop.chain for hop in hops_of(report) if hop.post_id == police.pk} == {"mandatory", "village"}
