"""Letters to departments and their replies (LHK-8), one intake for several departments (JL-7), the joint meeting (YN-1, P6-2), through the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.people import COUNTY, VILLAGE, make_place, make_post
from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import make_child, seen_by, years_ago
from tongxing.ground.today import now, today
from tongxing.letters.models import Hazard, Item, Letter, Matter, Meeting, Member, Programme
from tongxing.letters.tests.make import disabled_child, make_department
from tongxing.units import actions as units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
type Browsers = Callable[[Post], Client]


@pytest.fixture
def browser(officer: Post, browser_of: Browsers) -> Client:
    return browser_of(officer)


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def send(browser: Client, address: str, **sent: object) -> str:
    """Fill a form and follow it; what the next page says."""
    answer = browser.post(address, sent, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    return answer.content.decode()


def draft(browser: Client, department: str, *picks: str) -> Letter:
    send(browser, "/letters/new/", department=department, pick=list(picks), title="关于协助解决困境儿童需求的函", text="名单附后，请逐人函复。", days="10")
    with seen_by(None):
        return Letter.objects.order_by("-created_at", "-id")[0]


@pytest.mark.req("LHK-8a")
def test_the_children_s_needs_are_listed_by_department(browser: Client, director: Post, browser_of: Browsers):
    disabled = disabled_child(name="张子轩")
    dropped = make_child(name="李小雨", born=years_ago(13), schooling=NewSchooling(since=today() - timedelta(days=60), stage="dropout"))
    unregistered = make_child(name="王一", registration="none")
    seen = make_child(name="陈晨")
    send(browser_of(director), f"/letters/needs/new/{seen.id}/", kind="rehabilitation", note="走路不稳")
    listed = {"disabled": {disabled, seen}, "education": {dropped}, "police": {unregistered}}
    for department, expected in listed.items():
        shown = page(browser, f"/letters/needs/?department={department}")
        for child in (disabled, dropped, unregistered, seen):
            assert (f"/children/{child.id}/" in shown) == (child in expected), (department, child.name)
    only = page(browser, "/letters/needs/?department=disabled&kind=rehabilitation")
    assert f"{disabled.id}:rehabilitation" in only
    assert f"{disabled.id}:device" not in only


@pytest.mark.req("LHK-8b")
def test_a_letter_is_drafted_checked_signed_and_sealed_with_a_number_and_a_day(browser: Client, officer: Post, browser_of: Browsers):
    federation = make_department()
    second, third = browser_of(make_post("county_officer", COUNTY, name="钟科长")), browser_of(make_post("county_officer", COUNTY, name="鲁局长"))
    letter = draft(browser, "disabled", f"{disabled_child().id}:device")
    own = f"/letters/{letter.id}/"
    send(browser, f"{own}act/submit/")
    assert f"{own}act/check/" not in page(browser, own)  # the drafter does not check
    send(second, f"{own}act/check/", comment="同意")
    assert f"{own}act/sign/" not in page(second, own)
    send(third, f"{own}act/sign/")
    assert browser.post(f"{own}act/seal/", {"number": ""}).status_code == 422
    shown = send(browser, f"{own}act/seal/", number="夷民函〔2026〕12号")
    due = calendars.calendar(COUNTY).after(today(), 10)
    assert "夷民函〔2026〕12号" in shown
    assert due.isoformat() in shown
    theirs = browser_of(federation)
    assert "1" in page(theirs, "/letters/?state=sent")
    assert "签收" in page(theirs, own)
    send(theirs, f"{own}acknowledge/")
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        late = browser_of(officer)
        assert "逾期未复函" in page(late, own)
        assert letter.title in page(late, "/letters/?state=overdue")
        assert "催办" in send(late, f"{own}remind/")


@pytest.mark.req("LHK-8c")
def test_the_reply_is_entered_on_each_child(browser: Client, director: Post, browser_of: Browsers):
    federation = make_department()
    children = [disabled_child(name="张子轩"), disabled_child(name="李小雨"), disabled_child(name="王一")]
    letter = draft(browser, "disabled", *(f"{child.id}:device" for child in children))
    for act in ("submit", "check", "sign"):
        send(browser, f"/letters/{letter.id}/act/{act}/")
    send(browser, f"/letters/{letter.id}/act/seal/", number="夷民函〔2026〕13号")
    with seen_by(None):
        items = {item.child_id: item.id for item in Item.objects.filter(letter=letter)}
    one, two, three = (items[child.id] for child in children)
    given = {f"outcome-{one}": "granted", f"words-{one}": "已适配助听器", f"outcome-{two}": "refused", f"words-{two}": "不属于救助范围"}
    again = (today() + timedelta(days=30)).isoformat()
    send(browser_of(federation), f"/letters/{letter.id}/reply/", **given, **{f"outcome-{three}": "progress", f"next-{three}": again})
    village = browser_of(director)
    for child, words in zip(children, ("已适配助听器", "不属于救助范围", again), strict=True):
        assert words in page(village, f"/children/{child.id}/")
        assert "部门复函" in page(village, f"/children/{child.id}/?tab=history")
    assert f"{children[0].id}:device" not in page(browser, "/letters/needs/?department=disabled&kind=device")  # its need is closed
    assert letter.title not in page(browser, "/letters/?state=answered")
    send(browser_of(federation), f"/letters/{letter.id}/reply/", **{f"outcome-{three}": "granted", f"words-{three}": "到货"})
    assert "已复函" in page(browser, f"/letters/{letter.id}/")
    assert "100%" in page(browser, "/letters/statistics/")


@pytest.fixture
def matter(browser: Client) -> Matter:
    """A work order of 12345 about a child."""
    child: Child = disabled_child()
    day, due = today().isoformat(), (today() + timedelta(days=20)).isoformat()
    asked = {"channel": "order_12345", "outer_number": "20261123-0137", "title": "残疾儿童入学和辅具", "words": "来电反映……", "asker": "家长", "received_on": day, "due_on": due}
    send(browser, "/letters/matters/new/", **asked, child=str(child.id))
    with seen_by(None):
        return Matter.objects.get()


def hand_out(browser: Client, matter: Matter) -> dict[str, Letter]:
    parts = {"department": ["disabled", "education"], "text": "请办理并函复。", "days-disabled": "5", "days-education": "10", "kind-disabled": "device"}
    send(browser, f"/letters/matters/{matter.id}/hand-out/", **parts)
    with seen_by(None):
        return {letter.department: letter for letter in Letter.objects.filter(matter=matter)}


@pytest.mark.req("JL-7a")
def test_one_intake_reaches_two_departments_at_once(browser: Client, matter: Matter, browser_of: Browsers):
    federation, schools = make_department(), make_department("education", name="孙玲")
    parts = hand_out(browser, matter)
    assert "张子轩" in page(browser_of(federation), f"/letters/{parts['disabled'].id}/")
    assert "张子轩" not in page(browser_of(schools), f"/letters/{parts['education'].id}/")  # not asked about the child
    page(browser_of(schools), f"/letters/{parts['disabled'].id}/", 404)
    assert "没有勾" in page(browser, f"/letters/matters/{matter.id}/hand-out/")


@pytest.mark.req("JL-7b")
def test_each_department_has_its_own_day_and_reply(browser: Client, matter: Matter, officer: Post, browser_of: Browsers):
    federation = make_department()
    parts = hand_out(browser, matter)
    calendar = calendars.calendar(COUNTY)
    assert {name: letter.due_on for name, letter in parts.items()} == {"disabled": calendar.after(today(), 5), "education": calendar.after(today(), 10)}
    with seen_by(None):
        item = Item.objects.get()
    send(browser_of(federation), f"/letters/{parts['disabled'].id}/reply/", **{f"outcome-{item.id}": "granted"})
    assert "已复函 1 / 2" in page(browser, f"/letters/matters/{matter.id}/")
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        shown = page(browser_of(officer), f"/letters/matters/{matter.id}/")
        assert shown.count("逾期未复函") == 1


@pytest.mark.req("JL-7c")
def test_one_answer_goes_back(browser: Client, matter: Matter):
    parts = hand_out(browser, matter)
    with seen_by(None):
        item = Item.objects.get()
    day = today().isoformat()
    send(browser, f"/letters/{parts['disabled'].id}/reply/", on=day, **{f"outcome-{item.id}": "granted"})
    send(browser, f"/letters/{parts['education'].id}/reply/", on=day, **{"outcome-whole": "granted", "words-whole": "已安排在特教学校"})
    form = page(browser, f"/letters/matters/{matter.id}/answer/")
    assert "残联：已解决1" in form
    assert "已安排在特教学校" in form
    shown = send(browser, f"/letters/matters/{matter.id}/answer/", words="辅具已适配，下周可入学。", told_by="order_12345", on=day)
    assert "辅具已适配，下周可入学。" in shown
    assert "12345热线平台" in shown


@pytest.mark.req("YN-1a")
def test_members_meetings_minutes_and_items_with_owners(browser: Client, browser_of: Browsers):
    federation = make_department()
    send(browser, "/meetings/members/new/", name="夷陵区民政局", leads="on")
    send(browser, "/meetings/members/new/", name="夷陵区残疾人联合会", department="disabled", post=str(federation.id))
    send(browser, "/meetings/new/", title="第四季度联席会议", on=today().isoformat(), room="三楼会议室", agenda="一、通报情况")
    with seen_by(None):
        meeting, member = Meeting.objects.get(), Member.objects.get(department="disabled")
    send(browser, f"/meetings/{meeting.id}/minutes/", minutes="会议要求年底前完成适配。", version="1", **{f"came-{member.id}": "on", f"who-{member.id}": "钱干事"})
    send(browser, f"/meetings/{meeting.id}/assign/", words="年底前完成适配", owner=str(member.id), due_on=(today() + timedelta(days=3)).isoformat())
    theirs = browser_of(federation)
    shown = page(theirs, f"/meetings/{meeting.id}/")
    assert "会议要求年底前完成适配。" in shown
    assert "钱干事" in shown
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        assert "逾期的联席会议工作事项" in page(browser_of(federation), "/")
    with seen_by(None):
        action = meeting.actions.get()
    assert "已适配十二人" in send(theirs, f"/meetings/actions/{action.id}/done/", note="已适配十二人")


@pytest.mark.req("P6-2a")
def test_networks_and_campaigns_have_a_lead_and_items(browser: Client):
    send(browser, "/meetings/members/new/", name="夷陵区公安分局", department="police")
    with seen_by(None):
        member = Member.objects.get()
    offered = page(browser, "/meetings/programmes/")
    for name in ("家庭监护网络", "学校教育网络", "社区关爱网络", "司法保护网络", "社会支持网络"):
        assert name in offered
    send(browser, "/meetings/programmes/new/?of=school_campaign", name="校园周边整治行动", kind="campaign", words="", lead=str(member.id))
    with seen_by(None):
        programme = Programme.objects.get()
    shown = send(browser, f"/meetings/programmes/{programme.id}/item/", words="取缔无证摊点", owner=str(member.id), due_on=(today() + timedelta(days=30)).isoformat())
    assert "取缔无证摊点" in shown
    assert "牵头单位" in shown


@pytest.mark.req("P6-2b")
def test_hazards_near_schools_are_listed_until_put_right(browser: Client):
    school = units.add_unit(kind="school", name="冯家湾小学", place=make_place(VILLAGE, "冯家湾社区"), stages=["primary"], by=None)
    shown = send(
        browser, "/meetings/hazards/new/", school=school.name, school_code=str(school.pk), kind="internet_cafe", words="校门东150米网吧接纳学生", found_on=today().isoformat()
    )
    assert "校门东150米网吧接纳学生" in shown
    with seen_by(None):
        hazard = Hazard.objects.get()
    send(browser, f"/meetings/hazards/{hazard.id}/rectify/", how="已停业整顿", on=today().isoformat())
    assert "校门东150米网吧接纳学生" not in page(browser, "/meetings/hazards/?state=open")
    assert "已停业整顿" in page(browser, "/meetings/hazards/?state=done")
