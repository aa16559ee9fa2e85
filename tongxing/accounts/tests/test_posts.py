"""Posts: appointed within level and range, held from day to day, stood in for, ended with what they leave behind."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import python_calamine
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions, handover, queries
from tongxing.accounts.actions import NotAppointed
from tongxing.accounts.jobs import PostEnded, asking, under
from tongxing.accounts.models import Person, Post, User
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.scope import NOWHERE
from tongxing.ground.today import now, today
from tongxing.journal.models import Record
from tongxing.places.actions import merge_places

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


def test_without_a_record_check_a_director_has_no_scope_and_no_rights_but_notices(places):
    post = make_post("child_director", VILLAGE, checked=False)
    assert post.powers_withheld()
    assert (post.scope().lo, post.scope().hi, post.scope().grantee) == (*NOWHERE, None)
    assert post.rights == {"notices.view", "places.view"}
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


def test_vacant_villages_are_seen_until_somebody_is_there(supervisor: Post, officer: Post, director: Post, browser_of):
    found = queries.vacancies(officer, today())
    assert {role: [place.code for place in places] for role, places in found.items()} == {"child_director": [NEXT_VILLAGE], "supervisor": []}
    assert [place.code for place in queries.vacancies(supervisor, today())["child_director"]] == [NEXT_VILLAGE]
    page = browser_of(supervisor).get("/posts/vacancies/").content.decode()
    assert "兴安社区" in page
    make_post("child_director", NEXT_VILLAGE)
    assert "兴安社区" not in browser_of(supervisor).get("/posts/vacancies/").content.decode().split("<main", 1)[1]
    actions.end_post(post=director, reason="换届", by=supervisor)
    assert "冯家湾社区" in browser_of(supervisor).get("/posts/vacancies/").content.decode()


@pytest.mark.parametrize("path", ["/posts/", "/posts/export/", "/posts/vacancies/", "/posts/appoint/", "/users/"])
def test_a_director_and_a_stranger_open_no_managers_page(director: Post, browser_of, path: str):
    assert browser_of(director).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_the_page_of_a_person_opens_to_superiors_only(director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of, places):
    path = f"/people/{director.person_id}/"
    assert browser_of(officer).get(path).status_code == 200
    assert browser_of(supervisor).get(path).status_code == 200
    assert browser_of(make_post("security_admin", COUNTY)).get(path).status_code == 200
    assert browser_of(next_director).get(path).status_code == 403
    assert browser_of(make_post("auditor", COUNTY)).get(path).status_code == 403
    assert Client().get(path).status_code == 302
    assert browser_of(supervisor).get(f"/people/{officer.person_id}/").status_code == 404
    assert browser_of(supervisor).get("/people/019aa000-0000-7000-8000-000000000000/").status_code == 404


def test_who_holds_a_post_elsewhere_is_seen_and_not_written_about(director: Post, supervisor: Post, browser_of, places):
    actions.appoint(person=director.person, role="department", place=COUNTY, since=today(), unit_name="妇联", by=None)
    client = browser_of(supervisor)
    assert "只能查看" in client.get(f"/people/{director.person_id}/").content.decode()
    for step in ("edit", "record-check", "certificate", "reset-password", "reset-second-factor"):
        assert client.get(f"/people/{director.person_id}/{step}/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.reset_password(user=director.person.user, reason="忘记", by=supervisor)


def test_a_password_is_reset_from_above_and_shown_once(director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of):
    for by in (director, next_director):
        with pytest.raises(PermissionDenied):
            actions.reset_password(user=director.person.user, reason="忘记", by=by)
    with pytest.raises(PermissionDenied):
        actions.reset_password(user=officer.person.user, reason="忘记", by=supervisor)
    client = browser_of(supervisor)
    path = f"/people/{director.person_id}/reset-password/"
    assert client.post(path, {"reason": ""}).status_code == 422
    answer = client.post(path, {"reason": "本人当面要求"})
    password = answer.context["password"]
    assert answer["Cache-Control"] == "no-store"
    assert password in answer.content.decode()
    user = User.objects.get(pk=director.person.user.pk)
    assert user.check_password(password)
    assert user.must_change_password
    with scope.whole_country(why="the test reads the journal"):
        record = Record.objects.filter(verb="password_reset").get()
    assert (record.by, record.place, record.diff) == (supervisor.person_id, VILLAGE, {"reason": [None, "本人当面要求"]})


def test_appointing_from_the_page(supervisor: Post, browser_of):
    client = browser_of(supervisor)
    given = {"name": "赵新", "phone": "13900001111", "role": "child_director", "place": "冯家湾", "since": today().isoformat(), "username": "zhaoxin"}
    answer = client.post("/posts/appoint/", given)
    post = Post.objects.get(person__name="赵新")
    assert (post.place_id, post.role, post.person.pinyin) == (VILLAGE, "child_director", "zhaoxin")
    assert answer.context["password"]
    again = client.post("/posts/appoint/", {**given, "username": "zhaoxin9"})
    assert again.status_code == 422
    assert "同名人员" in again.content.decode()
    assert client.post("/posts/appoint/", {**given, "username": "zhaoxin9", "another": "on", "place": "兴安"}).status_code == 200
    for wrong in ({"role": "county_officer"}, {"place": "火星"}, {"since": "2031-02-30"}, {"name": ""}, {"username": "ZHAOXIN"}, {"name": "字" * 10_000}):
        assert client.post("/posts/appoint/", {**given, "name": "另一个", "username": "", **wrong}).status_code == 422
    assert Post.objects.filter(person__name="另一个").count() == 0
    assert not Person.objects.filter(name="另一个").exists()


def test_appointing_somebody_who_is_here_already(supervisor: Post, director: Post, browser_of):
    client = browser_of(supervisor)
    answer = client.post(f"/posts/appoint/?person={director.person_id}", {"role": "child_director", "place": "兴安", "since": today().isoformat()})
    assert answer["Location"] == f"/people/{director.person_id}/"
    assert Post.objects.filter(person=director.person, place=NEXT_VILLAGE).exists()
    assert client.get(f"/posts/appoint/?person={supervisor.person_id}").status_code == 404
    assert client.get("/posts/appoint/?person=x").status_code == 404


def test_ending_from_the_page_shows_the_hand_over(supervisor: Post, director: Post, browser_of):
    client = browser_of(supervisor)
    page = client.get(f"/posts/{director.id}/end/").content.decode()
    assert "交接清单" in page
    assert "还没有接任的人" in page
    assert client.post(f"/posts/{director.id}/end/", {"on": today().isoformat(), "reason": "换届"})["Location"] == f"/people/{director.person_id}/"
    director.refresh_from_db()
    assert director.until == today()
    assert client.get(f"/posts/{supervisor.id}/end/").status_code == 404


def test_the_holder_names_a_deputy_from_the_own_page(director: Post, next_director: Post, browser_of):
    client = browser_of(director)
    path = f"/posts/{director.id}/deputy/"
    assert "王小兰" in client.get(path).content.decode()
    answer = client.post(path, {"person": str(next_director.person_id), "since": today().isoformat(), "last": today().isoformat()})
    assert answer["Location"] == "/me/"
    deputy = Post.objects.get(deputy_of=director)
    assert client.get(f"/posts/{next_director.id}/deputy/").status_code == 403
    assert client.post(f"/posts/{deputy.id}/end-deputy/", {"reason": "提前回来"})["Location"] == "/me/"
    deputy.refresh_from_db()
    assert not deputy.held()


def test_the_list_is_filtered_by_its_address(supervisor: Post, director: Post, browser_of, places):
    unsigned = actions.appoint(person=someone("没账号", checked=False), role="child_director", place=NEXT_VILLAGE, since=today(), by=None)
    client = browser_of(supervisor)

    def shown(query: str) -> list[str]:
        return [post.person.name for post in client.get(f"/posts/{query}").context["page"].rows]

    assert shown("") == ["李大妹", "没账号"]
    assert shown("?q=lidamei") == shown("?q=ldm") == shown("?q=李") == ["李大妹"]
    assert shown("?mark=withheld") == shown("?mark=unsigned") == ["没账号"]
    assert shown("?place=420506001002") == ["没账号"]
    assert shown("?state=ended") == []
    actions.end_post(post=unsigned, reason="换届", by=None)
    assert shown("?state=ended") == ["没账号"]
    assert shown("?role=county_officer&state=x&mark=y&place=zzz&sort=evil&after=1") == ["李大妹"]


def test_a_post_at_a_village_that_was_merged_away_is_pointed_out(supervisor: Post, director: Post, next_director: Post, browser_of, places):
    merge_places(old=[VILLAGE], new=NEXT_VILLAGE, on=today(), reason="撤并", by=None)
    client = browser_of(supervisor)
    assert [post.person.name for post in client.get("/posts/?mark=abolished").context["page"].rows] == ["李大妹"]
    assert "地点已撤销" in client.get("/posts/").content.decode().split("<main", 1)[1].split("<tbody", 1)[1]
    assert "冯家湾社区" not in client.get("/posts/vacancies/").content.decode().split("<main", 1)[1]


def test_the_list_goes_out_as_a_workbook_and_that_is_noted(supervisor: Post, director: Post, browser_of):
    answer = browser_of(supervisor).get("/posts/export/")
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert "李大妹" in rows[3]
    assert any("陈督导" in str(cell) for cell in rows[1])
    with scope.whole_country(why="the test reads the access log"):
        from tongxing.journal.models import Access

        assert list(Access.objects.values_list("outcome", "what")) == [("exported", ["posts", "1"])]


def test_sign_ins_are_given_to_many_at_once(supervisor: Post, browser_of, places):
    people = [actions.appoint(person=someone(name), role="child_director", place=VILLAGE, since=today(), by=None).person for name in ("张一", "张一", "欧阳春梅")]
    answer = browser_of(supervisor).post("/posts/sign-ins/", {"pick": [str(person.id) for person in people]})
    assert [slip["username"] for slip in answer.context["slips"]] == ["zhangyi", "zhangyi2", "ouyangchunmei"]
    assert all(User.objects.get(username=slip["username"]).check_password(slip["password"]) for slip in answer.context["slips"])


def test_the_security_administrator_sees_the_sign_ins_of_the_place(director: Post, officer: Post, browser_of, places):
    client = browser_of(make_post("security_admin", COUNTY))
    assert {user.username for user in client.get("/users/").context["page"].rows} == {director.person.user.username, officer.person.user.username}
    for _count in range(5):
        Client().post("/sign-in/", {"username": director.person.user.username, "password": "wrong-12345"})
    assert [user.username for user in client.get("/users/?state=locked").context["page"].rows] == [director.person.user.username]
    client.post(f"/people/{director.person_id}/unlock/")
    assert client.get("/users/?state=locked").context["page"].rows == []
    client.post(f"/people/{director.person_id}/close/", {"reason": "长期不在岗"})
    assert [user.username for user in client.get("/users/?state=closed").context["page"].rows] == [director.person.user.username]
    client.post(f"/people/{director.person_id}/open/", {"reason": "回来了"})
    assert User.objects.get(pk=director.person.user.pk).is_active
    assert browser_of(officer).get("/users/").status_code == 403


def test_a_request_costs_five_statements_of_its_own(director: Post, browser_of):
    """The session, the sign-in, its posts, the scope opened and closed: what every page pays (R3)."""
    client = browser_of(director)
    client.get("/places/")  # the first one renews the session
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/places/").status_code == 302
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 5
