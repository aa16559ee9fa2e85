"""The pages of the calendar: who sees, who states, and what they say."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.people import make_post
from tongxing.calendars import queries
from tongxing.calendars.models import Holiday, Term

pytestmark = pytest.mark.django_db
TERM = {"since": "2026-09-01", "last": "2027-01-22", "source": "夷教〔2026〕8号"}


@pytest.fixture(autouse=True)
def november(time_machine) -> None:
    time_machine.move_to("2026-11-22 10:00+08:00")


def test_three_people_and_a_stranger(director, officer, next_director, browser_of):
    address = "/calendars/terms/2026/1/"
    assert browser_of(officer).post(address, TERM).status_code == 302
    for post in (director, next_director):
        browser = browser_of(post)
        shown = browser.get("/calendars/").content.decode()
        assert "夷教〔2026〕8号" in shown
        assert "录入节假日安排" not in shown
        assert browser.post(address, TERM).status_code == 403
    assert Client().get("/calendars/")["Location"].startswith("/sign-in/")


def test_what_is_assumed_says_so_until_it_is_stated(officer, browser_of):
    browser = browser_of(officer)
    assert browser.get("/calendars/").content.decode().count("按惯例推定") == 4
    browser.post("/calendars/terms/2026/1/", TERM)
    page = browser.get("/calendars/").content.decode()
    assert page.count("按惯例推定") == 3
    assert "夷陵区录入" in page
    term = Term.objects.get()
    assert browser.post(f"/calendars/terms/{term.id}/withdraw/", {"reason": ""}).status_code == 422
    browser.post(f"/calendars/terms/{term.id}/withdraw/", {"reason": "录错了"})
    page = browser.get("/calendars/").content.decode()
    assert page.count("按惯例推定") == 4
    assert "录错了" in page  # the changes tell it


def test_a_year_without_a_notice_is_warned_of_and_can_be_stated(officer, browser_of):
    browser = browser_of(officer)
    assert "2027年的放假安排还没有公布" in browser.get("/calendars/").content.decode()
    given = {"names": ["spring_festival"], "since": "2027-02-05", "last": "2027-02-12", "worked": "2027-01-31、2027年2月20日", "source": "国办发明电"}
    assert browser.post("/calendars/holidays/add/", given).status_code == 302
    holiday = Holiday.objects.get()
    assert holiday.worked == [date(2027, 1, 31), date(2027, 2, 20)]
    page = browser.get("/calendars/?year=2026").content.decode()
    assert "还缺：元旦、清明节" in page
    assert "夷陵区录入" in page
    assert browser.post(f"/calendars/holidays/{holiday.id}/", given | {"worked": "下周六"}).status_code == 422
    assert browser.post(f"/calendars/holidays/{holiday.id}/", given | {"worked": "2027-02-30"}).status_code == 422
    assert browser.post(f"/calendars/holidays/{holiday.id}/", given | {"worked": ""}).status_code == 302
    assert Holiday.objects.get().worked == []
    assert browser.get(f"/calendars/holidays/{holiday.id}/withdraw/").status_code == 200


def test_another_countys_statement_is_not_to_be_touched(officer, browser_of, places):
    city = make_post("city_officer", 420500000000)
    browser_of(city).post("/calendars/terms/2026/1/", TERM)
    term = Term.objects.get()
    assert browser_of(officer).post(f"/calendars/terms/{term.id}/withdraw/", {"reason": "不归我管"}).status_code == 404
    page = browser_of(officer).get("/calendars/").content.decode()
    assert "宜昌市录入" in page
    assert queries.term(officer.place_id, date(2027, 1, 20)) is not None
    assert "没有录入" in browser_of(city).get("/calendars/").content.decode()


@pytest.mark.parametrize("asked", ["?year=1066", "?year=x", "?year=99999999999", "?year=２０２６"])
def test_a_senseless_year_shows_this_one(asked, director, browser_of):
    assert "2026—2027学年" in browser_of(director).get(f"/calendars/{asked}").content.decode()


def test_a_senseless_term_is_not_found(officer, browser_of):
    assert browser_of(officer).get("/calendars/terms/2026/7/").status_code == 404
    assert browser_of(officer).get("/calendars/terms/99999/1/").status_code == 404
