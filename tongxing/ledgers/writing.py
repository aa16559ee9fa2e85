"""Workbooks made from a catalogue: the empty template, the rows to be mended, the export.

Every cell is written as a string or number of its own type, never as a formula, and texts carry the quote prefix: a cell
that begins with = + - @ is text here, and stays text after somebody has edited it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count, groupby
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext

from tongxing.ledgers.catalogue import EXAMPLE_MARK, PROBLEMS_HEADING, SERIAL_HEADING, Catalogue, Column, Kind, normalised
from tongxing.ledgers.cells import Value, as_text
from tongxing.ledgers.layout import Cell, Layout, letter
from tongxing.ledgers.problems import Problem
from tongxing.ledgers.reading import Row

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the media type
FONT: Final = "宋体"
DATA_SHEET: Final = "台账"
_READY_ROWS: Final = 2_000  # rows of the template with drop-downs
_LIST_LENGTH: Final = 255  # characters that Excel allows in a drop-down's own list
_COMMENTED: Final = 1_000  # wrong cells with a comment of their own; the last column names all of them
_PROBLEM_WIDTH: Final = 60
_SHEET_NAME: Final = 31  # characters that Excel allows
_FORBIDDEN: Final = {ord(char): "-" for char in "[]:*?/\\"} | dict.fromkeys(range(32), "")

type Masks = Mapping[Kind, Callable[[str], str]]


class Book:
    """A workbook with our look.

    ``constant``: rows go out in order and memory does not grow; what is written lies in ``folder`` until the book is closed.
    """

    def __init__(self, out: BinaryIO, *, constant: bool, folder: str | None = None) -> None:
        import xlsxwriter  # late: it would slow every start

        self.file = xlsxwriter.Workbook(out, {"constant_memory": constant, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False})
        self.title = self.format(bold=True, font_size=16, align="center")
        self.note = self.format(font_color="#666666", text_wrap=True, valign="top")
        self.head = self.format(bold=True, align="center", border=1, bg_color="#F2F0EA", text_wrap=True)
        self.must = self.format(bold=True, align="center", border=1, bg_color="#F2F0EA", text_wrap=True, font_color="#B42318")
        self.text = self.format(num_format="@", quote_prefix=True)
        self.number = self.format()
        self.date = self.format(num_format="yyyy-mm-dd", align="left")
        self.example = self.format(num_format="@", quote_prefix=True, italic=True, font_color="#888888")
        self.wrong = self.format(num_format="@", quote_prefix=True, bg_color="#FFC7CE", font_color="#9C0006", border=1, border_color="#9C0006")
        self.wrapped = self.format(text_wrap=True, valign="top")
        self._choices: Any = None
        self._lists: dict[tuple[str, ...], str] = {}

    def format(self, **properties: object) -> Any:
        return self.file.add_format({"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties})

    def sheet(self, name: str) -> Any:
        """A sheet of this name, as far as Excel takes it: another program's workbook may have names that it does not."""
        made = self.file.add_worksheet(self._name(name))
        made.set_landscape()
        made.set_paper(9)  # A4
        made.fit_to_pages(1, 0)
        return made

    def _name(self, name: str) -> str:
        clean = name.translate(_FORBIDDEN).strip(" '")[:_SHEET_NAME].rstrip(" '")
        if not clean or clean.lower() == "history":
            clean = DATA_SHEET
        taken = {sheet.name.lower() for sheet in self.file.worksheets()}
        names = (clean if number == 1 else f"{clean[: _SHEET_NAME - 5]}（{number}）" for number in count(1))
        return next(each for each in names if each.lower() not in taken)

    def prepare_column(self, sheet: Any, index: int, column: Column, rows: tuple[int, int]) -> None:
        """Width, cell format and drop-down of a column, so that what is typed into blank cells is kept as it was typed."""
        style = {Kind.DATE: self.date, Kind.NUMBER: self.number}.get(column.kind, self.text)
        sheet.set_column(index, index, column.width, style)
        labels = tuple(choice.label for choice in column.choices)
        if column.kind is Kind.YES_NO:
            labels = labels or ("是", "否")
        if labels and column.kind is not Kind.CODES:
            sheet.data_validation(
                rows[0],
                index,
                rows[1],
                index,
                {
                    "validate": "list",
                    "source": self._source(labels),
                    "ignore_blank": True,
                    "error_type": "warning",
                    "error_title": column.heading[:32],
                    "error_message": gettext("请从下拉列表中选择"),
                },
            )

    def _source(self, labels: tuple[str, ...]) -> object:
        """A drop-down's labels, or where they stand if they are too long for a list of its own."""
        if len(",".join(labels)) <= _LIST_LENGTH and not any("," in label for label in labels):
            return list(labels)
        if labels not in self._lists:
            if self._choices is None:
                self._choices = self.file.add_worksheet("选项")
                self._choices.hide()
            row = len(self._lists)
            self._choices.write_row(row, 0, labels)
            self._lists[labels] = f"=选项!$A${row + 1}:${letter(len(labels) - 1)}${row + 1}"
        return self._lists[labels]

    def close(self) -> None:
        self.file.close()


