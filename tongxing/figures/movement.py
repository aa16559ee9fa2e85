"""The movement of a period (增减变动): which categories are followed, and the table in which they add up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.children import codes
from tongxing.figures import expressions, rules
from tongxing.figures.definition import TABLES, Column, Head, Sum, Table
from tongxing.figures.expressions import Condition
from tongxing.figures.facts import NAMES
from tongxing.ground import toml

FILE: Final = Path(__file__).with_name("movement.toml")
PREFIX: Final = "movement:"


@dataclass(frozen=True, kw_only=True)
class Category:
    """A status (``left_behind``) or a category of a scheme (``state:poverty``) whose children are followed from period to period."""

    key: str
    heading: str
    status: str = ""
    category: str = ""
    equals: str = ""

    @cached_property
    def who(self) -> Condition:
        return expressions.read(self.status or f"'{self.category}' in categories", NAMES)

    @property
    def table(self) -> str:
        return PREFIX + self.key

    @property
    def until_age(self) -> int:
        return codes.STATUS[self.status].until_age if self.status else codes.SCHEMES[self.category.partition(":")[0]].about.until_age


@dataclass(frozen=True, slots=True)
class _File:
    category: tuple[Category, ...]


CATEGORIES: Final[Mapping[str, Category]] = {each.key: each for each in toml.read(FILE, _File).category}
_CAME, _LEFT = noop("本期增加"), noop("本期减少")
REASONS: Final[Mapping[str, str]] = {
    "new_file": noop("新建档案"),
    "began": noop("父母外出或新认定"),
    "moved_in": noop("迁入"),
    "other_in": noop("更正增加"),
    "aged": noop("满龄"),
    "ceased": noop("父母返乡或认定终止"),
    "moved_out": noop("迁出"),
    "ended": noop("退出档案"),
    "other_out": noop("更正减少"),
}
_COLUMNS: Final = (
    Column(key="opening", heading=noop("期初")),
    Column(key="came", heading=noop("小计"), group=_CAME),
    *(Column(key=key, heading=REASONS[key], group=_CAME) for key in rules.CAME),
    Column(key="left", heading=noop("小计"), group=_LEFT),
    *(Column(key=key, heading=REASONS[key], group=_LEFT) for key in rules.LEFT),
    Column(key="closing", heading=noop("期末")),
    Column(key="corrections", heading=noop("其中：更正上期以前")),
)
NOTE: Final = noop("期初 + 本期增加 − 本期减少 = 期末。上期冻结以后才登记的、上期以前的变化计入本期，见更正清单。")
MOVEMENT: Final = Table(
    Head(id="movement", title=noop("儿童增减变动表"), source="real-life 16; P8-10", who="", note=NOTE),
    _COLUMNS,
    (Sum(total="came", parts=rules.CAME), Sum(total="left", parts=rules.LEFT)),
    hashlib.sha256(FILE.read_bytes() + repr(_COLUMNS).encode()).hexdigest()[:12],
)


def cells(measures: Mapping[str, int]) -> dict[str, int]:
    """The measures with their subtotals."""
    return {**measures, "came": sum(measures[each] for each in rules.CAME), "left": sum(measures[each] for each in rules.LEFT)}


def faults(rows: Mapping[str, Mapping[str, int]], tables: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What does not add up in a whole return. ``rows``: category → measures; ``tables``: table id → total cells."""
    found = []
    for key, measures in rows.items():
        name = _(CATEGORIES[key].heading)
        if not rules.closes(measures):
            words = {"category": name, **{each: measures[each] for each in ("opening", "came", "left", "closing")}}
            found.append(_("《儿童增减变动表》“%(category)s”：期初 %(opening)s + 增加 %(came)s − 减少 %(left)s，不等于期末 %(closing)s。") % words)
        table, _dot, column = CATEGORIES[key].equals.partition(".")
        if column and table in tables and tables[table][column] != measures["closing"]:
            words = {"category": name, "closing": measures["closing"], "table": _(TABLES[table].title), "n": tables[table][column]}
            found.append(_("《儿童增减变动表》“%(category)s”：期末 %(closing)s，不等于《%(table)s》的 %(n)s。") % words)
    return found


def declared() -> dict[str, Any]:
    """What a frozen return keeps of the definitions: enough to draw its tables when the present ones have changed."""
    return {table.id: kept(table) for table in (MOVEMENT, *TABLES.values())} | {"categories": [[each.key, each.heading] for each in CATEGORIES.values()]}


def kept(table: Table) -> dict[str, Any]:
    return {"version": table.version, "title": table.title, "note": table.head.note, "columns": [[each.key, each.heading, each.group, each.blank] for each in table.columns]}


def restored(table_id: str, kept: Mapping[str, Any]) -> Table:
    """The table as it was when a return was frozen: headings without conditions."""
    columns = tuple(Column(key=key, heading=heading, group=group, blank=blank) for key, heading, group, blank in kept["columns"])
    return Table(Head(id=table_id, title=kept["title"], source="", who="", note=kept["note"]), columns, (), kept["version"])
