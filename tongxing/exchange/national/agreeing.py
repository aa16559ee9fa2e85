"""Whether both systems say the same of a child, column by column: each value is brought into one form first.

Unlike an import, blank cells count: what the other system lacks is a difference, too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from tongxing.children.ledger import classes
from tongxing.children.ledger.villages import Gazetteer, plain
from tongxing.exchange.national.catalogue import EXPORT, NATIONAL_ID
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.cells import Value

type Values = Mapping[str, Value]

BESIDE: Final = frozenset({NATIONAL_ID, "township"})  # told by other columns, or the other system's own
COMPARED: Final = tuple(column.key for column in EXPORT.columns if column.key not in BESIDE)
_EVERYWHERE: Final = frozenset({"外出", "务工", "打工"})


def differing(ours: Values, theirs: Values, columns: Iterable[str], places: Gazetteer) -> list[str]:
    """The compared columns among ``columns`` (those that their sheet has) in which the two do not agree, in the order of the layout."""
    said = set(columns)
    return [key for key in COMPARED if key in said and _form(key, ours, places) != _form(key, theirs, places)]


def _form(key: str, values: Values, places: Gazetteer) -> object:
    value = values.get(key)
    if value is None or value in ("", ()):
        return None
    match EXPORT.by_key[key].kind, value:
        case Kind.PLACE, str():
            return _place(key, value, values, places)
        case Kind.DATE, date():
            return (value.year, value.month) if EXPORT.by_key[key].precision == "month" else value
        case Kind.CODES, tuple():
            return frozenset(value)
        case _, str():
            return _words(key, value, values)
        case _:
            return value


def _words(key: str, value: str, values: Values) -> object:
    text = _text(value)
    if key == "grade_class":
        said = classes.read(value, str(values.get("school_stage", "")))
        return said.grade, "" if said.name in ("", f"{said.grade}年级") else _text(said.name)
    return None if key.endswith("_place") and text in _EVERYWHERE else text


def _place(key: str, value: str, values: Values, places: Gazetteer) -> object:
    if key == "residence":
        found = places.village(value, str(values.get("township", "")))
        return found if isinstance(found, int) else plain(value)
    code, rest = places.anywhere(value)
    return code if code is not None and not rest else plain(value)


def _text(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split()).casefold()
