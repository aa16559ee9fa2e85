"""Small counts are hidden from readers who may not see the children, together with what would reveal them (architecture: restricted rows).

A sum hides or shows its parts as one block, and a block that is hidden in one row is hidden in two rows at least: so neither the
row's total nor the column's leads back to a hidden number. It looks at one table only: whoever reads it must have no table of a
place below (``pages.has_table``).
"""

from __future__ import annotations

from collections.abc import Sequence

from tongxing.figures.definition import Table

LEAST = 5  # a count below it, but for none at all, may point at somebody
type Shown = tuple[int | None, ...]  # None: hidden


def small(number: int) -> bool:
    return 0 < number < LEAST


def blocks(table: Table) -> list[tuple[int, ...]]:
    """Columns that are hidden together: the parts of each sum, and every other column by itself."""
    found = [tuple(table.keys.index(key) for key in each.parts) for each in table.sums if not each.at_most]
    summed = {index for block in found for index in block}
    return found + [(index,) for index in range(len(table.columns)) if index not in summed]


def hidden(table: Table, rows: Sequence[Sequence[int]], total: Sequence[int]) -> tuple[list[Shown], Shown]:
    """The rows and the total row with small counts hidden."""
    shown = [list[int | None](row) for row in rows]
    bottom = list[int | None](total)
    totals = {tuple(table.keys.index(key) for key in each.parts): table.keys.index(each.total) for each in table.sums if not each.at_most}
    for block in sorted(blocks(table), key=lambda block: block in totals):  # what others add up to comes first
        above = totals.get(block)
        risky = {at for at, row in enumerate(rows) if any(small(row[index]) for index in block) or (above is not None and shown[at][above] is None)}
        if any(small(total[index]) for index in block) or (above is not None and bottom[above] is None):
            risky = risky or {at for at, row in enumerate(rows) if any(row[index] for index in block)}
            _hide(bottom, block)
        elif len(risky) == 1:
            others = sorted(
                (at for at in range(len(rows)) if at not in risky), key=lambda at: (not any(rows[at][index] for index in block), sum(rows[at][index] for index in block))
            )
            risky |= set(others[:1])
            if not others:  # one row only: it is the total
                _hide(bottom, block)
        for at in risky:
            _hide(shown[at], block)
    return [tuple(row) for row in shown], tuple(bottom)


def _hide(cells: list[int | None], block: Sequence[int]) -> None:
    for index in block:
        cells[index] = None
