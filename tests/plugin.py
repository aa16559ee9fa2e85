"""How the tests meet the database: the owner's role makes and migrates it, the tests run as the application's role."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from psycopg import sql

from tongxing.ground import postgres, translations


def pytest_configure(config: pytest.Config) -> None:
    translations.compile_all(stale_only=True)
    hypothesis.settings.register_profile("untimed", deadline=None)  # nothing in the suite is timed: machines are shared
    hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A fresh database for this process, migrated by its owner."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes its time
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"test_{worker}_{os.getpid()}"
    owner = settings.DATABASES["owner"]
    admin = administrator()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name), sql.Identifier(owner["USER"])))
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    postgres.grant(psycopg.conninfo.make_conninfo(**_parameters(connections["owner"].settings_dict)))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
    with owner_connection() as connection:
        kept = _filled_tables(connection)
    TransactionTestCase._fixture_teardown = lambda self: _empty_tables(kept)  # type: ignore[attr-defined]
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in ("default", "owner"):
            connections[alias].close()
        if hasattr(connections["default"], "close_pool"):
            connections["default"].close_pool()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def owner_connection() -> psycopg.Connection:
    """The owner of the tables, who alone can switch triggers off."""
    return psycopg.connect(psycopg.conninfo.make_conninfo(**_parameters(settings.DATABASES["owner"])), autocommit=True)


def _filled_tables(owner: psycopg.Connection) -> frozenset[str]:
    """The tables that the migrations themselves fill: no test empties them."""
    owner.execute("SELECT set_config('tongxing.lo', '0', false), set_config('tongxing.hi', '999999999999', false)")
    return frozenset(table for table in _tables(owner) if owner.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone())


def _tables(owner: psycopg.Connection) -> list[str]:
    found = owner.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1")
    return [table for (table,) in found]


def _empty_tables(kept: frozenset[str]) -> None:
    """After a test with transactions of its own. Only the owner can: the application's role may not, and journals refuse."""
    from tongxing.forms import actions as forms  # needs Django's models

    forms.forget()
    with owner_connection() as owner:
        owner.execute("SET lock_timeout = '20s'")
        guarded = owner.execute("SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'append_only_whole' AND NOT c.relispartition").fetchall()
        journals = [sql.Identifier(table) for (table,) in guarded]
        tables = [sql.Identifier(table) for table in _tables(owner) if table not in kept]
        with owner.transaction():
            for table in journals:
                owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            owner.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))
            for table in journals:
                owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Do the jobs that were deferred, here and now, in this test's own transaction; returns how many were done.

    A job that fails raises. In a test with `transaction=True` this is the same as what a worker does.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    def run() -> int:
        done: set[int] = set()
        while waiting := ProcrastinateJob.objects.filter(status="todo").exclude(id__in=done).order_by("id").first():
            done.add(waiting.id)
            app.tasks[waiting.task_name].func(**waiting.args)
        return len(done)

    return run


def _parameters(given: dict[str, str]) -> dict[str, str]:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {names[key]: str(value) for key, value in given.items() if key in names and value}


def administrator() -> str:
    """Who may create databases: the embedded server's superuser, or the owner that was given."""
    owner = settings.DATABASES["owner"]
    if owner["USER"] == postgres.OWNER:
        from tongxing.ground.folders import var

        return postgres.Cluster(var()).url("postgres", "postgres")
    return psycopg.conninfo.make_conninfo(**_parameters(owner))


@pytest.fixture(autouse=True)
def _speaks_chinese() -> Iterator[None]:
    """Every test begins in the first language, whatever a page spoke before."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
