"""The quarter's tables: the official form and summary with their sums, sent up five levels, later corrections in the next quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.models import Absence, Child
from tongxing.children.new import NewCategory
from tongxing.children.tests.make import away, make_child, make_siblings, seen_by
from tongxing.figures import counting, rollup
from tongxing.figures.models import Return
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.today import CHINA, as_of

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
CITY, PROVINCE = 420500000000, 420000000000
Q2, Q3 = "quarter:2026-06-30", "quarter:2026-09-30"
SUMMARY = "农村留守儿童信息汇总表"
LADDER = (("supervisor", TOWNSHIP), ("county_officer", COUNTY), ("city_officer", CITY), ("province_officer", PROVINCE))
GIVEN = {"unit": "小溪塔街道办事处", "recipient": "夷陵区民政局", "purpose": "上报季度报表"}


@contextmanager
def on_day(year: int, month: int, day: int) -> Iterator[None]:
    with as_of(datetime(year, month, day, 10, tzinfo=CHINA)):
        yield


@pytest.fixture
def posts(places) -> dict[int, Post]:
    with on_day(2026, 4, 1):
        return {place: make_post(role, place) for role, place in LADDER}


def left_behind(name: str, place: int = VILLAGE) -> Child:
    with on_day(2026, 5, 1):
        return make_child(name=name, place=place, born=date(2016, 1, 1), relatives=(away("51", "张父", date(2025, 3, 1)), away("52", "李母", date(2025, 3, 1))))


def the_return(place: int, period: str) -> Return:
    with seen_by(None):
        return Return.objects.get(scope_place=place, on=date.fromisoformat(period.partition(":")[2]))


def climb(posts: dict[int, Post], browser_of: Browsers, period: str) -> None:
    """The province asks; township, county and city send, each confirmed by the office above."""
    browser_of(posts[PROVINCE]).post("/figures/returns/open/", {"which": period, "due": "2026-12-01"})
    for below, above in zip((TOWNSHIP, COUNTY, CITY, PROVINCE), (COUNTY, CITY, PROVINCE, PROVINCE), strict=True):
        address = f"/figures/returns/{the_return(below, period).id}/"
        assert browser_of(posts[below]).post(f"{address}submit/").status_code == 302, below
        assert browser_of(posts[above]).post(f"{address}confirm/").status_code == 302, below


@pytest.mark.req("P8-10d")
def test_the_quarters_tables_go_up_five_levels_and_add_up_on_each(posts, browser_of: Browsers) -> None:
    for name in ("张一", "张二"):
        left_behind(name)
    left_behind("李一", NEXT_VILLAGE)
    with on_day(2026, 7, 3):
        climb(posts, browser_of, Q2)
    for place in (TOWNSHIP, COUNTY, CITY, PROVINCE):
        report = the_return(place, Q2)
        with seen_by(posts[place]):
            said = counting.read(report)
            assert report.state == "confirmed"
            assert said.total("left_behind_summary")["total"] == 3
            assert {key: said.total("movement:left_behind")[key] for key in ("opening", "new_file", "closing")} == {"opening": 0, "new_file": 3, "closing": 3}
    with seen_by(posts[TOWNSHIP]):
        assert counting.read(the_return(TOWNSHIP, Q2)).rows["left_behind_summary"].keys() == {VILLAGE, NEXT_VILLAGE}


@pytest.mark.req("P8-10d")
def test_a_department_beside_sees_the_numbers_of_its_county_and_none_that_points_at_a_child(posts, browser_of: Browsers) -> None:
    left_behind("张一")
    with on_day(2026, 7, 3):
        page = browser_of(make_post("department", COUNTY)).get("/figures/").content.decode()
    assert SUMMARY in page
    assert "＊" in page
    assert "张一" not in page


@pytest.mark.req("P8-10d")
def test_a_later_correction_leaves_the_frozen_quarter_and_is_listed_in_the_next(posts, browser_of: Browsers) -> None:
    child = left_behind("张错")
    left_behind("张留")
    with on_day(2026, 7, 3):
        climb(posts, browser_of, Q2)
    with on_day(2026, 8, 20), seen_by(posts[TOWNSHIP]):
        absence = Absence.objects.get(child_id=child.id, relative__relation="52")
        children.end_absence(absence_id=absence.id, on=date(2026, 6, 10), returned="for_good", by=posts[TOWNSHIP])
    with on_day(2026, 10, 9):
        climb(posts, browser_of, Q3)
        page = browser_of(posts[COUNTY]).get(f"/figures/returns/{the_return(COUNTY, Q3).id}/?table=corrections").content.decode()
    assert "张错" in page
    assert "2026-06-10" in page
    with seen_by(None):
        earlier, later = counting.read(the_return(PROVINCE, Q2)), counting.read(the_return(PROVINCE, Q3))
    assert earlier.total("movement:left_behind")["closing"] == later.total("movement:left_behind")["opening"] == 2
    assert (later.total("movement:left_behind")["closing"], later.total("movement:left_behind")["corrections"]) == (1, 1)


@pytest.mark.req("P8-10f")
def test_from_the_provinces_number_down_to_the_village_and_the_family(posts, browser_of: Browsers) -> None:
    with on_day(2026, 5, 1):
        brothers = make_siblings(2, place=VILLAGE, born=date(2016, 1, 1), relatives=(away("51", "张父", date(2025, 3, 1)), away("52", "李母", date(2025, 3, 1))))
    left_behind("李一", NEXT_VILLAGE)
    with on_day(2026, 7, 3):
        rollup.refresh()
        table = "/figures/tables/left_behind_summary/"
        page = browser_of(posts[PROVINCE]).get(table).content.decode()
        for place, above in ((CITY, PROVINCE), (COUNTY, CITY), (TOWNSHIP, COUNTY)):
            assert f"{table}?place={place}" in page, above
            page = browser_of(posts[PROVINCE]).get(f"{table}?place={place}").content.decode()
        assert f"place_code={VILLAGE}" in page
        listed = browser_of(posts[TOWNSHIP]).get(f"/children/?status=left_behind&state=current&place_code={VILLAGE}").content.decode()
        assert all(f"/children/{each.id}/" in listed for each in brothers)
        assert "李一" not in listed
        assert len({each.household_id for each in brothers}) == 1


@pytest.mark.req("P8-10b")
def test_the_five_key_groups_are_counted_and_lead_to_their_children(posts, browser_of: Browsers) -> None:
    with on_day(2026, 5, 1):
        make_child(name="赵困难", categories=(NewCategory(scheme="suxian", kind="hardship"),))
        make_child(name="钱无类")
    with on_day(2026, 7, 3):
        county = browser_of(posts[COUNTY])
        page = county.get("/figures/tables/five_groups/").content.decode()
        assert "生活困难" in page
        assert "category=suxian%3Ahardship%3Aconfirmed" in page
        listed = county.get("/children/?category=suxian:hardship:confirmed&state=current").content.decode()
    assert "赵困难" in listed
    assert "钱无类" not in listed


@pytest.mark.req("P8-3a", "LHK-7b")
def test_the_township_takes_the_official_form_and_summary_and_keeps_its_quarter(posts, browser_of: Browsers) -> None:
    left_behind("张一")
    with on_day(2026, 7, 3):
        climb(posts, browser_of, Q2)
        township = browser_of(posts[TOWNSHIP])
        assert township.post("/figures/register/", GIVEN | {"which": "left_behind"}).status_code == 302
        assert township.post("/figures/tables/left_behind_summary/export/", GIVEN).status_code == 302
        assert township.post(f"/figures/returns/{the_return(TOWNSHIP, Q2).id}/export/", GIVEN).status_code == 302
        with seen_by(posts[TOWNSHIP]):
            books = [openpyxl.load_workbook(BytesIO(outputs.content(each))) for each in Output.objects.order_by("id")]
    assert [book.worksheets[0]["A1"].value for book in books] == ["农村留守儿童基本情况登记表", SUMMARY, "儿童增减变动表"]
    for book in books:
        assert "小溪塔街道办事处" in book.worksheets[0]["A2"].value
        assert any("负责人" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    for place in (TOWNSHIP, COUNTY):
        assert the_return(place, Q2).sha256
