"""Counting: one statement a table, grouped by the places below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tongxing.figures import facts
from tongxing.figures.definition import Column, Table
from tongxing.figures.expressions import Compiled
from tongxing.ground import scope
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

type Cells = tuple[int, ...]  # in the order of the table's columns


@dataclass(frozen=True, slots=True)
class Row:
    """One place of a table."""

    place: int
    name: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of one place: its rows are the places one level below, or the village itself."""

    table: Table
    place: int
    on: date
    rows: tuple[Row, ...]

    @property
    def total(self) -> Cells:
        return add([row.cells for row in self.rows], len(self.table.columns))

    @property
    def columns(self) -> list[tuple[int, Column]]:
        """The columns that are shown, with their place in the cells: blanks only where there are any."""
        total = self.total
        return [(index, column) for index, column in enumerate(self.table.columns) if not column.blank or total[index]]


def add(rows: Sequence[Sequence[int]], width: int) -> Cells:
    return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * width


def below(place: int) -> Level:
    """The level of the rows of a place's table."""
    return Level(min(codes.level(place) + 1, Level.VILLAGE))


def count(table: Table, place: int, on: date) -> Counted:
    """The table as it stands today, within the active scope."""
    active = scope.current()
    lo, hi = codes.span(place)
    found = by_place(table, on, below(place), facts.today_rows(table.uses, on, max(lo, active.lo), min(hi, active.hi)))
    return counted(table, place, on, found)


def counted(table: Table, place: int, on: date, cells: Mapping[int, Cells]) -> Counted:
    """Rows for every place below, in the order of their codes, also for those without a child."""
    listed = places.children_of(place, on=on) if codes.level(place) < Level.VILLAGE else []
    names = {each.code: each.short_name for each in listed}
    if unknown := set(cells) - names.keys():  # the village itself; places that have been closed; children above a village
        names |= {code: str(code) for code in unknown} | places.short_names(unknown)
    if not names:
        names = places.short_names([place])
    nothing = (0,) * len(table.columns)
    return Counted(table, place, on, tuple(Row(code, names[code], cells.get(code, nothing)) for code in sorted(names)))


def by_place(table: Table, on: date, level: Level, rows: Compiled) -> dict[int, Cells]:
    """The cells by place of that level."""
    sql, values = statement(table, on, level, rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {place: tuple(cells) for place, *cells in cursor.fetchall()}


def statement(table: Table, on: date, level: Level, rows: Compiled) -> Compiled:
    """The one GROUP BY of a table."""
    inner, inner_values = rows
    cells, values = [], list[Any]()
    for condition in table.conditions:
        sql, given = condition.sql(on)
        cells.append("count(*)" if sql == "true" else f"count(*) FILTER (WHERE {sql})")
        values += given
    who, who_values = table.who.sql(on)
    size = codes.SIZES[level]
    place = "place" if size == 1 else f"place / {size} * {size}"
    sql = f"SELECT {place} AS at, {', '.join(cells)} FROM ({inner}) AS kid WHERE {who} GROUP BY 1"  # noqa: S608 - names are ours
    return sql, [*values, *inner_values, *who_values]
