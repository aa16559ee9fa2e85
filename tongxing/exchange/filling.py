"""A blank workbook filled with rows: the same workbook, its formatting kept, no formula evaluated, no macro carried along.

Pure: bytes, plans and values in, bytes out. Where the first row of data stands is found below the heading; what an office wrote there
as an example is taken away; the rows that are needed are put in, and signature lines and sums below move down.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from tongxing.exchange import bounds, extended, outgoing, shifting
from tongxing.exchange.dropdowns import Words
from tongxing.exchange.recognising import BLANK, CONSTANT, SERIAL, Plan, Wish
from tongxing.ledgers.catalogue import Catalogue, Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.reading import ends_data, numbers_columns
from tongxing.ledgers.writing import Masks, shown_as

FOOTER: Final = 200  # characters of the page footer that Excel keeps with certainty
SEARCHED: Final = 200  # rows below the heading that are looked at as examples and blank lines
_MONTH = re.compile(r"年月(?!日)")
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


class CannotFill(Exception):
    """The workbook cannot be opened for writing; the message says so to a person."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where the data of a sheet goes: from row ``first`` on, with ``room`` rows of the office's own (0: the footer follows at once)."""

    first: int
    room: int


def fill(content: bytes, plans: Sequence[Plan], rows: Iterable[Mapping[str, Value | None]], catalogue: Catalogue, *, total: int, masks: Masks, watermark: str) -> bytes:
    """The workbook with ``total`` rows on every sheet that has a plan. ``masks`` hide secret values by kind (empty: whole)."""
    book = opened(content)
    pens = [_Pen(book, book[plan.name], plan, catalogue, masks, total) for plan in plans if plan.used and plan.name in book.sheetnames]
    for number, row in enumerate(islice(rows, total), 1):
        for pen in pens:
            pen.write(number, row)
    if watermark:
        for sheet in book.worksheets:
            _stamp(sheet, watermark)
        book.properties.description = watermark
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class TooMuch(CannotFill):
    """It would take too much memory; the message tells a person what to do."""


def opened(content: bytes) -> Any:
    """The workbook for writing: .xlsx as it is without macros, links and formulas that reach beyond it, .xls by its texts and merged cells. Raises CannotFill."""
    return cleaned(content)[0]