def write_template(catalogue: Catalogue, out: BinaryIO, rows: Iterable[Mapping[str, Value | None]] = ()) -> None:
    """The empty list: title, headings with help and drop-downs, an example row that is not imported, and a page of instructions.

    ``rows`` are begun already, below the example: what is known of them is filled in.
    """
    book = Book(out, constant=False)
    sheet = book.sheet(DATA_SHEET)
    guide = book.sheet("填写说明")
    last = len(catalogue.columns)
    grouped = any(column.group for column in catalogue.columns)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, catalogue.title, book.title)
    sheet.merge_range(1, 0, 1, last, catalogue.note or gettext("红色标题必须填写。灰色的示例行不会导入，可以删去。"), book.note)
    below = 3 if grouped else 2
    sheet.set_column(0, 0, 6, book.text)
    _head(sheet, book.head, 0, 2, below, SERIAL_HEADING)
    sheet.write_string(below + 1, 0, EXAMPLE_MARK, book.example)
    _group_heads(catalogue, sheet, book)
    for index, column in enumerate(catalogue.columns, 1):
        top = below if column.group else 2
        _head(sheet, book.must if column.required else book.head, index, top, below, column.heading)
        if column.help:
            sheet.write_comment(top, index, column.help, comment(column.help))
        book.prepare_column(sheet, index, column, (below + 2, below + 1 + _READY_ROWS))
        sheet.write_string(below + 1, index, column.example, book.example)
    writers = [(column.key, _writer(column, sheet, book, {})) for column in catalogue.columns]
    for line, row in enumerate(rows, below + 2):
        sheet.write_number(line, 0, line - below - 1, book.number)
        for index, (key, write) in enumerate(writers, 1):
            if (value := row.get(key)) not in (None, ""):
                write(line, index, value)
    sheet.freeze_panes(below + 1, 2)
    sheet.repeat_rows(2, below)
    _write_guide(catalogue, guide, book)
    book.close()


def write_fix_file(layout: Layout, rows: Iterable[Row], out: BinaryIO, *, note: str = "", folder: str | None = None) -> int:
    """The rows as they were sent, wrong cells red, what is wrong in the last column; how many rows it holds.

    Recognised columns carry the catalogue's own headings, so that the mended file is recognised whatever the first one
    looked like. Required columns that the list lacked are added empty.
    """
    sheet = _FixSheet(layout, Book(out, constant=True, folder=folder), note)
    count = 0
    for count, row in enumerate(rows, 1):
        sheet.write(row, line=count + 1)
    sheet.book.close()
    return count


