"""What another office asks for is filled into its own sheet, and the national system and the register are brought to agree."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.children.new import NewRelative, NewSchooling
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.exchange import sample
from tongxing.exchange.tests.national_system import NationalSystem, as_they_know
from tongxing.files.models import Provision
from tongxing.imports.models import ImportRow
from tongxing.ledgers.kinds import Verdict
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db


def kept_sheet(browser: Client, content: bytes, title: str, recipient: str) -> str:
    """Send a blank sheet; the address of its page."""
    data = {"file": SimpleUploadedFile("空表.xlsx", content), "title": title, "recipient": recipient, "purpose": "核对学籍和资助"}
    return str(browser.post("/exchange/sheets/new/", data).headers["Location"])


def filled(browser: Client, page: str, run_jobs: Callable[[], int], query: str = "", **given: str) -> openpyxl.Workbook:
    answer = browser.post(f"{page}fill/{query}", {"recipient": "区教育局", "purpose": "核对学籍和资助"} | given)
    run_jobs()
    return openpyxl.load_workbook(io.BytesIO(browser.get(answer.headers["Location"] + "file/").content))


def test_the_education_bureau_gets_its_own_sheet_filled_and_it_is_on_record(officer, browser_of, run_jobs):
    school = NewSchooling(stage="primary", school_name="分乡小学", grade=3, class_name="三年级2班", boarding="no")
    elder = NewRelative(relation="61", name="张大爷", phone="13812345678", primary=True)
    make_child(name="张子轩", id_number=id_number(years_ago(10)), born=years_ago(10), schooling=school, relatives=(elder,))
    make_child(name="李小花", sex="2", born=years_ago(15))
    blank = io.BytesIO()
    sample.write_blank(blank)
    browser = browser_of(officer)
    page = kept_sheet(browser, blank.getvalue(), sample.TITLE, "区教育局")
    sheet = filled(browser, page, run_jobs, "?stage=primary")[sample.DATA_SHEET]
    assert [sheet.cell(6, column).value for column in (2, 3, 7, 8, 9, 14, 15, 16)] == ["张子轩", "男", "分乡小学", "三年级2班", "走读", "张大爷", "祖父", "138****5678"]
    assert sheet["B7"].value is None  # not at primary school, so not in it
    assert sheet["A12"].value == "合计"
    with seen_by(officer):
        given = Provision.objects.get()
        assert (given.recipient, given.purpose, given.children, given.masked) == ("区教育局", "核对学籍和资助", 1, True)


@pytest.mark.req("P8-3a")
def test_a_township_fills_its_ledger_with_all_its_children(supervisor, browser_of, run_jobs):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="李小花", place=NEXT_VILLAGE, sex="2")
    make_child(name="王一", place=NEXT_VILLAGE, state="ended")
    browser = browser_of(supervisor)
    page = kept_sheet(browser, xlsx(["小溪塔街道留守儿童和困境儿童登记册"], ["序号", "姓名", "性别", "村（社区）", "是否留守儿童"]), "登记册", "街道办")
    rows = filled(browser, page, run_jobs)["台账"].iter_rows(min_row=3, max_col=4, values_only=True)
    assert list(rows) == [(1, "李小花", "女", "兴安社区"), (2, "张子轩", "男", "冯家湾社区")]


@pytest.mark.req("P8-10f")
def test_nobody_is_missed_on_either_side(officer, browser_of, run_jobs):
    """Whom the national system knows and the register does not is found and registered in the village; the others are sent up; then nothing differs."""
    both = make_child(name="张子轩", id_number=id_number(years_ago(10)), born=years_ago(10))
    make_child(name="王一", place=NEXT_VILLAGE, id_number=id_number(years_ago(8)), born=years_ago(8))
    missed = {"name": "孙悦", "sex": "2", "id_number": id_number(years_ago(11), sex="2"), "born": years_ago(11), "township": "小溪塔街道", "residence": "兴安社区"}
    national = NationalSystem([*as_they_know(officer, [both]), missed])
    browser = browser_of(officer)
    page = _compare(browser, national, run_jobs)
    assert _kinds(officer) == {Verdict.SAME: 1, Verdict.ABSENT: 1, Verdict.NEW: 1}
    browser.post(f"{page}choose/?verdict=new", {"choice": "theirs", "all": "1"})
    browser.post(f"{page}choose/?verdict=absent", {"choice": "ours", "all": "1"})
    browser.post(f"{page}take/")
    run_jobs()
    assert "孙悦" in browser.get(f"/children/?place_code={NEXT_VILLAGE}").content.decode()
    made = browser.post(f"{page}upload/").headers["Location"]
    run_jobs()
    assert national.take_in(browser.get(f"{made}file/").content) == {"add": 1}
    with seen_by(officer):
        ImportRow.objects.all().delete()
    _compare(browser, national, run_jobs)
    assert _kinds(officer) == {Verdict.SAME: 3}


def _compare(browser: Client, national: NationalSystem, run_jobs: Callable[[], int]) -> str:
    sent = browser.post("/imports/new/national/", {"file": SimpleUploadedFile("全国系统导出.xlsx", national.export())})
    run_jobs()
    return str(browser.get(sent.headers["Location"]).headers["Location"])


def _kinds(officer) -> dict[str, int]:
    with seen_by(officer):
        found = list(ImportRow.objects.values_list("verdict", flat=True))
    return {verdict: found.count(verdict) for verdict in Verdict if verdict in found}
