"""A child is brought into safety, assessed by two people, helped, and the case is closed: from the alarm on the first page to the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_boards import fits
from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground.today import now
from tongxing.protection import actions
from tongxing.protection.models import Task
from tongxing.protection.tests.make import case_of, make_report
from tongxing.protection.tests.working import ANSWERS, CALM

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


def act(page: Page, word: str, *, confirm: str = "", words: str = "") -> None:
    """Open a dialog by its button, fill in its words and send it."""
    page.locator("main").get_by_role("link", name=word, exact=True).first.click()
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    if words:
        dialog.locator("textarea").first.fill(words)
    dialog.get_by_role("button", name=confirm or word, exact=True).click()
    expect(dialog).to_be_hidden()


def assess(page: Page, address: str, answers: dict[str, str]) -> None:
    """Answer every item of the scale, and hand it in."""
    page.goto(f"{address}assess/?scale=four_colours")
    for name, value in answers.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.get_by_role("button", name="交评估").click()
    expect(page.locator("main")).to_contain_text("评估已交")


def place(page: Page) -> None:
    """The child is brought to its grandmother."""
    page.locator("aside").get_by_role("link", name="临时安置").click()
    page.locator("#dialog input[name=kind][value=relatives]").check()
    page.locator("#dialog input[name=with_whom]").fill("外祖母 王秀英")
    page.locator("#dialog").get_by_role("button", name="登记").click()
    expect(page.locator("aside")).to_contain_text("王秀英")


def add_measure(page: Page, owner: str) -> None:
    """Counselling, within nine days."""
    page.locator(".case-next").get_by_role("link", name="添加帮扶措施").click()
    dialog = page.locator("#dialog")
    dialog.locator("select[name=measure]").select_option("counselling")
    dialog.locator("select[name=post]").select_option(owner)
    dialog.locator("input[name=due_at]").fill(f"{now() + timedelta(days=9):%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#measures")).to_contain_text("心理")


def close(county: Page, address: str) -> None:
    """The county closes; the back button does no harm."""
    county.goto(address)
    county.locator("main").get_by_role("link", name="结案", exact=True).first.click()
    county.locator("#dialog input[name=outcome][value=guardian_in_place]").check()
    county.locator("#dialog textarea").fill("父亲返乡照看")
    county.locator("#dialog").get_by_role("button", name="结案", exact=True).click()
    expect(county.locator(".head")).to_contain_text("已结案")
    county.go_back()
    county.goto(address)
    expect(county.locator(".case-next")).to_contain_text("个案已经结束")


def test_a_child_is_placed_assessed_followed_and_the_case_is_closed(places: object, page_of: Callable[..., Page]) -> None:
    with transaction.atomic():
        director, supervisor = make_post("child_director", VILLAGE, name="李大妹"), make_post("supervisor", TOWNSHIP, name="陈督导")
        officer = make_post("county_officer", COUNTY, name="周明")
        child = make_child(by=director, name="张子轩")
        case = case_of(make_report(by=director, situation="domestic_violence", child_id=child.pk, words="胳膊上有淤青"))
    address = f"/cases/{case.pk}/"

    page = page_of(supervisor)
    page.goto("/")
    page.get_by_role("link", name="个案：孩子处于危险中").click()
    page.get_by_role("link", name="张子轩").click()
    expect(page.locator(".case-next")).to_contain_text("受理")
    act(page, "受理")
    expect(page.locator(".case-next")).to_contain_text("启动应急处置，先保证孩子安全")
    act(page, "启动应急处置")
    act(page, "启动应急清单", confirm="启动")
    expect(page.locator("#tasks")).to_contain_text("公安机关依法制止")
    place(page)
    with seen_by(None):
        tasks = list(Task.objects.filter(case=case, done_at=None))
    with transaction.atomic():
        for task in tasks[1:]:
            actions.finish(task=task, by=supervisor, result="已办")
    page.reload()
    act(page, "办结", words="民警到场，已制止")
    expect(page.locator(".case-next")).to_contain_text("安排评估")

    assess(page, address, CALM)
    county = page_of(officer)
    assess(county, address, ANSWERS)
    county.get_by_role("link", name="确认评估等级").first.click()
    expect(county.locator("main")).to_contain_text("两份评估不一致的地方")
    county.locator("textarea[name=why]").fill("以县里的评估为准")
    county.get_by_role("button", name="确认", exact=True).click()
    expect(county.locator(".head")).to_contain_text("红")

    page.goto(address)
    act(page, "应急结束，确认评估", words="孩子在外祖母家，安全")
    add_measure(page, str(supervisor.pk))
    act(page, "定帮扶方案", words="先稳定照料，再做心理疏导")
    act(page, "开始帮扶跟进")
    act(page, "办结", words="疏导三次，孩子愿意说话")
    act(page, "结束", words="回父亲家")

    close(county, address)
    phone = page_of(director, size=PHONE)
    for where in (address, "/cases/", "/cases/mine/"):
        phone.goto(where)
        fits(phone)
