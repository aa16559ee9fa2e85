"""A letter to the disabled persons' federation (残联) and its reply, in the browser: gathered, drafted, checked, signed, sealed, received, answered, closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.letters.tests.make import disabled_child, make_department

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


def press(page: Page, word: str, fill: dict[str, str] | None = None) -> None:
    """Open the dialog of a step, fill it in, do it."""
    page.locator(".head .actions").get_by_role("link", name=word, exact=True).click()
    dialog = page.locator("#dialog")
    for label, value in (fill or {}).items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_role("button", name=word, exact=True).click()
    expect(dialog.get_by_role("button", name=word, exact=True)).to_be_hidden()


def test_a_letter_to_the_disabled_persons_federation_and_its_reply(officer: Post, director: Post, page_of: Callable[..., Page]) -> None:
    federation = make_department()
    child = disabled_child(name="张子轩")
    disabled_child(name="李小雨")

    county = page_of(officer)
    address = _write_and_send(county, page_of)
    theirs = page_of(federation, PHONE)
    _answer(theirs)

    village = page_of(director)
    village.goto(f"/children/{child.id}/")
    panel = village.locator("section", has=village.locator("#needs"))
    expect(panel.get_by_text("已适配助听器")).to_be_visible()
    expect(panel.get_by_text("夷民函〔2026〕12号")).to_be_visible()

    county.goto(address)
    expect(county.get_by_text("已复函", exact=True)).to_be_visible()
    press(county, "办结")
    theirs.goto(address)
    expect(theirs.get_by_text("名单不再显示姓名")).to_be_visible()
    expect(theirs.get_by_text("张子轩")).to_have_count(0)


def _write_and_send(county: Page, page_of: Callable[..., Page]) -> str:
    """From the needs to the seal, by three people; the letter's address."""
    checker, signer = make_post("county_officer", COUNTY, name="钟科长"), make_post("county_officer", COUNTY, name="鲁局长")
    county.goto("/")
    county.get_by_role("link", name="工作联系函").first.click()
    county.get_by_role("link", name="汇总需求，拟联函").click()
    county.get_by_label("需求", exact=True).select_option(label="辅助器具适配")
    expect(county.locator("tr[data-row]")).to_have_count(2)
    for box in county.locator("[data-pick]").all():
        box.check()
    county.get_by_role("button", name="拟联函").click()
    expect(county.get_by_label("正文")).to_have_value(re.compile("共有2名儿童有辅助器具适配方面的需求"))
    county.get_by_role("button", name="存为草稿").click()
    press(county, "送核稿")
    expect(county.get_by_text("下一步由钟科长、鲁局长办理")).to_be_visible()
    address = county.url

    second = page_of(checker)
    second.goto("/")
    second.get_by_role("link", name="等您办理的联函").click()
    second.locator("a.main").first.click()
    press(second, "核稿通过", {"意见": "同意"})
    expect(second.locator(".head .actions").get_by_role("link", name="签发", exact=True)).to_be_hidden()
    third = page_of(signer)
    third.goto(address)
    press(third, "签发")
    county.goto(address)
    press(county, "用印发出", {"文号": "夷民函〔2026〕12号"})
    expect(county.get_by_text("待复函", exact=True)).to_be_visible()
    return address


def _answer(theirs: Page) -> None:
    """On the telephone: found on the first page, acknowledged, answered child by child."""
    theirs.goto("/")
    theirs.get_by_role("link", name="待复函的函件").click()
    theirs.locator("a.main").first.click()
    theirs.get_by_role("button", name="签收").click()
    expect(theirs.get_by_text("已签收。")).to_be_visible()
    theirs.get_by_role("link", name="复函", exact=True).click()
    rows = theirs.locator("table.answers tbody tr")
    expect(rows).to_have_count(2)
    first, other = rows.filter(has_text="张子轩"), rows.filter(has_text="李小雨")
    first.locator("select").select_option("granted")
    first.locator("input[type=text]").fill("已适配助听器")
    expect(other.locator("input[type=date]")).to_be_hidden()
    other.locator("select").select_option("refused")
    theirs.get_by_role("button", name="复函", exact=True).click()
    expect(theirs.get_by_text("不能解决的，请写明原因。")).to_be_visible()
    other.locator("input[type=text]").fill("不属于救助范围")
    theirs.get_by_role("button", name="复函", exact=True).click()
    expect(theirs.get_by_text("复函已发出。")).to_be_visible()
    width = theirs.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]