class _FixSheet:
    """The sheet of a fix-and-re-upload file: a note, one line of headings, rows."""

    def __init__(self, layout: Layout, book: Book, note: str) -> None:
        self.book = book
        self._catalogue = layout.catalogue
        self._sheet = book.sheet(DATA_SHEET)
        self._commented = 0
        self._sheet.write_string(0, 0, note or gettext("请改正标红的单元格，再把这份表格重新导入。"), book.note)
        self._from: list[int | None] = []  # index in the row as it was sent, None for an added column
        self._place: dict[str, int] = {}
        for found in layout.columns:
            if found.index == layout.serial:
                self._add(SERIAL_HEADING, found.index)
            elif found.key:
                self._add_column(self._catalogue.by_key[found.key], found.index)
            elif normalised(found.heading) != normalised(PROBLEMS_HEADING):
                self._add(_left_out(self._catalogue, found.heading), found.index)
        for column in layout.missing:
            self._add_column(column, None)
        self._numbers = {self._place[column.key] for column in self._catalogue.columns if column.kind is Kind.NUMBER and column.key in self._place}
        self._last = len(self._from)
        self._sheet.write_string(1, self._last, PROBLEMS_HEADING, book.head)
        self._sheet.set_column(self._last, self._last, _PROBLEM_WIDTH)
        self._sheet.freeze_panes(2, 0)

    def _add(self, heading: str, index: int | None, *, required: bool = False) -> None:
        self._sheet.write_string(1, len(self._from), heading, self.book.must if required else self.book.head)
        self._from.append(index)

    def _add_column(self, column: Column, index: int | None) -> None:
        self._place[column.key] = len(self._from)
        self.book.prepare_column(self._sheet, len(self._from), column, (2, 1 + _READY_ROWS))
        self._add(self._catalogue.heading(column.key), index, required=column.required)

    def write(self, row: Row, line: int) -> None:
        wrong = {self._place[problem.column]: problem for problem in reversed(row.problems) if problem.column in self._place}
        for index, source in enumerate(self._from):
            cell = row.cells[source] if source is not None and source < len(row.cells) else ""
            self._write_cell(line, index, cell, wrong.get(index))
        self._sheet.write_string(line, self._last, sentences(row.problems, self._catalogue), self.book.wrapped)

    def _write_cell(self, line: int, index: int, cell: Cell, problem: Problem | None) -> None:
        if problem is not None:
            self._sheet.write_string(line, index, as_text(cell), self.book.wrong)
            if self._commented < _COMMENTED:
                self._sheet.write_comment(line, index, problem.text(), comment(problem.text()))
                self._commented += 1
        elif index in self._numbers and isinstance(cell, int | float) and not isinstance(cell, bool):
            self._sheet.write_number(line, index, cell, self.book.number)
        elif cell != "":
            self._sheet.write_string(line, index, as_text(cell), self.book.text)


