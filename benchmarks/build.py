"""Builds the registers that the figures are measured on, where they are missing; a build that was cut off goes on.

Usage: .venv/bin/python -m benchmarks.build [sizes: 10000 100000 1000000]
"""

from __future__ import annotations

import time

from benchmarks import measure


def main() -> None:
    measure.begin()
    for size in measure.sizes():
        began = time.monotonic()
        with measure.register(size) as register:
            (held,) = register.floor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("?",)
        print(f"{size:>9,}: {held}, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
