"""The pages of an import, as the people of every permission test see them."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.people import COUNTY, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Person, Post
from tongxing.imports import steps
from tongxing.imports.models import ImportRun
from tongxing.imports.tests.sending import GOOD, HEAD
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(officer: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(officer)


def send(browser: Client, content: bytes = GOOD, name: str = "名单.xlsx"):
    return browser.post(reverse("imports:upload", args=["people"]), {"file": SimpleUploadedFile(name, content)})


def only_run(officer: Post) -> ImportRun:
    with under(officer):
        return ImportRun.objects.get()


def text_of(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_whole_way_through_the_pages(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    waiting = text_of(browser, page)
    assert "正在读取和核对" in waiting
    assert "导入 2 行" not in waiting
    run_jobs()
    preview = text_of(browser, page)
    for words in ("导入 2 行", "<b>C3</b> 工作电话：", "2025 年 2 月没有 30 日", "<b>D5</b> 证书编号：与第 4 行重复", "张大妹", "下载需要改正的 2 行"):
        assert words in preview
    assert "13812345678" not in preview
    wrong = text_of(browser, page + "?verdict=wrong")
    assert "王秀英" not in wrong
    assert "李小兰" in wrong
    assert browser.post(reverse("imports:start", args=[only_run(officer).id])).status_code == 302
    run_jobs()
    assert "已导入 2 行。" in text_of(browser, page)
    assert Person.objects.filter(certificate="A1").exists()
    output = browser.post(reverse("imports:fix_file", args=[only_run(officer).id])).headers["Location"]
    run_jobs()
    file = browser.get(output + "file/").content
    assert openpyxl.load_workbook(io.BytesIO(file)).active.max_row == 4
    assert "名单.xlsx" in text_of(browser, reverse("imports:list"))


def test_an_import_is_undone_on_its_page_with_a_reason(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    run_jobs()
    assert browser.get(page + "undo/").status_code == 302  # nothing is written yet
    browser.post(page + "start/")
    run_jobs()
    assert "传错了可以整体撤销，到" in text_of(browser, page)
    assert "2 行全部撤销" in text_of(browser, page + "undo/")
    assert browser.post(page + "undo/", {"why": " "}).status_code == 422
    browser.post(page + "undo/", {"why": "传错了村"})
    assert "正在撤销" in text_of(browser, page)
    assert "HX-Refresh" not in browser.get(page + "progress/").headers
    run_jobs()
    assert "原因：传错了村。已撤销 2 行。" in text_of(browser, page)
    assert not Person.objects.filter(certificate="A1").exists()


def test_the_list_is_filtered_by_its_address(browser, officer, run_jobs):
    send(browser)
    run_jobs()
    address = reverse("imports:list")
    assert "名单.xlsx" in text_of(browser, address + "?kind=people&state=preview&sort=at&size=20")
    assert "没有符合条件的导入" in text_of(browser, address + "?state=done")
    assert "名单.xlsx" in text_of(browser, address + "?kind=nonsense&state=nonsense")


def test_progress_asks_the_page_to_come_anew_when_the_work_is_done(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    assert "HX-Refresh" not in browser.get(page + "progress/").headers
    run_jobs()
    assert browser.get(page + "progress/").headers["HX-Refresh"] == "true"


def test_columns_are_corrected_on_the_page(browser, officer, run_jobs):
    page = send(browser, xlsx(["谁", "本本"], ["张大妹", "A1"])).headers["Location"]
    run_jobs()
    assert "没有找到必须有的列：姓名、证书编号" in text_of(browser, page)
    browser.post(page + "columns/", {"column-0": "name", "column-1": "name"})
    assert "同一项内容只能取自一列" in text_of(browser, page)
    browser.post(page + "columns/", {"column-0": "name", "column-1": "certificate"})
    run_jobs()
    assert "导入 1 行" in text_of(browser, page)


def test_the_columns_of_before_are_used_and_can_be_forgotten(browser, officer, run_jobs):
    odd = xlsx(["谁", "本本"], ["张大妹", "A1"])
    page = send(browser, odd).headers["Location"]
    run_jobs()
    browser.post(page + "columns/", {"column-0": "name", "column-1": "certificate"})
    run_jobs()
    again = send(browser, odd).headers["Location"]
    run_jobs()
    preview = text_of(browser, again)
    for words in ("导入 1 行", "2 列按上次的对应", "忘掉上次的对应"):
        assert words in preview
    browser.post(again + "columns/forget/")
    run_jobs()
    assert "没有找到必须有的列：姓名、证书编号" in text_of(browser, again)


def test_another_sheet_is_chosen_on_the_page(browser, officer, run_jobs):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    for name, who in (("小溪塔", "张大妹"), ("龙泉镇", "李小兰")):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append([1, who, "", f"A{who}", ""])
    del book["Sheet"]
    book.save(out)
    page = send(browser, out.getvalue()).headers["Location"]
    run_jobs()
    assert "工作表“龙泉镇”也有同样的表头" in text_of(browser, page)
    assert browser.post(page + "sheet/", {"sheet": "没有"}).status_code == 404
    browser.post(page + "sheet/", {"sheet": "龙泉镇"})
    run_jobs()
    preview = text_of(browser, page)
    assert "李小兰" in preview
    assert "张大妹" not in preview


def test_what_is_text_under_a_workbooks_name_is_read_and_said(browser, officer, run_jobs):
    for name, content in (("a.xls", "姓名,证书编号\n张大妹,A1\n".encode("gb18030")), ("b.xls", "<table><tr><td>姓名<td>证书编号<tr><td>张大妹<td>A1</table>".encode())):
        page = send(browser, content, name).headers["Location"]
        run_jobs()
        preview = text_of(browser, page)
        assert "导入 1 行" in preview
        assert "请核对列" in preview


def test_a_decision_is_made_on_the_page(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    run_jobs()
    browser.post(page + "start/")
    run_jobs()
    second = send(browser, xlsx(HEAD, [1, "张大妹", "", "B9", ""])).headers["Location"]
    run_jobs()
    assert "都不是，作为新的登记" in text_of(browser, second)
    assert browser.post(second + "rows/2/", {"subject": "nonsense"}).status_code == 404
    browser.post(second + "rows/2/", {"subject": ""})
    assert "导入 1 行" in text_of(browser, second)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "空"),
        ("a.pdf", b"%PDF-1.4\0\0", "这不是 Excel 表格"),
    ],
)
def test_what_is_no_workbook_is_refused_on_the_form(browser, officer, name, content, words):
    answer = send(browser, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with under(officer):
        assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused_on_the_form(browser, monkeypatch):
    monkeypatch.setattr("tongxing.files.uploads.MOST", 100)
    answer = send(browser)
    assert answer.status_code == 422
    assert "不超过 50 MB" in answer.content.decode()


def test_the_empty_list_can_be_fetched(browser):
    answer = browser.get(reverse("imports:template", args=["people"]))
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["台账", "填写说明"]
    assert browser.get(reverse("imports:template", args=["nonsense"])).status_code == 404


def test_who_may_not_import_and_who_works_elsewhere_find_nothing(browser, officer, director, supervisor, browser_of, run_jobs):
    page = send(browser).headers["Location"]
    run_jobs()
    teacher = make_post("teacher", COUNTY)
    assert browser_of(teacher).get(page).status_code == 403
    assert browser_of(director).get(page).status_code == 404  # imports entries only, of the own village
    assert browser_of(director).get(reverse("imports:upload", args=["people"])).status_code == 403
    assert browser_of(supervisor).get(page).status_code == 404
    assert browser_of(supervisor).post(page + "start/").status_code == 404
    assert browser_of(supervisor).post(page + "cancel/").status_code == 404
    assert Client().get(page).status_code == 302
    assert "名单.xlsx" not in text_of(browser_of(supervisor), reverse("imports:list"))


def test_steps_that_do_not_fit_are_said(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    run_jobs()
    browser.post(page + "cancel/")
    browser.post(page + "start/")
    assert "不能再做这一步" in text_of(browser, page)


def test_an_erased_import_says_so(browser, officer, run_jobs):
    page = send(browser).headers["Location"]
    run_jobs()
    with under(officer):
        steps.erase(only_run(officer))
    assert "已在一个月后清除" in text_of(browser, page)
    assert "内容已清除" in text_of(browser, reverse("imports:list"))


def test_a_column_of_five_thousand_digits_is_none(browser, officer, run_jobs):
    send(browser)
    run_jobs()
    address = reverse("imports:columns", args=[only_run(officer).id])
    assert browser.post(address, f"column-{'9' * 5_000}=name", content_type="application/x-www-form-urlencoded").status_code == 302
