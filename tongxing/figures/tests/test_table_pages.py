"""The pages of tables: three people and strangers, hidden small numbers, the sheet in the official layout."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.tests.make import away, make_child, seen_by, years_ago
from tongxing.figures import exports, suppression
from tongxing.figures.definition import TABLES
from tongxing.figures.exports import CannotExport
from tongxing.figures.queries import Counted, Row
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.today import today
from tongxing.journal.models import Access

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
SUMMARY = TABLES["left_behind_summary"]


def left_behind(name: str, place: int = VILLAGE, **facts: Any) -> Child:
    return make_child(name=name, place=place, relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))), **facts)


@pytest.fixture
def children(places) -> list[Child]:
    return [left_behind(f"张{name}") for name in "一二三四五六七"] + [left_behind("李一", NEXT_VILLAGE), left_behind("李二", NEXT_VILLAGE)]


def test_three_people_and_a_stranger(children, director: Post, officer: Post, next_director: Post, browser_of: Browsers) -> None:
    address = f"/figures/tables/{SUMMARY.id}/"
    assert "status=left_behind" in browser_of(director).get(f"{address}?place={VILLAGE}").content.decode()
    assert ">9</a>" in browser_of(officer).get(address).content.decode()
    assert browser_of(next_director).get(f"{address}?place={VILLAGE}").status_code == 404
    assert Client().get(address)["Location"].startswith("/sign-in/")


def test_a_number_leads_to_the_children_behind_it(children, officer: Post, browser_of: Browsers) -> None:
    browser = browser_of(officer)
    page = browser.get(f"/figures/tables/{SUMMARY.id}/?place={TOWNSHIP}").content.decode()
    assert f"place_code={NEXT_VILLAGE}" in page
    listed = browser.get(f"/children/?status=left_behind&state=current&place_code={NEXT_VILLAGE}").content.decode()
    assert "李一" in listed
    assert "张一" not in listed


@pytest.mark.parametrize("role", ["auditor", "department"])
def test_who_may_not_see_the_children_sees_no_small_number_and_no_link(children, role: str, browser_of: Browsers) -> None:
    page = browser_of(make_post(role, COUNTY)).get(f"/figures/tables/{SUMMARY.id}/").content.decode()
    assert "＊" in page
    assert "/children/?" not in page
    assert "小于5人" in page


@pytest.mark.parametrize("role", ["auditor", "department"])
def test_who_may_not_see_the_children_gets_no_table_below(children, role: str, officer: Post, browser_of: Browsers) -> None:
    """What a county's row hides would follow from that township's own table."""
    browser, address = browser_of(make_post(role, COUNTY)), f"/figures/tables/{SUMMARY.id}/"
    assert browser.get(f"{address}?place={COUNTY}").status_code == 200
    assert f"?place={TOWNSHIP}" not in browser.get(address).content.decode()
    assert f"?place={TOWNSHIP}" in browser_of(officer).get(address).content.decode()
    for place in (TOWNSHIP, VILLAGE):
        assert browser.get(f"{address}?place={place}").status_code == 404


def test_two_levels_together_would_tell_what_each_hides() -> None:
    """Why there is none below: with a township's table beside the county's, hidden numbers follow; of the county's alone none does."""
    keys = ("total", "male", "female", "sex_blank", "age_0_5", "age_6_13", "age_14_15")
    columns = [SUMMARY.keys.index(key) for key in keys]
    equations: list[tuple[int, tuple[int, ...]]] = [(0, (1, 2, 3)), (0, (4, 5, 6))]

    def cells(male: int, female: int) -> list[int]:
        row = [0] * len(SUMMARY.columns)
        for index, number in zip(columns, (male + female, male, female, 0, male, female, 0), strict=True):
            row[index] = number
        return row

    villages = [cells(20, 10), cells(20, 12)]
    townships = [[sum(column) for column in zip(*villages, strict=True)], cells(3, 9), cells(60, 60)]
    county, bottom = suppression.hidden(SUMMARY, townships, [sum(column) for column in zip(*townships, strict=True)])
    _rows, township = suppression.hidden(SUMMARY, villages, townships[0])
    told = [index for index in columns if county[0][index] is None and township[index] is not None]
    assert told
    alone = [[row[index] for index in columns] for row in [*county, bottom]]
    assert not _determined(alone, equations)
    for index in told:
        alone[0][columns.index(index)] = township[index]
    assert _determined(alone, equations)


def test_a_teacher_sees_no_table(places, browser_of: Browsers) -> None:
    assert browser_of(make_post("teacher", COUNTY)).get("/figures/").status_code == 403


