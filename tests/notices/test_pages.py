"""The pages of notices: three people and a stranger, files, readers, reminders."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.files import actions as files
from tongxing.files.models import Enclosure
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.journal.models import Access
from tongxing.notices.models import Notice, Receipt

pytestmark = pytest.mark.django_db
GIVEN = {"title": "防溺水专项工作通知", "text": "请各村在本周内走访一遍。", "place": "夷陵区", "place_code": str(COUNTY), "roles": ["child_director", "supervisor"]}
PAGES = ("", "read/", "confirm/", "correct/", "withdraw/", "remind/", "readers/", "readers/export/")


def one_page_pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def notice(officer, director, browser_of) -> Notice:
    answer = browser_of(officer).post("/notices/write/", GIVEN | {"place": "冯家湾社区", "place_code": str(VILLAGE), "enclosures": SimpleUploadedFile("方案.pdf", one_page_pdf())})
    assert answer.status_code == 302, answer.content.decode()
    with seen_by(officer):
        return Notice.unscoped.get()


def test_three_people_and_a_stranger(notice, director, officer, next_director, browser_of):
    address = f"/notices/{notice.id}/"
    assert "请各村在本周内走访一遍" in browser_of(director).get(address).content.decode()
    assert "谁没有读" in browser_of(officer).get(address).content.decode()
    for page in PAGES:
        for method in ("get", "post"):
            assert getattr(browser_of(next_director), method)(address + page).status_code in (403, 404, 405)
            assert getattr(Client(), method)(address + page)["Location"].startswith("/sign-in/")


def test_a_reader_changes_nothing_but_their_own_receipt(notice, director, browser_of):
    browser = browser_of(director)
    for page in ("correct/", "withdraw/", "remind/", "readers/", "readers/export/"):
        assert browser.post(f"/notices/{notice.id}/{page}", {"reason": "x"}).status_code == 403
    assert browser.get("/notices/write/").status_code == 403


def test_opening_it_does_not_read_it_and_the_page_says_when_it_was(notice, director, officer, browser_of):
    browser = browser_of(director)
    page = browser.get(f"/notices/{notice.id}/").content.decode()
    assert f'hx-post="/notices/{notice.id}/read/" hx-trigger="load' in page
    assert re.search(r"<b>1</b><span>没有读完的通知", browser.get("/").content.decode())
    assert "0 / 1" in browser_of(officer).get(f"/notices/{notice.id}/").content.decode()
    answer = browser.post(f"/notices/{notice.id}/read/", headers={"HX-Request": "true"})
    assert "您于" in answer.content.decode()
    assert not re.search(r"<b>1</b><span>没有读完的通知", browser.get("/").content.decode())
    assert "1 / 1" in browser_of(officer).get(f"/notices/{notice.id}/").content.decode()


def test_who_has_no_powers_reads_notices_still(officer, browser_of, places):
    unchecked = make_post("child_director", VILLAGE, checked=False)
    browser_of(officer).post("/notices/write/", GIVEN)
    page = browser_of(unchecked).get("/").content.decode()
    assert "从业查询" in page
    assert "没有读完的通知" in page
    assert "防溺水" in browser_of(unchecked).get("/notices/").content.decode()


def test_an_enclosure_opens_for_readers_and_is_not_swept_away(notice, director, next_director, officer, browser_of, monkeypatch):
    kept = Enclosure.objects.get()
    address = f"/notices/{notice.id}/files/{kept.id}/"
    monkeypatch.setattr("tongxing.files.storage.DRAFT_SECONDS", -1)
    with seen_by(officer):
        files.sweep()
    answer = browser_of(director).get(address)
    assert (answer.status_code, answer.content[:5], answer["Content-Type"]) == (200, b"%PDF-", "application/pdf")
    assert browser_of(next_director).get(address).status_code == 404
    assert browser_of(director).get(f"/notices/{notice.id}/files/{uuid7()}/").status_code == 404
    browser_of(officer).post(f"/notices/{notice.id}/withdraw/", {"reason": "附件有误"})
    assert browser_of(director).get(address).status_code == 404
    assert browser_of(officer).get(address).status_code == 200


def test_what_is_refused_stays_in_the_form(officer, director, browser_of):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="高峰", place=VILLAGE)
    browser = browser_of(officer)
    page = browser.post("/notices/write/", GIVEN | {"text": "张子轩没有到校"})
    assert page.status_code == 422
    assert "“张子轩”是儿童的姓名" in page.content.decode()
    assert "张子轩没有到校</textarea>" in page.content.decode()
    page = browser.post("/notices/write/", GIVEN | {"text": "雨季高峰将至"})
    assert 'name="no_names"' in page.content.decode()
    assert browser.post("/notices/write/", GIVEN | {"text": "雨季高峰将至", "no_names": "on"}).status_code == 302
    assert browser.post("/notices/write/", GIVEN | {"place": "武汉市", "place_code": "420100000000"}).status_code == 422


def test_the_form_sent_twice_is_one_notice(officer, director, browser_of):
    browser = browser_of(officer)
    given = GIVEN | {"id": str(uuid7())}
    assert browser.post("/notices/write/", given)["Location"] == browser.post("/notices/write/", given)["Location"]
    with seen_by(officer):
        assert Notice.unscoped.count() == 1


def test_who_has_not_read_it_is_listed_filtered_exported_and_reminded(officer, supervisor, director, next_director, browser_of):
    browser = browser_of(officer)
    address = browser.post("/notices/write/", GIVEN)["Location"]
    browser_of(director).post(f"{address}read/")
    page = browser.get(f"{address}readers/").content.decode()
    assert "李大妹" not in page
    assert "王小兰" in page
    assert "陈督导" in page
    assert "王小兰" not in browser.get(f"{address}readers/?state=unread&role=supervisor").content.decode()
    assert "李大妹" in browser.get(f"{address}readers/?state=read").content.decode()
    assert "王小兰" in browser.get(f"{address}readers/?state=&place={TOWNSHIP}&q=小兰").content.decode()
    made = browser.get(f"{address}readers/export/?state=unread")
    assert made["Content-Disposition"].endswith(quote("防溺水专项工作通知阅读情况.xlsx"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[2:]] == ["姓名", "陈督导", "王小兰"]
    assert str(rows[1][0]).startswith("周局长（")
    with scope.whole_country(why="the test reads the access log"):
        assert list(Access.objects.filter(outcome="exported").values_list("by", "what")) == [(officer.person_id, ["阅读情况", "2"])]
    assert "已提醒2人" in browser.post(f"{address}remind/", follow=True).content.decode()
    assert "刚刚提醒过" in browser.post(f"{address}remind/", follow=True).content.decode()
    shown = browser.get(address).content.decode()
    assert "通知“防溺水专项工作通知”还有2人没有办结" in shown
    assert not re.search(r"group-text[^<]*(王小兰|陈督导)", shown)


def test_a_supervisor_sees_who_of_the_own_township_has_not_read_and_reminds_nobody(officer, supervisor, director, browser_of, places):
    outside = make_post("department", COUNTY, name="县里的人")
    address = browser_of(officer).post("/notices/write/", GIVEN | {"roles": ["child_director", "supervisor", "department"]})["Location"]
    page = browser_of(supervisor).get(f"{address}readers/").content.decode()
    assert "李大妹" in page
    assert outside.person.name not in page
    assert browser_of(supervisor).post(f"{address}remind/").status_code == 404


def test_a_withdrawn_notice_says_why_and_shows_its_text_no_more(notice, director, officer, browser_of):
    browser = browser_of(officer)
    assert browser.post(f"/notices/{notice.id}/withdraw/", {"reason": ""}).status_code == 422
    assert browser.post(f"/notices/{notice.id}/withdraw/", {"reason": "时间有误"}).status_code == 302
    page = browser_of(director).get(f"/notices/{notice.id}/").content.decode()
    assert "时间有误" in page
    assert "请各村在本周内走访一遍" not in page
    assert "请各村在本周内走访一遍" in browser.get(f"/notices/{notice.id}/").content.decode()


def test_a_correction_leads_from_the_old_one_to_the_new(notice, director, officer, browser_of):
    given = GIVEN | {"text": "请各村在下周内走访一遍。", "place": "冯家湾社区", "place_code": str(VILLAGE)}
    assert "请各村在本周内走访一遍" in browser_of(officer).get(f"/notices/{notice.id}/correct/").content.decode()
    address = browser_of(officer).post(f"/notices/{notice.id}/correct/", given)["Location"]
    page = browser_of(director).get(f"/notices/{notice.id}/").content.decode()
    assert f'href="{address}"' in page
    assert "请各村在下周内走访一遍" in browser_of(director).get(address).content.decode()


@pytest.mark.parametrize(("asked", "count"), [("", 2), ("state=waiting", 2), ("state=read", 0), ("q=防溺水", 1), ("state=nonsense&q=%00", 2)])
def test_the_lists_are_narrowed_by_their_address(asked, count, officer, director, browser_of):
    browser_of(officer).post("/notices/write/", GIVEN)
    browser_of(officer).post("/notices/write/", GIVEN | {"title": "季度核实"})
    assert browser_of(director).get(f"/notices/?{asked}").content.decode().count("<tr data-row") == count
    assert browser_of(officer).get("/notices/sent/?q=季度").content.decode().count("<tr data-row") == 1
    with seen_by(officer):
        assert Receipt.unscoped.count() == 2


@pytest.mark.parametrize("title", ["关于20261125会议的通知", "值班电话0717-7826321"])
def test_an_urgent_title_with_a_date_or_a_telephone_is_refused_in_words(officer, director, browser_of, title):
    answer = browser_of(officer).post("/notices/write/", GIVEN | {"title": title, "urgent": "on"})
    assert answer.status_code == 422
    assert "紧急通知的标题会发成短信" in answer.content.decode()
    assert browser_of(officer).post("/notices/write/", GIVEN | {"title": title}).status_code == 302


def test_a_word_that_is_no_name_is_sent_and_reminded_of_as_said(officer, director, browser_of, caplog):
    make_child(name="王静", place=VILLAGE)
    browser = browser_of(officer)
    assert browser.post("/notices/write/", GIVEN | {"title": "王静 通知"}).status_code == 422
    answer = browser.post("/notices/write/", GIVEN | {"title": "王静 通知", "no_names": "on"})
    assert answer.status_code == 302
    assert browser.post(f"{answer['Location']}remind/").status_code == 302
    assert "王静" not in caplog.text


def test_the_same_form_with_other_words_is_refused_and_the_same_words_again_are_one_notice(officer, director, supervisor, browser_of):
    browser, form = browser_of(officer), GIVEN | {"id": str(uuid7())}
    first = browser.post("/notices/write/", form)
    assert browser.post("/notices/write/", form)["Location"] == first["Location"]
    for other in ({"title": "明天停课"}, {"text": "别的内容"}, {"urgent": "on"}, {"roles": ["child_director"]}):
        answer = browser.post("/notices/write/", form | other)
        assert answer.status_code == 422
        assert "这次的内容没有发出" in answer.content.decode()
    with seen_by(officer):
        assert Notice.unscoped.count() == 1


def test_the_id_of_a_notice_of_somebody_else_sends_nothing_and_says_so(officer, supervisor, director, browser_of):
    form = GIVEN | {"id": str(uuid7())}
    given = form | {"place": "小溪塔街道", "place_code": str(TOWNSHIP), "roles": ["child_director"]}
    assert browser_of(supervisor).post("/notices/write/", given).status_code == 302
    for post, sent in ((officer, form), (officer, given), (supervisor, given | {"title": "另一条"})):
        answer = browser_of(post).post("/notices/write/", sent)
        assert answer.status_code == 422
        assert "这次的内容没有发出" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_notice(officer, director, browser_of):
    form = GIVEN | {"id": str(uuid7())}

    def send(browser: Client) -> int:
        try:
            return browser.post("/notices/write/", form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        codes = list(threads.map(send, [browser_of(officer) for _each in range(4)]))
    assert codes == [302] * 4
    with seen_by(officer):
        assert Notice.unscoped.count() == 1
