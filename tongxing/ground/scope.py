"""Who may see which rows: the scope of the active post, held twice.

A scope is a range of places plus single children. The managers of `ScopedRow` filter by the active scope (first wall);
row-level security compares the same values in the database (second wall). No active scope: the manager raises, the
database shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tongxing.ground.today import today

NOWHERE = (1, 0)
WHOLE_COUNTRY = (0, 999_999_999_999)


class ScopeRequired(Exception):
    """Rows about children were read without saying for whom."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Places from `lo` to `hi` (both included, 12-digit codes) and `children` granted one by one to the post `grantee`.

    `post_id` is who acts, None the system itself; a deputy acts, and the principal is the grantee. `audit` is the range of
    places whose journal and access log an auditor reads; it shows no child. `person` is who holds the post: to them what is
    addressed to a person shows.
    """

    post_id: UUID | None
    lo: int
    hi: int
    children: tuple[UUID, ...] = ()
    audit: tuple[int, int] = NOWHERE
    grantee: UUID | None = None
    person: UUID | None = None

    def covers(self, place: int) -> bool:
        return self.lo <= place <= self.hi

    def rows(self, child: str = "child_id") -> Q:
        """The condition on a table with `scope_place` and a child's id in the column `child`."""
        inside = Q(scope_place__range=(self.lo, self.hi))
        return inside | Q(**{f"{child}__in": self.children}) if self.children else inside


_active: ContextVar[Scope | None] = ContextVar("tongxing_scope", default=None)


def current() -> Scope:
    if (scope := _active.get()) is None:
        raise ScopeRequired("No scope is active. Open one with scope.active(post.scope()) or, in a job, scope.whole_country(why=…).")
    return scope


TELL = """
WITH told AS MATERIALIZED (
  SELECT set_config('tongxing.lo', %s, true) AS lo, set_config('tongxing.hi', %s, true), set_config('tongxing.post', %s, true),
         set_config('tongxing.today', %s, true), set_config('tongxing.audit_lo', %s, true), set_config('tongxing.audit_hi', %s, true),
         set_config('tongxing.grantee', %s, true), set_config('tongxing.person', %s, true)
)
SELECT CASE WHEN lo IS NULL OR %s THEN '{}'::uuid[] ELSE scope_children() END
"""
READ_ONLY = ", set_config('transaction_read_only', 'on', true)"


def _tell_database(scope: Scope | None, *, read_only: bool = False) -> tuple[UUID, ...]:
    """Set the transaction's settings; return the children granted to the post, in the same round trip."""
    if not connection.in_atomic_block:
        raise ScopeRequired("A scope lives inside a transaction: open transaction.atomic() around it.")
    lo, hi = (scope.lo, scope.hi) if scope else NOWHERE
    audit = scope.audit if scope else NOWHERE
    post = str(scope.post_id) if scope and scope.post_id else ""
    grantee = str(scope.grantee) if scope and scope.grantee else ""
    person = str(scope.person) if scope and scope.person else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{TELL}{READ_ONLY if read_only else ''} FROM told",
            [str(lo), str(hi), post, today().isoformat(), str(audit[0]), str(audit[1]), grantee, person, not grantee],
        )
        return tuple(cursor.fetchone()[0])


@contextmanager
def active(scope: Scope, *, read_only: bool = False, to_the_end: bool = False) -> Iterator[Scope]:
    """Read and write under this scope until the block ends; the outer scope (or none) holds again afterwards.

    ``to_the_end``: the transaction ends with the block, and what the database was told with it; it need not be told again.
    """
    outer = _active.get()
    children = _tell_database(scope, read_only=read_only)
    scope = replace(scope, children=children)
    token = _active.set(scope)
    try:
        yield scope
    finally:
        _active.reset(token)
        if not connection.needs_rollback and not (to_the_end and len(connection.atomic_blocks) == 1):
            _tell_database(outer)


@contextmanager
def whole_country(*, why: str) -> Iterator[Scope]:
    """The system's own scope, for jobs and for the steps that cross places. `why` is a sentence for the reader of the code."""
    assert why
    with active(Scope(None, *WHOLE_COUNTRY, audit=WHOLE_COUNTRY)) as scope:
        yield scope


@contextmanager
def planned_for_values() -> Iterator[None]:
    """Inside, every statement is planned for the values that it comes with.

    A prepared statement is planned for unknown values after its fifth turn. A village's page gains by that; a list does not: to such
    a plan the whole province is half a per cent of the rows, and no partial index can be entered.
    """
    connection.ensure_connection()
    driver = connection.connection
    outer, driver.prepare_threshold = driver.prepare_threshold, None
    try:
        yield
    finally:
        driver.prepare_threshold = outer
