"""The first page of the day: what waits for whom, and where it is."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, make_post
from tongxing.children import actions
from tongxing.children.new import NewCategory
from tongxing.children.tests.make import make_child, seen_by

pytestmark = pytest.mark.django_db


def counted(browser: Client, word: str) -> list[int]:
    """The numbers of the front page's lines that hold this word; 0 for those under “没有待办的”."""
    urgent, _heading, rest = browser.get("/").content.decode().partition('id="rest"')
    lines = re.findall(r"<b>(\d+)\+?</b><span>([^<]*)</span>", urgent)
    return [int(number) for number, line in lines if word in line] + [0] * len(re.findall(rf"</svg>[^<]*{word}", rest))


def test_the_supervisor_sees_how_many_files_wait_and_finds_them(supervisor, browser_of):
    make_child(name="陈雨桐", state="submitted")
    make_child(name="赵思源", state="draft")
    browser = browser_of(supervisor)
    assert "待审核的档案" in browser.get("/").content.decode()
    listed = browser.get("/children/?state=submitted").content.decode()
    assert "陈雨桐" in listed
    assert "赵思源" not in listed


def test_the_next_villages_work_is_not_counted(next_director, browser_of):
    make_child(name="陈雨桐", state="draft")
    assert "都办完了" in browser_of(next_director).get("/").content.decode()


def test_without_a_record_check_the_page_says_what_to_do(places, browser_of):
    unchecked = make_post("child_director", 420506001001, checked=False)
    assert "从业查询" in browser_of(unchecked).get("/").content.decode()


def test_a_transfer_that_was_refused_waits_for_the_county(director, supervisor, officer, browser_of):
    child = make_child()
    with seen_by(director):
        transfer = actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="随外祖父母居住", by=director)
    assert counted(browser_of(officer), "等您决定的转移") == [0]
    with seen_by(supervisor):
        actions.answer_transfer(transfer_id=transfer.id, act="refuse", words="查无此人", by=supervisor)
    assert counted(browser_of(officer), "等您决定的转移") == [1]


def test_a_category_waits_on_the_work_list_of_the_level_whose_turn_it_is(director, supervisor, officer, browser_of):
    for reporter in (director, supervisor):
        child = make_child()
        with seen_by(reporter):
            actions.report_category(child_id=child.id, new=NewCategory(scheme="state", kind="poverty", reason="走访中发现"), by=reporter)
    assert counted(browser_of(officer), "困境类别") == [1]  # the one that the township has checked
    assert counted(browser_of(supervisor), "困境类别") == [1]
