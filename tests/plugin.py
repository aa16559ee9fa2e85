"""How the tests meet the database: the owner's role makes and migrates it, the tests run as the application's role."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tongxing.ground import postgres


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A fresh database for this process, migrated by its owner."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"test_{worker}_{os.getpid()}"
    owner = settings.DATABASES["owner"]
    admin = _administrator()
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
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in ("default", "owner"):
            connections[alias].close()
        if hasattr(connections["default"], "close_pool"):
            connections["default"].close_pool()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _parameters(given: dict[str, str]) -> dict[str, str]:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {names[key]: str(value) for key, value in given.items() if key in names and value}


def _administrator() -> str:
    """Who may create databases: the embedded server's superuser, or the owner that was given."""
    owner = settings.DATABASES["owner"]
    if owner["USER"] == postgres.OWNER:
        from tongxing.ground.folders import var

        return postgres.Cluster(var()).url("postgres", "postgres")
    return psycopg.conninfo.make_conninfo(**_parameters(owner))
