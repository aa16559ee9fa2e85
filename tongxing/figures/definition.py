"""What a statistical table is: columns with headings and conditions, and the sums that must hold (勾稽关系). Read from ``tables/*.toml``."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

from tongxing.figures import expressions
from tongxing.figures.expressions import Condition, ConditionError
from tongxing.figures.facts import NAMES
from tongxing.ground import toml

FOLDER: Final = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``who`` says which children are counted; ``list`` is the question to the list of children that shows them."""

    id: str
    title: str
    source: str
    who: str
    order: int = 100
    note: str = ""
    list: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One number. ``when`` narrows ``who``; ``list`` narrows the list of children likewise, ``-`` where the list cannot.

    ``blank``: what is not filled in, shown only where there is something of it.
    """

    key: str
    heading: str
    group: str = ""
    when: str = ""
    list: str = ""
    blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The parts add up to the total. ``at_most``: each part is at most the total, several may hold for one child."""

    total: str
    parts: tuple[str, ...]
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    table: Head
    column: tuple[Column, ...]
    sum: tuple[Sum, ...] = ()


@dataclass(frozen=True)
class Table:
    """A statistical table as declared, every condition checked."""

    head: Head
    columns: tuple[Column, ...]
    sums: tuple[Sum, ...]
    version: str

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def title(self) -> str:
        return self.head.title

    @cached_property
    def who(self) -> Condition:
        return expressions.read(self.head.who, NAMES)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(expressions.read(column.when, NAMES) for column in self.columns)

    @cached_property
    def uses(self) -> frozenset[str]:
        return self.who.uses.union(*(condition.uses for condition in self.conditions))

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)

    def list_of(self, column: Column) -> dict[str, str] | None:
        """The filters of the list of children that show who is counted; None where the list cannot ask for it."""
        if not self.head.list or column.list == "-" or (column.when and not column.list):
            return None
        return pairs(self.head.list) | pairs(column.list)

    def heads(self, columns: Iterable[Column]) -> list[tuple[str, list[Column]]]:
        """Neighbouring columns under their common heading, "" for columns that stand alone."""
        return [(group, list(members)) for group, members in groupby(columns, key=lambda column: column.group)]


def pairs(text: str) -> dict[str, str]:
    """``sex=1&stage=primary`` as a mapping."""
    return dict(part.split("=", 1) for part in text.split("&") if part)


def read(path: Path) -> Table:
    """Read one table. Raises ``toml.DataFileError`` naming the file and what does not fit."""
    file = toml.read(path, _File)
    try:
        _check(path, file)
        table = Table(file.table, file.column, file.sum, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
        _ = table.conditions, table.who
    except (ConditionError, ValueError) as wrong:
        raise toml.DataFileError(f"{path.name}: {wrong}") from wrong
    return table


def _check(path: Path, file: _File) -> None:
    if file.table.id != path.stem:
        raise ValueError(f"[table] id is “{file.table.id}”; it must be the file's name, “{path.stem}”")
    keys = [column.key for column in file.column]
    if repeated := next((key for key in keys if keys.count(key) > 1), None):
        raise ValueError(f"column “{repeated}” is declared twice")
    for each in file.sum:
        for key in (each.total, *each.parts):
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1, cutoff=0.0)
                raise ValueError(f"a sum names the column “{key}”; the nearest known is “{near[0]}”")


TABLES: Final[Mapping[str, Table]] = {table.id: table for table in sorted((read(path) for path in FOLDER.glob("*.toml")), key=lambda table: (table.head.order, table.id))}
