"""From the bytes of a workbook to checked rows, as a stream.

No row is lost: what is not data (the template's example, repeated headings, sums, signatures) is listed in ``skipped``
with its row number and why.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tongxing.ledgers import layout as layouts
from tongxing.ledgers.catalogue import EXAMPLE_MARK, Catalogue, normalised
from tongxing.ledgers.cells import Parser, Value, as_text, parser
from tongxing.ledgers.layout import Cell, Layout, letter
from tongxing.ledgers.problems import Problem, WorkbookRefused, Wrong, render
from tongxing.ledgers.workbook import Limits, Top, Workbook

_MOST_SHEETS: Final = 12
_SUM = re.compile(r"^\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)")
_REMARK = re.compile(r"^\s*(?:填报|填表|制表|负责|审核|复核|核对|单位|联系|备注|注|说明|填写说明|日期|经办|主管|分管)[^:\uff1a]{0,8}[:\uff1a]")


@dataclass(slots=True)
class Row:
    """One row of the list. ``values`` has no key for a blank cell; ``cells`` is the row as the sheet has it.

    ``problems`` keep the row out; ``notes`` are said beside it and keep nothing out.
    """

    number: int
    values: dict[str, Value]
    problems: list[Problem]
    cells: Sequence[Cell]
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no data, and why."""

    row: int
    code: str

    def text(self) -> str:
        return render(self.code, {})


class Reading:
    """A sheet whose heading is understood. ``rows()`` can be called once; ``skipped`` is complete when it ends."""

    def __init__(self, workbook: Workbook, sheet: Top, layout: Layout, sheets: Sequence[str], other_sheets: Sequence[str], today: date) -> None:
        self.layout = layout
        self.sheets = tuple(sheets)  # all that have content and are not hidden
        self.remarks = workbook.remarks(sheet.sheet)  # (code, parameters) of what somebody should know
        self.expected = sheet.height - layout.last_line  # at most so many rows follow
        self.other_sheets = tuple(other_sheets)
        self.skipped: list[Skipped] = []
        self._workbook = workbook
        self._sheet = sheet.sheet
        self._today = today

    def lines(self) -> Iterator[tuple[int, list[Cell]]]:
        """The sheet as it was sent: Excel's row number and cells of every row that is not blank, from the first."""
        return self._workbook.rows(self._sheet, 1)

    def rows(self) -> Iterator[Row]:
        """Every row of data with its values and problems."""
        return read_rows(self.layout, self._workbook.rows(self._sheet, self.layout.last_line + 1), today=self._today, skipped=self.skipped)


@contextmanager
def read(
    content: bytes,
    catalogue: Catalogue,
    *,
    today: date,
    mapping: Mapping[int, str] | None = None,
    memory: Mapping[str, str] | None = None,
    sheet: str = "",
    limits: Limits | None = None,
) -> Generator[Reading]:
    """Open a workbook and find the sheet and heading that fit the catalogue best; ``sheet`` names one that a person chose.

    ``memory`` are headings that somebody assigned before (``Layout.recalled``), ``mapping`` is a person's correction of this very list
    (``Layout.remapped``).
    Raises WorkbookRefused with a sentence for whatever cannot be read.
    """
    with Workbook(content, limits) as workbook:
        candidates: list[tuple[Top, Layout]] = []
        # Backwards, because the process keeps the sheet it looked at last, and the first one is mostly the list.
        for index in reversed(range(min(len(workbook.sheets), _MOST_SHEETS))):
            top = workbook.top(index)
            if any(cell != "" for row in top.rows for cell in row):
                candidates.insert(0, (top, layouts.find(catalogue, sheet=top.name, rows=top.rows, merged=top.merged).recalled(memory or {})))
        if not candidates:
            raise WorkbookRefused("sheet_none")
        chosen, layout = max(candidates, key=lambda candidate: (candidate[0].name == sheet, len(candidate[1].mapping), -candidate[0].sheet))
        alike = len(layout.mapping) // 2
        others = [other.sheet for top, other in candidates if top is not chosen and alike and len(other.mapping) > alike]
        yield Reading(workbook, chosen, layout.remapped(mapping) if mapping else layout, [top.name for top, _layout in candidates], others, today)


