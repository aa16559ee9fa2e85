"""Sheets in an official fixed layout: title, reporting unit and date, two-line headings, rows, total, signatures, watermark.

Cells are written as strings or numbers of their own type, never as formulas; the quote prefix keeps a text text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, BinaryIO, Final

from tongxing.ledgers.catalogue import SERIAL_HEADING
from tongxing.ledgers.writing import FONT

SIGNATURES: Final = ("负责人", "复核人", "填表人")
DATA_SHEET: Final = "台账"
REMARK: Final = "说明："  # what a reader of lists takes for no data
_HEAD: Final = 2  # rows above the headings: title, unit and date
_SHEET_NAME: Final = 31  # characters that Excel allows
_FORBIDDEN: Final = str.maketrans("", "", r"[]:*?/\'")

type Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One column. ``group`` is the common heading above it and its neighbours."""

    text: str
    group: str = ""
    width: float = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet. ``left`` and ``right`` stand in the line under the title; ``total`` closes the rows; ``frozen`` columns stay in sight."""

    title: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Cell]]
    left: str = ""
    right: str = ""
    total: Sequence[Cell] | None = None
    notes: Sequence[str] = ()
    signatures: Sequence[str] = SIGNATURES
    watermark: str = ""
    serial: bool = False
    frozen: int = 1
    name: str = ""


def write(sheets: Iterable[Sheet], out: BinaryIO, *, folder: str | None = None) -> int:
    """All sheets as one workbook, A4 landscape; how many rows they hold."""
    import xlsxwriter  # late: it would slow every start

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _Styles(book)
    written = sum(_write(sheet, book, styles) for sheet in sheets)
    book.close()
    return written


class _Styles:
    def __init__(self, book: Any) -> None:
        def style(**properties: object) -> Any:
            return book.add_format({"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties})

        self.title = style(bold=True, font_size=16, align="center")
        self.line = style(num_format="@")
        self.right = style(num_format="@", align="right")
        self.head = style(bold=True, align="center", border=1, text_wrap=True)
        self.text = style(num_format="@", quote_prefix=True, border=1)
        self.number = style(border=1)
        self.date = style(num_format="yyyy-mm-dd", align="left", border=1)
        self.total_text = style(num_format="@", bold=True, border=1)
        self.total_number = style(bold=True, border=1)
        self.note = style(font_color="#666666", font_size=9)


def _write(sheet: Sheet, book: Any, styles: _Styles) -> int:
    headings = [Heading(text=SERIAL_HEADING, width=6), *sheet.headings] if sheet.serial else list(sheet.headings)
    last = len(headings) - 1
    page = book.add_worksheet((sheet.name or sheet.title).translate(_FORBIDDEN)[:_SHEET_NAME])
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L" + sheet.watermark.replace("&", "&&")[:200] + "&R&P / &N")
    for index, heading in enumerate(headings):
        page.set_column(index, index, heading.width)
    page.set_row(0, 30)
    _merged(page, (0, 0, 0, last), sheet.title, styles.title)
    middle = max(1, last * 2 // 3)
    _merged(page, (1, 0, 1, min(middle, last)), sheet.left, styles.line)
    if last > middle:
        _merged(page, (1, middle + 1, 1, last), sheet.right, styles.right)
    bottom = _headings(page, headings, styles.head)
    page.freeze_panes(bottom + 1, sheet.frozen + sheet.serial)
    page.repeat_rows(0, bottom)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        cells = [count, *row] if sheet.serial else row
        _row(page, bottom + count, cells, styles.text, styles.number, styles.date)
    line = bottom + count + 1
    if sheet.total is not None:
        _row(page, line, sheet.total, styles.total_text, styles.total_number, styles.date)
        line += 1
    for note in [*sheet.notes, sheet.watermark]:
        if note:
            page.write_string(line, 0, REMARK + note, styles.note)
            line += 1
    step = max(1, (last + 1) // max(1, len(sheet.signatures)))
    for index, signature in enumerate(sheet.signatures):
        page.write_string(line, min(index * step, last), f"{signature}：", styles.line)
    return count


def _headings(page: Any, headings: Sequence[Heading], style: Any) -> int:
    """One line, or two where columns stand in groups; the number of the last one."""
    grouped = any(heading.group for heading in headings)
    for index, heading in enumerate(headings):
        first = heading.group and (index == 0 or headings[index - 1].group != heading.group)
        page.write_string(_HEAD, index, (heading.group if first else "") or ("" if heading.group else heading.text), style)
    if not grouped:
        return _HEAD
    page.set_row(_HEAD + 1, 44)
    for index, heading in enumerate(headings):
        page.write_string(_HEAD + 1, index, heading.text if heading.group else "", style)
    at = 0
    for group, members in groupby(headings, key=lambda heading: heading.group):
        size = len(list(members))
        # Rows leave memory as they are written, so what is merged across two rows cannot be written by merge_range.
        page.merge += [[_HEAD, at, _HEAD, at + size - 1]] if group and size > 1 else []
        page.merge += [] if group else [[_HEAD, index, _HEAD + 1, index] for index in range(at, at + size)]
        at += size
    return _HEAD + 1


def _merged(page: Any, cells: tuple[int, int, int, int], text: str, style: Any) -> None:
    if cells[0] == cells[2] and cells[1] == cells[3]:
        page.write_string(cells[0], cells[1], text, style)
    else:
        page.merge_range(*cells, text, style)


def _row(page: Any, line: int, cells: Sequence[Cell], text: Any, number: Any, day: Any) -> None:
    for index, cell in enumerate(cells):
        match cell:
            case None:
                page.write_blank(line, index, None, text)
            case date():
                page.write_datetime(line, index, cell, day)
            case int() | Decimal():
                page.write_number(line, index, cell, number)
            case _:
                page.write_string(line, index, cell, text)
