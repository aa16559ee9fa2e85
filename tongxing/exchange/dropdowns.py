"""Coded values in the words of another office's own drop-downs: 男 or 男性, 是 or √, 小学在读 or 小学."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, Self

from tongxing.ledgers.catalogue import Column, Kind, normalised
from tongxing.ledgers.cells import Value
from tongxing.ledgers.writing import shown_as

_YES: Final = ("是", "有", "√", "✓", "☑", "对", "y", "yes", "1")
_NO: Final = ("否", "无", "×", "✗", "没有", "不是", "n", "no", "0")
_TICK = re.compile(r"[√✓☑]")
MOST_OPTIONS: Final = 500
MOST_LOOKED_AT: Final = 2_000  # cells of a range


@dataclass(frozen=True, slots=True)
class Words:
    """What a column offers to choose from, and how a value of ours is said in it."""

    column: Column
    options: tuple[str, ...]
    ticked: bool  # the heading asks for a tick

    @classmethod
    def of(cls, column: Column, heading: str, book: Any, sheet: Any, cell: tuple[int, int]) -> Self | None:
        """None where the column holds no coded values."""
        if column.kind not in (Kind.CODE, Kind.CODES, Kind.YES_NO):
            return None
        return cls(column, options(book, sheet, cell), bool(_TICK.search(heading)))

    def word(self, *, value: Value) -> str:
        if self.column.kind is Kind.YES_NO:
            return self._yes_no(value is True)
        own = {choice.value: (choice.label, *choice.aliases) for choice in self.column.choices}
        values = value if isinstance(value, tuple) else (str(value),)
        return "、".join(self._one(own.get(each, (shown_as(self.column)(each),))) for each in values)

    def _one(self, said: tuple[str, ...]) -> str:
        """The office's word that is one of ours; else the only one that holds ours or is held by it; else our own."""
        wanted = [normalised(each) for each in said]
        for option in self.options:
            if normalised(option) in wanted:
                return option
        if self.options and {option.strip() for option in self.options} <= {*_YES, *_NO}:
            return self._yes_no(not {each for each in said if each in _NO})
        near = [option for option in self.options if any(each and (each in normalised(option) or normalised(option) in each) for each in wanted[:1])]
        return near[0] if len(near) == 1 else said[0]

    def _yes_no(self, value: bool) -> str:
        wanted = _YES if value else _NO
        for option in self.options:
            if normalised(option) in map(normalised, wanted) or option.strip() in wanted:
                return option
        if self.ticked or (self.options and any(option.strip() in ("√", "✓") for option in self.options)):
            return "√" if value else ""
        return "是" if value else "否"


def options(book: Any, sheet: Any, cell: tuple[int, int]) -> tuple[str, ...]:
    """The drop-down of a cell: a list of its own, a range of cells, or a named range."""
    from openpyxl.utils import get_column_letter

    address = f"{get_column_letter(cell[1])}{cell[0]}"
    for validation in sheet.data_validations.dataValidation:
        if validation.type == "list" and validation.formula1 and address in validation.sqref:
            return _listed(book, sheet, str(validation.formula1))
    return ()


def _listed(book: Any, sheet: Any, formula: str) -> tuple[str, ...]:
    if formula.startswith('"'):
        return tuple(each.strip() for each in formula.strip('"').split(",") if each.strip())[:MOST_OPTIONS]
    name = formula.lstrip("=")
    if name in book.defined_names:
        name = str(book.defined_names[name].attr_text)
    where, _mark, cells = name.rpartition("!")
    page = where.strip("'")
    if not re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?", cells) or (page and page not in book.sheetnames):
        return ()
    return tuple(_texts(book[page] if page else sheet, cells.replace("$", "")))[:MOST_OPTIONS]


def _texts(sheet: Any, cells: str) -> list[str]:
    """The texts of a range, which may be written as reaching down to the end of the sheet: only cells that can hold something are looked at."""
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(cells)
    bounds = {"min_row": top, "max_row": min(bottom, sheet.max_row, top + MOST_OPTIONS), "min_col": left, "max_col": min(right, sheet.max_column, left + MOST_OPTIONS)}
    if bounds["max_row"] < top or bounds["max_col"] < left:
        return []
    found = chain.from_iterable(sheet.iter_rows(**bounds))
    return [str(each.value).strip() for each in islice(found, MOST_LOOKED_AT) if each.value is not None]
