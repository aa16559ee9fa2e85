"""The left-behind rule as one statement over many children: the twin of ``rules.left_behind``, tested against it.

Used to verify what is stored, and to answer for a past day without reading every file.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tongxing.children.codes import ABSENCE_PURPOSE, CIRCUMSTANCE, DISABILITY_KIND, FATHERS, MOTHERS, RETURN_KIND, STATUS
from tongxing.children.derive import COLUMNS
from tongxing.children.rules import Parameters
from tongxing.ground import scope
from tongxing.places.codes import SIZES, Level

# `joined` numbers the chains of absences that short returns do not break; `position` says of each parent: away, unable or home.
VERDICTS = """
WITH register AS (
  SELECT id, born FROM children_child
  WHERE scope_place BETWEEN %(lo)s AND %(hi)s AND merged_into_id IS NULL AND (%(ids)s::uuid[] IS NULL OR id = ANY (%(ids)s::uuid[]))
), parent AS (
  SELECT r.id, r.child_id, r.relation = ANY (%(fathers)s::text[]) AS father FROM children_relative r JOIN register ON register.id = r.child_id
  WHERE r.relation = ANY (%(fathers)s::text[] || %(mothers)s::text[]) AND (r.since IS NULL OR r.since <= %(on)s) AND (r.until IS NULL OR r.until > %(on)s)
), spell AS (
  SELECT a.relative_id, a.since, coalesce(a.until, 'infinity') AS until, a.returned = ANY (%(short)s::text[]) AS pauses,
         CASE WHEN a.until IS NULL THEN 'infinity'::date ELSE (a.until + %(gap)s::interval)::date END AS reach
  FROM children_absence a JOIN parent ON parent.id = a.relative_id WHERE a.purpose = ANY (%(counting)s::text[])
), marked AS (
  SELECT *, since > coalesce(max(reach) OVER (PARTITION BY relative_id ORDER BY since, until, pauses ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '-infinity') AS begins
  FROM spell
), joined AS (
  SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY relative_id ORDER BY since, until, pauses ROWS UNBOUNDED PRECEDING) AS chain FROM marked
), chain AS (
  SELECT relative_id, (min(since) + %(least)s::interval)::date AS counts, max(until) AS until,
         (array_agg(CASE WHEN pauses THEN reach ELSE until END ORDER BY until DESC, since DESC, pauses DESC))[1] AS ends
  FROM joined GROUP BY relative_id, chain
), befell AS (
  SELECT c.relative_id, bool_or(c.kind = ANY (%(gone)s::text[])) AS gone, bool_or(true) AS unable
  FROM children_circumstance c JOIN parent ON parent.id = c.relative_id
  WHERE c.kind = ANY (%(gone)s::text[] || %(unable)s::text[]) AND (c.since IS NULL OR c.since <= %(on)s) AND (c.until IS NULL OR c.until > %(on)s)
    AND NOT (c.kind = ANY (%(graded)s::text[]) AND c.grade <> '' AND c.grade::int > CASE WHEN c.disability = ANY (%(of_the_mind)s::text[]) THEN 4 ELSE 2 END)
  GROUP BY c.relative_id
), position AS (
  SELECT parent.child_id, parent.father,
         CASE WHEN befell.gone THEN 'unable'
              WHEN EXISTS (SELECT FROM chain WHERE chain.relative_id = parent.id AND counts <= %(on)s AND until >= counts AND ends > %(on)s) THEN 'away'
              WHEN befell.unable THEN 'unable' ELSE 'home' END AS state
  FROM parent LEFT JOIN befell ON befell.relative_id = parent.id
), family AS (
  SELECT child_id, bool_or(state = 'home') AS home, bool_or(state = 'away') AS away, bool_or(father) AND bool_or(NOT father) AS known FROM position GROUP BY child_id
)
SELECT register.id, CASE WHEN %(on)s < born OR (born + %(age)s::interval)::date <= %(on)s OR home THEN false WHEN known THEN away END
FROM register LEFT JOIN family ON family.child_id = register.id
"""

DISAGREEMENTS = f"""
SELECT verdict.id FROM ({VERDICTS}) AS verdict (id, holds)
WHERE coalesce(holds, false) <> EXISTS (
  SELECT FROM children_statusperiod p WHERE p.child_id = verdict.id AND p.origin = 'derived' AND p.status = 'left_behind' AND p.since <= %(on)s AND p.until > %(on)s)
  AND EXISTS (SELECT FROM children_child c WHERE c.id = verdict.id AND (c.state <> 'ended' OR c.state_since > %(on)s))
