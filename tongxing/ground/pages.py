"""Lists cut by key: the page after a row, or before one, costs the same wherever it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import F, Lookup, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from tongxing.ground import scope

EXACT_TO = 10_000  # beyond it a count costs more than it tells


def chips(words: Mapping[str, str], address: Mapping[str, str], *, cleared: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """The filters in force, each with its word and the address without it.

    ``address`` is all that the address asks, ``words`` what is shown of it. ``cleared``: what a filter that has a default says when it is taken away.
    """
    asked = {name: value for name, value in address.items() if value}
    return [
        {"word": word, "url": "?" + urlencode({**(cleared or {}), **{other: value for other, value in asked.items() if other != name}})} for name, word in words.items() if word
    ]


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """What the list template shows. ``before`` and ``after`` are the keys of the neighbouring pages, None where there is none."""

    rows: list[Row]
    count: int
    exact: bool
    size: int
    before: str | None = None
    after: str | None = None
    sizes: ClassVar[tuple[int, ...]] = (20, 50, 100)


def cut[Row: Model](rows: QuerySet[Row], asked: Mapping[str, str], *, order: tuple[str, ...], size: int = 20) -> Page[Row]:
    """The part of ``rows`` that an address asks for by ``size``, ``after`` and ``before`` (a row's primary key).

    ``order`` names columns, all ascending or all descending with ``-``; the last one must be unique. A key that is not there
    starts the list from its beginning.
    """
    with scope.planned_for_values():
        return _cut(rows, asked, order, size)


def _cut[Row: Model](rows: QuerySet[Row], asked: Mapping[str, str], order: tuple[str, ...], size: int) -> Page[Row]:
    size = next((each for each in Page.sizes if str(each) == asked.get("size")), size)
    count = rows.order_by()[: EXACT_TO + 1].count()
    down = order[0].startswith("-")
    columns = [column.removeprefix("-") for column in order]
    turned = tuple(column if down else f"-{column}" for column in columns)
    after, before = _row(rows, asked.get("after")), _row(rows, asked.get("before"))
    if before is not None and after is None:
        part = list(rows.filter(_beyond(columns, before, down=not down)).order_by(*turned)[: size + 1])
        more = len(part) > size
        part = part[:size][::-1]
        return Page(part, min(count, EXACT_TO), count <= EXACT_TO, size, _key(part[0]) if part and more else None, _key(part[-1]) if part else None)
    wanted = rows.filter(_beyond(columns, after, down=down)) if after is not None else rows
    part = list(wanted.order_by(*order)[: size + 1])
    more = len(part) > size
    part = part[:size]
    return Page(part, min(count, EXACT_TO), count <= EXACT_TO, size, _key(part[0]) if part and after is not None else None, _key(part[-1]) if more else None)


def _beyond(columns: list[str], row: Model, *, down: bool) -> Lookup[Any]:
    """The condition of standing behind the row: (a, b) > (x, y), which an index over (a, b) answers from its middle on."""
    behind = TupleLessThan if down else TupleGreaterThan
    return behind(Tuple(*(F(column) for column in columns)), tuple(_value(row, column) for column in columns))


def _value(row: Any, column: str) -> Any:
    for part in column.split("__"):
        row = getattr(row, part)
    return row


def _row[Row: Model](rows: QuerySet[Row], key: str | None) -> Row | None:
    if not key:
        return None
    try:
        return rows.filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        return None


def _key(row: Model) -> str:
    return str(row.pk)
