"""The list of children by mouse, keyboard and on a phone: filters, saved filters, export; search opens a file, and none of the next village."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import make_child, years_ago

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def children(places: object) -> list[Child]:
    school = NewSchooling(stage="primary", school_name="小溪塔中心小学", grade=3, class_name="三年级2班")
    return [
        make_child(name="张子轩", place=VILLAGE, born=years_ago(9), schooling=school),
        make_child(name="李雨涵", place=VILLAGE, born=years_ago(5)),
        make_child(name="王浩然", place=NEXT_VILLAGE, born=years_ago(12), registration="none"),
    ]


def test_an_officer_finds_a_child_by_its_initials(officer: Post, children: list[Child], page_of: Callable[..., Page]) -> None:
    page = page_of(officer)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("zzx")
    found = page.get_by_role("option", name="张子轩")
    expect(found).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/children/{children[0].id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("张子轩")


def test_a_director_does_not_find_the_next_village_s_child_and_cannot_open_its_file(next_director: Post, children: list[Child], page_of: Callable[..., Page]) -> None:
    page = page_of(next_director)
    page.goto("/children/")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("#search").press_sequentially("zzx")
    expect(page.locator("#found")).to_contain_text("没有找到")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="没有符合条件的儿童")).to_be_visible()
    answer = page.goto(f"/children/{children[0].id}/")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("body")).not_to_contain_text("张子轩")


def test_filters_are_set_with_a_click_kept_in_the_address_and_taken_off_again(officer: Post, children: list[Child], page_of: Callable[..., Page]) -> None:
    page = page_of(officer)
    page.goto("/children/")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_role("link", name="1 无户籍").click()
    expect(page).to_have_url("/children/?registration=none")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("link", name="户口登记：无户籍").click()
    page.get_by_label("地区").fill("fjw")
    page.get_by_role("option", name="冯家湾社区").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.get_by_role("link", name="地区：冯家湾社区")).to_be_visible()
    page.get_by_role("link", name="年龄", exact=True).click()
    expect(page.locator("[data-row] a.main").first).to_have_text("李雨涵")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("张子轩")


def test_filters_are_saved_and_an_export_asks_to_whom_and_why(officer: Post, children: list[Child], page_of: Callable[..., Page]) -> None:
    page = page_of(officer)
    page.goto("/children/?stage=primary")
    page.get_by_text("我的筛选").click()
    page.get_by_role("link", name="保存当前条件").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("小学生")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="清空条件").click()
    page.get_by_text("我的筛选").click()
    page.get_by_role("link", name="小学生").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("link", name="导出 Excel").click()
    dialog.get_by_role("button", name="导出").click()
    expect(dialog.locator(".errors")).to_contain_text("用途")
    dialog.get_by_label("交给谁").fill("区教育局")
    dialog.get_by_label("用途").fill("核对学籍")
    dialog.get_by_role("button", name="导出").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_list_fits_a_phone(director: Post, children: list[Child], page_of: Callable[..., Page]) -> None:
    page = page_of(director, PHONE)
    page.goto("/children/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    expect(page.get_by_label("身份状态")).to_be_hidden()
    page.get_by_text("筛选条件").click()
    expect(page.get_by_label("身份状态")).to_be_visible()
    page.get_by_label("身份状态").select_option("left_behind")
    expect(page).to_have_url("/children/?status=left_behind")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
