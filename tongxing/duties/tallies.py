"""Tallies: how the promises of each village, rule and window stand, kept for boards that would count millions.

A trigger marks what has changed; ``refresh`` counts that anew, set-based, and stands at most a minute behind. ``faults`` proves it equal
to the rows.
"""

from __future__ import annotations

from django.db import connection, transaction

from tongxing.duties.models import OPEN_SQL
from tongxing.ground import scope

WHY = "tallies are counted for every place"
MOST = 200_000  # marks that one turn takes, so that no transaction is long

COUNTED = f"""scope_place, rule_id, window_from, due, max(window_until) AS window_until,
 count(*) FILTER (WHERE (ended_on IS NULL OR done >= need) AND waived_on IS NULL) AS asked, count(*) FILTER (WHERE done >= need AND waived_on IS NULL) AS kept,
 count(*) FILTER (WHERE {OPEN_SQL} AND suspended_on IS NOT NULL) AS resting, count(*) FILTER (WHERE waived_on IS NOT NULL) AS waived,
 count(*) FILTER (WHERE {OPEN_SQL} AND urged > 0) AS urged"""
_COLUMNS = "scope_place, rule_id, window_from, due, window_until, asked, kept, resting, waived, urged"
_CLAIM = """
CREATE TEMPORARY TABLE claimed ON COMMIT DROP AS
WITH taken AS (DELETE FROM duties_mark WHERE id IN (SELECT id FROM duties_mark ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING village, rule_id, window_from, due)
SELECT DISTINCT village, rule_id, window_from, due FROM taken
"""
_OLD = "DELETE FROM duties_tally t USING claimed c WHERE t.scope_place = c.village AND t.rule_id = c.rule_id AND t.window_from = c.window_from AND t.due = c.due"
_COUNT = f"""
INSERT INTO duties_tally ({_COLUMNS})
SELECT {COUNTED} FROM duties_duty d WHERE (d.scope_place, d.due) IN (SELECT village, due FROM claimed)
 AND EXISTS (SELECT FROM claimed c WHERE c.village = d.scope_place AND c.due = d.due AND c.rule_id = d.rule_id AND c.window_from = d.window_from)
GROUP BY scope_place, rule_id, window_from, due
"""  # noqa: S608 — our own words
_FAULTS = f"""
SELECT count(*) FROM (
  (SELECT {COUNTED} FROM duties_duty WHERE scope_place BETWEEN %(lo)s AND %(hi)s GROUP BY scope_place, rule_id, window_from, due
   EXCEPT SELECT {_COLUMNS} FROM duties_tally WHERE scope_place BETWEEN %(lo)s AND %(hi)s)
  UNION ALL
  (SELECT {_COLUMNS} FROM duties_tally WHERE scope_place BETWEEN %(lo)s AND %(hi)s
   EXCEPT SELECT {COUNTED} FROM duties_duty WHERE scope_place BETWEEN %(lo)s AND %(hi)s GROUP BY scope_place, rule_id, window_from, due)
) AS differing
"""  # noqa: S608 — our own words


def refresh() -> int:
    """Count anew what was marked; how many tallies. Two workers take different marks, and count the same tally one after the other."""
    total = 0
    while True:
        with transaction.atomic(), scope.whole_country(why=WHY), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [4151])
            cursor.execute(_CLAIM, [MOST])
            cursor.execute("SELECT count(*) FROM claimed")
            (claimed,) = cursor.fetchone()
            if claimed:
                cursor.execute("ANALYZE claimed")
                cursor.execute(_OLD)
                cursor.execute(_COUNT)
            cursor.execute("DROP TABLE claimed")
            total += claimed
            cursor.execute("SELECT EXISTS (SELECT FROM duties_mark)")
            if not claimed or not cursor.fetchone()[0]:
                return int(total)


def faults(lo: int, hi: int) -> int:
    """How many tallies between two places are not those of the rows. Compare after ``refresh``, while nobody writes."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS, {"lo": lo, "hi": hi})
        return int(cursor.fetchone()[0])


def waiting() -> int:
    """How many changes have not been counted yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM duties_mark")
        return int(cursor.fetchone()[0])
