"""The frame around every page, driven by hand and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import NEXT_VILLAGE
from tongxing.accounts.actions import appoint
from tongxing.accounts.models import Post
from tongxing.ground.today import today

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _design_page(settings: Any) -> None:
    settings.DEBUG = True


def test_a_list_is_walked_with_j_and_k(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor)
    page.goto("/design/")
    page.locator(".errors").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row] a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-row] a").nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_dialog_asks_for_a_reason_and_says_what_is_wrong(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor)
    page.goto("/design/")
    page.get_by_text("带原因的确认").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="终止档案").click()
    expect(dialog.locator(".errors")).to_contain_text("原因")
    dialog.get_by_label("原因").fill("重复登记")
    dialog.get_by_role("button", name="终止档案").click()
    expect(dialog).to_be_hidden()


def test_a_second_tab_under_another_post_does_not_act_in_its_place(director: Post, page_of: Callable[..., Page]) -> None:
    other = appoint(person=director.person, role="child_director", place=NEXT_VILLAGE, since=today(), by=None)
    page = page_of(director)
    page.goto("/messages/preferences/")
    second = page.context.new_page()
    second.goto("/messages/")
    second.get_by_label("切换岗位").click()
    second.get_by_role("button", name=other.place.full_name).click()
    expect(second.locator(".topbar")).to_contain_text(other.place.short_name)
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator("h1")).to_have_text("您已换到另一个岗位")


def test_tabs_change_in_place_and_the_address_keeps_them(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor)
    page.goto("/design/")
    page.get_by_role("tab", name="家庭和监护").click()
    expect(page).to_have_url("/design/?tab=family")
    expect(page.get_by_role("tab", name="家庭和监护")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.get_by_role("tab", name="基本情况")).to_have_attribute("aria-selected", "true")


def test_a_long_work_moves_on_by_itself(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor)
    page.goto("/design/")
    expect(page.get_by_text("760 / 1500")).to_be_visible()


def test_nothing_is_wider_than_a_phone(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor, PHONE)
    page.goto("/design/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("button", name="菜单", exact=True).click()
    expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()


def test_the_pages_speak_english(supervisor: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(supervisor)
    page.goto("/")
    page.get_by_label("我的账号").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Work list")
