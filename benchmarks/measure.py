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
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.record import ROOT

HOME = Path(os.environ.get("TONGXING_BENCHMARKS", ROOT / "var" / "benchmarks"))
SIZES = (10_000, 100_000)
ROUNDS = 25
WARM = 3

type Work = Callable[[], object]


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
    return tuple(int(argument.replace("_", "")) for argument in sys.argv[1:]) or SIZES


@dataclass(frozen=True, slots=True)
class Register:
    """A filled database: Django is connected to it as the application, ``floor`` as a superuser."""

    size: int
    floor: psycopg.Connection
    first: UUID  # 张子轩 of 夷陵区

    def ask(self, statements: list[str]) -> Work:
        """The statements through psycopg alone, every row fetched. Nobody asks the same twice, so they are not prepared."""
        with self.floor.cursor() as cursor:
            cursor.execute("SELECT 1")

        def work() -> None:
            for statement in statements:
                self.floor.execute(statement, prepare=False).fetchall()

        return work


def disconnect() -> None:
    """Let go of every connection, also of the pool's."""
    from django.db import connections

    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]


def use(name: str) -> None:
    """Let Django work in this database."""
    from django.conf import settings
    from django.db import connections

    disconnect()
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name


@contextmanager
def register(size: int) -> Iterator[Register]:
    """The register of this size, built at first use."""
    from django.core.management import call_command

    from tongxing.ground import postgres

    name = f"register_{size}"
    cluster = postgres.Cluster(HOME)
    use(name)
    if postgres.provision(cluster.url("postgres", "postgres"), {}, database=name):
        postgres.grant(cluster.url(postgres.OWNER, name))
    call_command("migrate", database="owner", verbosity=0)
    with psycopg.connect(cluster.url("postgres", name), autocommit=True) as floor:
        finished = floor.execute("SELECT 1 FROM demo_demo WHERE loaded_at IS NOT NULL").fetchone()
        first = floor.execute(FIRST).fetchone() if finished else None
        yield Register(size, floor, first[0] if first else _build(floor, size))
    disconnect()


FIRST = "SELECT child_id FROM children_searchkey WHERE key = 'n:张子轩' AND scope_place BETWEEN 420506000000 AND 420506999999 ORDER BY child_id LIMIT 1"


def _build(floor: psycopg.Connection, size: int) -> UUID:
    """The province-size demo, with the places of the whole country whatever its size."""
    from django.core.management import call_command

    print(f"building a register of {size:,} children …", file=sys.stderr, flush=True)
    call_command("places", "load", "--country")
    call_command("demo", children=size)
    found = floor.execute(FIRST).fetchone()
    assert found, "the register has no 张子轩 in 夷陵区"
    return UUID(str(found[0]))


def post(role: str, place: int) -> Any:
    """Somebody who holds a post of that role at that place, made at first use."""
    from tongxing.accounts import actions
    from tongxing.accounts.models import Post
    from tongxing.ground.today import today

    if found := Post.objects.filter(role=role, place=place).select_related("person", "place").first():
        return found
    person = actions.add_person(name=f"{role} {place}", by=None)
    actions.record_check(person=person, on=today() - timedelta(days=10), clear=True, by=None)
    actions.give_sign_in(person=person, username=f"{role}-{place}", password="", hashed="!", must_change=False, by=None)
    return actions.appoint(person=person, role=role, place=place, since=today() - timedelta(days=10), by=None)


def statements(work: Work) -> list[str]:
    """What a work asks the database, as it was sent; settings are left out."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith("SET ")]


def medians(*works: Work, rounds: int = ROUNDS) -> list[float]:
    """Seconds that each work takes, taking turns so that what else the machine does falls on all of them alike."""
    times: list[list[float]] = [[] for _work in works]
    for turn in range(WARM + rounds):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if turn >= WARM:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
