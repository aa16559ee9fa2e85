"""A director works off her list; the supervisor sees what was missed, urges in one click, and the director hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.care.boards.periods import month_after
from tongxing.caremodels import actions as caremodels
from tongxing.children.models import Child
from tongxing.children.tests.make import both_away, make_child, seen_by
from tongxing.duties import tallies
from tongxing.duties.tests.make import day, moment, opened
from tongxing.forms import queries as forms
from tongxing.ground.today import as_of, today
from tongxing.log.shapes import Circumstances, Subject

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


def fits(page: Page) -> None:
    """Nothing sticks out of the screen."""
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_from_the_list_to_the_form_and_from_the_board_to_the_bell(places: object, page_of: Callable[..., Page]) -> None:
    last = month_after(today(), -1)
    director, supervisor = make_post("child_director", VILLAGE, name="李大妹"), make_post("supervisor", TOWNSHIP, name="陈督导")
    with transaction.atomic(), day(last - timedelta(days=20)):
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters={"visit_within": "3d", "mastery_per": "quarter", "school_talk_per": "term"}, since=date(2026, 1, 1), by=None)
        make_child(name="张待访", relatives=both_away(date(2025, 3, 1)))
    for first in (last, month_after(today(), 0), today()):
        opened(first)
    tallies.refresh()

    page = page_of(director)
    page.goto("/")
    page.get_by_role("link", name="我的工作任务：逾期").click()
    expect(page.locator("main")).to_contain_text("张待访")
    page.goto("/duties/?by=duty&duty=liangzihu.home_visit")
    page.keyboard.press("j")
    page.get_by_role("link", name="家访", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("家访")
    expect(page.locator("main")).to_contain_text("张待访")

    phone = page_of(director, size=PHONE)
    for address in ("/duties/", "/duties/calendar/"):
        phone.goto(address)
        fits(phone)

    board = page_of(supervisor)
    board.goto("/duties/board/")
    fits(board)
    board.locator("tbody tr", has_text="冯家湾社区").get_by_role("link", name="催办").click()
    board.locator("#dialog").get_by_role("button", name="催办", exact=True).click()
    expect(board.locator("main")).to_contain_text("通知了1人")
    small = page_of(supervisor, size=PHONE)
    for address in ("/duties/board/", "/duties/list/?state=overdue", "/duties/coverage/"):
        small.goto(address)
        fits(small)

    page.goto("/")
    expect(page.locator(".bell b")).to_have_text("1")


def grade_drops(by: Post, name: str, days_ago: int) -> Child:
    """A child whose teacher says so, so many days ago; a visit is due within three days."""
    parents = both_away(date(2025, 3, 1))
    with transaction.atomic(), day(today() - timedelta(days=40)):
        child = make_child(name=name, relatives=parents)
    with as_of(moment(today() - timedelta(days=days_ago), 15)), transaction.atomic(), seen_by(by):
        care.log_entry(
            form=forms.definition("grades"),
            subject=Subject("child", child.id, child.scope_place),
            children=[child.id],
            told=Circumstances(on=today(), where="school"),
            answers={"exam": "midterm"},
            own_answers={child.id: {"study_state": "dropped"}},
            by=by,
        )
    return child


def test_a_dropped_grade_opens_a_visit_and_its_overdue_climbs_to_the_township(places: object, page_of: Callable[..., Page]) -> None:
    director, supervisor, officer = make_post("child_director", VILLAGE), make_post("supervisor", TOWNSHIP), make_post("county_officer", COUNTY)
    with transaction.atomic(), day(today() - timedelta(days=50)):
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters={"visit_within": "3d", "mastery_per": "quarter", "school_talk_per": "term"}, since=date(2026, 1, 1), by=None)
    grade_drops(supervisor, "张久逾", 12)
    grade_drops(supervisor, "王新逾", 5)
    grade_drops(supervisor, "李刚知", 1)

    told = page_of(director)
    told.goto("/messages/")
    told.locator("main").get_by_role("button", name="学习成绩下降必访").first.click()
    expect(told.locator("main")).to_contain_text("李刚知")

    township = page_of(supervisor)
    township.goto("/")
    township.get_by_role("link", name="已升级到本级的工作任务").click()
    expect(township.locator("h1")).to_contain_text("任务明细")
    names = township.locator("tbody")
    for name in ("张久逾", "王新逾"):
        expect(names).to_contain_text(name)
    expect(names).not_to_contain_text("李刚知")
    expect(names).to_contain_text("起已升级到乡级")
    county = page_of(officer)
    county.goto("/duties/list/?state=climbed")
    expect(county.locator("tbody")).to_contain_text("张久逾")
    expect(county.locator("tbody")).not_to_contain_text("王新逾")
    small = page_of(supervisor, size=PHONE)
    small.goto("/duties/list/?state=climbed")
    fits(small)
