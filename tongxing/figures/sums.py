"""The sums of a table (勾稽关系): checked before anything leaves the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongxing.figures.definition import Table


@dataclass(frozen=True, slots=True)
class Violation:
    """A sum that does not hold. ``row`` is the name of the place."""

    table: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def check(table: Table, rows: Iterable[tuple[str, Sequence[int]]], total: Sequence[int]) -> list[Violation]:
    """Every sum that does not hold, within the rows and down the columns. ``rows`` are (place name, cells in the order of the columns)."""
    listed = list(rows)
    found = [violation for name, cells in [*listed, (_("合计"), total)] for violation in _across(table, name, dict(zip(table.keys, cells, strict=True)))]
    return found + list(_down(table, [cells for _name, cells in listed], total))


def _across(table: Table, row: str, cells: Mapping[str, int]) -> Iterator[Violation]:
    for each in table.sums:
        whole = cells[each.total]
        if each.at_most:
            for part in each.parts:
                if cells[part] > whole:
                    words = {"table": _(table.title), "row": row, "part": _label(table, part), "n": cells[part], "total": _label(table, each.total), "m": whole}
                    yield Violation(table.id, row, _("《%(table)s》“%(row)s”一行：%(part)s（%(n)s）大于%(total)s（%(m)s）。") % words)
        elif (found := sum(cells[part] for part in each.parts)) != whole:
            parts = " + ".join(f"{_label(table, part)} {cells[part]}" for part in each.parts)
            words = {"table": _(table.title), "row": row, "parts": parts, "n": found, "total": _label(table, each.total), "m": whole}
            yield Violation(table.id, row, _("《%(table)s》“%(row)s”一行：%(parts)s = %(n)s，不等于%(total)s %(m)s。") % words)


def _down(table: Table, rows: Sequence[Sequence[int]], total: Sequence[int]) -> Iterator[Violation]:
    for index, column in enumerate(table.columns):
        found = sum(cells[index] for cells in rows)
        if found != total[index]:
            words = {"table": _(table.title), "column": _label(table, column.key), "n": found, "m": total[index]}
            yield Violation(table.id, _("合计"), _("《%(table)s》“%(column)s”一列：各行之和 %(n)s，不等于合计行 %(m)s。") % words)


def _label(table: Table, key: str) -> str:
    column = table.by_key[key]
    return f"{_(column.group)}·{_(column.heading)}" if column.group else _(column.heading)
