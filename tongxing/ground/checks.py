"""The program refuses to start as a database role that could pass by row-level security."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.core.checks import CheckMessage, Critical, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

ROLE = """
SELECT current_user,
       EXISTS (SELECT FROM pg_roles WHERE rolsuper AND pg_has_role(current_user, oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles WHERE rolbypassrls AND pg_has_role(current_user, oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles WHERE rolcreaterole AND pg_has_role(current_user, oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER'))
"""
REASONS = ("is a superuser", "has BYPASSRLS", "may create roles", "owns the tables")


class Cursor(Protocol):
    """What Django's cursors and psycopg's have in common."""

    def execute(self, query: Any, /) -> Any: ...
    def fetchone(self) -> Any: ...


def reasons_against(cursor: Cursor) -> tuple[str, list[str]]:
    """The cursor's role, and why the program must not run as it, itself or through a role that it is a member of."""
    cursor.execute(ROLE)
    role, *answers = cursor.fetchone()
    return role, [reason for reason, holds in zip(REASONS, answers, strict=True) if holds]


@register(Tags.database)
def role_is_bound(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """A system check of the application's database. The owner's is for migrations and is not looked at."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        return []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        role, reasons = reasons_against(cursor)
    return [
        Critical(
            f"The database role {role} {reason}: row-level security would not bind it.",
            hint="Let DATABASE_URL name a plain role (docs/operations.md, “Two roles”) and DATABASE_OWNER_URL the owner, which migrates.",
            id="tongxing.E001",
        )
        for reason in reasons
    ]


def refuse_unbound_role() -> None:
    """Raise ImproperlyConfigured, in words, where the check above finds something. Every server process asks before it answers anybody."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        raise ImproperlyConfigured("DATABASE_URL is not set. It names the PostgreSQL database and the application's role (docs/operations.md).")
    if found := list(role_is_bound(None, [DEFAULT_DB_ALIAS])):
        raise ImproperlyConfigured(" ".join(f"{each.msg} {each.hint}" for each in found))
    connections[DEFAULT_DB_ALIAS].close()
