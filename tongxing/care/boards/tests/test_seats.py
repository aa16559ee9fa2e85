"""A village without a director, and one whose director may not work with children, are seen where one looks at what is not done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.care.boards.tests.make import TODAY, World, november

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]


@pytest.fixture
def world(places: Any, director: Post, supervisor: Post) -> Iterator[World]:
    with november() as made:
        yield made


def lines(browser: Client, address: str) -> dict[str, str]:
    """The lines of a table, in words, by their first word."""
    markup = browser.get(address).content.decode().partition("<tbody")[2].partition("</tbody>")[0]
    told = [" ".join(re.sub(r"<[^>]+>", " ", line.partition(">")[2]).split()) for line in markup.split("<tr")[1:]]
    return {line.partition(" ")[0]: line for line in told}


def expired(post: Post) -> None:
    """The yearly record check is too old."""
    accounts.record_check(person=post.person, on=TODAY - timedelta(days=500), clear=True, by=None)


def test_villages_without_a_director_are_tagged(world: World, supervisor: Post, browser_of: Browsers) -> None:
    found = lines(browser_of(supervisor), "/duties/board/")
    assert "没有儿童主任" in found["兴安社区"]
    assert "儿童主任" not in found["冯家湾社区"]


def test_a_suspended_director_is_tagged_by_village_by_person_and_in_the_list(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    for address in ("/duties/board/", "/duties/board/?by=person", "/duties/list/?state=overdue"):
        assert "权限暂停" not in browser.get(address).content.decode()
    expired(director)
    assert "儿童主任权限暂停" in lines(browser, "/duties/board/")["冯家湾社区"]
    assert "权限暂停" in lines(browser, "/duties/board/?by=person")["李大妹"]
    listed = browser.get("/duties/list/?state=overdue").content.decode()
    assert listed.count("权限暂停") == listed.count("李大妹") > 0


def test_a_deputy_who_may_work_lifts_the_tag_of_the_village(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    expired(director)
    accounts.deputise(principal=director, person=make_post("child_director", NEXT_VILLAGE, name="王小兰").person, since=TODAY, last=TODAY + timedelta(days=9), by=None)
    assert "权限暂停" not in lines(browser_of(supervisor), "/duties/board/")["冯家湾社区"]


def test_promises_are_not_handed_to_a_suspended_director_and_the_dialog_says_so(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    address, browser = f"/duties/hand-over/?pick={world.duty(world.away).id}", browser_of(supervisor)
    neighbour = make_post("child_director", NEXT_VILLAGE, name="王小兰")
    assert str(neighbour.person_id) in browser.get(address).content.decode()
    expired(neighbour)
    page = browser.get(address).content.decode()
    assert str(neighbour.person_id) not in page
    assert "权限暂停，现在不能接手：王小兰（儿童主任 · 兴安社区）" in page


def test_who_takes_over_a_post_is_tagged_in_its_hand_over(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    page = browser_of(supervisor).get(f"/posts/{director.id}/end/").content.decode()
    assert "权限暂停" not in page
    successor = make_post("child_director", director.place_id, name="赵新", checked=False)
    page = browser_of(supervisor).get(f"/posts/{director.id}/end/").content.decode()
    assert re.search(rf"{successor.person.name}\s*<[^>]*>.*?权限暂停", page, re.DOTALL)
