"""D1: one month is opened for every child of the register, eight promises each, as the day's tick does it: county by county, under row-level security.

The floor, in the same run: one INSERT … SELECT writes the same rows into the same table with the same indexes and constraints, as a
superuser whom no policy and no trigger binds.

Usage: .venv/bin/python -m benchmarks.d1_open [sizes: 100000 1000000]
"""

from __future__ import annotations

import sys
import time

import psycopg

from benchmarks import measure, promises
from benchmarks.record import record


def main() -> None:
    measure.begin()
    sizes = [int(argument.replace("_", "")) for argument in sys.argv[1:]] or [100_000, 1_000_000]
    each: dict[int, float] = {}
    ratio, said = 0.0, ""
    for size in sizes:
        with promises.copied(size, "d1") as floor, promises.eight_rules():
            on = promises.first_of_month()
            floor.execute("CHECKPOINT")
            duties, seconds = promises.open_month(on)
            again, idle = promises.open_month(on)
            assert again == 0, again
            bare = floor_of(floor)
        each[size] = seconds / duties
        ratio = seconds / bare
        said = f"{duties:,} promises for {size:,} children opened in {seconds:.0f} s ({seconds / duties * 1e6:.1f} µs each; a day on which nobody joins {idle:.0f} s), floor {bare:.0f} s"
        print(f"{said}; ratio {ratio:.2f}", flush=True)
    small, large = min(each), max(each)
    record("D1", f"{said}; one costs {each[large] / each[small]:.2f} times what it costs at {small:,} children", ratio, "≤ 2.5; linear")


def floor_of(floor: psycopg.Connection) -> float:
    """Seconds that one statement needs for the same rows."""
    floor.execute("CREATE TABLE kept AS SELECT * FROM duties_duty")
    floor.execute("TRUNCATE duties_duty CASCADE")
    floor.execute("SET session_replication_role = replica")
    floor.execute("CHECKPOINT")
    began = time.perf_counter()
    floor.execute("INSERT INTO duties_duty SELECT * FROM kept")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
