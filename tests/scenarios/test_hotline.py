"""12355 (JL-6 未成年人服务平台; P8-10 登记、转办、心理辅导): a call is entered, becomes a report, is counselled, is called back."""

from __future__ import annotations

import pytest

from tests.people import TOWNSHIP, VILLAGE
from tongxing.children.tests.make import make_child, seen_by
from tongxing.hotline.tests.make import make_agent
from tongxing.protection import actions as protection
from tongxing.protection.models import Case, Report
from tongxing.protection.tests.make import case_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
PHONE = "13812345678"


@pytest.mark.req("JL-6a")
def test_a_call_about_a_child_becomes_a_report_with_a_number_to_read_out(supervisor, officer, browser_of):
    child = make_child(name="张子轩", place=VILLAGE)
    agent = make_agent()
    desk = browser_of(agent)
    address = desk.post("/hotline/start/")["Location"]
    desk.post(f"{address}keep/", {"phone": PHONE, "caller": "neighbour", "said": "楼上天天打孩子"})
    told = {"phone": PHONE, "caller": "neighbour", "topic": "violence", "said": "楼上天天打孩子", "child_name": "张子轩", "place": "小溪塔街道", "place_code": str(TOWNSHIP)}
    desk.post(address, told | {"act": "look"})
    page = desk.post(address, told | {"act": "end", "result": "reported", "situation": "domestic_violence"}, follow=True).content.decode()
    with seen_by(officer):
        report = Report.objects.get()
    assert report.number in page
    assert report.channel == "hotline"
    assert "紧急报告" in browser_of(supervisor).get("/messages/").content.decode()
    assert "张*轩" in browser_of(supervisor).get(address).content.decode()
    browser_of(supervisor).post(f"{address}link/")
    with seen_by(supervisor):
        assert Case.objects.get().children.get().child_id == child.pk
    protection.advance(case=case_of(report), act="receive", by=supervisor)
    assert "已受理，正在办理" in desk.get("/hotline/receipt/", {"number": report.number}).content.decode()


@pytest.mark.req("P8-10e")
def test_12355_registers_counsels_and_passes_on(supervisor, officer, browser_of):
    agent = make_agent()
    desk = browser_of(agent)
    address = desk.post("/hotline/start/")["Location"]
    desk.post(address, {"act": "end", "caller": "child", "topic": "mood", "said": "睡不着", "advice": "教他放松", "counsel": "提到爷爷喝酒", "result": "counselled"})
    page = desk.get(address).content.decode()
    assert "心理辅导" in page
    assert "提到爷爷喝酒" in page
    assert "提到爷爷喝酒" not in browser_of(make_agent(name="田甜")).get(address).content.decode()
    second = desk.post("/hotline/start/")["Location"]
    place = {"place": "小溪塔街道", "place_code": str(TOWNSHIP)}
    desk.post(second, {"act": "end", "caller": "neighbour", "topic": "guardian", "said": "孩子一个人在家", "result": "referred", "to": "office:supervisor", **place})
    assert "孩子一个人在家" in browser_of(supervisor).get(second).content.decode()
    browser_of(supervisor).post(f"{second}reply/", {"words": "已上门，奶奶回来了"})
    assert "已上门，奶奶回来了" in desk.get(second).content.decode()
    month = desk.get("/hotline/statistics/").content.decode()
    assert "转交部门或工作人员" in month
    assert browser_of(officer).get(address).status_code == 404
