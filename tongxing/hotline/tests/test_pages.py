"""The pages of the desk: three people, a stranger, another county's desk; drafts that outlive everything; lists that show nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.hotline import actions
from tongxing.hotline.models import Call, CallBack
from tongxing.hotline.tests.make import PHONE, make_agent, make_call
from tongxing.hotline.tests.test_calls import fresh, other_desk
from tongxing.journal.models import Access
from tongxing.protection.tests.make import make_contact, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browsers = Callable[[Post], Client]
__all__ = ["other_desk"]


@pytest.fixture
def agent(places) -> Post:
    return make_agent()


def begun(browser: Client) -> str:
    return str(browser.post("/hotline/start/")["Location"])


def call_at(address: str) -> Call:
    with scope.whole_country(why="a test looks at everything"):
        return Call.objects.get(pk=address.strip("/").rpartition("/")[2])


def test_who_opens_a_call(agent: Post, other_desk: Post, officer: Post, director: Post, browser_of: Browsers):
    quiet, alarmed = make_call(by=agent, result="answered"), make_call(by=agent, place=VILLAGE)
    actions.alarm(call=alarmed, situation="missing", by=agent)
    actions.finish(call=fresh(alarmed), result="reported", by=agent)
    for post, one, two in ((agent, 200, 200), (other_desk, 404, 404), (officer, 404, 200), (director, 403, 403)):
        assert (browser_of(post).get(f"/hotline/{quiet.pk}/").status_code, browser_of(post).get(f"/hotline/{alarmed.pk}/").status_code) == (one, two)
    assert Client().get(f"/hotline/{quiet.pk}/")["Location"].startswith("/sign-in/")
    for post in (officer, other_desk):
        for path in ("keep/", "counsel/", "link/"):
            assert browser_of(post).post(f"/hotline/{quiet.pk}/{path}").status_code in (403, 404)


def test_a_draft_is_there_after_a_reload_and_in_another_browser(agent: Post, browser_of: Browsers):
    address = begun(browser_of(agent))
    answer = browser_of(agent).post(f"{address}keep/", {"phone": PHONE, "said": "孩子在哭", "place": "不知道哪个镇", "caller": "child"})
    assert "已存下" in answer.content.decode()
    page = browser_of(agent).get(address).content.decode()
    assert "孩子在哭" in page
    assert PHONE in page
    assert "不知道哪个镇" in page
    assert "没有写完的来电" in browser_of(agent).get("/hotline/").content.decode()


def test_the_third_call_of_a_number_is_said_without_a_name(agent: Post, browser_of: Browsers):
    for _each in range(2):
        make_call(by=agent, result="answered", name="李女士")
    browser = browser_of(agent)
    page = browser.post(f"{begun(browser)}keep/", {"phone": "138 1234 5678"}).content.decode()
    assert "第 3 次来电" in page
    assert "李女士" not in page


def test_an_alarm_is_one_press_and_the_number_is_read_out(agent: Post, supervisor: Post, browser_of: Browsers):
    browser = browser_of(agent)
    address = begun(browser)
    browser.post(address, {"act": "alarm:domestic_violence", "said": "邻居在打孩子", "place": "冯家湾社区", "place_code": str(VILLAGE)})
    number = call_at(address).receipt
    page = browser.get(address).content.decode()
    assert number in page
    assert "现在就报告" not in page
    assert "邻居在打孩子" in page
    answer = browser.post(address, {"act": "end", "result": "reported", "topic": "violence", "said": "邻居在打孩子"}, follow=True)
    assert number in answer.content.decode()
    assert not call_at(address).open


def test_a_wrong_end_keeps_what_was_written(agent: Post, browser_of: Browsers):
    browser = browser_of(agent)
    address = begun(browser)
    answer = browser.post(address, {"act": "end", "said": "想问补贴"})
    assert answer.status_code == 422
    assert "请选择来电结果" in answer.content.decode()
    assert "想问补贴" in browser.get(address).content.decode()


def test_handing_on_and_the_answer(agent: Post, officer: Post, browser_of: Browsers):
    justice = make_contact("justice", "夷陵区司法局")
    browser = browser_of(agent)
    address = begun(browser)
    browser.post(address, {"act": "end", "topic": "law", "said": "问抚养费", "result": "referred", "to": "department:justice", "phone": PHONE, "counsel": "悄悄话"})
    assert not call_at(address).open
    assert "12355转来" in browser_of(justice).get("/").content.decode()
    page = browser_of(justice).get(address).content.decode()
    assert "问抚养费" in page
    assert PHONE in page
    assert "悄悄话" not in page
    assert browser_of(officer).get(address).status_code == 404
    browser_of(justice).post(f"{address}reply/", {"words": "已约周三"})
    assert "已约周三" in browser.get(address).content.decode()


def test_a_call_back_is_promised_and_kept(agent: Post, browser_of: Browsers):
    browser = browser_of(agent)
    address = begun(browser)
    due = f"{now().astimezone() + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    browser.post(address, {"act": "end", "topic": "study", "said": "问作业", "result": "answered", "phone": PHONE, "callback": due, "callback_words": "问老师"})
    with scope.whole_country(why="a test looks at everything"):
        row = CallBack.objects.get()
    assert "约定要回的电话" in browser.get("/").content.decode()
    assert PHONE in browser.get(f"/hotline/call-backs/{row.pk}/").content.decode()
    browser.post(f"/hotline/call-backs/{row.pk}/", {"reached": "reached", "words": "已说明"})
    assert "已说明" in browser.get(address).content.decode()


def test_the_register_is_asked_once_and_the_question_is_logged(agent: Post, browser_of: Browsers):
    child = make_child(name="张子轩", place=VILLAGE)
    browser = browser_of(agent)
    address = begun(browser)
    browser.post(address, {"act": "look", "child_name": "张子轩", "place": "冯家湾社区", "place_code": str(VILLAGE)})
    page = browser.get(address).content.decode()
    assert "可能已建档" in page
    assert str(child.pk) not in page
    with scope.whole_country(why="the test reads the access log"):
        assert Access.objects.filter(child_id=child.pk, by=agent.person_id).exists()


def test_the_list_finds_a_number_and_shows_none(agent: Post, officer: Post, browser_of: Browsers):
    call = make_call(by=agent, result="answered", name="李女士")
    other = make_call(by=agent, result="counselled", phone="13900000000", advice="听他讲")
    page = browser_of(agent).get("/hotline/calls/", {"q": PHONE}).content.decode()
    assert call.number in page
    assert other.number not in page
    assert PHONE not in page.replace(f'value="{PHONE}"', "").replace(f"q={PHONE}", "")
    assert call.number not in browser_of(officer).get("/hotline/calls/").content.decode()
    answer = browser_of(agent).get("/hotline/calls/export/")
    assert answer.status_code == 200
    assert browser_of(officer).get("/hotline/calls/export/").status_code == 403


@pytest.mark.parametrize("query", ["state=late&topic=nonsense", "since=2026-13-01&until=x", "q=%00%27", "result=silent&state=repeat", "after=nonsense", "q=" + "9" * 500])
def test_odd_addresses_do_no_harm(query: str, agent: Post, browser_of: Browsers):
    make_call(by=agent, result="answered")
    assert browser_of(agent).get(f"/hotline/calls/?{query}").status_code == 200


def test_what_came_of_a_report_is_said_in_general_words(agent: Post, supervisor: Post, browser_of: Browsers):
    report = make_report(by=None, channel="public", words="孩子叫张子轩")
    page = browser_of(agent).get("/hotline/receipt/", {"number": report.number.lower()}).content.decode()
    assert "已收到，等待受理" in page
    assert "张子轩" not in page
    assert "没有这个编号" in browser_of(agent).get("/hotline/receipt/", {"number": "B000000-AAAA"}).content.decode()
    assert browser_of(supervisor).get("/hotline/receipt/", {"number": report.number}).status_code == 403


def test_the_month_as_page_and_workbook(agent: Post, browser_of: Browsers):
    make_call(by=agent, result="answered")
    assert browser_of(agent).get("/hotline/statistics/", {"month": "2020-99"}).status_code == 200
    assert browser_of(agent).get("/hotline/statistics/export/")["Content-Type"].startswith("application/vnd")


def test_an_agent_without_this_years_check_takes_no_calls(browser_of: Browsers):
    from tests.people import COUNTY, make_post

    unchecked = make_post("hotline_agent", COUNTY, name="未查询", checked=False)
    assert browser_of(unchecked).get("/hotline/").status_code == 403
