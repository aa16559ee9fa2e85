"""D3: what a director's today page asks, in registers of 10k, 100k and 1M children with eight promises each, beside the same statements through psycopg.

The page itself is measured by R3's stack; here is what it reads: the worklist, and the names of the children on it.

Usage: .venv/bin/python -m benchmarks.d3_today [sizes: 10000 100000]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import measure, promises
from benchmarks.record import record

VILLAGE = 420506001001


def main() -> None:
    measure.begin()
    from django.db import transaction

    from tongxing.duties import tallies
    from tongxing.ground import scope
    from tongxing.ground.today import as_of

    taken: dict[int, float] = {}
    asked, ratio = 0, 0.0
    for size in measure.sizes():
        with promises.copied(size, "d3") as floor, promises.eight_rules():
            on = promises.first_of_month()
            promises.open_month(on)
            tallies.refresh()
            floor.execute("VACUUM (ANALYZE) duties_duty")
            director = measure.post("child_director", VILLAGE)
            with as_of(promises.noon(on)), transaction.atomic(), scope.active(director.scope()):
                work = today_page(director)
                statements = [sql for sql in measure.statements(work) if "duties_" in sql or "children_" in sql or "circles_" in sql]
                asked = len(statements)
                mine, bare = measure.medians(work, measure.Register(size, floor, director.id).ask(statements))
            taken[size], ratio = mine, mine / bare
            print(f"{size:>9,} {measure.milliseconds(mine)}, floor {measure.milliseconds(bare)}, {asked} statements", flush=True)
    growth = taken[max(taken)] / taken[min(taken)]
    what = f"a director's today list at {max(taken):,} children: {measure.milliseconds(taken[max(taken)])}, {asked} statements, {ratio:.2f} times its queries; growth from {min(taken):,}"
    record("D3", what, growth, "≤ 1.3; ≤ 8 queries")


def today_page(post: Any) -> Callable[[], object]:
    from tongxing.children.models import Child
    from tongxing.duties import queries

    def work() -> object:
        found = queries.worklist(post)
        return found.counts, Child.objects.in_bulk([each.duty.child_id for each in found.tasks if each.duty.child_id])

    return work


if __name__ == "__main__":
    main()
