"""Cards on paper (LHK-1) and what guardians may ask for, driven through the pages."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from tests.people import NEXT_VILLAGE
from tongxing.children import actions, printouts
from tongxing.children.models import PrivacyRequest
from tongxing.children.tests.make import make_child, make_siblings, seen_by
from tongxing.ground import scope
from tongxing.journal.models import Access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def pages(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def printed(browser: Client, path: str, **answers: object) -> list[str]:
    """Post the print form; follow to the file."""
    answer = browser.post(path, answers)
    assert answer.status_code == 302, answer.content.decode()
    return pages(browser.get(answer["Location"]).content)


def logged() -> list[tuple[str, object, str]]:
    with scope.whole_country(why="the test reads the access log"):
        rows = Access.objects.filter(outcome=Access.Outcome.PRINTED).order_by("seq")
        return [(str(row.child_id), row.what, row.why) for row in rows]


@pytest.mark.req("LHK-1a")
def test_a_director_prints_a_card_in_full_and_says_what_for(director, browser_of):
    child = make_child(name="张子轩")
    browser = browser_of(director)
    path = f"/children/{child.id}/card/"
    assert "脱敏" in browser.get(path).content.decode()
    assert browser.post(path, {"content": "full"}).status_code == 422
    (text,) = printed(browser, path, content="full", why="envelope")
    assert "张子轩" in text
    assert "盖章处" in text
    (child_id, what, why) = logged()[0]
    assert (child_id, why) == (str(child.id), "装入档案袋")
    assert "id_number" in str(what)


def test_a_masked_card_needs_no_reason(director, browser_of):
    child = make_child(name="张子轩")
    (text,) = printed(browser_of(director), f"/children/{child.id}/card/", content="masked")
    assert "张*轩" in text
    assert logged() == [(str(child.id), [], "")]


@pytest.mark.req("LHK-1a")
def test_brothers_and_sisters_come_on_one_sheet(director, browser_of):
    siblings = make_siblings(2)
    (text,) = printed(browser_of(director), f"/children/{siblings[0].id}/card/", sheet="family_card", content="masked")
    assert "家庭儿童基本信息卡" in text
    assert {row[0] for row in logged()} == {str(child.id) for child in siblings}


@pytest.mark.req("LHK-1a")
def test_a_selection_is_printed_in_the_background(director, browser_of, run_jobs):
    children = [make_child(name=f"张子{letter}") for letter in "轩涵墨"]
    browser = browser_of(director)
    picked = {"pick": [str(child.id) for child in children] + ["nonsense"]}
    choosing = browser.post("/children/print/", picked).content.decode()
    assert "打印 3 个孩子的卡片" in choosing
    chosen = re.search(r'name="chosen" value="([^"]+)"', choosing)
    assert chosen
    answer = browser.post("/children/print/", {"chosen": chosen[1], "sheet": "basic_card", "content": "full", "why": "superior"})
    waiting = browser.get(answer["Location"]).content.decode()
    assert "正在生成" in waiting
    run_jobs()
    done = browser.get(answer["Location"]).content.decode()
    link = re.search(r'href="(/outputs/[^"]+/file/)"', done)
    assert link
    assert len(pages(browser.get(link[1]).content)) == 3
    assert len(logged()) == 3


def test_all_that_the_list_finds_can_be_printed(director, browser_of):
    girls = [make_child(name=f"李{letter}", sex="2") for letter in "雪婷"]
    make_child(name="张子轩")
    choosing = browser_of(director).post("/children/print/?sex=2", {"all": "1"}).content.decode()
    assert "打印 2 个孩子的卡片" in choosing
    assert all(str(child.id) in choosing for child in girls)


def test_too_many_are_refused_with_a_sentence(director, browser_of, monkeypatch):
    monkeypatch.setattr(printouts, "MOST", 1)
    for name in ("张子轩", "李雪"):
        make_child(name=name)
    browser = browser_of(director)
    assert "一次最多打印 1 人" in browser.post("/children/print/", {"all": "1"}, follow=True).content.decode()


def test_nothing_chosen_goes_back_to_the_list(director, browser_of):
    assert browser_of(director).post("/children/print/", {"pick": ["nonsense"]})["Location"] == "/children/"


@pytest.mark.parametrize("path", ["card/", "requests/new/"])
def test_the_next_village_is_refused(next_director, director, browser_of, path):
    child = make_child(name="张子轩")
    assert browser_of(next_director).get(f"/children/{child.id}/{path}").status_code == 404
    assert browser_of(next_director).post(f"/children/{child.id}/{path}", {"content": "masked"}).status_code == 404


def test_the_next_villages_children_cannot_be_picked(director, browser_of, run_jobs):
    theirs = make_child(name="李小花", place=NEXT_VILLAGE)
    assert browser_of(director).post("/children/print/", {"pick": [str(theirs.id)]})["Location"] == "/children/"
    assert logged() == []


def test_a_guardians_request_is_received_and_answered(director, officer, browser_of):
    child = make_child(name="张子轩")
    asked = {"kind": "delete", "by_whom": "张建国", "relation": "51", "received_on": "2026-01-05", "words": "删掉爱好"}
    browser = browser_of(director)
    assert browser.post(f"/children/{child.id}/requests/new/", asked | {"by_whom": ""}).status_code == 422
    assert browser.post(f"/children/{child.id}/requests/new/", asked).status_code == 302
    with seen_by(officer):
        request = PrivacyRequest.objects.get(child_id=child.id)
    assert browser.get(f"/children/{child.id}/requests/{request.id}/").status_code == 403
    office = browser_of(officer)
    waiting = office.get("/children/requests/").content.decode()
    assert "张子轩" in waiting
    assert "逾期" in waiting
    assert "张建国（父亲）请求删除：删掉爱好" in office.get(f"/children/{child.id}/requests/{request.id}/").content.decode()
    assert office.post(f"/children/{child.id}/requests/{request.id}/", {"granted": "1", "answer": ""}).status_code == 422
    assert office.post(f"/children/{child.id}/requests/{request.id}/", {"granted": "1", "answer": "已删除", "remove_optional": "on"}).status_code == 302
    assert "没有待答复的请求" in office.get("/children/requests/").content.decode()
    assert "已删除" in office.get("/children/requests/?state=answered").content.decode()


def test_requests_of_the_next_village_are_not_listed(director, next_director, browser_of):
    child = make_child(name="张子轩")
    browser_of(director).post(f"/children/{child.id}/requests/new/", {"kind": "view", "by_whom": "张建国", "relation": "51", "received_on": "2026-01-05"})
    assert "张建国" not in browser_of(next_director).get("/children/requests/").content.decode()


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (400, 560), "red").save(out, "JPEG")
    return SimpleUploadedFile("IMG_2041.jpg", out.getvalue(), "image/jpeg")


def test_a_photo_is_uploaded_with_its_own_consent_and_withdrawn(director, browser_of):
    """Code tables, privacy 1: photos need a separate consent; withdrawal works."""
    child = make_child(name="张子轩")
    browser = browser_of(director)
    path = f"/children/{child.id}/attachments/new/"
    refused = browser.post(path, {"kind": "photo", "file": picture()})
    assert refused.status_code == 422
    assert "需要先登记监护人对照片的同意" in refused.content.decode()
    assert browser.post(path, {"kind": "photo", "file": picture(), "consent_by": "王秀英（祖母）"}).status_code == 302
    photo = browser.get(f"/children/{child.id}/photo/")
    assert (photo["Content-Type"], photo["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert "王秀英（祖母）同意" in browser.get(f"/children/{child.id}/?tab=documents").content.decode()
    assert browser.post(f"/children/{child.id}/consents/photo/", {"sure": "on"}).status_code == 302
    assert browser.get(f"/children/{child.id}/photo/").status_code == 404


def test_a_scan_is_uploaded_read_and_removed(director, next_director, browser_of):
    child = make_child(name="张子轩")
    browser = browser_of(director)
    wrong = browser.post(f"/children/{child.id}/attachments/new/", {"kind": "scan", "file": SimpleUploadedFile("a.exe", b"MZ program")})
    assert "不是可以识别的图片" in wrong.content.decode()
    assert browser.post(f"/children/{child.id}/attachments/new/", {"kind": "scan", "title": "户口本首页", "file": picture()}).status_code == 302
    page = browser.get(f"/children/{child.id}/?tab=documents").content.decode()
    link = re.search(rf'href="(/children/{child.id}/attachments/[0-9a-f-]+/)"', page)
    assert link
    scan = browser.get(link[1])
    assert scan["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(scan.content)).size == (400, 560)
    assert browser_of(next_director).get(link[1]).status_code == 404
    with scope.whole_country(why="the test reads the access log"):
        read = Access.objects.get(outcome=Access.Outcome.UNMASKED, child_id=child.id)
    assert read.what == ["扫描件"]
    assert browser.post(f"{link[1]}remove/", {"why": ""}).status_code == 422
    assert browser.post(f"{link[1]}remove/", {"why": "传错了"}).status_code == 302
    assert browser.get(link[1]).status_code == 404


def test_an_erased_file_says_so_and_shows_nothing(director, browser_of):
    child = make_child(name="张子轩", address="三组21号")
    with seen_by(None):
        actions.erase(child_id=child.id, why="监护人申请，县民政局批准", by=None)
    browser = browser_of(director)
    for tab in ("facts", "family", "school", "health", "categories", "documents", "history"):
        page = browser.get(f"/children/{child.id}/?tab={tab}").content.decode()
        assert "已删除" in page
        assert "张子轩" not in page
    assert "依法删除" in browser.get(f"/children/{child.id}/?tab=history").content.decode()