LIMIT %(limit)s
"""  # noqa: S608 — both parts are constants

# The list shows of each status the stretch that holds or comes next.
SHOWN_OTHERWISE = """
SELECT c.id FROM children_child c LEFT JOIN LATERAL (
  SELECT p.since, p.until FROM children_statusperiod p
  WHERE p.child_id = c.id AND p.origin = 'stands' AND p.status = %(status)s AND p.until > %(on)s ORDER BY p.since LIMIT 1
) AS stands ON true
WHERE c.scope_place BETWEEN %(lo)s AND %(hi)s AND ({column}_since, {column}_until) IS DISTINCT FROM (stands.since, stands.until)
LIMIT %(limit)s
"""

OF_THE_MIND = [kind.value for kind in DISABILITY_KIND if kind.severe_through == 4]


def _values(on: date, params: Parameters, ids: list[UUID] | None) -> dict[str, Any]:
    active = scope.current()
    return {
        "on": on,
        "ids": ids,
        "lo": active.lo,
        "hi": active.hi,
        "fathers": sorted(FATHERS),
        "mothers": sorted(MOTHERS),
        "counting": sorted(ABSENCE_PURPOSE.where(lambda purpose: purpose.counts)),
        "short": sorted(RETURN_KIND.where(lambda kind: kind.short)),
        "gone": sorted(CIRCUMSTANCE.where(lambda kind: kind.effect == "gone")),
        "unable": sorted(CIRCUMSTANCE.where(lambda kind: kind.effect in ("not_counted", "incapable"))),
        "graded": sorted(CIRCUMSTANCE.where(lambda kind: kind.graded)),
        "of_the_mind": OF_THE_MIND,
        "least": f"{params.minimum_absence.months} months {params.minimum_absence.days} days",
        "gap": f"{params.short_return.months} months {params.short_return.days} days",
        "age": f"{STATUS['left_behind'].until_age} years",
    }


def left_behind_on(on: date, params: Parameters, ids: list[UUID] | None = None) -> dict[UUID, bool | None]:
    """The rule's answer for every child of the scope (or those named) on a day; None where the facts do not decide."""
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, _values(on, params, ids))
        return dict(cursor.fetchall())


def disagreements(on: date, params: Parameters, *, limit: int = 100) -> list[UUID]:
    """Children whose stored periods say otherwise than the rule on that day. There should be none."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREEMENTS, _values(on, params, None) | {"limit": limit})
        return [row[0] for row in cursor.fetchall()]


def shown_otherwise(on: date, *, limit: int = 100) -> list[UUID]:
    """Children whom the list shows with another stretch of a status than the one that stands on that day. There should be none once the day has turned."""
    active = scope.current()
    found: dict[UUID, None] = {}
    with connection.cursor() as cursor:
        for status, column in COLUMNS.items():
            cursor.execute(SHOWN_OTHERWISE.format(column=column), {"status": status, "on": on, "lo": active.lo, "hi": active.hi, "limit": limit})
            found |= dict.fromkeys(row[0] for row in cursor.fetchall())
    return list(found)[:limit]


def counties() -> list[int]:
    """The counties of the active scope in which there are files."""
    size = SIZES[Level.COUNTY]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT scope_place / %s * %s FROM children_child ORDER BY 1", [size, size])
        return [int(county) for (county,) in cursor.fetchall()]
