"""The two walls around rows of children, each tried alone, as the application's own database role."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.ground import scope
from tongxing.ground.scope import Scope, ScopeRequired
from tongxing.journal import actions as journal
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db


def record_at(place: int) -> None:
    with scope.whole_country(why="the test writes for two villages"):
        journal.record(by=None, verb="tried", subject_kind="test", subject_id=place, place=place)


def test_the_program_runs_as_a_role_that_row_level_security_binds():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_reading_without_a_scope_raises():
    with pytest.raises(ScopeRequired):
        Record.objects.count()


def test_the_database_shows_nothing_without_a_scope():
    record_at(VILLAGE)
    assert Record.unscoped.count() == 0


def test_the_database_alone_hides_the_next_village():
    record_at(VILLAGE)
    record_at(NEXT_VILLAGE)
    with transaction.atomic(), scope.active(Scope(None, VILLAGE, VILLAGE)):
        assert [row.place for row in Record.unscoped.filter(verb="tried")] == [VILLAGE]


def test_the_manager_alone_hides_the_next_village():
    record_at(VILLAGE)
    record_at(NEXT_VILLAGE)
    with transaction.atomic(), scope.active(Scope(None, VILLAGE, VILLAGE)):
        manager_sees = Record.objects.filter(verb="tried")
        with connection.cursor() as cursor:  # the second wall is opened by hand
            cursor.execute("SELECT set_config('tongxing.lo', '0', true), set_config('tongxing.hi', '999999999999', true)")
        assert [row.place for row in manager_sees] == [VILLAGE]


def test_a_scope_ends_with_its_block():
    with transaction.atomic():
        with scope.active(Scope(None, VILLAGE, VILLAGE)):
            pass
        assert Record.unscoped.count() == 0
        with pytest.raises(ScopeRequired):
            scope.current()


@pytest.mark.parametrize("statement", ["UPDATE journal_record SET verb = 'forged'", "DELETE FROM journal_record", "TRUNCATE journal_record"])
def test_the_journal_is_append_only(statement: str):
    record_at(VILLAGE)
    with scope.whole_country(why="even the whole country cannot rewrite history"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
