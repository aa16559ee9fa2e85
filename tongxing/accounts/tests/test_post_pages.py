"""The pages of posts and people, as managers, holders and strangers use them."""

from __future__ import annotations

import io

import pytest
import python_calamine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts import actions, queries
from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.tests.test_posts import someone
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.places.actions import merge_places

pytestmark = pytest.mark.django_db


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
