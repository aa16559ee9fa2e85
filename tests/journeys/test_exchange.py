"""An officer fills the education bureau's blank sheet, and works through what the national system says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.exchange import sample
from tongxing.exchange.tests.national_system import NationalSystem, as_they_know

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def children(officer: Post) -> list[Child]:
    school = NewSchooling(stage="primary", school_name="分乡小学", grade=3, class_name="三年级2班", boarding="no")
    names = ("张子轩", "李小花", "王一")
    return [make_child(name=name, id_number=id_number(years_ago(10 - at)), born=years_ago(10 - at), schooling=school) for at, name in enumerate(names)]


def test_an_officer_fills_the_blank_sheet_of_the_education_bureau(
    officer: Post, children: list[Child], page_of: Callable[..., Page], run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    blank = tmp_path / "教育局空表.xlsx"
    with blank.open("wb") as out:
        sample.write_blank(out)
    page = page_of(officer)
    page.goto("/")
    page.get_by_role("link", name="数据交换").click()
    page.get_by_role("link", name="上传空表").first.click()
    page.get_by_label("对方的空表").set_input_files(str(blank))
    page.get_by_label("名称").fill("留守儿童统计表")
    page.get_by_label("交给谁").fill("区教育局")
    page.get_by_label("用途").fill("核对学籍")
    page.get_by_role("button", name="上传并认列").click()
    expect(page.get_by_text("共 18 列 · 2 列留空")).to_be_visible()
    source = page.get_by_label("数据来源", exact=True)
    expect(page.get_by_label("数据来源：固定文字")).to_be_hidden()
    source.select_option("固定文字")
    page.get_by_label("数据来源：固定文字").fill("民政局")
    page.get_by_role("button", name="保存列的对应").click()
    expect(page.get_by_text("列的对应已保存")).to_be_visible()

    page.goto("/children/?age_to=9")
    page.get_by_role("link", name="填套表").click()
    expect(page.get_by_text("按儿童列表的条件填")).to_be_visible()
    page.get_by_role("link", name="填表").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2人")).to_be_visible()
    dialog.get_by_role("button", name="开始填").click()
    expect(page.get_by_text("正在生成")).to_be_visible()
    run_jobs()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载", exact=True).click()
    made = tmp_path / "填好.xlsx"
    download.value.save_as(made)
    sheet = openpyxl.load_workbook(made)[sample.DATA_SHEET]
    assert {sheet["B6"].value, sheet["B7"].value, sheet["B8"].value} == {"李小花", "王一", None}
    assert sheet["Q6"].value == "民政局"
    page.goto("/exchange/given/")
    expect(page.get_by_role("row", name="区教育局")).to_be_visible()


def test_an_officer_compares_with_the_national_system(officer: Post, children: list[Child], page_of: Callable[..., Page], run_jobs: Callable[[], int], tmp_path: Path) -> None:
    alike, other, _here = as_they_know(officer, children)
    there = {"name": "孙悦", "sex": "2", "id_number": id_number(years_ago(11), sex="2"), "born": years_ago(11), "township": "小溪塔街道", "residence": "冯家湾社区"}
    national = NationalSystem([alike, other | {"school": "夷陵小学"}, there])
    export = tmp_path / "全国系统导出.xlsx"
    export.write_bytes(national.export())
    page = page_of(officer)
    upload(page, export, run_jobs)

    row = page.locator("tr[data-row]")
    page.get_by_role("link", name="内容不同").click()
    expect(row.filter(has_text="夷陵小学")).to_have_count(1)
    row.get_by_role("checkbox").check()
    page.locator(".batch-bar").get_by_role("button", name="以本系统为准").click()
    page.get_by_role("link", name="仅本系统有").click()
    page.get_by_role("button", name="以本系统为准").last.click()
    page.get_by_role("link", name="仅全国系统有").click()
    page.get_by_role("button", name="以全国系统为准").last.click()
    page.get_by_role("button", name="按全国系统更新 1 人").click()
    expect(page.get_by_text("正在导入").first).to_be_visible()
    run_jobs()
    expect(page.get_by_text("已更新 1")).to_be_visible()
    with seen_by(officer):
        assert Child.objects.filter(name="孙悦").exists()

    page.get_by_role("button", name="生成上报表 2 行").click()
    run_jobs()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载", exact=True).click()
    made = tmp_path / "上报.xlsx"
    download.value.save_as(made)
    assert national.take_in(made.read_bytes()) == {"add": 1, "change": 1}

    export.write_bytes(national.export())
    upload(page, export, run_jobs)
    expect(page.get_by_role("link", name=re.compile(r"^相同\s*4$"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"^内容不同\s*0$"))).to_be_visible()


def upload(page: Page, export: Path, run_jobs: Callable[[], int]) -> None:
    page.goto("/exchange/national/")
    page.get_by_role("link", name="上传导出表").first.click()
    page.get_by_label("台账文件").set_input_files(str(export))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("正在读取和核对")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("heading", name="差异表")).to_be_visible()


def test_the_pages_fit_a_phone(officer: Post, children: list[Child], page_of: Callable[..., Page], run_jobs: Callable[[], int], tmp_path: Path) -> None:
    alike, other, _here = as_they_know(officer, children)
    export = tmp_path / "全国系统导出.xlsx"
    export.write_bytes(NationalSystem([alike, other | {"school": "夷陵小学"}]).export())
    page = page_of(officer, PHONE)
    upload(page, export, run_jobs)
    for address in (page.url, "/exchange/", "/exchange/given/", "/exchange/national/", "/exchange/sheets/new/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address
