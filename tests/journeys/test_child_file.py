"""A child's file in a real browser: sent back and approved, a number shown for a reason, read on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tongxing.accounts.models import Post
from tongxing.children.new import NewRelative, NewSchooling
from tongxing.children.tests.make import away, befallen, id_number, make_child, years_ago

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
type Pages = Callable[..., Page]


def family() -> tuple[NewRelative, ...]:
    return (
        away("51", "张强", date(2024, 3, 1), "广东省东莞市", phone="13812345678"),
        befallen("52", "李梅", "severe_disability", date(2020, 1, 1), more={"disability": "6", "grade": "2"}),
        NewRelative(relation="62", name="王秀英", phone="13712345678", entrusted=True),
    )


def test_a_supervisor_returns_a_file_and_approves_it(director: Post, supervisor: Post, page_of: Pages) -> None:
    child = make_child(state="submitted", by=director, relatives=family(), living_with="grandparents")
    above = page_of(supervisor)
    above.goto(f"/children/{child.id}/")
    above.get_by_role("link", name="退回修改").click()
    dialog = above.get_by_role("dialog")
    dialog.get_by_label("意见").fill("缺母亲的电话")
    dialog.get_by_role("button", name="退回修改").click()
    expect(dialog).to_be_hidden()
    expect(above.locator(".child-head")).to_contain_text("退回修改")

    below = page_of(director)
    below.goto(f"/children/{child.id}/")
    todo = below.locator(".todo")
    expect(todo).to_contain_text("缺母亲的电话")
    below.get_by_role("tab", name="家庭和监护").click()
    below.locator(".person", has_text="李梅").get_by_role("link", name="修改").click()
    below.get_by_role("dialog").get_by_label("电话").fill("13912345678")
    below.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(below.get_by_role("status").first).to_contain_text("已保存")
    below.get_by_role("link", name="重新提交").click()
    below.get_by_role("dialog").get_by_role("button", name="提交审核").click()
    expect(below.locator(".child-head")).to_contain_text("待审核")

    above.reload()
    above.locator(".child-acts").get_by_role("link", name="审核通过").click()
    above.get_by_role("dialog").get_by_role("button", name="审核通过").click()
    expect(above.locator(".child-head")).not_to_contain_text("待审核")


def test_a_masked_number_is_shown_for_a_reason_and_hidden_again(director: Post, page_of: Pages) -> None:
    born = years_ago(9)
    number = id_number(born)
    child = make_child(born=born, id_number=number)
    page = page_of(director)
    page.goto(f"/children/{child.id}/")
    assert number not in page.content()
    page.get_by_role("button", name="查看完整信息：身份证号").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="查看").click()
    expect(dialog.locator(".errors")).to_be_visible()
    dialog.get_by_label("核对证件、户籍").check()
    dialog.get_by_role("button", name="查看").click()
    expect(dialog.locator(".revealed")).to_have_text(number)
    dialog.get_by_role("button", name="看完了").click()
    expect(page.locator(".revealed")).to_have_count(0)
    assert number not in page.content()


def test_every_tab_fits_a_phone(director: Post, page_of: Pages) -> None:
    child = make_child(relatives=family(), schooling=NewSchooling(stage="primary", school_name="小溪塔街道中心小学", grade=3, since=date(2024, 9, 1)), living_with="grandparents")
    page = page_of(director, PHONE)
    for tab in ("facts", "family", "school", "health", "categories", "documents", "history"):
        page.goto(f"/children/{child.id}/?tab={tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], tab
    expect(page.get_by_role("link", name="13712345678")).to_be_visible()


def test_what_was_typed_survives_a_reload(director: Post, page_of: Pages) -> None:
    page = page_of(director)
    page.goto("/children/new/")
    page.get_by_label("姓名").first.fill("覃雨桐")
    page.locator("[name=father-situation][value=away]").check()
    expect(page.get_by_label("外出地点").first).to_be_visible()
    page.get_by_label("身份证号").first.fill("420506")
    expect(page.locator(".draft-note")).to_contain_text("暂存")
    page.evaluate("window.onbeforeunload = null")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("姓名").first).to_have_value("覃雨桐")
    expect(page.get_by_label("外出地点").first).to_be_visible()
    expect(page.get_by_label("身份证号").first).to_have_value("")  # numbers are not kept in the browser
