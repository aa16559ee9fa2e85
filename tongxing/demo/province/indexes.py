"""Indexes and constraints are taken off the tables while millions of rows come in, and put back afterwards.

What is taken off is written into the demo's mark in the same transaction, as the statements that put it back; each of them is crossed
out in the transaction that does it. So whatever cuts the loading off, the next run knows what is missing. Only a database marked as an
unfinished demo is touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction

TABLES = "relname ~ '^children_' OR relname IN ('journal_record', 'crypto_wrappedkey')"
FOUND = f"""
WITH filled AS (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND ({TABLES})),
 bound AS (
  SELECT c.oid, contype, conindid, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS off,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid)) AS back
  FROM pg_constraint c WHERE contype IN ('f', 'u', 'x', 'p') AND (conrelid IN (SELECT oid FROM filled) OR confrelid IN (SELECT oid FROM filled))
)
SELECT off, back FROM (
 SELECT array_position(ARRAY['f', 'x', 'u', 'p'], contype::text) AS turn, off, back FROM bound
 UNION ALL
 SELECT 5, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid IN (SELECT oid FROM filled) AND indexrelid NOT IN (SELECT conindid FROM bound)
) AS each ORDER BY turn, off
"""  # noqa: S608 — a constant

type Say = Callable[[str, int, int], None]


def take_off() -> None:
    """Take indexes and constraints off, once."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        if _waiting(cursor):
            return
        cursor.execute(FOUND)
        found = cursor.fetchall()
        for off, _back in found:
            cursor.execute(off)
        _keep(cursor, [back for _off, back in reversed(found)])


def put_back(say: Say) -> None:
    """Put them back one by one, indexes first, foreign keys last; then tell the planner what the tables hold."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        waiting = _waiting(cursor)
        total = len(waiting)
        while waiting:
            with transaction.atomic(using="owner"):
                cursor.execute(waiting[0])
                waiting = waiting[1:]
                _keep(cursor, waiting)
            say("indexes", total - len(waiting), total)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET maintenance_work_mem")


def _waiting(cursor: Any) -> list[str]:
    cursor.execute("SELECT put_back FROM demo_demo WHERE loaded_at IS NULL FOR UPDATE")
    (found,) = cursor.fetchone()
    return list(json.loads(found) if isinstance(found, str) else found)


def _keep(cursor: Any, statements: list[str]) -> None:
    cursor.execute("UPDATE demo_demo SET put_back = %s::jsonb WHERE loaded_at IS NULL", [json.dumps(statements)])
