"""What the database itself promises about every table."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from tests.architecture.test_floors import models
from tongxing.ground.models import ScopedRow

pytestmark = pytest.mark.django_db

# Tables with a place that are no rows about children; everything else that has `scope_place` stands behind the wall.
OPEN: set[str] = set()
# Rows that name a child but belong to a case: who sees them follows from who sees the case.
WITH_A_CASE = {"protection.Report", "protection.Task", "protection.Placement", "protection.Assessment"}


def ask(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def scoped_tables() -> list[str]:
    """Tables that have `scope_place`, and their partitions: a partition read by its own name is not under its parent's policy."""
    tables = [
        str(name)
        for (name,) in ask(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'scope_place' AND NOT attisdropped "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"
        )
    ]
    return [table for table in tables if table not in OPEN]


def test_every_scoped_model_has_its_column():
    tables = scoped_tables()
    assert {model._meta.db_table for model in models() if issubclass(model, ScopedRow)} <= set(tables)
    assert tables


def test_row_level_security_is_on_and_forced():
    bound = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    assert not set(scoped_tables()) - bound


def test_every_scoped_table_has_a_policy_over_the_scope():
    policies = {
        (table, str(condition))
        for table, condition in ask("SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public' AND cmd IN ('ALL', 'SELECT') AND permissive = 'PERMISSIVE'")
    }
    partitions = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relispartition")}
    for table in set(scoped_tables()) - partitions:
        conditions = [condition for name, condition in policies if name == table]
        assert conditions, f"{table} has no policy"
        assert all("scope_lo()" in condition or "audit_lo()" in condition for condition in conditions), f"{table}: {conditions}"


def test_no_policy_lets_everybody_read():
    """A policy with USING (true) beside the scope's would open the table: policies are alternatives."""
    assert not ask("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND qual = 'true' AND cmd <> 'INSERT'")


def test_every_model_of_ours_whose_rows_are_about_a_child_is_scoped():
    unscoped = {
        model._meta.label
        for model in models()
        if any(field.name in ("child", "child_id") for field in model._meta.get_fields() if not field.auto_created) and model._meta.db_table not in scoped_tables()
    }
    assert unscoped <= {"ground.Grant", "crypto.ChildKey"} | WITH_A_CASE  # read before there is a scope; hold no fact about a child


def test_what_hangs_on_a_case_stands_behind_the_wall_of_cases():
    walls = {str(table): wall for table, wall in ask("SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public' AND permissive = 'PERMISSIVE'")}
    bound = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    tables = {model._meta.db_table for model in models() if model._meta.label in WITH_A_CASE}
    assert tables <= bound
    assert all("protection_case" in str(walls[table]) for table in tables)


def test_the_manager_of_a_scoped_model_asks_for_the_scope():
    from tongxing.ground.scope import ScopeRequired

    for model in models():
        if issubclass(model, ScopedRow):
            with pytest.raises(ScopeRequired):
                model._default_manager.count()


def test_the_program_cannot_empty_or_change_a_table():
    assert not ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'TRUNCATE, TRIGGER')")


def test_functions_that_run_as_the_owner_fix_their_search_path():
    loose = ask("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace AND NOT coalesce(proconfig::text, '') LIKE '%search_path%'")
    assert not loose


def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
