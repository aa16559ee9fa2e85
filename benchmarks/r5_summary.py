"""R5: the summary tables of a province, beside the same statement through psycopg without row-level security; and the roll-up that pages read.

Usage: .venv/bin/python -m benchmarks.r5_summary [sizes: 10000 100000 1000000]
"""

from __future__ import annotations

from functools import partial

from benchmarks import measure
from benchmarks.record import record

PROVINCE = 420000000000
ROUNDS = 7  # a count of the whole register takes seconds


def main() -> None:
    measure.begin()
    from django.db import transaction

    from tongxing.figures import queries, rollup
    from tongxing.figures.definition import TABLES
    from tongxing.ground import scope
    from tongxing.ground.today import today

    ratios: list[float] = []
    kept: list[float] = []
    counted: list[float] = []
    sizes = measure.sizes()
    for size in sizes:
        with measure.register(size) as register:
            post = measure.post("province_officer", PROVINCE)
            rollup.refresh()
            with transaction.atomic(), scope.active(post.scope()):
                for table in TABLES.values():
                    work = partial(queries.count, table, PROVINCE, today())
                    asked = [sql for sql in measure.statements(work) if "children_child" in sql]
                    mine, floor = measure.medians(work, register.ask(asked), rounds=ROUNDS)
                    (read,) = measure.medians(partial(rollup.read, table, PROVINCE, today()))
                    assert (found := rollup.read(table, PROVINCE, today())) is not None
                    assert {row.place: row.cells for row in found.rows} == {row.place: row.cells for row in queries.count(table, PROVINCE, today()).rows}
                    ratios.append(mine / floor)
                    kept.append(read)
                    counted.append(mine)
                    print(
                        f"{size:>9,} {table.id:<22} counted {measure.milliseconds(mine):>10} floor {measure.milliseconds(floor):>10} {mine / floor:5.2f}  kept {measure.milliseconds(read):>9}",
                        flush=True,
                    )
    what = (
        f"{len(TABLES)} summary tables of the province, {max(sizes):,} children: from the roll-up {measure.milliseconds(max(kept))} at most, equal to the rows; "
        f"counted afresh {measure.milliseconds(max(counted))} at most, beside its GROUP BY without row-level security"
    )
    record("R5", what, max(ratios), "≤ 1.2, or roll-up ≤ 20 ms")


if __name__ == "__main__":
    main()
