"""Posts: appointed within level and range, held from day to day, stood in for, ended with what they leave behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions, handover, queries
from tongxing.accounts.actions import NotAppointed
from tongxing.accounts.jobs import PostEnded, asking, under
from tongxing.accounts.models import Person, Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.scope import NOWHERE
from tongxing.ground.today import now, today
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db


def someone(name: str = "新来的", *, checked: bool = True) -> Person:
    person = actions.add_person(name=name, by=None)
    if checked:
        actions.record_check(person=person, on=today(), clear=True, by=None)
    return person


# Appointing


def test_a_supervisor_appoints_directors_of_the_own_township_only(supervisor: Post, officer: Post):
    post = actions.appoint(person=someone(), role="child_director", place=VILLAGE, since=today(), by=supervisor)
    assert post.held()
    for role, place in (("supervisor", TOWNSHIP), ("county_officer", COUNTY), ("auditor", COUNTY), ("department", COUNTY)):
        with pytest.raises(NotAppointed):
            actions.appoint(person=someone(), role=role, place=place, since=today(), by=supervisor)


@pytest.mark.parametrize(("role", "place"), [("child_director", TOWNSHIP), ("supervisor", VILLAGE), ("county_officer", TOWNSHIP), ("auditor", VILLAGE)])
def test_a_post_sits_at_its_level(places, role: str, place: int):
    with pytest.raises(NotAppointed, match="应设在"):
        actions.appoint(person=someone(), role=role, place=place, since=today(), by=None)


def test_nobody_is_appointed_to_a_place_that_is_not_there(places):
    with pytest.raises(NotAppointed, match="没有这个地点"):
        actions.appoint(person=someone(), role="child_director", place=420506001099, since=today(), by=None)


def test_the_three_administrators_are_three_persons(places, director: Post):
    person = someone()
    actions.appoint(person=person, role="auditor", place=COUNTY, since=today(), by=None)
    for role, place in (("security_admin", COUNTY), ("system_admin", COUNTY), ("child_director", VILLAGE)):
        with pytest.raises(NotAppointed, match="不得由一人兼任"):
            actions.appoint(person=person, role=role, place=place, since=today(), by=None)
    with pytest.raises(NotAppointed, match="不得由一人兼任"):
        actions.appoint(person=director.person, role="auditor", place=COUNTY, since=today() + timedelta(days=30), by=None)


def test_who_was_auditor_can_become_something_else_afterwards(places):
    person = someone()
    first = actions.appoint(person=person, role="auditor", place=COUNTY, since=today() - timedelta(days=30), by=None)
    actions.end_post(post=first, reason="轮岗", by=None)
    assert actions.appoint(person=person, role="county_officer", place=COUNTY, since=today(), by=None)


def test_a_post_is_held_once(director: Post):
    with pytest.raises(NotAppointed, match="已任此岗位"):
        actions.appoint(person=director.person, role="child_director", place=VILLAGE, since=today(), by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(person=director.person, role="child_director", place_id=VILLAGE, since=today())


def test_a_person_holds_several_posts_and_holds_one_again(director: Post):
    assert actions.appoint(person=director.person, role="child_director", place=NEXT_VILLAGE, since=today(), by=None)
    actions.end_post(post=director, reason="换届", by=None)
    assert actions.appoint(person=director.person, role="child_director", place=VILLAGE, since=today(), by=None)


@pytest.mark.parametrize(("since", "until"), [(0, -1), (0, 0), (-40_000, None), (900, None)])
def test_impossible_dates_are_refused_in_words(places, since: int, until: int | None):
    day = today()
    with pytest.raises(NotAppointed, match="日期"):
        actions.appoint(
            person=someone(),
            role="child_director",
            place=VILLAGE,
            since=day + timedelta(days=since),
            until=None if until is None else day + timedelta(days=until),
            by=None,
        )


def test_whoever_has_a_criminal_record_is_not_appointed_to_work_with_children(places):
    person = someone()
    actions.record_check(person=person, on=today(), clear=False, by=None)
    with pytest.raises(NotAppointed, match="第六十二条"):
        actions.appoint(person=person, role="child_director", place=VILLAGE, since=today(), by=None)
    assert actions.appoint(person=person, role="department", place=COUNTY, since=today(), unit_name="财政局", by=None)


# From day to day


def test_a_post_that_ended_yesterday_sees_nothing_today(director: Post, browser_of):
    client = browser_of(director)
    assert client.get("/me/").status_code == 200
    actions.end_post(post=director, on=today() - timedelta(days=1), reason="离任", by=None)
    answer = client.get("/me/")
    assert answer.status_code == 403
    assert "没有在任的岗位" in answer.content.decode()
    with pytest.raises(PostEnded):
        asking(director.id)


def test_a_post_ends_at_midnight(director: Post, browser_of):
    actions.end_post(post=director, on=today() + timedelta(days=1), reason="离任", by=None)
    assert asking(director.id)
    with time_machine.travel(now() + timedelta(days=1), tick=False), pytest.raises(PostEnded):
        asking(director.id)


def test_a_post_from_tomorrow_sees_nothing_yet(places, browser_of):
    post = make_post("child_director", VILLAGE, since=today() + timedelta(days=1))
    assert browser_of(post).get("/me/").status_code == 403
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        assert browser_of(post).get("/me/").status_code == 200


def test_without_a_record_check_a_director_has_no_scope_and_no_rights_but_notices_and_alarms(places):
    post = make_post("child_director", VILLAGE, checked=False)
    assert post.powers_withheld()
    assert (post.scope().lo, post.scope().hi, post.scope().grantee) == (*NOWHERE, None)
    assert post.rights == {"notices.view", "places.view", "reports.make"}
    actions.record_check(person=post.person, on=today(), clear=True, by=None)
    assert post.may("children.view")
    assert list(Post.objects.withheld(today())) == []


def test_the_list_and_the_rule_agree_on_who_is_withheld(places, settings):
    for certificate_required in (False, True):
        settings.CERTIFICATE_REQUIRED = certificate_required
        for days, clear, certificate in [(None, False, ""), (10, True, ""), (10, True, "HB-1"), (366, True, "HB-2"), (365, True, "HB-3"), (5, False, ""), (-2, True, "")]:
            post = make_post("child_director", VILLAGE, checked=False)
            if days is not None:
                Person.objects.filter(pk=post.person_id).update(record_checked_on=today() - timedelta(days=days), record_check_clear=clear)
            Person.objects.filter(pk=post.person_id).update(certificate=certificate, certified_on=today() if certificate else None)
    for required in (False, True):
        settings.CERTIFICATE_REQUIRED = required
        withheld = set(Post.objects.withheld(today()).values_list("pk", flat=True))
        assert withheld == {post.pk for post in Post.objects.select_related("person") if post.powers_withheld()}


def test_a_certificate_gates_where_the_place_asks_for_it(director: Post, settings):
    assert director.may("children.view")
    settings.CERTIFICATE_REQUIRED = True
    assert not director.may("children.view")
    actions.certify(person=director.person, certificate="HB-2026-001", on=today(), by=None)
    assert director.may("children.view")


# The active post


def test_switching_posts_changes_the_scope(director: Post, browser_of):
    other = actions.appoint(person=director.person, role="child_director", place=NEXT_VILLAGE, since=today() - timedelta(days=3), by=None)
    client = browser_of(director)
    seen = []
    for post in (director, other):
        client.post("/post/", {"post": str(post.id)})
        answer = client.get("/me/")
        seen.append((answer.context["post"].id, answer.wsgi_request.scope.lo, answer.wsgi_request.scope.hi))
    assert seen == [(director.id, VILLAGE, VILLAGE), (other.id, NEXT_VILLAGE, NEXT_VILLAGE)]


def test_switching_keeps_the_page_where_the_other_post_may_open_it(supervisor: Post, browser_of):
    other = actions.appoint(person=supervisor.person, role="child_director", place=VILLAGE, since=today(), by=None)
    client = browser_of(supervisor)
    assert client.post("/post/", {"post": str(other.id), "next": "/me/?x=1"})["Location"] == "/me/?x=1"
    assert client.post("/post/", {"post": str(supervisor.id), "next": "/posts/"})["Location"] == "/posts/"
    assert client.post("/post/", {"post": str(other.id), "next": "/posts/"})["Location"] == "/"
    assert client.post("/post/", {"post": str(other.id), "next": "https://evil.example/"})["Location"] == "/"
    assert client.get("/post/").status_code == 405


def test_a_forged_post_in_the_session_or_the_form_changes_nothing(director: Post, officer: Post, browser_of):
    client = browser_of(director)
    session = client.session
    session["post"] = str(officer.id)
    session.save()
    assert client.get("/me/").context["post"].id == director.id
    for forged in (str(officer.id), "", "not-a-uuid", "' OR 1=1"):
        client.post("/post/", {"post": forged})
        assert client.get("/me/").context["post"].id == director.id
    assert client.get("/posts/").status_code == 403


def test_a_job_runs_under_the_scope_of_the_post_that_asked(director: Post, officer: Post):
    for post in (director, officer):
        with under(asking(post.id)) as active:
            assert (active.lo, active.hi) == (post.scope().lo, post.scope().hi)
    with pytest.raises(PostEnded):
        asking("019aa000-0000-7000-8000-000000000000")


# Deputies


def test_a_deputy_has_the_posts_rights_while_it_lasts(director: Post, next_director: Post):
    first, last = today(), today() + timedelta(days=6)
    post = actions.deputise(principal=director, person=next_director.person, since=first, last=last, by=director)
    assert (post.role, post.place_id, post.may("children.edit")) == ("child_director", VILLAGE, True)
    assert (post.scope().lo, post.scope().hi) == (VILLAGE, VILLAGE)
    assert asking(post.id)
    with time_machine.travel(now() + timedelta(days=6), tick=False):
        assert asking(post.id)
    with time_machine.travel(now() + timedelta(days=7), tick=False), pytest.raises(PostEnded):
        asking(post.id)


def test_a_deputy_sees_the_children_granted_to_the_principal(places):
    teacher, colleague = make_post("teacher", COUNTY, name="班主任"), make_post("teacher", COUNTY, name="同事")
    post = actions.deputise(principal=teacher, person=colleague.person, since=today(), last=today(), by=teacher)
    assert (post.scope().post_id, post.scope().grantee) == (post.id, teacher.id)
    child = uuid7()
    Grant.objects.create(post_id=teacher.id, child_id=child, cause="class", since=today())
    for holder in (teacher, post):
        with scope.active(holder.scope()) as active:
            assert active.children == (child,)


@pytest.mark.parametrize("role", ["auditor", "security_admin", "system_admin"])
def test_a_child_granted_by_mistake_to_an_administrator_is_not_seen(places, role: str):
    post = make_post(role, COUNTY)
    Grant.objects.create(post_id=post.id, child_id=uuid7(), cause="mistake", since=today())
    with scope.active(post.scope()) as active:
        assert active.children == ()


def test_a_child_granted_to_a_teacher_without_a_record_check_is_not_seen(places):
    post = make_post("teacher", COUNTY, checked=False)
    Grant.objects.create(post_id=post.id, child_id=uuid7(), cause="class", since=today())
    with scope.active(post.scope()) as active:
        assert active.children == ()


def test_a_deputys_own_record_check_counts(director: Post, places):
    unchecked = make_post("child_director", NEXT_VILLAGE, checked=False)
    post = actions.deputise(principal=director, person=unchecked.person, since=today(), last=today(), by=director)
    assert not post.may("children.view")


def test_only_the_holder_or_a_superior_names_a_deputy(director: Post, next_director: Post, supervisor: Post):
    day = today()
    with pytest.raises(NotAppointed, match="本人或者上级"):
        actions.deputise(principal=director, person=next_director.person, since=day, last=day, by=next_director)
    made = actions.deputise(principal=director, person=next_director.person, since=day, last=day, by=supervisor)
    with pytest.raises(NotAppointed, match="不能再指定"):
        actions.deputise(principal=made, person=supervisor.person, since=day, last=day, by=None)
    with pytest.raises(NotAppointed, match="已由"):
        actions.deputise(principal=director, person=next_director.person, since=day, last=day, by=director)
    with pytest.raises(NotAppointed, match="本人代理"):
        actions.deputise(principal=director, person=director.person, since=day, last=day, by=director)
    with pytest.raises(NotAppointed, match="最长一年"):
        actions.deputise(principal=director, person=supervisor.person, since=day, last=day + timedelta(days=400), by=director)


def test_a_stranger_and_an_auditor_are_no_deputies(director: Post, places):
    for person in (someone("路人"), make_post("auditor", COUNTY).person):
        with pytest.raises(NotAppointed):
            actions.deputise(principal=director, person=person, since=today(), last=today(), by=director)


# Ending


def test_ending_a_post_ends_its_deputies(director: Post, next_director: Post, supervisor: Post):
    deputy = actions.deputise(principal=director, person=next_director.person, since=today() - timedelta(days=1), last=today() + timedelta(days=30), by=director)
    actions.end_post(post=director, reason="换届", by=supervisor)
    deputy.refresh_from_db()
    assert (deputy.until, deputy.held()) == (today(), False)


def test_only_a_superior_ends_a_post_and_says_why(director: Post, next_director: Post, supervisor: Post):
    for by in (director, next_director):
        with pytest.raises(NotAppointed, match="只有上级"):
            actions.end_post(post=director, reason="换届", by=by)
    with pytest.raises(NotAppointed, match="原因"):
        actions.end_post(post=director, reason="  ", by=supervisor)
    actions.end_post(post=director, reason="换届", by=supervisor)
    with pytest.raises(NotAppointed, match="已于"):
        actions.end_post(post=director, reason="又一次", by=supervisor)
    with scope.whole_country(why="the test reads the journal"):
        assert Record.objects.filter(verb="ended", subject_id=str(director.id)).count() == 1


def lines(post: Post) -> handover.Item | None:
    return handover.Item("在管儿童", 32, "/children/") if post.role == "child_director" else None


def test_the_hand_over_lists_what_higher_floors_attach(director: Post, next_director: Post, settings):
    settings.HANDOVER = ["tongxing.accounts.tests.test_posts.lines"]
    actions.deputise(principal=director, person=next_director.person, since=today(), last=today(), by=director)
    assert [(item.label, item.count) for item in handover.items(director)] == [("在管儿童", 32), ("代理人（随之结束）", 1)]
    assert handover.successors(director) == []
    beside = make_post("child_director", VILLAGE, name="接任者")
    assert handover.successors(director) == [beside]


# Seen from above


def test_the_list_is_that_of_the_rule(officer: Post, supervisor: Post, director: Post, next_director: Post):
    make_post("auditor", COUNTY)
    security, second = make_post("security_admin", COUNTY), make_post("security_admin", COUNTY, name="副手")
    make_post("department", COUNTY)
    everyone = list(Post.objects.select_related("person", "place"))
    for manager in everyone:
        assert set(queries.managed_by(manager)) == {post for post in everyone if manager.stands_above(post)}
    assert second not in queries.managed_by(security)


def test_who_answers_for_children_is_not_stood_in_for_by_a_teacher(director, supervisor):
    teacher = make_post("teacher", TOWNSHIP)
    with pytest.raises(NotAppointed, match="负责儿童工作"):
        actions.deputise(principal=director, person=teacher.person, since=today(), last=today(), by=supervisor)
