"""R4: a county's ledgers come in: read, checked, compared with the register, staged, sealed, written, with the journal, by the steps of the real jobs.

The floor, in the same run: calamine reads the same workbook, and COPY writes the same rows into the same tables, constraints and indexes
in place, as a superuser whom no policy binds. Both work on a copy of the register, which is dropped afterwards.

Usage: .venv/bin/python -m benchmarks.r4_import [register: 1000000] [rows: 10000 100000]
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql

from benchmarks import measure
from benchmarks.record import record

COUNTY = 420506000000
PEOPLE = 99 * 32  # the division of their id numbers: the country has fewer counties, so that no child of the register has one like it
WRITTEN = (
    "children_child",
    "children_relative",
    "children_circumstance",
    "children_absence",
    "children_guardianship",
    "children_schooling",
    "children_residence",
    "children_consent",
    "children_category",
    "children_statusperiod",
    "children_review",
    "children_searchkey",
    "journal_record",
)


def main() -> None:
    measure.begin()
    size, *asked = [int(argument.replace("_", "")) for argument in sys.argv[1:]] or [1_000_000]
    each: dict[int, float] = {}
    ratio = memory = 0.0
    said = ""
    for rows in asked or [10_000, 100_000]:
        with copied(size) as floor:
            content = apart(size, rows)
            run, reading, writing = imported(content)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told = counts(run)
            bare = floor_of(floor, run, content)
        each[rows] = (reading + writing) / rows
        ratio = (reading + writing) / bare
        said = f"{rows:,} rows: read and compared in {reading:.0f} s, written in {writing:.0f} s, floor {bare:.0f} s, {memory:.0f} MB ({told})"
        print(f"{said}; ratio {ratio:.2f}", flush=True)
    small, large = min(each), max(each)
    what = f"import into a register of {size:,}: {said}; a row costs {each[large] / each[small]:.2f} times what it costs in a list of {small:,}"
    record("R4", what, ratio, "≤ 6; ≤ 600 MB; linear")


@contextmanager
def copied(size: int) -> Iterator[psycopg.Connection]:
    """Django and a superuser connected to a copy of the register of this size."""
    from tongxing.ground import postgres

    with measure.register(size):
        pass
    cluster = postgres.Cluster(measure.HOME)
    name = f"register_{size}_r4"
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as admin:
        measure.disconnect()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(*map(sql.Identifier, (name, f"register_{size}", postgres.OWNER))))
        try:
            measure.use(name)
            with psycopg.connect(cluster.url("postgres", name), autocommit=True) as floor:
                yield floor
        finally:
            measure.disconnect()
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def apart(size: int, rows: int) -> bytes:
    """The workbook, made by another process: this one's memory is to be the import's alone."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.xlsx"
        made = f"from pathlib import Path; from benchmarks import measure, r4_import; measure.begin(); measure.use('register_{size}'); Path({str(file)!r}).write_bytes(r4_import.workbook({rows}))"
        subprocess.run([sys.executable, "-c", made], check=True)
        return file.read_bytes()


def workbook(rows: int) -> bytes:
    """A county's ledger of so many children whom the register does not know, with a mistake in every hundredth row."""
    from django.db import transaction

    from tongxing.children.ledger import sample
    from tongxing.demo import ledger
    from tongxing.demo.county import SIZES, County, villages
    from tongxing.demo.province.counties import CountyPeople, CountySchools, townships
    from tongxing.ground import scope
    from tongxing.ground.today import today
    from tongxing.places import codes
    from tongxing.units.rules import school_year

    chance = Random(rows)
    now = today()
    found: list[dict[str, Any]] = []
    with transaction.atomic(), scope.whole_country(why="the benchmark invents a ledger"):
        below = townships(COUNTY)
        names = {place.code: place.short_name for place in below}
        homes = villages(below)
        people = CountyPeople(chance, PEOPLE)
        county = County(people, CountySchools.entered(chance, COUNTY, year=school_year(now), now=now), now, now, [], rows)
        while len(found) < rows:
            home = chance.choice(homes)
            household = county.household(home.code, chance.choices(*SIZES)[0], on=now)
            found += [ledger.row_of(child, codes.show(home.code)) | {"township": names[home.parent_id or 0]} for child in household.children]
    out = io.BytesIO()
    for row in found[50:rows:100]:
        row["father_phone"] = "1381234"
    sample.write(found[:rows], out, unit="夷陵区", on=now, mistakes=False)
    return out.getvalue()


def imported(content: bytes) -> tuple[Any, float, float]:
    """Upload, then the two jobs, as the worker does them. Seconds for reading and for writing."""
    from tongxing.accounts.jobs import under
    from tongxing.imports import actions, steps
    from tongxing.imports.models import ImportRun

    post = measure.post("county_officer", COUNTY)
    with under(post):
        run = actions.upload(kind="children", content=content, file_name="台账.xlsx", by=post)
    began = time.perf_counter()
    steps.read(run.id, post)
    reading = time.perf_counter() - began
    with under(post):
        run = ImportRun.objects.get(pk=run.id)
        assert run.state == "preview", (run.state, run.failed)
        actions.start(run=run, by=post)
    began = time.perf_counter()
    steps.apply(run.id, post)
    writing = time.perf_counter() - began
    with under(post):
        run = ImportRun.objects.get(pk=run.id)
        assert run.state == "done", (run.state, run.failed)
    return run, reading, writing


def counts(run: Any) -> str:
    return ", ".join(f"{word} {count:,}" for word, count in sorted(run.counts.items()))


def floor_of(floor: psycopg.Connection, run: Any, content: bytes) -> float:
    """Seconds that calamine and COPY need for the same: the rows that the import wrote are taken out and written again."""
    import python_calamine

    source = f"import:{run.id}"
    with TemporaryDirectory() as folder:
        files = {table: Path(folder) / table for table in (*WRITTEN, "crypto_wrappedkey")}
        for table, file in files.items():
            with file.open("wb") as out, floor.cursor().copy(_out(table, source)) as copy:
                for block in copy:
                    out.write(block)
        floor.execute("SET session_replication_role = replica")  # no triggers: what is taken out comes back
        ids = sql.SQL("SELECT id FROM children_child WHERE source = {}").format(sql.Literal(source))
        floor.execute("CREATE TEMPORARY TABLE gone AS " + ids.as_string(floor))
        for table in reversed(WRITTEN):
            column = "id" if table == "children_child" else "child_id"
            floor.execute(sql.SQL("DELETE FROM {} USING gone WHERE {} = gone.id").format(sql.Identifier(table), sql.Identifier(table, column)))
        floor.execute("DELETE FROM crypto_wrappedkey USING gone WHERE owner = gone.id")
        floor.execute("SET session_replication_role = origin")
        floor.execute("VACUUM")
        began = time.perf_counter()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        read = sum(1 for _row in book.get_sheet_by_index(0).iter_rows())
        assert read
        for table, file in files.items():
            with file.open("rb") as data, floor.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))) as copy:
                while block := data.read(1 << 16):
                    copy.write(block)
        return time.perf_counter() - began


def _out(table: str, source: str) -> sql.Composed:
    child = sql.SQL("owner") if table == "crypto_wrappedkey" else sql.SQL("id") if table == "children_child" else sql.SQL("child_id")
    return sql.SQL("COPY (SELECT * FROM {} WHERE {} IN (SELECT id FROM children_child WHERE source = {})) TO STDOUT (FORMAT binary)").format(
        sql.Identifier(table), child, sql.Literal(source)
    )


if __name__ == "__main__":
    main()
