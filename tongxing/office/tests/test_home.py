"""The first page of posts for which nothing is counted: where they work, and what each room is for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post

pytestmark = pytest.mark.django_db

ROOMS = {
    "department": ["/cases/", "/reports/", "/hotline/calls/", "/notices/", "/children/", "/letters/", "/meetings/", "/figures/", "/log/statistics/", "/units/"],
    "auditor": ["/figures/", "/log/statistics/", "/audit/", "/exchange/given/"],
    "security_admin": ["/posts/", "/users/"],
    "system_admin": ["/places/", "/system/"],
}


@pytest.mark.parametrize("role", list(ROOMS))
def test_a_post_without_counts_is_shown_its_rooms(role: str, places: object, browser_of: Callable[[Post], Client]) -> None:
    browser = browser_of(make_post(role, COUNTY))
    page = browser.get("/").content.decode()
    rooms = re.search(r'<ul class="rooms".*?</ul>', page, re.DOTALL)
    assert rooms
    found = re.findall(r'<a href="([^"]+)"', rooms[0])
    assert found == ROOMS[role]
    assert [address for address in found if browser.get(address).status_code not in (200, 302)] == []
    assert "没有待办事项" not in page


def test_a_post_with_counts_has_them(director: Post, browser_of: Callable[[Post], Client]) -> None:
    page = browser_of(director).get("/").content.decode()
    assert "worklist" in page
    assert 'class="rooms"' not in page


VACANT = '<a href="/posts/vacancies/?role={role}"><b>{count}</b><span>{word}</span>'


def test_whoever_appoints_reads_where_nobody_holds_office(places: object, director: Post, supervisor: Post, officer: Post, browser_of: Callable[[Post], Client]) -> None:
    villages = VACANT.format(role="child_director", count=1, word="没有儿童主任的村")
    browser = browser_of(supervisor)
    assert villages in browser.get("/").content.decode()
    shown = browser.get("/posts/vacancies/?role=child_director").content.decode()
    assert "兴安社区" in shown
    assert "/posts/appoint/?role=child_director&amp;place=420506001002" in shown or "/posts/appoint/?role=child_director&place=420506001002" in shown
    assert villages in browser_of(officer).get("/").content.decode()
    make_post("child_director", 420506001002)
    page = browser.get("/").content.decode()
    assert "没有儿童主任的村" in page.partition('id="rest"')[2]


def test_a_county_reads_which_townships_lack_a_supervisor(places: object, officer: Post, browser_of: Callable[[Post], Client]) -> None:
    assert VACANT.format(role="supervisor", count=1, word="没有儿童督导员的乡镇") in browser_of(officer).get("/").content.decode()


def test_vacant_seats_are_no_work_of_directors_cities_and_administrators(places: object, director: Post, browser_of: Callable[[Post], Client]) -> None:
    for post in (director, make_post("city_officer", 420500000000), make_post("security_admin", COUNTY)):
        assert "/posts/vacancies/" not in browser_of(post).get("/").content.decode()
    assert Client().get("/")["Location"].startswith("/sign-in/")
