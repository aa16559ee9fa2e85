"""A small workbook that stands for a huge one is refused with a sentence, before its cells are made."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from tongxing.exchange import bounds, dropdowns, filling
from tongxing.exchange.tests.test_filling import blank


def with_xml(more: str, *, before: str = "<pageMargins") -> bytes:
    """A sheet with a piece of XML put into it."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别"])
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part, data.replace(before.encode(), (more + before).encode()) if part.filename == "xl/worksheets/sheet1.xml" else data)
    return out.getvalue()


@pytest.mark.parametrize(
    "xml",
    [
        '<mergeCells count="1"><mergeCell ref="A50:XFD1048576"/></mergeCells>',
        '<mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>',
        '<mergeCells count="1"><mergeCell ref="XFA1:XFD1"/></mergeCells>',
        '<x:mergeCells xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:mergeCell ref="A50:XFD1048576"/></x:mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>',
    ],
)
def test_a_range_that_stands_for_millions_of_cells_is_refused(xml: str):
    with pytest.raises(filling.TooMuch, match="范围太大"):
        filling.opened(with_xml(xml))


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounds, "MOST_CELLS", 3)
    with pytest.raises(filling.TooMuch, match="单元格太多"):
        filling.opened(blank())


def test_an_ordinary_sheet_passes():
    bounds.check(blank())
    bounds.check(with_xml('<mergeCells count="1"><mergeCell ref="A1:R1"/></mergeCells>'))


def test_a_list_of_choices_down_to_the_end_of_the_sheet_makes_no_cells():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = "男", "女"
    rule = DataValidation(type="list", formula1="$A$1:$XFD$1048576")
    rule.add("B2")
    sheet.add_data_validation(rule)
    assert dropdowns.options(book, sheet, (2, 2)) == ("男", "女")
    assert len(sheet._cells) < 10
