"""What the benchmarks of the register share: databases of 10k, 100k, 1M children, a floor without row-level security, medians.

The databases lie in an embedded server below ``var/benchmarks`` (or TONGXING_BENCHMARKS) and are kept: the next run finds them. The
floor speaks to the same database through psycopg as a superuser, whom no policy binds.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from benchmarks.record import ROOT

HOME = Path(os.environ.get("TONGXING_BENCHMARKS", ROOT / "var" / "benchmarks"))
SIZES = (10_000, 100_000)
ROUNDS = 15
WARM = 3


def begin() -> None:
    """Start the server and Django. Call before anything of Django is imported."""
    os.environ["TONGXING_VAR"] = str(HOME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxing.settings")
    os.environ.setdefault("TONGXING_LOG", "ERROR")
    from tongxing.ground import postgres

    postgres.attach_or_exit(HOME)
    import django

    django.setup()


def sizes() -> tuple[int, ...]:
    """The sizes named on the command line, or the usual ones."""
    return tuple(int(argument) for argument in sys.argv[1:]) or SIZES


@dataclass(frozen=True, slots=True)
class Register:
    """A filled database: Django is connected to it as the application, ``floor`` as a superuser."""

    size: int
    floor: psycopg.Connection
    first: UUID  # 张子轩 of 夷陵区


@contextmanager
def register(size: int) -> Iterator[Register]:
    """The register of this size, built at first use."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tongxing.ground import postgres
    from tongxing.ground.folders import var

    name = f"register_{size}"
    cluster = postgres.Cluster(var())
    for alias in ("default", "owner"):
        connections[alias].close()
        if alias == "default":
            connections[alias].close_pool()  # type: ignore[attr-defined]
        settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name
    if postgres.provision(cluster.url("postgres", "postgres"), {}, database=name):
        postgres.grant(cluster.url(postgres.OWNER, name))
    call_command("migrate", database="owner", verbosity=0)
    connections["owner"].close()
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as floor:
        first = floor.execute(
            "SELECT child_id FROM children_searchkey WHERE key = 'n:张子轩' AND scope_place BETWEEN 420506000000 AND 420506999999 ORDER BY child_id LIMIT 1"
        ).fetchone()
        yield Register(size, floor, first[0] if first else _build(floor, size))
    connections["default"].close()


def _build(floor: psycopg.Connection, size: int) -> UUID:
    from benchmarks import register as builder
    from tongxing.ground.today import today

    print(f"building a register of {size:,} children …", file=sys.stderr, flush=True)
    with floor.transaction(), floor.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        first = builder.build(cursor, size, on=today())
    floor.execute("VACUUM (ANALYZE) children_child, children_searchkey, children_category")
    return first


def medians(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Seconds that each work takes, taking turns so that what else the machine does falls on all of them alike."""
    times: list[list[float]] = [[] for _work in works]
    for turn in range(WARM + rounds):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if turn >= WARM:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]
