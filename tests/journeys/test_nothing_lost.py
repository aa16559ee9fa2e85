"""What was typed is there again after the session has ended, and what was saved says so where one stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_child_file import family
from tongxing.accounts.models import Post
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import make_child

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
type Pages = Callable[..., Page]

PASSWORD = "Kaifang-2026-tong"
ENDED = "登录已过期，登录后回到刚才的页面，填写的内容还在。"


def session_ends(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, post: Post) -> None:
    expect(page.get_by_text(ENDED)).to_be_visible()
    page.get_by_label("用户名").fill(post.person.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_new_file_outlives_the_session(director: Post, next_director: Post, page_of: Pages) -> None:
    page = page_of(director)
    page.goto("/children/new/")
    page.get_by_label("姓名").first.fill("覃雨桐")
    page.locator("[name=identity-sex][value='2']").check()
    page.get_by_label("出生日期").first.fill("2016-05-04")
    session_ends(page)
    page.get_by_role("button", name="存为草稿").click()
    sign_in_again(page, director)
    assert page.url.endswith("/children/new/")
    expect(page.get_by_label("姓名").first).to_have_value("覃雨桐")
    expect(page.locator(".draft-note")).to_contain_text("已恢复")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_text("已存为草稿。")).to_be_visible()
    page.goto("/children/?q=覃雨桐")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.goto("/children/new/")
    expect(page.get_by_label("姓名").first).to_have_value("")  # it is saved: nothing waits any more


def test_a_change_outlives_the_session_and_a_wrong_answer(director: Post, page_of: Pages) -> None:
    child = make_child(name="张子轩")
    page = page_of(director)
    page.goto(f"/children/{child.id}/edit/")
    page.get_by_label("姓名").first.fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".errors")).to_be_visible()
    page.get_by_label("姓名").first.fill("张梓轩")
    session_ends(page)
    page.get_by_role("button", name="保存").click()
    sign_in_again(page, director)
    expect(page.get_by_label("姓名").first).to_have_value("张梓轩")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".child-head")).to_contain_text("张梓轩")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length") == 0


def test_what_one_person_typed_is_not_shown_to_the_next(director: Post, next_director: Post, page_of: Pages) -> None:
    page = page_of(director)
    page.goto("/children/new/")
    page.get_by_label("姓名").first.fill("覃雨桐")
    session_ends(page)
    page.get_by_role("button", name="存为草稿").click()
    sign_in_again(page, next_director)
    expect(page.get_by_role("heading", name="登记儿童")).to_be_visible()
    expect(page.get_by_label("姓名").first).to_have_value("")


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_what_was_saved_is_said_where_one_stands(size: tuple[int, int], director: Post, page_of: Pages) -> None:
    child = make_child(relatives=family(), living_with="grandparents")
    page = page_of(director, size)
    page.goto(f"/children/{child.id}/?tab=family")
    page.locator(".person", has_text="王秀英").get_by_role("link", name="修改").click()
    page.get_by_role("dialog").get_by_label("姓名").fill("王秀兰")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    said = page.get_by_role("status").filter(has_text="已保存")
    expect(said).to_be_visible()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(said).to_be_in_viewport(ratio=1)
    said.get_by_role("button", name="关闭").click()
    expect(said).to_have_count(0)


def test_the_chosen_tab_is_in_sight_on_a_phone(director: Post, page_of: Pages) -> None:
    child = make_child(relatives=family(), schooling=NewSchooling(stage="primary", school_name="小溪塔街道中心小学", grade=3, since=date(2024, 9, 1)))
    page = page_of(director, PHONE)
    page.goto(f"/children/{child.id}/?tab=history")
    within(page.get_by_role("tab", selected=True))
    page.get_by_role("tab", name="健康").click()
    expect(page.get_by_role("tab", name="健康")).to_have_attribute("aria-selected", "true")
    within(page.get_by_role("tab", selected=True))
    assert page.locator(".tabs").evaluate("strip => strip.scrollLeft") > 0


def within(tab: Locator) -> None:
    """All of it lies between the edges of the telephone."""
    expect(tab).to_have_count(1)
    box = tab.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]


def test_only_the_grades_of_the_stage_are_offered(director: Post, page_of: Pages) -> None:
    page = page_of(director)
    page.goto("/children/new/")
    stage, grade = page.locator("[name=school-stage]"), page.locator("[name=school-grade]")
    stage.select_option(label="初中")
    assert grade.locator("optgroup:not([hidden]) option").all_text_contents() == ["初一", "初二", "初三"]
    grade.select_option(label="初二")
    stage.select_option(label="小学")
    expect(grade.locator("option:checked")).to_have_text("二年级")
    stage.select_option(label="辍学")
    expect(grade).to_have_value("")


def test_a_long_dialog_keeps_its_buttons_in_sight_on_a_phone(director: Post, page_of: Pages) -> None:
    child = make_child(relatives=family())
    page = page_of(director, PHONE)
    page.goto(f"/children/{child.id}/?tab=family")
    page.locator(".person", has_text="王秀英").get_by_role("link", name="修改").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="保存")).to_be_in_viewport(ratio=1)


def test_a_visit_outlives_the_back_button_and_the_session_and_is_one_entry(director: Post, page_of: Pages) -> None:
    child = make_child(name="张子轩")
    other = make_child(name="李思源")
    page = page_of(director, size=PHONE)
    address = f"/log/new/incident/?child={child.id}"
    page.goto(address)
    page.locator("[name$='-what'][value=quarrel]").check()
    named = page.locator("[data-picker] input[name$='-other_child']")
    named.press_sequentially("李思")
    expect(page.locator("[role=option]").first).to_be_visible()
    named.press("ArrowDown")
    named.press("Enter")
    expect(named).to_have_value("李思源")
    page.locator("[name=c-known_from][value=seen]").check()
    page.locator("[name=c-words]").fill("课间争吵，已经和好")
    expect(page.locator(".draft-note")).to_contain_text("暂存")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/children/")
    page.go_back()
    expect(page.locator("[name=c-words]")).to_have_value("课间争吵，已经和好")
    expect(page.locator("[data-picker] input[name$='-other_child_code']")).to_have_value(str(other.id))
    session_ends(page)
    page.locator("main form button[type=submit]").click()
    sign_in_again(page, director)
    expect(page.locator("[name$='-what'][value=quarrel]")).to_be_checked()
    page.locator("main form button[type=submit]").dblclick()
    expect(page.locator(".entries > li")).to_have_count(1, timeout=30_000)  # the first entry of a process reads all models
    expect(page.locator(".entries")).to_contain_text("李思源")