def write_list(
    catalogue: Catalogue,
    rows: Iterable[Mapping[str, Value | None]],
    out: BinaryIO,
    *,
    title: str = "",
    keys: Sequence[str] = (),
    masks: Masks | None = None,
    watermark: str = "",
    folder: str | None = None,
) -> int:
    """An export: title, one line of headings, the rows; how many rows it holds.

    ``masks`` maps a kind to what hides its value in columns that are secret; without it, values are written whole.
    ``watermark`` (who exported it, when, why) stands under the title and at the foot of every printed page.
    """
    part = Part(DATA_SHEET, catalogue, rows, title or catalogue.title, tuple(keys))
    return write_lists([part], out, masks=masks, watermark=watermark, folder=folder)


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of an export with several. ``keys``: these columns, all where empty."""

    sheet: str
    catalogue: Catalogue
    rows: Iterable[Mapping[str, Value | None]]
    title: str = ""
    keys: tuple[str, ...] = ()


def write_lists(parts: Iterable[Part], out: BinaryIO, *, masks: Masks | None = None, watermark: str = "", folder: str | None = None) -> int:
    """An export of several lists, a sheet each, as ``write_list`` makes one; how many rows they hold."""
    book = Book(out, constant=True, folder=folder)
    count = sum(_write_part(book, part, masks or {}, watermark) for part in parts)
    book.close()
    return count


def _write_part(book: Book, part: Part, masks: Masks, watermark: str) -> int:
    catalogue = part.catalogue
    sheet = book.sheet(part.sheet)
    columns = [catalogue.by_key[key] for key in part.keys] if part.keys else list(catalogue.columns)
    head = 2 if watermark else 1
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, part.title or catalogue.title, book.format(bold=True, font_size=16))
    if watermark:
        sheet.write_string(1, 0, watermark, book.note)
    sheet.set_footer("&L" + watermark.replace("&", "&&")[:200] + "&R&P / &N")
    for index, column in enumerate(columns, 1):
        sheet.set_column(index, index, column.width)
    sheet.set_column(0, 0, 6)
    sheet.write_string(head, 0, SERIAL_HEADING, book.head)
    for index, column in enumerate(columns, 1):
        sheet.write_string(head, index, catalogue.heading(column.key), book.head)
    sheet.freeze_panes(head + 1, 2)
    sheet.repeat_rows(0, head)
    writers = [(column.key, _writer(column, sheet, book, masks)) for column in columns]
    count = 0
    for count, row in enumerate(part.rows, 1):
        sheet.write_number(head + count, 0, count, book.number)
        for index, (key, write) in enumerate(writers, 1):
            value = row.get(key)
            if value is not None and value != "":
                write(head + count, index, value)
    sheet.autofilter(head, 0, head + max(count, 1), len(columns))
    return count


def shown_as(column: Column) -> Callable[[Value], str]:
    """How a value of this column reads in a list: labels for codes, 是 and 否, ISO dates."""
    labels = {choice.value: choice.label for choice in column.choices}

    def text(value: Value) -> str:
        match value:
            case bool():
                return labels.get("yes" if value else "no", "是" if value else "否")
            case date():
                return value.isoformat()
            case tuple():
                return "、".join(labels.get(each, each) for each in value)
            case str():
                return labels.get(value, value)
            case _:
                return str(value)

    return text


def sentences(problems: Iterable[Problem], catalogue: Catalogue) -> str:
    """All problems of a row, a line each, with cell and heading."""
    return "\n".join(problem.sentence(catalogue.heading(problem.column) if problem.column else "") for problem in problems)


def _writer(column: Column, sheet: Any, book: Book, masks: Masks) -> Callable[[int, int, Value], None]:
    mask = masks.get(column.kind) if column.secret else None
    text = shown_as(column)

    def write(row: int, index: int, value: Value) -> None:
        if mask is not None:
            sheet.write_string(row, index, mask(text(value)), book.text)
        elif isinstance(value, date):
            sheet.write_datetime(row, index, value, book.date)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            sheet.write_number(row, index, value, book.number)
        else:
            sheet.write_string(row, index, text(value), book.text)

    return write


def _head(sheet: Any, style: Any, index: int, top: int, bottom: int, heading: str) -> None:
    if top < bottom:
        sheet.merge_range(top, index, bottom, index, heading, style)
    else:
        sheet.write_string(top, index, heading, style)


def _group_heads(catalogue: Catalogue, sheet: Any, book: Book) -> None:
    for group, members in groupby(enumerate(catalogue.columns, 1), key=lambda item: item[1].group):
        indexes = [index for index, _ in members]
        if group:
            heading = next(each.heading for each in catalogue.groups if each.id == group)
            if len(indexes) > 1:
                sheet.merge_range(2, indexes[0], 2, indexes[-1], heading, book.head)
            else:
                sheet.write_string(2, indexes[0], heading, book.head)


def _write_guide(catalogue: Catalogue, sheet: Any, book: Book) -> None:
    for index, (heading, width) in enumerate((("列", 22), ("必填", 6), ("填什么", 60), ("例子", 24))):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, book.head)
    for row, column in enumerate(catalogue.columns, 1):
        allowed = "、".join(choice.label for choice in column.choices)
        several = gettext("可填几项，用顿号隔开") if column.kind is Kind.CODES else ""
        what = "\n".join(filter(None, (column.help, several, allowed)))
        for index, text in enumerate((catalogue.heading(column.key), "是" if column.required else "", what, column.example)):
            sheet.write_string(row, index, text, book.wrapped)


def _left_out(catalogue: Catalogue, heading: str) -> str:
    """The heading of a column that was not taken, in words that will not be recognised the next time either."""
    return f"未导入 {heading}" if normalised(heading) in catalogue.headings else heading


def comment(text: str) -> dict[str, object]:
    return {"author": "", "font_name": FONT, "font_size": 9, "width": 220, "height": 20 + 16 * (1 + len(text) // 16)}
