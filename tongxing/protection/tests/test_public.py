"""The public page: anybody, without a name; a limit that swallows no alarm; nothing told to whoever merely asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.people import COUNTY, NAMES, TOWNSHIP, make_place, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import seen_by
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.protection import actions, numbering
from tongxing.protection.models import Knock, Report
from tongxing.protection.tests.make import case_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places", "own_folder", "supervisor")]


def send(browser: Client | None = None, **more: Any) -> HttpResponse:
    return (browser or Client()).post("/report/", {"id": str(uuid7()), "situation": "missing", **more})  # type: ignore[return-value]


def reports() -> list[Report]:
    with scope.whole_country(why="a test looks at everything"):
        return list(Report.objects.select_related("case").order_by("at"))


def test_somebody_without_a_name_reports_and_asks(supervisor: Post):
    browser = Client()
    answer = send(browser, words="救命", township=str(TOWNSHIP))
    assert answer["Location"] == "/report/receipt/"
    (made,) = reports()
    assert (made.anonymous, made.post_id, made.place, made.channel) == (True, None, TOWNSHIP, "public")
    receipt = browser.get("/report/receipt/").content.decode()
    code = numbering.code_of(made.pk)
    assert made.number in receipt
    assert code in receipt
    page = Client().post("/report/status/", {"number": made.number.lower(), "code": code}).content.decode()
    assert "已经收到" in page
    assert "救命" not in page
    with seen_by(supervisor):
        actions.praise(report=made, by=supervisor, words="报告及时")
    actions.advance(case=case_of(made), act="receive", by=supervisor)
    page = Client().post("/report/status/", {"number": made.number, "code": code}).content.decode()
    assert "有人正在处理" in page
    assert "特此表扬" in page
    assert "已经收到" not in Client().post("/report/status/", {"number": made.number, "code": "000000"}).content.decode()


def test_the_telephone_forgets():
    browser = Client()
    send(browser)
    browser.post("/report/receipt/")
    assert browser.get("/report/receipt/").status_code == 302


def test_without_a_situation_nothing_is_sent_and_what_was_typed_stays():
    answer = send(situation="", words="孩子在哭")
    assert answer.status_code == 422
    assert "孩子在哭" in answer.content.decode()
    assert not reports()


def test_a_machine_that_fills_every_field_is_asked_again():
    assert send(website="http://example.invalid").status_code == 422
    assert not reports()


def test_twenty_of_a_minute_are_one_case_and_the_thirty_first_is_told_whom_to_call(supervisor: Post):
    for _ in range(20):
        assert send(words="有个孩子被打").status_code == 302
    assert len({report.case_id for report in reports()}) == 1
    for n in range(10):
        assert send(words=f"又一个{n}").status_code == 302
    over = send(words="第三十一份")
    assert over.status_code == 429
    assert all(word in over.content.decode() for word in ("110", "12355", "第三十一份"))
    assert len(reports()) == 30
    with scope.whole_country(why="a test looks at everything"):
        assert not [knock for knock in Knock.objects.all() if "127.0.0.1" in knock.who]


def test_a_report_that_arrived_is_not_stopped_when_it_is_sent_again():
    first = str(uuid7())
    send(id=first)
    for _ in range(29):
        send()
    assert send(id=first).status_code == 302


def test_codes_cannot_be_tried_through():
    send()
    (made,) = reports()
    answers = {Client().post("/report/status/", {"number": made.number, "code": f"{n:06d}"}).status_code for n in range(12)}
    assert 429 in answers


def test_an_odd_file_is_left_out_and_the_report_goes_through():
    browser = Client()
    send(browser, files=[SimpleUploadedFile("x.exe", b"MZ"), SimpleUploadedFile("empty.jpg", b"")])
    assert len(reports()) == 1
    assert "没有收下" in browser.get("/report/receipt/").content.decode()


def test_a_stranger_cannot_say_that_the_police_know(supervisor: Post):
    send(called="on", words="在河边")
    assert reports()[0].police_at is None


def test_somebody_elses_report_is_not_handed_out(director: Post):
    made = actions.report(new=actions.NewReport(id=uuid7(), channel="office", situation="missing", place=COUNTY), by=director)
    browser = Client()
    assert send(browser, id=str(made.pk))["Location"] == "/report/"
    assert browser.get("/report/receipt/").status_code == 302


def test_where_several_counties_are_served_one_chooses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(NAMES, 420527000000, "秭归县")
    make_place(420527000000, "秭归县")
    make_post("county_officer", 420527000000)
    page = Client().get("/report/").content.decode()
    assert "?in=420527000000" in page
    assert "秭归县" in Client().get("/report/?in=420527000000").content.decode()
    for odd in ("x", "1", "999999999999", "420500000000", "110000000000", "42050600000a"):
        assert Client().get(f"/report/?in={odd}").status_code == 200


def test_the_language_can_be_changed():
    browser = Client()
    browser.post("/language/", {"language": "en", "next": "/report/"})
    assert "Call 110 now" in browser.get("/report/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_public_pages_open_a_transaction_of_their_own(supervisor: Post):
    """As in service: nothing around the view opens one for somebody who is not signed in."""
    browser = Client()
    assert send(browser, words="救命", township=str(TOWNSHIP))["Location"] == "/report/receipt/"
    (made,) = _all()
    assert made.number in browser.get("/report/receipt/").content.decode()
    asked = Client().post("/report/status/", {"number": made.number, "code": numbering.code_of(made.pk)})
    assert asked.status_code == 200


def _all() -> list[Report]:
    with transaction.atomic():
        return reports()
