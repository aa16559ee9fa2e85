"""Rows put into a sheet of another office: what stands below moves down with its merged cells, heights, drop-downs and formulas.

openpyxl's own ``insert_rows`` moves the cells alone and leaves everything else where it was.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any

LAST_ROW = 1_048_576  # of any sheet
_REFERENCE = re.compile(r"(?<![\w!'\"$])(\$?[A-Z]{1,3})(\$?)(\d{1,7})(?::(\$?[A-Z]{1,3})(\$?)(\d{1,7}))?(?![\w(])")
_STRINGS = re.compile(r'"(?:[^"]|"")*"')


def make_room(sheet: Any, *, last: int, more: int) -> None:
    """Put ``more`` rows behind row ``last``. Ranges that end in it grow, what stands below moves."""
    if more <= 0:
        return
    _move_cells(sheet, last, more)
    _move_merged(sheet, last, more)
    _move_heights(sheet, last, more)
    _move_rules(sheet, last, more)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved_range(sheet.auto_filter.ref, last, more)
    if area := sheet.print_area:
        sheet.print_area = ",".join(_moved_range(part.rpartition("!")[2].replace("$", ""), last, more) for part in str(area).split(","))
    for row_break in sheet.row_breaks.brk:
        if row_break.id > last:
            row_break.id += more


def _move_cells(sheet: Any, last: int, more: int) -> None:
    cells = sheet._cells  # noqa: SLF001 — openpyxl has no other way
    for row, column in sorted((place for place in cells if place[0] > last), reverse=True):
        cell = cells.pop((row, column))
        cell.row = row + more
        cells[row + more, column] = cell
    for cell in cells.values():
        if getattr(cell, "data_type", "") == "f" and isinstance(cell.value, str):
            cell.value = moved_formula(cell.value, last, more)
        if getattr(cell, "hyperlink", None) is not None:
            cell.hyperlink.ref = cell.coordinate


def _move_merged(sheet: Any, last: int, more: int) -> None:
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > last:
            merged.shift(row_shift=more)
        elif merged.max_row > last:
            merged.expand(down=more)


def _move_heights(sheet: Any, last: int, more: int) -> None:
    heights = sheet.row_dimensions
    for row in sorted((row for row in heights if row > last), reverse=True):
        moved = heights.pop(row)
        moved.index = row + more
        heights[row + more] = moved


def _move_rules(sheet: Any, last: int, more: int) -> None:
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = type(validation.sqref)(" ".join(_moved_range(str(part), last, more) for part in validation.sqref.ranges))
    rules = sheet.conditional_formatting
    kept = [(str(each.sqref), list(each.rules)) for each in rules]
    fresh = type(rules)()
    for ranges, several in kept:
        for rule in several:
            fresh.add(" ".join(_moved_range(part, last, more) for part in ranges.split()), rule)
    sheet.conditional_formatting = fresh


def _moved_range(text: str, last: int, more: int) -> str:
    """B5:B14 with rows put behind 14 is B5:B(14 + more); what lies below moves."""
    first, colon, end = text.partition(":")
    start = _moved(first, last, more, grows=False)
    return f"{start}:{_moved(end, last, more, grows=True)}" if colon else (start if start != first else text)


def _moved(cell: str, last: int, more: int, *, grows: bool) -> str:
    match = re.fullmatch(r"(\$?[A-Z]*\$?)(\d+)", cell)
    if not match:
        return cell
    row = int(match[2])
    return f"{match[1]}{min(row + more, LAST_ROW)}" if row > last or (grows and row == last) else cell


def moved_formula(formula: str, last: int, more: int) -> str:
    """A formula of the sheet itself after rows were put behind ``last``. Text in quotes and other sheets' cells stay as they are."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\0{len(kept) - 1}\0"

    def move(match: re.Match[str]) -> str:
        one = _moved(f"{match[1]}{match[2]}{match[3]}", last, more, grows=False)
        if match[4] is None:
            return one
        return f"{one}:{_moved(f'{match[4]}{match[5]}{match[6]}', last, more, grows=True)}"

    bare = _STRINGS.sub(keep, formula)
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], _REFERENCE.sub(move, bare))


def repeat_row(sheet: Any, *, first: int, until: int) -> None:
    """Height and merged cells of row ``first`` for every row to ``until``."""
    height = sheet.row_dimensions[first].height if first in sheet.row_dimensions else None
    alike = [merged for merged in sheet.merged_cells.ranges if merged.min_row == merged.max_row == first]
    known = {str(merged) for merged in sheet.merged_cells.ranges}
    for row in range(first + 1, until + 1):
        if height is not None:
            sheet.row_dimensions[row].height = height
        for merged in alike:
            one = copy(merged)
            one.shift(row_shift=row - first)
            if str(one) not in known:
                sheet.merge_cells(str(one))
