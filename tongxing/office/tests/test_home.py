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
    "department": ["/notices/", "/children/", "/figures/", "/log/statistics/", "/units/"],
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
