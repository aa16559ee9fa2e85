"""The pages of letters and meetings, as three people, two departments and a stranger meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.people import COUNTY, VILLAGE, make_place, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.files.models import Provision
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.journal.models import Access
from tongxing.letters.actions import meetings
from tongxing.letters.models import Hazard, Item, Letter, Matter, Meeting, Member, Need
from tongxing.letters.states import State
from tongxing.letters.tests.make import disabled_child, drafted, make_department, sent, step
from tongxing.units import actions as units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
type Browsers = Callable[[Post], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def picture() -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return out.getvalue()


def only_item() -> Item:
    with seen_by(None):
        return Item.objects.get()


def test_three_people_two_departments_and_a_stranger_at_a_letter(officer: Post, supervisor: Post, director: Post, browser_of: Browsers):
    federation, police = make_department(), make_department("police", name="赵警官")
    letter = sent(officer, {disabled_child().id: ("device",)})
    own, reply = f"/letters/{letter.id}/", f"/letters/{letter.id}/reply/"
    for post in (officer, federation):
        assert "张子轩" in page(browser_of(post), own)
        page(browser_of(post), reply)
        page(browser_of(post), f"{own}print/")
        assert letter.title in page(browser_of(post), "/letters/")
    for post in (supervisor, police):
        for address in (own, reply, f"{own}print/", f"{own}files/{UUID(int=1)}/"):
            page(browser_of(post), address, 404)
        assert letter.title not in page(browser_of(post), "/letters/")
        assert browser_of(post).post(reply, {f"outcome-{only_item().id}": "granted"}).status_code == 404
    for post in (director, make_post("auditor", COUNTY), make_post("teacher", COUNTY)):
        for address in ("/letters/", own, reply, f"{own}edit/", "/letters/needs/", "/letters/statistics/", "/letters/matters/", "/meetings/"):
            page(browser_of(post), address, 403)
    for address in (own, reply, f"{own}print/", "/letters/", "/letters/needs/", "/letters/matters/", "/meetings/", "/meetings/hazards/"):
        assert Client().get(address)["Location"].startswith("/sign-in/")
    assert browser_of(federation).get("/letters/needs/").status_code == 403
    assert browser_of(federation).post(f"{own}act/withdraw/", {"comment": "试试"}).status_code == 403
    assert browser_of(federation).post(f"{own}remind/").status_code == 403
    with scope.whole_country(why="the test reads the access log"):
        assert Access.objects.filter(by=police.person_id, outcome="denied").exists()
        assert Access.objects.filter(by=federation.person_id, outcome="read", child_id=only_item().child_id).exists()


def test_from_the_needs_to_the_reply(officer: Post, director: Post, browser_of: Browsers):
    federation, child = make_department(), disabled_child()
    browser = browser_of(officer)
    shown = page(browser, "/letters/needs/?department=disabled&kind=device")
    assert f"{child.id}:device" in shown
    draft = page(browser, f"/letters/new/?department=disabled&pick={child.id}:device")
    assert "共有1名儿童有辅助器具适配方面的需求" in draft
    assert "张子轩" in draft
    answer = browser.post("/letters/new/", {"department": "disabled", "pick": f"{child.id}:device", "title": "关于辅具适配的函", "text": "请予支持。", "days": "15"})
    with seen_by(officer):
        letter = Letter.objects.get()
    assert answer["Location"] == f"/letters/{letter.id}/"
    assert "正在拟函" in page(browser, "/letters/needs/?department=disabled&kind=device")
    for act, more in (("submit", {}), ("check", {}), ("sign", {}), ("seal", {"number": "夷民函〔2026〕12号"})):
        assert browser.post(f"/letters/{letter.id}/act/{act}/", more).status_code == 302, act
    theirs = browser_of(federation)
    assert "待复函的函件" in page(theirs, "/")
    assert theirs.post(f"/letters/{letter.id}/acknowledge/").status_code == 302
    item = only_item()
    refused = theirs.post(f"/letters/{letter.id}/reply/", {f"outcome-{item.id}": "refused", f"words-{item.id}": ""})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()
    given = {f"outcome-{item.id}": "granted", f"words-{item.id}": "已适配助听器", "scans": BytesIO(picture())}
    assert theirs.post(f"/letters/{letter.id}/reply/", given).status_code == 302
    shown = page(browser, f"/letters/{letter.id}/")
    assert "已适配助听器" in shown
    assert "复函扫描件1" in shown
    file = page(browser_of(director), f"/children/{child.id}/")
    assert "已适配助听器" in file
    assert "夷民函〔2026〕12号" in file
    assert f"/letters/{letter.id}/" not in file  # the director reads the line, not the letter
    assert browser.post(f"/letters/{letter.id}/act/close/", {}).status_code == 302
    closed = page(theirs, f"/letters/{letter.id}/")
    assert "张子轩" not in closed
    assert "已适配助听器" not in closed
    page(theirs, f"/children/{child.id}/", 404)
    with seen_by(officer):
        assert Need.objects.get().result == "granted"
    history = page(browser_of(director), f"/children/{child.id}/?tab=history")
    assert "部门复函" in history


def test_paper_is_keyed_in_by_the_office_with_its_day(officer: Post, browser_of: Browsers):
    letter = sent(officer, {disabled_child().id: ("device",)})
    browser, item = browser_of(officer), only_item()
    assert "录入纸质复函" in page(browser, f"/letters/{letter.id}/")
    late = browser.post(f"/letters/{letter.id}/reply/", {f"outcome-{item.id}": "granted", "on": (today() + timedelta(days=1)).isoformat()})
    assert late.status_code == 422
    assert browser.post(f"/letters/{letter.id}/reply/", {f"outcome-{item.id}": "granted", "on": today().isoformat()}).status_code == 302
    assert "纸质复函" in page(browser, f"/letters/{letter.id}/")


def test_the_letter_on_paper_is_noted(officer: Post, browser_of: Browsers):
    number = id_number(years_ago(10))
    letter = sent(officer, {disabled_child(id_number=number, registration="registered").id: ("device",)})
    browser = browser_of(officer)
    for full in ("", "on"):
        answer = browser.post(f"/letters/{letter.id}/print/", {"full": full} if full else {})
        pdf = PdfReader(BytesIO(browser.get(answer["Location"]).content))
        text = "".join(each.extract_text() for each in pdf.pages).replace("\n", "")
        assert ("张子轩" in text, number in text) == (True, bool(full))
        assert len(pdf.pages) == 2
    with seen_by(officer):
        assert Provision.objects.count() == 2
    with scope.whole_country(why="the test reads the access log"):
        assert Access.objects.filter(outcome="exported", child_id=only_item().child_id).count() == 2


def test_a_draft_is_changed_and_nobody_else_s_letter(officer: Post, supervisor: Post, browser_of: Browsers):
    child, other = disabled_child(), disabled_child(name="李小雨")
    letter = drafted(officer, {child.id: ("device",), other.id: ("device",)})
    browser = browser_of(officer)
    page(browser_of(supervisor), f"/letters/{letter.id}/edit/", 404)
    kept = {"title": "新标题", "text": "新正文", "days": "20", "version": "1", "pick": f"{child.id}:device"}
    assert browser.post(f"/letters/{letter.id}/edit/", kept).status_code == 302
    assert "李小雨" not in page(browser, f"/letters/{letter.id}/")
    assert "别人修改过" in browser.post(f"/letters/{letter.id}/edit/", kept).content.decode()
    step(letter, "submit", officer)
    page(browser, f"/letters/{letter.id}/edit/", 404)


def test_a_director_writes_a_need_down_and_takes_it_back(director: Post, next_director: Post, officer: Post, browser_of: Browsers):
    child = make_child(place=VILLAGE)
    address = f"/letters/needs/new/{child.id}/"
    page(browser_of(next_director), address, 404)
    assert browser_of(director).post(address, {"kind": "student_aid", "note": "想学画画"}).status_code == 302
    assert "想学画画" in page(browser_of(director), f"/children/{child.id}/")
    with seen_by(director):
        need = Need.objects.get()
    assert need.note_sealed
    assert "张子轩" in page(browser_of(officer), "/letters/needs/?department=education")
    page(browser_of(next_director), f"/letters/needs/{need.id}/end/", 404)
    assert browser_of(director).post(f"/letters/needs/{need.id}/end/", {}).status_code == 302
    assert "张子轩" not in page(browser_of(officer), "/letters/needs/?department=education")


def test_the_list_of_needs_is_given_with_a_reason(officer: Post, browser_of: Browsers):
    disabled_child()
    browser = browser_of(officer)
    answer = browser.post("/letters/needs/export/?department=disabled&kind=device", {"recipient": "区残联", "purpose": "核对需求"})
    assert answer.status_code == 302
    book = load_workbook(BytesIO(browser.get(f"{answer['Location']}file/").content))
    assert "张子轩" in {cell.value for row in book.active.iter_rows() for cell in row}


def test_statistics_count_by_department(officer: Post, browser_of: Browsers):
    sent(officer, {disabled_child().id: ("device",)})
    browser, item = browser_of(officer), only_item()
    browser.post(f"/letters/{item.letter_id}/reply/", {f"outcome-{item.id}": "granted", "on": today().isoformat()})
    shown = page(browser, "/letters/statistics/")
    assert "残联" in shown
    assert "100%" in shown
    book = load_workbook(BytesIO(browser.get("/letters/statistics/export/").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert any(row and "残联" in row for row in rows)


def test_one_intake_on_the_pages(officer: Post, supervisor: Post, browser_of: Browsers):
    federation, child = make_department(), disabled_child()
    browser = browser_of(officer)
    day = today().isoformat()
    asked = {"channel": "order_12345", "title": "辅具和入学", "words": "来电", "received_on": day, "due_on": (today() + timedelta(days=10)).isoformat(), "asker": "张母"}
    assert "编号" in browser.post("/letters/matters/new/", asked).content.decode()
    found = browser.post("/letters/matters/new/", asked | {"q": "张子", "find": "1"}).content.decode()
    assert str(child.id) in found
    answer = browser.post("/letters/matters/new/", asked | {"outer_number": "12345-7", "child": str(child.id)})
    with seen_by(officer):
        matter = Matter.objects.get()
    assert answer["Location"] == f"/letters/matters/{matter.id}/hand-out/"
    parts = {"department": ["disabled", "education"], "text": "请办理并函复。", "days-disabled": "5", "days-education": "9", "kind-disabled": "device"}
    assert browser.post(f"/letters/matters/{matter.id}/hand-out/", parts).status_code == 302
    shown = page(browser, f"/letters/matters/{matter.id}/")
    assert "已复函 0 / 2" in shown
    with seen_by(federation):
        part = Letter.objects.get()
    assert part.state == State.SENT
    assert "张子轩" in page(browser_of(federation), f"/letters/{part.id}/")
    for post in (federation, make_post("city_officer", 420500000000)):
        assert browser_of(post).get(f"/letters/matters/{matter.id}/").status_code == 403
    assert browser_of(supervisor).get(f"/letters/matters/{matter.id}/").status_code == 404
    told = {"words": "已办理", "told_by": "phone", "on": day}
    assert browser.post(f"/letters/matters/{matter.id}/answer/", told).status_code == 422
    assert browser.post(f"/letters/matters/{matter.id}/answer/", told | {"anyway": "on"}).status_code == 302
    assert "已答复" in page(browser, f"/letters/matters/{matter.id}/")


def test_meetings_from_members_to_minutes(officer: Post, supervisor: Post, browser_of: Browsers):
    federation, police = make_department(), make_department("police", name="赵警官")
    browser = browser_of(officer)
    assert browser.post("/meetings/members/new/", {"name": "区残联", "department": "disabled", "post": str(federation.id)}).status_code == 302
    called = {"title": "第四季度联席会议", "on": today().isoformat(), "room": "三楼", "agenda": "一、通报"}
    browser.post("/meetings/new/", called)
    with seen_by(officer):
        meeting = Meeting.objects.get()
        member = Member.objects.get()
    own = f"/meetings/{meeting.id}/"
    assert browser.post(f"{own}minutes/", {"minutes": "会议要求……", f"came-{member.id}": "on", f"who-{member.id}": "钱干事", "version": "1"}).status_code == 302
    assert browser.post(f"{own}assign/", {"words": "完成适配", "owner": str(member.id), "due_on": today().isoformat()}).status_code == 302
    assert "会议要求……" in page(browser_of(federation), own)
    for address in (f"{own}edit/", f"{own}minutes/", f"{own}assign/", "/meetings/new/"):
        assert browser_of(federation).get(address).status_code == 403
    for post in (police, supervisor):
        page(browser_of(post), own, 404)
        assert "第四季度" not in page(browser_of(post), "/meetings/")
        assert "完成适配" not in page(browser_of(post), "/meetings/actions/")
        assert "区残联" not in page(browser_of(post), "/meetings/members/")
    with seen_by(officer):
        action = meeting.actions.get()
    page(browser_of(police), f"/meetings/actions/{action.id}/done/", 404)
    assert browser_of(federation).post(f"/meetings/actions/{action.id}/done/", {"note": "已完成"}).status_code == 302
    assert "已完成" in page(browser, "/meetings/actions/")
    printed = browser.post(f"{own}print/")
    assert printed.status_code == 302
    assert browser.get(printed["Location"]).status_code == 200


def test_what_was_agreed_and_not_done_is_on_the_first_page(officer: Post, browser_of: Browsers):
    with seen_by(officer):
        member = meetings.add_member(name="区教育局", by=officer)
        programme = meetings.open_programme(name="学校教育网络", kind="network", words="", lead=member, by=officer)
        meetings.assign(words="逐人见面", owner=member, due_on=today(), by=officer, programme=programme)
    assert "逐人见面" in page(browser_of(officer), "/meetings/programmes/")
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert "/meetings/actions/?state=overdue" in page(browser_of(officer), "/")
        assert "逾期" in page(browser_of(officer), "/meetings/actions/?state=overdue")


def test_a_hazard_near_a_school_is_found_and_rectified(officer: Post, supervisor: Post, director: Post, browser_of: Browsers):
    school = units.add_unit(kind="school", name="冯家湾小学", place=make_place(VILLAGE, "冯家湾社区"), stages=["primary"], by=None)
    found = {"school": school.name, "school_code": str(school.pk), "kind": "water", "words": "水塘没有护栏", "found_on": today().isoformat(), "photo": BytesIO(picture())}
    assert browser_of(officer).post("/meetings/hazards/new/", found).status_code == 302
    with seen_by(officer):
        hazard = Hazard.objects.get()
    for post in (officer, supervisor):
        assert "水塘没有护栏" in page(browser_of(post), "/meetings/hazards/")
    assert browser_of(director).get("/meetings/hazards/").status_code == 403
    address = f"/meetings/hazards/{hazard.id}/rectify/"
    assert browser_of(supervisor).post(address, {"how": "已装护栏", "on": today().isoformat()}).status_code == 302
    assert "已装护栏" in page(browser_of(officer), "/meetings/hazards/?state=done")
