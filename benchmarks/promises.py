"""What the figures of promises share: a copy of a register that may be written into, eight rules, and a month opened by them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks import measure

PROVINCE, COUNTY = 420000000000, 420506000000
KINDS = ("home_visit", "letter", "family_call", "parent_contact", "activity", "child_talk", "school_talk", "health_check")


@contextmanager
def copied(size: int, purpose: str) -> Iterator[psycopg.Connection]:
    """Django and a superuser connected to a copy of the register of this size, with today's tables; the register itself is left as it is."""
    from django.core.management import call_command

    from tongxing.ground import postgres

    cluster = postgres.Cluster(measure.HOME)
    source, name = f"register_{size}", f"register_{size}_{purpose}"
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as admin:
        if not admin.execute("SELECT FROM pg_database WHERE datname = %s", [source]).fetchone():
            with measure.register(size):
                pass
        measure.disconnect()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(*map(sql.Identifier, (name, source, postgres.OWNER))))
        try:
            measure.use(name)
            postgres.grant(cluster.url(postgres.OWNER, name))
            call_command("migrate", database="owner", verbosity=0)
            with psycopg.connect(cluster.url("postgres", name), autocommit=True) as floor:
                yield floor
        finally:
            measure.disconnect()
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def eight_rules() -> Iterator[None]:
    """Eight monthly promises about every child of the province, half of them with a condition that all meet."""
    from tongxing.caremodels.expressions import parse
    from tongxing.caremodels.shapes import By, Duty, Quota, Rule
    from tongxing.places import codes

    since, (lo, hi) = date(2020, 1, 1), codes.span(PROVINCE)
    held = [
        Rule(
            lo=lo,
            hi=hi,
            model="benchmark",
            version_id=UUID(int=8),
            since=since,
            duty=Duty(
                id=kind,
                name=kind,
                who="child_director",
                about="child",
                for_=parse("age < 18 and not unsupported or age < 18") if number % 2 else None,
                obligation=f"benchmark.{kind}",
                quota=Quota(count=1, per="month"),
                by=By(kinds=(kind,)),
                source="benchmark",
                since=since,
            ),
        )
        for number, kind in enumerate(KINDS)
    ]
    with patch("tongxing.caremodels.queries.rules", lambda _lo, _hi, _on: held):
        yield


def first_of_month() -> date:
    """The first day of the month after the newest file was made: everybody is asked for the whole of it."""
    from tongxing.ground.today import today

    month = today().year * 12 + today().month
    return date(month // 12, month % 12 + 1, 1)


def open_month(on: date) -> tuple[int, float]:
    """Open a month for the province, as the day's tick does; how many promises, and in how many seconds."""
    from tongxing.duties.actions import opening
    from tongxing.places import codes

    began = time.perf_counter()
    done = opening.open_windows(*codes.span(PROVINCE), on)
    return done.duties, time.perf_counter() - began


def noon(on: date) -> datetime:
    from tongxing.ground.today import CHINA

    return datetime(on.year, on.month, on.day, 12, tzinfo=CHINA)
