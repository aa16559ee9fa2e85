"""As which database roles the program refuses to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

from tests.plugin import administrator
from tongxing.ground import checks, postgres

pytestmark = pytest.mark.django_db


@contextmanager
def role(definition: str) -> Iterator[psycopg.Cursor]:
    """A cursor of a role made for the test alone."""
    url = psycopg.conninfo.make_conninfo(administrator(), dbname=connection.settings_dict["NAME"])
    with psycopg.connect(url) as owner:
        owner.execute(f"CREATE ROLE tried {definition}")
        owner.execute("SET ROLE tried")
        yield owner.cursor()
        owner.rollback()


def test_the_applications_own_role_is_accepted():
    with connection.cursor() as cursor:
        assert checks.reasons_against(cursor) == (connection.settings_dict["USER"], [])
    assert not [each for each in run_checks(databases=["default"]) if each.id == "tongxing.E001"]


@pytest.mark.parametrize(
    ("definition", "reasons"),
    [
        ("", []),
        ("SUPERUSER", ["is a superuser", "owns the tables"]),
        ("BYPASSRLS", ["has BYPASSRLS"]),
        ("CREATEROLE", ["may create roles"]),
        (f"IN ROLE {postgres.OWNER}", ["owns the tables"]),
    ],
)
def test_a_role_that_could_pass_by_row_level_security_is_refused(definition: str, reasons: list[str]):
    with role(definition) as cursor:
        found = checks.reasons_against(cursor)[1]
    assert set(reasons) <= set(found)
    assert bool(found) == bool(reasons)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_program_does_not_start_as_the_owner(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "DEFAULT_DB_ALIAS", "owner")
    monkeypatch.setattr(connections["owner"], "close", lambda: None)
    with pytest.raises(ImproperlyConfigured, match=r"owns the tables: row-level security would not bind it\..*docs/operations\.md"):
        checks.refuse_unbound_role()
