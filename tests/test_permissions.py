"""What a post sees follows from the post, from day to day: three people, a stranger, and those whose time is not now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts import actions
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.today import now, today
from tongxing.journal.models import Access

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]


@pytest.fixture
def child(places) -> Child:
    return make_child(name="张子轩", place=VILLAGE)


def opens(post: Post, child: Child, browser_of: Browsers) -> int:
    return browser_of(post).get(f"/children/{child.id}/").status_code


def seen(post: Post) -> set[str]:
    """The children whom both walls let through, and whom the database's own wall lets through alone."""
    with transaction.atomic(), scope.active(Post.objects.select_related("person", "place").get(pk=post.pk).scope()):
        manager = set(Child.objects.values_list("name", flat=True))
        assert manager == set(Child.unscoped.values_list("name", flat=True))
        return manager


def test_three_people_and_a_stranger(child: Child, director: Post, officer: Post, next_director: Post, browser_of: Browsers):
    assert opens(director, child, browser_of) == 200
    assert opens(officer, child, browser_of) == 200
    assert opens(next_director, child, browser_of) == 404
    assert Client().get(f"/children/{child.id}/")["Location"].startswith("/sign-in/")
    with scope.whole_country(why="the test reads the access log"):
        assert sorted(Access.objects.values_list("by", "outcome")) == sorted([(director.person_id, "read"), (officer.person_id, "read"), (next_director.person_id, "denied")])


def test_a_post_that_ended_yesterday_sees_nothing_today(child: Child, director: Post, browser_of: Browsers):
    client = browser_of(director)
    assert client.get(f"/children/{child.id}/").status_code == 200
    actions.end_post(post=director, on=today() - timedelta(days=1), reason="换届", by=None)
    assert client.get(f"/children/{child.id}/").status_code == 403
    assert client.get("/children/").status_code == 403


def test_a_post_from_tomorrow_sees_nothing_yet(child: Child, browser_of: Browsers):
    post = make_post("child_director", VILLAGE, since=today() + timedelta(days=1))
    assert opens(post, child, browser_of) == 403
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        assert opens(post, child, browser_of) == 200


def test_a_director_without_a_record_check_sees_no_child(child: Child, browser_of: Browsers):
    post = make_post("child_director", VILLAGE, checked=False)
    assert opens(post, child, browser_of) == 403
    assert seen(post) == set()
    actions.record_check(person=post.person, on=today() - timedelta(days=366), clear=True, by=None)
    assert opens(post, child, browser_of) == 403  # a day too old
    actions.record_check(person=post.person, on=today() - timedelta(days=365), clear=True, by=None)
    assert opens(post, child, browser_of) == 200
    assert seen(post) == {"张子轩"}


def test_a_forged_post_in_the_session_opens_nothing(child: Child, next_director: Post, officer: Post, browser_of: Browsers):
    client = browser_of(next_director)
    session = client.session
    session["post"] = str(officer.id)
    session.save()
    assert client.get(f"/children/{child.id}/").status_code == 404
    assert client.post("/post/", {"post": str(officer.id), "next": f"/children/{child.id}/"}).status_code == 302
    assert client.get(f"/children/{child.id}/").status_code == 404


def test_switching_posts_changes_what_is_seen(child: Child, next_director: Post, browser_of: Browsers):
    make_child(name="李小雨", place=NEXT_VILLAGE)
    other = actions.appoint(person=next_director.person, role="child_director", place=VILLAGE, since=today(), by=None)
    client = browser_of(next_director)
    assert (seen(next_director), seen(other)) == ({"李小雨"}, {"张子轩"})
    assert client.get(f"/children/{child.id}/").status_code == 404
    client.post("/post/", {"post": str(other.id)})
    assert client.get(f"/children/{child.id}/").status_code == 200


def test_a_form_opened_under_one_post_is_not_carried_out_under_another(child: Child, director: Post, browser_of: Browsers):
    other = actions.appoint(person=director.person, role="child_director", place=NEXT_VILLAGE, since=today(), by=None)
    client = browser_of(director)
    client.post("/post/", {"post": str(other.id)})
    answer = client.post("/log/new/child_talk/", {"opened_as": str(director.id)})
    assert answer.status_code == 409
    assert "您已换到另一个岗位" in answer.content.decode()
    assert client.post("/log/new/child_talk/", {"opened_as": str(other.id)}).status_code != 409


@pytest.mark.parametrize(
    "address",
    ["/children/?q=%00", "/circles/?school=%00", "/circles/people/?q=a%00", "/duties/calendar/?month=9999-12", "/duties/calendar/?month=0001-01", "/duties/list/?day=9999-12-31"],
)
def test_an_odd_address_is_a_page(supervisor: Post, browser_of: Browsers, address: str):
    assert browser_of(supervisor).get(address).status_code == 200


def test_a_deputy_sees_the_principals_children_until_the_last_day(child: Child, director: Post, next_director: Post, browser_of: Browsers):
    deputy = actions.deputise(principal=director, person=next_director.person, since=today(), last=today(), by=director)
    assert seen(deputy) == {"张子轩"}
    client = browser_of(next_director)
    client.post("/post/", {"post": str(deputy.id)})
    assert client.get(f"/children/{child.id}/").status_code == 200
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        client = browser_of(next_director)
        client.post("/post/", {"post": str(deputy.id)})
        assert client.get(f"/children/{child.id}/").status_code == 404


def test_a_teacher_sees_the_children_granted_and_no_other(child: Child, browser_of: Browsers):
    make_child(name="李小雨", place=VILLAGE)
    teacher = make_post("teacher", COUNTY)
    assert seen(teacher) == set()
    Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="class", since=today())
    assert seen(teacher) == {"张子轩"}
    assert opens(teacher, child, browser_of) == 200
    Grant.objects.update(until=today())
    assert seen(teacher) == set()


@pytest.mark.parametrize("role", ["auditor", "security_admin", "system_admin"])
def test_an_administrator_sees_no_child(child: Child, role: str, browser_of: Browsers):
    post = make_post(role, COUNTY)
    assert seen(post) == set()
    assert opens(post, child, browser_of) == 403
    assert browser_of(post).get("/children/").status_code == 403


def test_a_closed_sign_in_is_out_at_once(child: Child, director: Post, browser_of: Browsers):
    client = browser_of(director)
    assert client.get(f"/children/{child.id}/").status_code == 200
    actions.close_sign_in(user=director.person.user, reason="调查", by=None)
    assert client.get(f"/children/{child.id}/").status_code == 302
