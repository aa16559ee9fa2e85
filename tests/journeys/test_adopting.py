"""A county reads what Liangzihu's model would cost, adopts it, changes it, and lets a township do without a part that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.caremodels.loading import library
from tongxing.caremodels.models import Adoption
from tongxing.children.tests.make import away, make_child

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(places: object) -> tuple[Post, Post]:
    assert library().models  # read once by every process: a page does not wait for it
    make_post("child_director", VILLAGE, name="李大妹")
    with transaction.atomic():
        make_child(name="张子轩", relatives=(away("51", "张强", date(2025, 3, 1)), away("52", "李梅", date(2025, 3, 1))))
    return make_post("county_officer", COUNTY, name="周局长"), make_post("supervisor", TOWNSHIP, name="陈督导")


@pytest.mark.req("HB-2a", "HB-2b")
def test_a_county_adopts_after_reading_the_cost(people: tuple[Post, Post], page_of: Callable[..., Page]) -> None:
    officer, supervisor = people
    page = page_of(officer)
    adopt(page)
    refused(page)
    leave(page, page_of(supervisor, size=PHONE))
    change(page)


def adopt(page: Page) -> None:
    page.goto("/care-models/")
    page.get_by_role("link", name="梁子湖模式").click()
    expect(page.locator("#promises")).to_contain_text("每月一封亲人家书")
    page.locator("main").get_by_role("link", name="采用", exact=True).click()

    page.get_by_role("button", name="看要花多少力气").click()
    expect(page.locator("main")).to_contain_text("还没有填写")
    expect(page.get_by_role("button", name="采用", exact=True)).to_have_count(0)
    page.get_by_label("与学校和班主任沟通的周期").select_option("term")
    page.get_by_label("五必访的时限").fill("3")
    page.get_by_label("四掌握").uncheck()
    expect(page.get_by_label("四项情况全部掌握的周期")).to_be_hidden()
    page.get_by_role("button", name="看要花多少力气").click()
    cost = page.locator("#cost")
    expect(cost).to_contain_text("每名儿童每月的任务")
    expect(cost).to_contain_text("儿童主任每周（采用后）")
    expect(cost).to_contain_text("发生时才有")
    expect(page.locator("#beyond")).to_contain_text("每个村的儿童主任都做得过来")
    assert not Adoption.objects.exists()
    page.get_by_role("button", name="采用", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("夷陵区已采用")
    assert Adoption.objects.get().parts == ["three_controls", "eight_ones", "five_visits"]


def refused(page: Page) -> None:
    """Twice at one place is refused in words."""
    page.goto("/care-models/liangzihu/adopt/")
    page.get_by_label("与学校和班主任沟通的周期").select_option("term")
    page.get_by_label("五必访的时限").fill("3")
    page.get_by_label("四项情况全部掌握的周期").select_option("term")
    page.get_by_role("button", name="看要花多少力气").click()
    page.get_by_role("button", name="采用", exact=True).click()
    expect(page.locator("main")).to_contain_text("已采用“梁子湖模式：“38545”工程”")


def leave(page: Page, township: Page) -> None:
    township.goto("/care-models/liangzihu/")
    township.locator("#held").get_by_role("link", name="夷陵区").click()
    township.get_by_role("link", name="申请不采用").click()
    dialog = township.locator("#dialog")
    dialog.get_by_label("五必访").check()
    dialog.get_by_label("原因").fill("由学校承担")
    dialog.get_by_role("button", name="提交申请").click()
    expect(township.locator(".messages")).to_contain_text("申请已送交夷陵区")
    assert township.evaluate("document.documentElement.scrollWidth") <= PHONE[0]

    page.goto("/messages/")
    page.get_by_role("button", name="小溪塔街道申请不采用").click()
    page.get_by_role("link", name="答复", exact=True).click()
    page.locator("#dialog").get_by_label("同意", exact=True).check()
    page.locator("#dialog").get_by_role("button", name="答复").click()
    expect(page.locator("#leaves")).to_contain_text("小溪塔街道")
    expect(page.locator("#history")).to_contain_text("陈督导")


def change(page: Page) -> None:
    page.get_by_role("link", name="变更", exact=True).click()
    page.get_by_label("变更日期").fill("2027-03-01")
    page.get_by_label("变更原因").fill("减轻负担")
    page.get_by_label("三管").uncheck()
    page.get_by_role("button", name="看有什么不同").click()
    expect(page.locator("#differences")).to_contain_text("与学校和班主任沟通（共管）")
    expect(page.locator("#endings")).to_contain_text("以前的记录都保留")
    page.get_by_role("button", name="变更", exact=True).click()
    expect(page.locator("#history")).to_contain_text("减轻负担")
    expect(page.locator("#leaves")).to_contain_text("小溪塔街道")
