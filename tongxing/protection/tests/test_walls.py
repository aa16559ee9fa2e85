"""Who sees a case, by each wall alone: its place, its children's places, those who are named, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.actions.grants import grant_children
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground import scope
from tongxing.ground.today import CHINA, today
from tongxing.protection import actions
from tongxing.protection.cases import seeing
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Assessment, Case, CaseChild, Conclusion, Hop, Line, Placement, Report, Task
from tongxing.protection.tests.make import case_of, make_contact, make_police, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
TABLES = (Case, CaseChild, Report, Hop, Line, Task, Placement, Assessment, Conclusion)


def sees(post: Post) -> dict[str, tuple[int, int]]:
    """How many rows of each table a post sees: through both walls, and through the database's alone."""
    with seen_by(post):
        return {model.__name__: (model.objects.count(), model.unscoped.count()) for model in TABLES}


def blind(post: Post) -> bool:
    return set(sees(post).values()) == {(0, 0)}


def test_a_stranger_and_the_next_village_see_no_row_of_any_table(director: Post, next_director: Post, supervisor: Post, officer: Post):
    child = make_child()
    case = actions.advance(case=case_of(make_report(by=director, child_id=child.pk)), act="receive", by=supervisor)
    actions.add_task(case=case, name="家访", by=supervisor, owner=director)
    for post in (director, supervisor, officer):
        found = sees(post)
        assert found["Case"] == (1, 1)
        assert found["Task"] == (1, 1)
    assert blind(next_director)
    with transaction.atomic(), connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            assert cursor.fetchone() == (0,), f"{model.__name__} shows to nobody in particular"


def test_who_is_shown_a_child_is_not_shown_its_case_until_told(director: Post, supervisor: Post):
    child = make_child()
    teacher = make_post("teacher", TOWNSHIP)
    with scope.whole_country(why="the test gives the teacher a pupil"):
        grant_children(post=teacher, children={child.pk: child.scope_place}, cause="class", since=today(), by=None)
    case = case_of(make_report(by=director, child_id=child.pk, situation="guardian_failing"))
    with seen_by(teacher):
        known = Case.unscoped.filter(pk=case.pk).exists()
    hops = {hop.post_id for hop in case_hops(case)}
    assert known is (teacher.pk in hops)
    actions.uninvolve(case=case, post=teacher, by=supervisor)
    with seen_by(teacher):
        assert not Case.unscoped.filter(pk=case.pk).exists()
    actions.involve(case=case, post=teacher, by=supervisor)
    with seen_by(teacher):
        assert Case.objects.filter(pk=case.pk).exists()


def case_hops(case: Case) -> list[Hop]:
    with scope.whole_country(why="the test looks at everything"):
        return list(Hop.objects.filter(case=case))


def test_the_police_see_the_case_that_they_were_told_of_and_no_other(director: Post, next_director: Post, supervisor: Post):
    police = make_police()
    told = case_of(make_report(by=director))
    untold = case_of(make_report(by=next_director, place=NEXT_VILLAGE, situation="help_requested"))
    with seen_by(police):
        assert set(Case.unscoped.values_list("pk", flat=True)) == {told.pk}
        assert not Report.unscoped.filter(case=untold.pk).exists()


def test_a_deputy_sees_what_the_principal_was_told(director: Post, supervisor: Post):
    police = make_police()
    person = make_contact("police", "夷陵区公安局小溪塔派出所").person
    deputy = accounts.deputise(principal=police, person=person, since=today(), last=today() + timedelta(days=7), by=None)
    case = case_of(make_report(by=director, situation="low_mood"))
    actions.involve(case=case, post=police, by=supervisor)
    with seen_by(deputy):
        assert Case.unscoped.filter(pk=case.pk).exists()


def test_a_child_that_moves_shows_its_case_to_the_new_place_and_the_old_one_keeps_it(director: Post, next_director: Post, officer: Post, supervisor: Post):
    child = make_child()
    case = case_of(make_report(by=director, child_id=child.pk))
    assert blind(next_director)
    with scope.whole_country(why="the test moves the child"):
        transfer = children.request_transfer(child_id=child.pk, to=NEXT_VILLAGE, reason="随外婆搬家", by=None)
        children.answer_transfer(transfer_id=transfer.pk, act="accept", by=None)
    assert sees(next_director)["Case"] == (1, 1)
    assert sees(director)["Case"] == (1, 1)
    assert case.scope_place == VILLAGE


def test_a_restricted_case_leaves_no_row_to_anybody_who_is_not_named(director: Post, supervisor: Post, officer: Post):
    child = make_child()
    other = make_post("county_officer", COUNTY, name="钱科长")
    case = case_of(make_report(by=director, child_id=child.pk))
    actions.restrict(case=case, posts=[officer], by=officer)
    assert blind(supervisor)
    assert blind(other)
    assert sees(officer)["Case"] == (1, 1)
    actions.open_up(case=case, by=officer, why="已公开")
    assert sees(supervisor)["Case"] == (1, 1)


def test_who_was_merely_told_does_not_read_what_others_said(director: Post, supervisor: Post):
    """The teacher of whom the neighbour speaks may tap an alarm about the same child."""
    child = make_child()
    teacher = make_post("teacher", TOWNSHIP)
    mine = make_report(by=teacher, child_id=child.pk, situation="harm", words="孩子今天没来")
    theirs = make_report(by=None, channel="public", child_id=child.pk, situation="harm", words="老师打了孩子")
    assert mine.case_id == theirs.case_id
    with seen_by(teacher):
        assert set(seeing.reports(teacher).values_list("pk", flat=True)) == {mine.pk}
    with seen_by(supervisor):
        assert set(seeing.reports(supervisor).values_list("pk", flat=True)) == {mine.pk, theirs.pk}


def test_whoever_was_merely_told_breaks_the_glass_like_anybody(director: Post, supervisor: Post, officer: Post):
    case = case_of(make_report(by=director))
    actions.restrict(case=case, posts=[officer], by=officer)
    assert blind(supervisor)
    actions.break_glass(number=case.number, by=supervisor, why="派出所来电核实")
    with seen_by(supervisor):
        look = seeing.find(case.pk, supervisor)
        assert look is not None
        assert look.whole


def test_a_date_of_no_calendar_is_refused():
    with pytest.raises(ProtectionError):
        make_report(happened_at=datetime(1, 1, 1, tzinfo=CHINA))
