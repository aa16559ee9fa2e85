"""D4: boards of a province and of a county with drill-down, eight promises a month for every child, from the tallies; beside the same SELECT through psycopg.

The tallies are then held against the rows, and the minute's job is timed after a day's work in two hundred villages.

Usage: .venv/bin/python -m benchmarks.d4_boards [sizes: 10000 100000]
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

from benchmarks import measure, promises
from benchmarks.record import record

ROUNDS = 9


def main() -> None:
    measure.begin()
    from django.db import connection, transaction

    from tongxing.care.boards import standing
    from tongxing.care.boards.periods import period
    from tongxing.duties import tallies
    from tongxing.ground import scope
    from tongxing.ground.today import as_of

    ratios: list[float] = []
    said = ""
    for size in measure.sizes():
        with promises.copied(size, "d4") as floor, promises.eight_rules():
            on = promises.first_of_month()
            duties, _seconds = promises.open_month(on)
            began = time.perf_counter()
            tallies.refresh()
            counting = time.perf_counter() - began
            with transaction.atomic(), scope.whole_country(why="a benchmark keeps promises"), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE duties_duty SET done = 1 WHERE scope_place IN (SELECT DISTINCT scope_place FROM duties_duty ORDER BY 1 LIMIT 200) AND id < '80000000-0000-0000-0000-000000000000'"
                )
            began = time.perf_counter()
            changed = tallies.refresh()
            minute = time.perf_counter() - began
            floor.execute("VACUUM (ANALYZE) duties_duty, duties_tally")
            times: list[float] = []
            for role, place, by in (
                ("province_officer", promises.PROVINCE, "place"),
                ("province_officer", promises.PROVINCE, "duty"),
                ("county_officer", promises.COUNTY, "place"),
                ("county_officer", promises.COUNTY, "duty"),
            ):
                post = measure.post(role, place)
                with as_of(promises.noon(on + timedelta(days=9))), transaction.atomic(), scope.active(post.scope()):
                    read = standing.by_place if by == "place" else standing.by_duty
                    work = partial(read, place, period("now", on + timedelta(days=9)), promises.noon(on + timedelta(days=9)))
                    statements = [sql for sql in measure.statements(work) if "duties_" in sql]
                    mine, bare = measure.medians(work, measure.Register(size, floor, post.id).ask(statements), rounds=ROUNDS)
                ratios.append(mine / bare)
                times.append(mine)
                print(f"{size:>9,} {role} by {by}: {measure.milliseconds(mine)}, floor {measure.milliseconds(bare)}, {mine / bare:.2f}", flush=True)
            with transaction.atomic(), scope.whole_country(why="a benchmark holds tallies against rows"):
                assert tallies.faults(0, 999_999_999_999) == 0
            said = (
                f"boards of a province and a county, {duties:,} promises: {measure.milliseconds(max(times))} at most; all tallies counted in {counting:.1f} s, "
                f"{changed:,} changed ones in {minute:.1f} s, equal to the rows"
            )
    record("D4", said, max(ratios), "≤ 3; stale ≤ 1 minute")


if __name__ == "__main__":
    main()
