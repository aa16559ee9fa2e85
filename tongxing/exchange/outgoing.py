"""What another office's workbook would make a filled copy send out or fetch: formulas, names and rules that reach beyond the workbook.

Only formulas of functions that calculate with what stands in the workbook are kept; whatever is not known is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

# Functions that calculate and nothing else.
# fmt: off
PLAIN: Final = frozenset(
    {
        "ABS", "AND", "AVERAGE", "AVERAGEIF", "AVERAGEIFS", "AVERAGEA", "CEILING", "CHAR", "CHOOSE", "CLEAN", "CODE", "COLUMN", "COLUMNS", "CONCAT",
        "CONCATENATE", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "DATE", "DATEDIF", "DATEVALUE", "DAY", "DAYS", "EDATE", "EOMONTH", "EXACT",
        "FALSE", "FIND", "FIXED", "FLOOR", "HLOOKUP", "HOUR", "IF", "IFERROR", "IFNA", "IFS", "INDEX", "INT", "ISBLANK", "ISERR", "ISERROR", "ISEVEN",
        "ISNA", "ISNONTEXT", "ISNUMBER", "ISODD", "ISTEXT", "LARGE", "LEFT", "LEN", "LENB", "LOOKUP", "LOWER", "MATCH", "MAX", "MAXIFS", "MEDIAN", "MID",
        "MIDB", "MIN", "MINIFS", "MINUTE", "MOD", "MONTH", "N", "NETWORKDAYS", "NOT", "NOW", "NUMBERVALUE", "OR", "POWER", "PRODUCT", "PROPER",
        "QUOTIENT", "RANK", "REPLACE", "REPT", "RIGHT", "ROUND", "ROUNDDOWN", "ROUNDUP", "ROW", "ROWS", "SEARCH", "SECOND", "SMALL", "SQRT", "SUBSTITUTE",
        "SUBTOTAL", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "SWITCH", "T", "TEXT", "TEXTJOIN", "TIME", "TIMEVALUE", "TODAY", "TRIM", "TRUE", "TRUNC",
        "UNIQUE", "UPPER", "VALUE", "VLOOKUP", "WEEKDAY", "WEEKNUM", "WORKDAY", "XLOOKUP", "XOR", "YEAR", "YEARFRAC",
    }
)
# fmt: on
POINTING: Final = frozenset({"INDIRECT", "OFFSET"})  # what drop-downs that depend on each other are made of
_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_CALLED = re.compile(r"([\w.]+)\s*\(")
_SHEET = re.compile(r"([\w.]+)!")
_BEYOND: Final = ("[", "]", "|", "://", "\\", "\0")


def strip(book: Any) -> bool:
    """Take out of a workbook what reaches beyond it; returns whether there was anything."""
    pages = {name.lower() for name in book.sheetnames}

    def plain(formula: object, *, more: frozenset[str] = frozenset()) -> bool:
        return stays_inside(str(formula or ""), pages, more)

    dropped = _names(book.defined_names, plain)
    for sheet in book.worksheets:
        dropped |= _names(sheet.defined_names, plain) | _cells(sheet, plain) | _rules(sheet, plain)
    return dropped


def stays_inside(formula: str, pages: set[str], more: frozenset[str] = frozenset()) -> bool:
    """Whether a formula only calculates with cells of the sheets of these names (in small letters)."""
    bare = _TEXTS.sub('""', formula)
    quoted = [name.replace("''", "'").lower() for name in _QUOTED.findall(bare)]
    rest = _QUOTED.sub("", bare)
    if any(name not in pages for name in quoted) or any(sign in rest for sign in _BEYOND) or "'" in rest or '"' in rest.replace('""', ""):
        return False
    if any(name.lower() not in pages and name != "REF" for name in _SHEET.findall(rest)):
        return False
    called = {name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.") for name in _CALLED.findall(rest)}
    return called <= PLAIN | more


type _Plain = Callable[..., bool]


def _names(names: Any, plain: _Plain) -> bool:
    bad = [key for key, name in names.items() if name.function or name.vbProcedure or name.xlm or not plain(name.attr_text, more=POINTING)]
    for key in bad:
        del names[key]
    return bool(bad)


def _cells(sheet: Any, plain: _Plain) -> bool:
    dropped = False
    for cell in list(sheet._cells.values()):  # noqa: SLF001 — openpyxl has no other way that makes no cells
        if getattr(cell, "data_type", "") == "f":
            value = cell.value
            text = value if isinstance(value, str) else getattr(value, "text", None)
            if text is None or not plain(text):
                cell.value, dropped = None, True
    return dropped


def _rules(sheet: Any, plain: _Plain) -> bool:
    rules = sheet.data_validations.dataValidation
    kept = [rule for rule in rules if plain(rule.formula1, more=POINTING) and plain(rule.formula2, more=POINTING)]
    dropped = len(kept) < len(rules)
    sheet.data_validations.dataValidation = kept
    before = sheet.conditional_formatting
    several = [(str(each.sqref), rule) for each in before for rule in each.rules]
    inside = [(cells, rule) for cells, rule in several if all(plain(formula, more=POINTING) for formula in rule.formula or ())]
    if len(inside) < len(several):
        sheet.conditional_formatting, dropped = type(before)(), True
        for cells, rule in inside:
            sheet.conditional_formatting.add(cells, rule)
    return dropped
