"""A table as a page shows it: cells with their links, hidden where the reader may not see the children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, zip_longest

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.figures import queries, rollup, suppression
from tongxing.figures.definition import Column, Table
from tongxing.figures.queries import Counted, Row
from tongxing.ground import scope
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level


@dataclass(frozen=True, slots=True)
class Cell:
    """One number; ``value`` None is hidden. ``url`` leads to the children behind it."""

    value: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row; ``url`` leads one level down."""

    name: str
    cells: list[Cell]
    url: str = ""
    columns: tuple[Column, ...] = ()

    @property
    def first(self) -> Cell:
        return self.cells[0]

    @property
    def paired(self) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Head:
    """A heading over its columns; ``columns`` are shown below it unless it stands alone."""

    group: str
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole table."""

    table: Table
    heads: list[Head]
    columns: list[Column]
    lines: list[Line]
    total: Line
    hides: bool

    @property
    def upright(self) -> list[tuple[str, list[tuple[Column, Cell]]]]:
        """The total row as a list, group by group: how a telephone shows it."""
        paired = zip(self.columns, self.total.cells, strict=True)
        return [(group, list(members)) for group, members in groupby(paired, key=lambda pair: pair[0].group)]


def sees_children(post: Post) -> bool:
    """Whether the post may see who is behind a number: its place's children are its own."""
    return post.definition.sees is Sees.PLACE and post.may("children.view")


def has_table(post: Post, place: int) -> bool:
    """Whether the post may read the table of a place of its own: who sees no children has that of the own place alone.

    What is hidden in a row would follow from the sums of the table below it, so there is none below.
    """
    return place == post.place_id or sees_children(post)


def counted_for(post: Post, table: Table, place: int, on: date) -> Counted:
    """The table for a post. Who sees no children reads counts of the own place all the same, the small ones hidden (``shown``)."""
    if sees_children(post):
        return _counted(table, place, on)
    with scope.whole_country(why="counts of the post's own place; small ones are hidden before anybody sees them"):
        return _counted(table, place, on)


def _counted(table: Table, place: int, on: date) -> Counted:
    """A county is counted as one looks; a city or a province is read from the roll-up, which is a minute old."""
    kept = rollup.read(table, place, on) if codes.level(place) < Level.COUNTY else None
    return kept or queries.count(table, place, on)


def shown(counted: Counted, post: Post) -> Shown:
    """The table with its links, or with its small numbers hidden."""
    open_to = sees_children(post)
    columns = counted.columns
    raw = [row.cells for row in counted.rows]
    rows: Sequence[Sequence[int | None]]
    total: Sequence[int | None]
    rows, total = (raw, counted.total) if open_to else suppression.hidden(counted.table, raw, counted.total)
    lines = []
    for row, cells in zip(counted.rows, rows, strict=True):
        deeper = codes.level(row.place) < Level.VILLAGE and row.place != counted.place and has_table(post, row.place)
        url = f"{reverse('figures:table', args=[counted.table.id])}?place={codes.show(row.place)}" if deeper else ""
        lines.append(Line(row.name, [_cell(counted.table, column, cells[index], row.place, open_to) for index, column in columns], url))
    bottom = [_cell(counted.table, column, total[index], counted.place, open_to) for index, column in columns]
    heads = [Head(group, members) for group, members in counted.table.heads(column for _index, column in columns)]
    return Shown(counted.table, heads, [column for _index, column in columns], lines, Line("", bottom), hides=not open_to)


def plain(counted: Counted, urls: Sequence[str] = ()) -> Shown:
    """A table of a return: its numbers are those of another day, so they lead to no list. ``urls`` are the rows' own."""
    columns = counted.columns
    lines = [
        Line(_(row.name) if not row.place else row.name, [Cell(row.cells[index]) for index, _column in columns], url, tuple(column for _index, column in columns))
        for row, url in zip_longest(counted.rows, urls, fillvalue="")
        if isinstance(row, Row)
    ]
    heads = [Head(group, members) for group, members in counted.table.heads(column for _index, column in columns)]
    return Shown(counted.table, heads, [column for _index, column in columns], lines, Line("", [Cell(counted.total[index]) for index, _column in columns]), hides=False)


def _cell(table: Table, column: Column, value: int | None, place: int, open_to: bool) -> Cell:
    asked = table.list_of(column) if open_to and value else None
    return Cell(value, f"{reverse('children:list')}?{urlencode(asked | {'place_code': codes.show(place)})}" if asked is not None else "")


def crumbs(place: int, post: Post, table: Table) -> list[tuple[str, str]]:
    """The way down from the post's own place: (name, address)."""
    lo, hi = codes.span(post.place_id)
    chain = [each for each in places.chain(place) if lo <= each.code <= hi]
    return [(each.short_name, f"{reverse('figures:table', args=[table.id])}?place={codes.show(each.code)}") for each in chain]
