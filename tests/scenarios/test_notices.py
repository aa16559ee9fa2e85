"""Notices to all post-holders (LHK-2 市、乡、村三级统一的工作联系), and rules that each worker confirms (LZH-1 严管)."""

from __future__ import annotations

import re

import pytest

from tests.people import COUNTY, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.notices import actions
from tongxing.notices.models import Notice

pytestmark = pytest.mark.django_db
NOTICE = {"title": "暑期防溺水工作通知", "text": "请各村在7月10日前走访一遍。", "place": "夷陵区", "place_code": str(COUNTY), "roles": ["child_director", "supervisor"]}


@pytest.mark.req("LHK-2a")
def test_the_county_tells_all_directors_and_supervisors_below(officer, supervisor, director, next_director, browser_of):
    teacher = make_post("teacher", COUNTY)
    browser_of(officer).post("/notices/write/", NOTICE)
    for post in (supervisor, director, next_director):
        browser = browser_of(post)
        assert "没有读完的通知" in browser.get("/").content.decode()
        assert "暑期防溺水工作通知" in browser.get("/notices/").content.decode()
        assert "暑期防溺水工作通知" in browser.get("/messages/").content.decode()
    assert "暑期防溺水工作通知" not in browser_of(teacher).get("/notices/").content.decode()


@pytest.mark.req("LHK-2b")
def test_the_county_sees_who_has_read_and_reminds_the_others(officer, supervisor, director, browser_of):
    county = browser_of(officer)
    address = county.post("/notices/write/", NOTICE)["Location"]
    browser_of(director).get(address)
    browser_of(director).post(f"{address}read/")
    assert "1 / 2" in county.get(address).content.decode()
    unread = county.get(f"{address}readers/").content.decode()
    assert "陈督导" in unread
    assert "李大妹" not in unread
    county.post(f"{address}remind/")
    assert "请阅读通知：暑期防溺水工作通知" in browser_of(supervisor).get("/messages/").content.decode()
    assert "请阅读通知" not in browser_of(director).get("/messages/").content.decode()


@pytest.mark.req("LHK-2c")
@pytest.mark.parametrize("text", ["请走访张子轩家。", "联系电话13812345678。", "证件号420506201503121234。"])
def test_what_is_about_a_person_is_refused_in_words(text, officer, director, browser_of):
    make_child(name="张子轩")
    answer = browser_of(officer).post("/notices/write/", NOTICE | {"text": text})
    assert answer.status_code == 422
    assert re.search(r"是儿童的姓名|像是身份证号或手机号", answer.content.decode())
    with seen_by(officer):
        assert not Notice.unscoped.exists()


@pytest.mark.req("LZH-1a")
def test_each_worker_confirms_the_rules_and_the_county_sees_who_has_not(officer, director, next_director, browser_of):
    rules = NOTICE | {"title": "工作人员行为规范", "text": "一、不体罚……", "roles": ["child_director"], "confirm": "on", "standing": "on"}
    county = browser_of(officer)
    address = county.post("/notices/write/", rules)["Location"]
    browser_of(director).post(f"{address}read/")
    assert "李大妹" in county.get(f"{address}readers/").content.decode()  # read is not confirmed
    assert "我已阅读并遵守" in browser_of(director).get(address).content.decode()
    browser_of(director).post(f"{address}confirm/")
    listed = county.get(f"{address}readers/").content.decode()
    assert "李大妹" not in listed
    assert "王小兰" in listed
    assert "已确认" in browser_of(director).get("/notices/").content.decode()
    newcomer = make_post("child_director", 420506001001, name="新主任")
    actions.catch_up()
    assert "工作人员行为规范" in browser_of(newcomer).get("/notices/?state=unconfirmed").content.decode()
