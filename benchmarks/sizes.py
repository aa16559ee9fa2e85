"""What a register weighs: bytes a child in every table and its indexes, and how long a backup and a restore take on this machine.

Usage: .venv/bin/python -m benchmarks.sizes [size: 1000000] [--backup]
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks import measure

TABLES = """
SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables
WHERE relname LIKE 'children\\_%' OR relname IN ('journal_record', 'crypto_wrappedkey') ORDER BY pg_total_relation_size(relid) DESC
"""


def main() -> None:
    measure.begin()
    from tongxing.ground import postgres

    size = next((int(argument) for argument in sys.argv[1:] if argument.isdigit()), 1_000_000)
    cluster = postgres.Cluster(measure.HOME)
    name = f"register_{size}"
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as connection:
        total = [0, 0]
        for table, rows, heap, indexes in connection.execute(TABLES):
            if heap + indexes < size * 10:
                continue
            print(f"| {table} | {rows / size:.2f} | {heap / size:,.0f} | {indexes / size:,.0f} |")
            total = [total[0] + heap, total[1] + indexes]
        print(f"| sum | | {total[0] / size:,.0f} | {total[1] / size:,.0f} |")
        (held,) = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("",)
        print(f"the whole database, places of the country included: {held}")
    if "--backup" in sys.argv:
        backup(cluster.binaries, cluster.url("postgres", name), cluster.url("postgres", "postgres"))


def backup(binaries: Path, url: str, admin: str) -> None:
    """pg_dump and pg_restore of the register, pg_basebackup of the server."""
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        timed("pg_dump -Fd -j2 -Z gzip:1", [binaries / "pg_dump", "-Fd", "-j2", "-Z", "gzip:1", "-f", dump, url], dump)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
            connection.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8'")
            target = url.rpartition("/")[0] + "/restored" if "?" not in url else url.replace(url.rpartition("/")[2].partition("?")[0], "restored")
            timed("pg_restore -j2", [binaries / "pg_restore", "-j2", "-d", target, dump], None)
            connection.execute("DROP DATABASE restored WITH (FORCE)")


def timed(what: str, command: list[str | Path], made: Path | None) -> None:
    began = time.monotonic()
    subprocess.run(command, check=True)
    held = f", {sum(file.stat().st_size for file in made.rglob('*')) / 2**30:.2f} GB" if made else ""
    print(f"{what}: {time.monotonic() - began:.0f} s{held}", flush=True)


if __name__ == "__main__":
    main()
