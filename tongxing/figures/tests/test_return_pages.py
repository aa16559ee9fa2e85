"""The pages of returns: whose turn it is, who is missing, what was corrected; and what each of three people sees."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime

import openpyxl
import pytest
from django.test import Client

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import away, make_child, seen_by
from tongxing.figures import actions, forms
from tongxing.figures.models import Return
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.today import CHINA, as_of

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
Q2 = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def in_july(places) -> Iterator[None]:
    with as_of(datetime(2026, 7, 3, 10, tzinfo=CHINA)):
        yield


@pytest.fixture
def supervisor(in_july) -> Post:
    return make_post("supervisor", TOWNSHIP, name="陈督导")


@pytest.fixture
def officer(in_july) -> Post:
    return make_post("county_officer", COUNTY, name="周局长")


@pytest.fixture
def reports(supervisor: Post, officer: Post) -> dict[int, Return]:
    with as_of(datetime(2026, 5, 3, 10, tzinfo=CHINA)):
        make_child(name="张子轩", place=VILLAGE, relatives=(away("51", "张父", date(2025, 3, 1)), away("52", "李母", date(2025, 3, 1))))
    with seen_by(officer):
        actions.open_period(kind="quarter", on=Q2, due=date(2026, 7, 20), by=officer)
        return {each.scope_place: each for each in Return.objects.all()}


def test_three_people_and_a_stranger(reports, supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    address = f"/figures/returns/{reports[TOWNSHIP].id}/"
    village = make_post("child_director", VILLAGE, name="李大妹")
    assert "新建档案" in browser_of(supervisor).get(address).content.decode()
    assert browser_of(officer).get(address).status_code == 200
    assert browser_of(village).get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/sign-in/")


def test_a_quarter_goes_up_and_comes_back_with_words(reports, supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    address = f"/figures/returns/{reports[TOWNSHIP].id}/"
    township, county = browser_of(supervisor), browser_of(officer)
    assert "要上报的报表" in township.get("/").content.decode()
    assert township.post(f"{address}submit/").status_code == 302
    assert "下级报来的报表，待确认" in county.get("/").content.decode()
    assert county.post(f"{address}return/", {"comment": ""}).status_code == 422
    assert county.post(f"{address}return/", {"comment": "冯家湾少一人"}).status_code == 302
    page = township.get(address).content.decode()
    assert "冯家湾少一人" in page
    assert township.post(f"{address}confirm/").status_code == 422
    assert township.post(f"{address}submit/").status_code == 302
    assert county.post(f"{address}confirm/").status_code == 302
    page = township.get(address).content.decode()
    assert "已冻结" in page
    assert "校验码" in page
    assert township.post(f"{address}withdraw/").status_code == 422


def test_the_county_sees_who_is_missing_and_urges(reports, supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    county = browser_of(officer)
    page = county.get(f"/figures/returns/{reports[COUNTY].id}/").content.decode()
    assert "催报未报的 1 处" in page
    assert county.post(f"/figures/returns/{reports[COUNTY].id}/urge/").status_code == 302
    assert "上级催报" in browser_of(supervisor).get(f"/figures/returns/{reports[TOWNSHIP].id}/").content.decode()
    with as_of(datetime(2026, 7, 25, 10, tzinfo=CHINA)):
        assert "下级逾期未报的报表" in browser_of(officer).get("/").content.decode()
        assert "逾期未上报" in browser_of(supervisor).get("/").content.decode()


@pytest.mark.parametrize("table", ["movement&category=left_behind", "left_behind_summary", "difficulty", "corrections"])
def test_every_table_of_a_return_opens(reports, supervisor: Post, table: str, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    assert browser.get(f"/figures/returns/{reports[TOWNSHIP].id}/?table={table}").status_code == 200
    assert browser.get(f"/figures/returns/{reports[TOWNSHIP].id}/?table=nothing").status_code == 404


def test_the_whole_return_is_one_workbook(reports, supervisor: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    given = {"unit": "小溪塔街道办事处", "recipient": "夷陵区民政局", "purpose": "上报季度报表"}
    browser.post(f"/figures/returns/{reports[TOWNSHIP].id}/submit/")
    assert browser.post(f"/figures/returns/{reports[TOWNSHIP].id}/export/", given).status_code == 302
    with seen_by(supervisor):
        book = openpyxl.load_workbook(io.BytesIO(outputs.content(Output.objects.get())))
    assert book.sheetnames[:2] == ["儿童增减变动表", "农村留守儿童"]
    rows = [[cell for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows[4][:4] == ["农村留守儿童", 0, 1, 1]
    assert any("冻结校验码" in str(row) for row in rows)


def test_a_period_is_opened_from_the_dialog(supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    county = browser_of(officer)
    assert county.get("/figures/returns/open/").status_code == 200
    assert county.post("/figures/returns/open/", {"which": "quarter:2026-06-30", "due": "2026-07-15"}).status_code == 302
    assert "2026年第二季度" in browser_of(supervisor).get("/figures/returns/").content.decode()
    assert browser_of(supervisor).get("/figures/returns/open/").status_code == 403


def test_what_can_be_asked_for() -> None:
    assert forms.periods(date(2027, 1, 5))[:2] == [("quarter", date(2026, 12, 31)), ("quarter", date(2027, 3, 31))]
    assert ("year", date(2026, 12, 31)) in forms.periods(date(2027, 1, 5))
