"""The list as it was sent, its cells marked with what was found. Rows keep their numbers, so that "C17" is cell C17 here too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext

from tongxing.ledgers.catalogue import RESULT_HEADING
from tongxing.ledgers.cells import as_text
from tongxing.ledgers.layout import Cell, Layout
from tongxing.ledgers.writing import DATA_SHEET, Book, comment

_COMMENTED: Final = 2_000  # comments weigh on Excel; the last column says everything
_RESULT_WIDTH: Final = 60
_DIGITS: Final = 1e11  # from here on a number is a number of something, not a quantity: shown as text


class Mark(Enum):
    """What a cell is marked as, with its colours: ground, letters."""

    WRONG = ("#FFC7CE", "#9C0006")
    UNDECIDED = ("#FFEB9C", "#7A5B00")
    CHANGED = ("#DCE9F7", "#1F4E8C")


@dataclass(frozen=True, slots=True)
class Marked:
    """A row of the sheet: its cells as they were sent, marks by column key with a comment, and what is said of the row."""

    number: int
    cells: Sequence[Cell]
    marks: Mapping[str, tuple[Mark, str]]
    result: str


def write_marked(layout: Layout, rows: Iterable[Marked], out: BinaryIO, *, folder: str | None = None) -> int:
    """Write all rows, titles and headings among them; how many there are. Colours and widths of the original do not survive."""
    book = Book(out, constant=True, folder=folder)
    sheet = book.sheet(layout.sheet or DATA_SHEET)
    styles = {mark: book.format(num_format="@", quote_prefix=True, bg_color=mark.value[0], font_color=mark.value[1], border=1, border_color=mark.value[1]) for mark in Mark}
    last = max((column.index for column in layout.columns), default=0) + 1
    own = next((column.index for column in layout.columns if column.heading == RESULT_HEADING), last)  # marked before: written over
    for column in layout.columns:
        known = layout.catalogue.by_key.get(column.key)
        sheet.set_column(column.index, column.index, known.width if known else 12)
    sheet.set_column(own, own, _RESULT_WIDTH)
    sheet.freeze_panes(layout.last_line, 0)
    count = commented = 0
    for row in rows:
        count += 1
        head = layout.first_line <= row.number <= layout.last_line
        marks = {index: mark for index, key in layout.mapping.items() if (mark := row.marks.get(key))}
        for index, cell in enumerate(row.cells):
            if index == own or (cell == "" and index not in marks):
                continue
            _write(sheet, row.number - 1, index, cell, styles[marks[index][0]] if index in marks else book.head if head else None, book)
        for index in marks.keys() - set(range(len(row.cells))):
            _write(sheet, row.number - 1, index, "", styles[marks[index][0]], book)
        for index, (_mark, text) in marks.items():
            if commented < _COMMENTED:
                sheet.write_comment(row.number - 1, index, text, comment(text))
                commented += 1
        if row.number == layout.last_line:
            sheet.write_string(row.number - 1, own, RESULT_HEADING, book.head)
        elif row.result:
            sheet.write_string(row.number - 1, own, row.result, book.wrapped)
    _legend(book, styles)
    book.close()
    return count


def _write(sheet: Any, row: int, index: int, cell: Cell, style: Any, book: Book) -> None:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and style is None and abs(cell) < _DIGITS:
        sheet.write_number(row, index, cell, book.number)
    else:
        sheet.write_string(row, index, as_text(cell), style or book.text)


def _legend(book: Book, styles: Mapping[Mark, Any]) -> None:
    sheet = book.sheet("说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 80)
    lines = (
        (Mark.WRONG, gettext("红色"), gettext("有错误，批注里写明怎么改")),
        (Mark.UNDECIDED, gettext("黄色"), gettext("可能是在册的人，请在导入页面上决定是不是同一人")),
        (Mark.CHANGED, gettext("蓝色"), gettext("与登记的不同，批注里是登记的内容")),
    )
    for number, (mark, name, meaning) in enumerate(lines):
        sheet.write_string(number, 0, name, styles[mark])
        sheet.write_string(number, 1, meaning, book.wrapped)
    said = gettext("这是上传的表格，行、列和内容照原样；原来的字体、颜色和合并单元格没有保留。日期可能显示为 2012-03-05 这样。最后一列“核对结果”说明每一行。")
    sheet.write_string(len(lines) + 1, 1, said, book.wrapped)