def read_rows(layout: Layout, rows: Iterable[tuple[int, Sequence[Cell]]], *, today: date, skipped: list[Skipped]) -> Iterator[Row]:
    """Parse numbered rows by a layout, putting what is no data into ``skipped``."""
    catalogue = layout.catalogue
    plan: list[tuple[str, int, Parser]] = [(key, index, parser(catalogue.by_key[key], today=today)) for index, key in sorted(layout.mapping.items())]
    required = frozenset(column.key for column in catalogue.required)
    address = {key: letter(index) for key, index, _ in plan}
    marks = {0, layout.serial or 0}
    not_data = _NotData(layout)
    for number, cells in rows:
        values: dict[str, Value] = {}
        wrong: list[tuple[str, Wrong]] = []
        width = len(cells)
        for key, index, parse in plan:
            if index < width and (cell := cells[index]) != "":
                value = parse(cell)
                if isinstance(value, Wrong):
                    wrong.append((key, value))
                elif value is not None:
                    values[key] = value
        complete = required <= values.keys()
        if (not complete or wrong or number <= not_data.early) and (why := not_data.why(number, cells, values, wrong)):
            if why != "blank":
                skipped.append(Skipped(number, why))
            continue
        if any(isinstance(cell := cells[index], str) and cell.lstrip().startswith(EXAMPLE_MARK) for index in marks if index < width):
            skipped.append(Skipped(number, "skip_example"))
            continue
        problems = [Problem(number, key, f"{address[key]}{number}", found.code, found.params) for key, found in wrong]
        if not complete:
            told = {key for key, _ in wrong}
            problems += [
                Problem(number, column.key, f"{address[column.key]}{number}" if column.key in address else "", "row_missing")
                for column in catalogue.required
                if column.key not in values and column.key not in told
            ]
        yield Row(number, values, problems, cells)


def ends_data(text: str, filled: int) -> bool:
    """Whether a row whose first text this is, with so many filled cells, is no data any more: a sum, a signature, a remark."""
    return bool(_SUM.match(text) or (filled <= 4 and _REMARK.match(text)))


def numbers_columns(cells: Sequence[str]) -> bool:
    """Whether a row only counts the columns (栏次): 1, 2, 3 …"""
    numbers = [cell.strip("()\uff08\uff09 栏") for cell in cells]
    if len(numbers) < 3 or not all(number.isdecimal() and len(number) <= 3 for number in numbers):
        return False
    return [int(number) for number in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))


class _NotData:
    """Recognises rows that are no data. Asked only about rows that are incomplete, wrong or right below the heading."""

    def __init__(self, layout: Layout) -> None:
        self.early = layout.last_line + 2
        self._serial = layout.serial
        self._headings = {column.index: normalised(column.heading) for column in layout.columns}

    def why(self, number: int, cells: Sequence[Cell], values: Mapping[str, Value], wrong: Sequence[tuple[str, Wrong]]) -> str:
        filled = {index: cell for index, cell in enumerate(cells) if cell != "" and not (isinstance(cell, str) and not cell.strip())}
        texts = [cell for cell in filled.values() if isinstance(cell, str)]
        if number <= self.early and numbers_columns([as_text(cell) for cell in filled.values()]):
            return "skip_numbering"
        if 2 * sum(self._repeats(index, text) for index, text in filled.items()) > len(filled):
            return "skip_heading"
        if texts and ends_data(texts[0], len(filled)):
            return "skip_footer"
        if not values and not wrong:
            return "skip_unrecognised" if filled.keys() - {self._serial} else "blank"
        return ""

    def _repeats(self, index: int, cell: Cell) -> bool:
        heading = self._headings.get(index)
        return bool(heading and isinstance(cell, str) and (text := normalised(cell)) and heading.endswith(text))
