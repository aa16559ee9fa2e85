"""A neighbour calls 12355 about a child whom nobody names; the county finds that it is on file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.hotline.tests.make import PHONE, make_agent
from tongxing.protection.models import CaseChild, Report

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder", "places")]


def takes_the_call(desk: Page) -> str:
    """What is said is kept while it is said; the alarm is one tap; its number is read out."""
    desk.goto("/hotline/")
    desk.keyboard.press("n")
    desk.locator("input[name=phone]").fill(PHONE)
    desk.locator("select[name=caller]").select_option("neighbour")
    desk.locator("textarea[name=said]").fill("楼上天天打孩子，是个穿红棉袄的小姑娘")
    expect(desk.locator("#side")).to_contain_text("已存下")
    desk.reload()
    expect(desk.locator("textarea[name=said]")).to_have_value("楼上天天打孩子，是个穿红棉袄的小姑娘")
    desk.get_by_role("button", name="家庭暴力").click()
    receipt = desk.locator(".receipt b")
    expect(receipt).to_be_visible()
    return receipt.inner_text()


def test_a_call_about_an_unknown_child_that_turns_out_to_be_on_file(page_of: Callable[..., Page]) -> None:
    with transaction.atomic():
        agent, officer = make_agent(), make_post("county_officer", COUNTY)
        make_post("supervisor", TOWNSHIP, name="陈督导")
        child = make_child(name="张小满", place=VILLAGE)
    number = takes_the_call(page_of(agent))
    with seen_by(None):
        report = Report.objects.get(number=number)
        assert (report.channel, report.child_id) == ("hotline", None)
    office = page_of(officer)
    office.goto(f"/cases/{report.case_id}/")
    expect(office.locator("h1")).to_contain_text("孩子待查")
    office.locator("aside").get_by_role("link", name="关联").click()
    office.locator("main input[type=search], main input[name=q]").first.fill("张小满")
    office.keyboard.press("Enter")
    expect(office.locator("main")).to_contain_text("张小满")
    office.locator("main").get_by_role("button", name="就是这个孩子").click()
    expect(office.locator("h1")).to_contain_text("张小满")
    with seen_by(None):
        assert CaseChild.objects.get(case=report.case_id).child_id == child.pk