def cleaned(content: bytes) -> tuple[Any, bool]:
    """The workbook for writing, and whether something that reaches beyond it was taken out. Raises CannotFill."""
    import openpyxl  # late: it would slow every start

    try:
        if not content.startswith(b"PK"):
            return _converted(content), False
        bounds.check(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not know; what is lost by that is said beforehand
            book = openpyxl.load_workbook(io.BytesIO(content), keep_vba=False, keep_links=False)
        extended.restore(book, content)
        return book, outgoing.strip(book)
    except bounds.TooMuch as wrong:
        raise TooMuch(str(wrong)) from wrong
    except WorkbookRefused:
        raise
    except Exception as wrong:  # openpyxl raises whatever the XML makes it stumble over
        raise CannotFill(str(wrong)[:200]) from wrong


def space(sheet: Any, plan: Plan) -> Space:
    """Blank lines and examples between the heading and what is no data."""
    first = plan.last_line + 1
    if numbers_columns([text.removesuffix(".0") for text in _texts(sheet, first)]):
        first += 1
    row = first
    while row <= min(sheet.max_row, first + SEARCHED) and not _is_footer(sheet, row, plan):
        row += 1
    return Space(first, row - first)


def _texts(sheet: Any, row: int) -> list[str]:
    return [text for cell in _cells(sheet, row) if cell.value is not None and (text := str(cell.value).strip())]


def _cells(sheet: Any, row: int) -> Sequence[Any]:
    """A row as wide as a list may be: a stray format in the last column of a sheet makes no cells here."""
    return next(iter(sheet.iter_rows(min_row=row, max_row=row, max_col=min(sheet.max_column, bounds.MOST_COLUMNS))), ())


def _is_footer(sheet: Any, row: int, plan: Plan) -> bool:
    width = len(plan.wishes)
    if any(merged.min_row <= row <= merged.max_row and 2 * (merged.max_col - merged.min_col + 1) > width > 1 for merged in sheet.merged_cells.ranges):
        return True
    texts = _texts(sheet, row)
    return bool(texts) and ends_data(texts[0], len(texts))


class _Pen:
    """Writes rows into one sheet."""

    def __init__(self, book: Any, sheet: Any, plan: Plan, catalogue: Catalogue, masks: Masks, total: int) -> None:
        self._sheet = sheet
        found = space(sheet, plan)
        self._first = found.first
        last_own = found.first + max(found.room, 1) - 1
        if found.room == 0:
            shifting.make_room(sheet, last=plan.last_line, more=1)
            self._blank_row(plan)
        self._formulas = self._clear(plan, last_own)
        shifting.make_room(sheet, last=last_own, more=total - max(found.room, 1))
        shifting.repeat_row(sheet, first=self._first, until=self._first + max(total, 1) - 1)
        self._styles = {wish.index: copy(sheet.cell(self._first, wish.index + 1)._style) for wish in plan.wishes}  # noqa: SLF001 — openpyxl has no other way
        self._writers = [(wish.index, _writer(wish, sheet, catalogue, masks, self._first, book)) for wish in plan.wishes if wish.source not in (BLANK, SERIAL)]
        self._serials = [wish.index for wish in plan.wishes if wish.source == SERIAL]

    def _blank_row(self, plan: Plan) -> None:
        """A row below the heading with the heading's borders, where the office left none."""
        for wish in plan.wishes:
            above = self._sheet.cell(plan.last_line, wish.index + 1)
            cell = self._sheet.cell(self._first, wish.index + 1)
            cell.border, cell.alignment = copy(above.border), copy(above.alignment)

    def _clear(self, plan: Plan, last: int) -> dict[int, str]:
        """Take the examples away; the formulas of the first row are kept for columns that nothing is written into."""
        formulas: dict[int, str] = {}
        written = {wish.index for wish in plan.wishes if wish.source != BLANK}
        for row in range(self._first, last + 1):
            for cell in _cells(self._sheet, row):
                if getattr(cell, "data_type", "") == "f" and cell.column - 1 not in written:
                    if row == self._first and isinstance(cell.value, str):
                        formulas[cell.column - 1] = cell.value
                    continue
                if hasattr(cell, "hyperlink") and not type(cell).__name__.startswith("Merged"):
                    cell.value = None
        return formulas

    def write(self, number: int, row: Mapping[str, Value | None]) -> None:
        line = self._first + number - 1
        for index, style in self._styles.items():
            cell = self._sheet.cell(line, index + 1)
            if not type(cell).__name__.startswith("Merged"):
                cell._style = copy(style)  # noqa: SLF001
        for index in self._serials:
            self._sheet.cell(line, index + 1).value = number
        for index, write in self._writers:
            write(self._sheet.cell(line, index + 1), row)
        for index, formula in self._formulas.items():
            if number > 1:
                self._sheet.cell(line, index + 1).value = _translated(formula, self._sheet.cell(self._first, index + 1).coordinate, self._sheet.cell(line, index + 1).coordinate)


def _translated(formula: str, origin: str, target: str) -> str:
    from openpyxl.formula.translate import Translator

    return str(Translator(formula, origin=origin).translate_formula(target))


type Write = Callable[[Any, Mapping[str, Value | None]], None]


def _writer(wish: Wish, sheet: Any, catalogue: Catalogue, masks: Masks, first: int, book: Any) -> Write:
    if wish.source == CONSTANT:
        return lambda cell, row: put_text(cell, wish.text)
    column = catalogue.by_key[wish.source]
    mask = (masks.get(column.kind) or masks.get(Kind.TEXT)) if column.secret else None
    plain = shown_as(column)
    words = Words.of(column, wish.heading, book, sheet, (first, wish.index + 1))
    as_month = column.kind is Kind.DATE and bool(_MONTH.search(wish.heading))
    dated = column.kind is Kind.DATE and not as_month and sheet.cell(first, wish.index + 1).number_format != "@"

    def write(cell: Any, row: Mapping[str, Value | None]) -> None:
        value = row.get(column.key)
        if value is None or value == "":
            if words is not None and column.kind is Kind.YES_NO:
                put_text(cell, words.word(value=False))
            return
        if mask is not None:
            put_text(cell, mask(plain(value)))
        elif words is not None and not isinstance(value, date):
            put_text(cell, words.word(value=value))
        elif isinstance(value, date):
            _put_date(cell, value, as_month=as_month, dated=dated)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            cell.value = value
        else:
            put_text(cell, plain(value))

    return write


def _put_date(cell: Any, value: date, *, as_month: bool, dated: bool) -> None:
    if as_month:
        put_text(cell, f"{value:%Y-%m}")
    elif dated:
        known = cell.is_date
        cell.value = value
        if not known:
            cell.number_format = "yyyy-mm-dd"
    else:
        put_text(cell, value.isoformat())


def put_text(cell: Any, text: str) -> None:
    """Text that stays text: a number stays as it is written, and what begins like a formula is none."""
    if type(cell).__name__.startswith("Merged"):
        return
    cell.value = None
    if not text:
        return
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    cell.value = clean
    cell.data_type = "s"
    if clean.startswith(_DANGEROUS):
        cell.quotePrefix = True
    if clean.isdecimal() or clean.startswith(_DANGEROUS):
        cell.number_format = "@"


def _stamp(sheet: Any, watermark: str) -> None:
    """Who, when, to whom and why at the foot of every printed page, beside what the office has there; no cell of theirs is touched."""
    text = watermark.replace("&", "&&")[:FOOTER]
    parts = (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right)
    free = next((part for part in parts if not part.text), None)
    if free is not None:
        free.text, free.size = text, 8
    else:
        sheet.oddFooter.left.text = f"{sheet.oddFooter.left.text} {text}"[:FOOTER]


def _converted(content: bytes) -> Any:
    """An old .xls as a new workbook: texts, numbers and merged cells, with thin lines around them."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side

    from tongxing.exchange.recognising import LIMITS, MOST_SHEETS
    from tongxing.ledgers.workbook import Workbook

    thin = Side(style="thin")
    book = openpyxl.Workbook()
    book.remove(book.active)
    count = bounds.Count()
    with Workbook(content, LIMITS) as source:
        for index, name in enumerate(source.sheets[:MOST_SHEETS]):
            sheet = book.create_sheet(name)
            merged = source.top(index).merged
            for number, cells in source.rows(index, 1):
                count.cells(len(cells))
                for column, value in enumerate(cells, 1):
                    cell = sheet.cell(number, column)
                    cell.font, cell.alignment = Font(name="宋体", size=11), Alignment(vertical="center", wrap_text=True)
                    if len([one for one in cells if one != ""]) > 2:
                        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                    if value != "":
                        put_text(cell, value) if isinstance(value, str) else setattr(cell, "value", value)
            for (top, left), (bottom, right) in merged:
                count.merged(top + 1, left + 1, bottom + 1, right + 1)
                sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book
