"""The first page of the day: what waits for whom, and where it is."""

from __future__ import annotations

import pytest

from tests.people import make_post
from tongxing.children.tests.make import make_child

pytestmark = pytest.mark.django_db


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