def test_the_sheet_is_in_the_official_layout(children, officer: Post, browser_of: Browsers) -> None:
    browser = browser_of(officer)
    given = {"unit": "夷陵区民政局", "recipient": "宜昌市民政局", "purpose": "上报季度报表"}
    answer = browser.post(f"/figures/tables/{SUMMARY.id}/export/?place={TOWNSHIP}", given)
    assert answer.status_code == 302
    with seen_by(officer):
        output = Output.objects.get()
        sheet = openpyxl.load_workbook(io.BytesIO(outputs.content(output))).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["农村留守儿童信息汇总表"]
    assert rows[1][0] == "填报单位（盖章）：夷陵区民政局"
    assert today().isoformat() in rows[1][1]
    assert rows[2][:4] == ["地区", "合计", "性别", "年龄（周岁）"]
    assert rows[4][:3] == ["冯家湾社区", 7, 7]
    assert rows[6][:2] == ["合计", 9]
    assert rows[-1] == ["负责人：", "复核人：", "填表人："]
    assert "A3:A4" in {str(each) for each in sheet.merged_cells.ranges}
    assert any("宜昌市民政局" in str(row) for row in rows[7:])
    assert sheet.page_setup.orientation == "landscape"
    with seen_by(None):
        assert Access.objects.filter(outcome="exported", why="宜昌市民政局：上报季度报表").exists()


def test_a_sum_that_does_not_hold_is_a_sentence_and_no_sheet() -> None:
    cells = [0] * len(SUMMARY.columns)
    cells[SUMMARY.keys.index("total")], cells[SUMMARY.keys.index("male")], cells[SUMMARY.keys.index("female")] = 6, 3, 2
    with pytest.raises(CannotExport) as refused:
        exports.check([Counted(SUMMARY, TOWNSHIP, today(), (Row(VILLAGE, "冯家湾社区", tuple(cells)),))])
    assert "《农村留守儿童信息汇总表》“冯家湾社区”一行：性别·男 3 + 性别·女 2 + 性别·未说明 0 = 5，不等于合计 6。" in refused.value.sentences


def test_no_hidden_number_follows_from_those_shown() -> None:
    """Whatever the reader adds and subtracts: a hidden number is never the only one that fits."""
    from random import Random

    rng = Random(1)
    keys = ("total", "male", "female", "sex_blank", "age_0_5", "age_6_13", "age_14_15")
    columns = [SUMMARY.keys.index(key) for key in keys]
    equations: list[tuple[int, tuple[int, ...]]] = [(0, (1, 2, 3)), (0, (4, 5, 6))]
    for _ in range(150):
        rows = [_random_row(rng, columns) for _row in range(rng.randint(1, 5))]
        total = [sum(column) for column in zip(*rows, strict=True)]
        shown, bottom = suppression.hidden(SUMMARY, rows, total)
        grid = [[row[index] for index in columns] for row in [*shown, bottom]]
        assert not any(value is not None and 0 < value < suppression.LEAST for row in grid for value in row)
        assert not _determined(grid, equations)


def _random_row(rng: Any, columns: list[int]) -> list[int]:
    total = rng.choice([0, 1, 3, 6, 20, 40])
    cells = [0] * len(SUMMARY.columns)
    male = rng.randint(0, total)
    young, middle = sorted((rng.randint(0, total), rng.randint(0, total)))
    for index, number in zip(columns, (total, male, total - male, 0, young, middle - young, total - middle), strict=True):
        cells[index] = number
    return cells


def _determined(grid: list[list[int | None]], equations: list[tuple[int, tuple[int, ...]]]) -> bool:
    """Whether the sums across and down leave one value only for some hidden cell (Gaussian elimination over the hidden ones)."""
    last = len(grid) - 1
    unknown = [(at, index) for at, row in enumerate(grid) for index, value in enumerate(row) if value is None]
    number = {cell: place for place, cell in enumerate(unknown)}
    sums = [({(at, whole): 1} | {(at, part): -1 for part in parts}) for at in range(len(grid)) for whole, parts in equations]
    sums += [({(last, index): 1} | {(at, index): -1 for at in range(last)}) for index in range(len(grid[0]))]
    matrix = [[Fraction(terms.get(cell, 0)) for cell in unknown] for terms in sums if any(cell in number for cell in terms)]
    reduced: list[list[Fraction]] = []
    for place in range(len(unknown)):
        pivot = next((row for row in matrix if row[place]), None)
        if pivot is None:
            continue
        matrix.remove(pivot)
        pivot = [value / pivot[place] for value in pivot]
        matrix = [[value - row[place] * by for value, by in zip(row, pivot, strict=True)] for row in matrix]
        reduced = [[value - row[place] * by for value, by in zip(row, pivot, strict=True)] for row in reduced] + [pivot]
    return any(sum(bool(value) for value in row) == 1 for row in reduced)
