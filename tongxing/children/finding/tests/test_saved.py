"""Filters that are kept under a name: one's own, and those that are shared within a place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import TOWNSHIP, make_post
from tongxing.accounts.models import Post
from tongxing.children.finding import saved
from tongxing.children.models import SavedFilter

pytestmark = pytest.mark.django_db
SAVE = "/children/filters/save/"
type Browser = Callable[[Post], Client]


def keep(browser: Client, query: str, name: str = "小学留守", *, shared: bool = False) -> int:
    return browser.post(SAVE + query, {"name": name} | ({"shared": "on"} if shared else {})).status_code


def test_a_filter_is_kept_and_offered(officer: Post, browser_of: Browser) -> None:
    browser = browser_of(officer)
    assert keep(browser, "?status=left_behind&stage=primary&sort=-age") == 302
    html = browser.get("/children/").content.decode()
    assert 'href="?status=left_behind&amp;stage=primary&amp;sort=-age">小学留守' in html


def test_what_was_searched_for_is_never_kept(officer: Post, browser_of: Browser) -> None:
    """It may be a name or an id number."""
    keep(browser_of(officer), "?status=left_behind&q=420506201203051234")
    assert [one.query for one in SavedFilter.objects.all()] == ["status=left_behind"]


def test_a_search_alone_cannot_be_kept(officer: Post, browser_of: Browser) -> None:
    assert keep(browser_of(officer), "?q=zzx") == 422
    assert not SavedFilter.objects.exists()


def test_a_name_is_kept_once(officer: Post, browser_of: Browser) -> None:
    keep(browser_of(officer), "?sex=1")
    keep(browser_of(officer), "?sex=2", shared=True)
    assert [(one.query, one.shared) for one in SavedFilter.objects.all()] == [("sex=2", True)]


def test_shared_filters_are_seen_below_and_own_ones_by_oneself(officer: Post, supervisor: Post, director: Post, browser_of: Browser) -> None:
    keep(browser_of(officer), "?sex=1", "全区", shared=True)
    keep(browser_of(officer), "?sex=2", "自己")
    keep(browser_of(supervisor), "?sex=2", "本街道", shared=True)
    elsewhere = make_post("supervisor", TOWNSHIP, name="另一人")
    assert {one.name for one in saved.visible_to(officer)} == {"全区", "自己"}
    assert {one.name for one in saved.visible_to(supervisor)} == {"全区", "本街道"}
    assert {one.name for one in saved.visible_to(elsewhere)} == {"全区", "本街道"}
    assert {one.name for one in saved.visible_to(director)} == {"全区", "本街道"}


def test_only_its_owner_deletes_it(officer: Post, supervisor: Post, browser_of: Browser) -> None:
    keep(browser_of(officer), "?sex=1", shared=True)
    kept = SavedFilter.objects.get()
    address = f"/children/filters/{kept.id}/forget/"
    assert browser_of(supervisor).post(address).status_code == 302
    assert SavedFilter.objects.exists()
    assert browser_of(officer).get(address).status_code == 405
    assert browser_of(officer).post(f"{address}?sex=1")["Location"] == "/children/?sex=1"
    assert not SavedFilter.objects.exists()


def test_there_is_an_end_to_it(officer: Post, browser_of: Browser) -> None:
    browser = browser_of(officer)
    for number in range(saved.MOST):
        keep(browser, "?sex=1", f"第{number}个")
    assert keep(browser, "?sex=1", "再一个") == 422
    assert SavedFilter.objects.count() == saved.MOST


@pytest.mark.parametrize("name", ["", " ", "长" * 31, "长" * 10_000])
def test_a_name_must_be_given_and_short(name: str, officer: Post, browser_of: Browser) -> None:
    assert keep(browser_of(officer), "?sex=1", name) == 422
