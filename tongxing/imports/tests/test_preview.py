"""The preview of a real list: mistakes said once, rows found, the list as it was sent with marked cells, two people at one file."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from tests.people import COUNTY, make_post
from tongxing.accounts.jobs import under
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.today import today
from tongxing.imports import actions, queries, steps, tasks
from tongxing.imports.mistakes import Mistakes
from tongxing.imports.states import NotNow, State
from tongxing.imports.tests.sending import GOOD, HEAD, again, take_in
from tongxing.ledgers import reading
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db
MANY = xlsx(HEAD, *([number, f"人{number:02}", "138" if number % 2 else "13812345678", f"N{number}", "2025-2-30" if number % 3 == 0 else ""] for number in range(1, 31)))


def text_of(browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_same_mistake_in_many_rows_is_said_once(send, officer, browser_of, monkeypatch):
    monkeypatch.setattr(steps, "READ_CHUNK", 7)
    run = send(MANY)
    with under(officer):
        found = Mistakes.read(run, queries.key_of(run)).often()
        assert [(each.column, each.code, count) for _number, each, count in found] == [("phone", "phone_unreadable", 15), ("since", "date_no_day", 10)]
        assert queries.rows(run, mistake=found[1][0]).count() == 10
        assert "138" not in str(run.layout)
    page = reverse("imports:run", args=[run.id])
    preview = text_of(browser_of(officer), page)
    assert "反复出现的错误" in preview
    assert "共 10 行" in preview
    rows = text_of(browser_of(officer), f"{page}?verdict=wrong&mistake={found[1][0]}")
    assert rows.count("data-row id=") == 10
    assert text_of(browser_of(officer), f"{page}?mistake=77").count("data-row id=") == 30


def test_rows_are_found_by_a_part_of_the_name_or_their_number(send, officer, browser_of):
    run = send(GOOD)
    with under(officer):
        for typed, numbers in (("大妹", [2]), ("张大妹", [2]), ("3", [3]), ("小兰", [3]), ("兰", []), ("不在", [])):
            assert list(queries.rows(run, words=typed).values_list("number", flat=True)) == numbers, typed
    assert "没有这样的行" in text_of(browser_of(officer), reverse("imports:run", args=[run.id]) + "?q=不在")


def test_the_list_as_it_was_sent_comes_back_with_marked_cells(send, officer, run_jobs):
    take_in(send(), officer, run_jobs)
    title = ["夷陵区人员名单（2026年）"]
    sent = xlsx(title, HEAD, [1, "张大妹", "13912345678", "A1", ""], [2, "王秀英", "", "B7", ""], [3, "赵春梅", "138", "C1", ""], [4, "新人", "", "D1", ""], ["合计", 4])
    run = send(sent)
    with under(officer):
        output = actions.ask_marked(run=run, by=officer)
    run_jobs()
    with under(officer):
        made = Output.objects.get(pk=output.pk)
        content = outputs.content(made)
    assert made.file_name == f"核对结果-{today():%Y%m%d}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == [*HEAD, "核对结果"]
    assert sheet["A1"].value == title[0]
    results = [str(sheet.cell(row, 6).value).split("\n")[0] for row in range(3, 8)]
    assert results == ["有变化", "可能是同一人", "有错误", "新增", "合计、签名或说明，不导入"]
    fills = {cell: sheet[cell].fill.start_color.rgb[-6:] for cell in ("C3", "B4", "C5", "B6")}
    assert fills == {"C3": "DCE9F7", "B4": "FFEB9C", "C5": "FFC7CE", "B6": "000000"}
    assert sheet["C3"].comment.text.startswith("登记的是：138")
    assert "不是电话号码" in sheet["C5"].comment.text
    assert "没有保留" in "".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    # It can be corrected and sent again: the last column is ours.
    with reading.read(content, queries.kind_of(run).catalogue, today=run.at.date()) as read:
        assert not read.layout.unknown
        assert [row.number for row in read.rows()] == [3, 4, 5, 6]
    run = take_in(run, officer, run_jobs)
    with under(officer), pytest.raises(NotNow):
        actions.ask_marked(run=run, by=officer)


def test_the_second_of_two_people_sees_who_is_at_the_same_file(send, officer, browser_of):
    send()
    other = make_post("county_officer", COUNTY, name="吴副局长")
    own = send()
    assert "您于" in text_of(browser_of(officer), reverse("imports:run", args=[own.id]))
    second = send(by=other)
    assert again(second, other).state == State.PREVIEW
    assert "周局长于" in (page := text_of(browser_of(other), reverse("imports:run", args=[second.id])))
    assert "也上传了同一份文件，现在“待核对”" in page


def test_an_output_leads_back_to_its_import(send, officer, browser_of):
    run = send()
    browser = browser_of(officer)
    for name in ("fix_file", "marked"):
        output = browser.post(reverse(f"imports:{name}", args=[run.id])).headers["Location"]
        assert reverse("imports:run", args=[run.id]) in text_of(browser, output)


def test_a_marked_list_that_cannot_be_made_says_so(send, officer, run_jobs, monkeypatch):
    run = send()
    with under(officer):
        output, mended = actions.ask_marked(run=run, by=officer), actions.ask_fix_file(run=run, by=officer)

    def break_down(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(steps, "writing_marked", break_down)
    monkeypatch.setattr(steps, "write", break_down)
    for made, task in ((output, tasks.write_marked), (mended, tasks.write_fix_file)):
        with pytest.raises(ZeroDivisionError):
            task(output=str(made.id), run=str(run.id), post=str(officer.id))
        with under(officer):
            assert "意外" in Output.objects.get(pk=made.pk).failed
