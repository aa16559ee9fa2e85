"""An officer imports a county's messy ledger, repairs its wrong rows in Excel, imports again, and undoes it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tongxing.accounts.models import Post
from tongxing.children.ledger import sample
from tongxing.children.models import Child
from tongxing.children.tests.ledger.test_sample import invented
from tongxing.children.tests.make import id_number, seen_by
from tongxing.ground.today import today

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
COUNT = 80


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    out = io.BytesIO()
    sample.write(invented(COUNT), out, unit="夷陵区小溪塔街道", on=today(), old=True)
    file = tmp_path / "小溪塔街道台账.xls"
    file.write_bytes(out.getvalue())
    return file


def upload(page: Page, file: Path, run_jobs: Callable[[], int]) -> None:
    """Through the list of imports, as an officer comes to it."""
    page.goto("/imports/")
    page.get_by_role("link", name="上传台账").first.click()
    page.get_by_label("台账文件").set_input_files(str(file))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("正在读取和核对")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("navigation", name="按核对结果")).to_be_visible()


def repair(content: bytes) -> bytes:
    """What the officer does in Excel: every red cell gets what it should have said; the child that stands twice goes."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    headings = {str(cell.value): cell.column for cell in sheet[2]}
    right = {
        "姓名": "张子轩",
        "出生日期": None,  # the id number says it
        "现居住村（社区）": "冯家湾社区",
        "父亲联系电话": "13812345678",
        "监护类型": "一般",
        "母亲外出时间": "2024-10",
        "就学情况": "小学",
    }
    for row in range(sheet.max_row, 2, -1):
        said = str(sheet.cell(row, headings["存在的问题"]).value)
        if "重复" in said:
            sheet.delete_rows(row)
            continue
        for heading, value in right.items():
            if f" {heading}：" in said:
                sheet.cell(row, headings[heading]).value = value
        if " 身份证号码：" in said:
            sheet.cell(row, headings["身份证号码"]).value = id_number(today().replace(year=today().year - 8, day=1))
            sheet.cell(row, headings["出生日期"]).value = sheet.cell(row, headings["性别"]).value = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def undo(page: Page, run_jobs: Callable[[], int]) -> None:
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_label("撤销导入的原因").fill("这一份还没有核实")
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("正在撤销").first).to_be_visible()
    run_jobs()
    expect(page.get_by_text("已撤销 9 行。")).to_be_visible()
    expect(page.get_by_role("link", name="撤销这次导入")).to_have_count(0)


def test_an_officer_imports_the_ledger_repairs_its_wrong_rows_imports_again_and_undoes_it(
    officer: Post, page_of: Callable[..., Page], run_jobs: Callable[[], int], ledger: Path, tmp_path: Path
) -> None:
    page = page_of(officer)
    upload(page, ledger, run_jobs)
    page.get_by_role("link", name="有错误").click()
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(10)
    for words in ("2015 年 2 月没有 30 日", "末尾几位已经丢失", "是不是“冯家湾社区”"):
        expect(rows.filter(has_text=words).first).to_be_visible()
    page.get_by_label("姓名或者行号").fill("张子")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("tr[data-row]").first).to_contain_text("张子")
    page.goto(page.url.partition("?")[0])
    page.get_by_role("button", name="下载标出结果的原表").click()
    run_jobs()
    with page.expect_download() as marked:
        page.get_by_role("link", name="下载", exact=True).click()
    assert openpyxl.load_workbook(io.BytesIO(Path(marked.value.path()).read_bytes())).worksheets[0].max_row > COUNT
    page.get_by_role("link", name="回到这次导入").click()
    page.get_by_role("button", name="导入 71 行").click()
    expect(page.get_by_text("正在导入").first).to_be_visible()
    run_jobs()
    expect(page.get_by_text("已导入 71 行。")).to_be_visible()

    page.get_by_role("button", name="下载需要改正的 10 行").click()
    run_jobs()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载", exact=True).click()
    mended = tmp_path / download.value.suggested_filename
    assert mended.name.startswith("待改正-")
    mended.write_bytes(repair(Path(download.value.path()).read_bytes()))

    upload(page, mended, run_jobs)
    expect(page.get_by_role("link", name="有错误")).to_have_count(0)
    page.get_by_role("button", name="导入 9 行").click()
    run_jobs()
    expect(page.get_by_text("已导入 9 行。")).to_be_visible()
    with seen_by(officer):
        assert Child.objects.count() == COUNT

    undo(page, run_jobs)
    with seen_by(officer):
        assert Child.objects.count() == COUNT - 9

    upload(page, ledger, run_jobs)
    expect(page.get_by_text("没有可以直接导入的行")).to_be_visible()
    expect(page.get_by_text("同一份文件已由周局长于")).to_be_visible()
    page.get_by_role("link", name="相同").click()
    page.locator("tr[data-row] a.main").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_preview_fits_a_phone(officer: Post, page_of: Callable[..., Page], run_jobs: Callable[[], int], ledger: Path) -> None:
    page = page_of(officer, PHONE)
    upload(page, ledger, run_jobs)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_text("列的对应").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    expect(page.get_by_role("button", name="导入 71 行")).to_be_visible()
