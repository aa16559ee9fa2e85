"""The roll-up of tables: the cells of every place, kept for pages that would count a million files.

The journal says where something was written: villages of acts since the last refresh are counted anew, set-based. A new day changes
ages and statuses by itself, so the first refresh of a day counts everything. ``faults`` proves the roll-up equal to the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import batched

from django.db import connection, transaction

from tongxing.figures import facts, queries
from tongxing.figures.definition import TABLES, Table
from tongxing.figures.models import Rollup, RollupMark
from tongxing.figures.queries import Cells, Counted
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.places import codes
from tongxing.places.codes import Level

MANY = 200  # villages: beyond it everything is counted anew
CHUNK = 5_000
WHY = "the roll-up counts every place"
ABOVE = (Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE)
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift FROM journal_epoch"
_WRITTEN = """SELECT DISTINCT village FROM journal_record, LATERAL unnest(ARRAY[place, scope_place,
 CASE WHEN jsonb_typeof(diff->'place'->0) = 'number' THEN (diff->'place'->>0)::bigint END,
 CASE WHEN jsonb_typeof(diff->'place'->1) = 'number' THEN (diff->'place'->>1)::bigint END]) AS village
 WHERE xid >= %s AND xid < %s AND child_id IS NOT NULL AND village IS NOT NULL LIMIT %s"""


def version() -> str:
    return hashlib.sha256(" ".join(f"{table.id}:{table.version}" for table in TABLES.values()).encode()).hexdigest()


def refresh() -> int:
    """Bring the roll-up up to date; how many villages were counted anew, -1 for all of them."""
    with transaction.atomic(), scope.whole_country(why=WHY):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [420506])
            if not cursor.fetchone()[0]:
                return 0  # another worker is at it
            cursor.execute(_HORIZON)
            (until,) = cursor.fetchone()
        mark = RollupMark.objects.filter(pk=1).first()
        if mark is None or mark.on != today() or mark.version != version():
            _everything()
            counted = -1
        else:
            written = _written(mark.xid, until)
            counted = len(written)
            if counted > MANY:
                _everything()
                counted = -1
            else:
                _villages(written)
        RollupMark.objects.update_or_create(pk=1, defaults={"xid": until, "on": today(), "version": version(), "at": now()})
        return counted


def _written(since: int, until: int) -> list[int]:
    """The places of children about whom something was written."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [since, until, MANY + 1])
        return [place for (place,) in cursor.fetchall()]


def _everything() -> None:
    Rollup.objects.all().delete()
    for table in TABLES.values():
        found = summed(_counted(table, *scope.WHOLE_COUNTRY), len(table.columns))
        for part in batched(found.items(), CHUNK, strict=False):
            Rollup.unscoped.bulk_create([Rollup(table=table.id, scope_place=place, cells=list(cells)) for place, cells in part])


def _counted(table: Table, lo: int, hi: int) -> dict[int, Cells]:
    return queries.by_place(table, today(), Level.VILLAGE, facts.today_rows(table.uses, today(), lo, hi))


def summed(villages: Mapping[int, Cells], width: int) -> dict[int, Cells]:
    """The cells of the villages and of every place above them."""
    found: dict[int, list[int]] = {}
    for village, cells in villages.items():
        for place in _with_those_above(village):
            at = found.setdefault(place, [0] * width)
            for index, number in enumerate(cells):
                at[index] += number
    return {place: tuple(cells) for place, cells in found.items()}


def _with_those_above(village: int) -> Iterator[int]:
    yield from {village, *(codes.at_level(village, level) for level in ABOVE)}


def _villages(written: Iterable[int]) -> None:
    """Count these villages anew, and let the places above follow by the difference."""
    villages = sorted(written)
    if not villages:
        return
    places = {place for village in villages for place in _with_those_above(village)}
    for table in TABLES.values():
        width = len(table.columns)
        held = {row.scope_place: row for row in Rollup.objects.filter(table=table.id, scope_place__in=places).select_for_update()}
        changed: dict[int, list[int]] = {}
        for village in villages:
            before = held[village].cells if village in held else [0] * width
            after = _counted(table, village, village).get(village, (0,) * width)
            for place in _with_those_above(village):
                at = changed.setdefault(place, list(held[place].cells) if place in held else [0] * width)
                changed[place] = [number + new - old for number, new, old in zip(at, after, before, strict=True)]
        Rollup.objects.filter(table=table.id, scope_place__in=changed).delete()
        Rollup.unscoped.bulk_create([Rollup(table=table.id, scope_place=place, cells=cells) for place, cells in changed.items() if any(cells)])


def read(table: Table, place: int, on: date) -> Counted | None:
    """The table of a place from the roll-up; None where it has none of that day."""
    mark = RollupMark.objects.filter(pk=1).first()
    if mark is None or mark.on != on or mark.version != version():
        return None
    lo, hi = codes.span(place)
    level = queries.below(place)
    step = codes.SIZES[level]
    kept = Rollup.objects.filter(table=table.id, scope_place__in=range(lo + (step if level < Level.VILLAGE else 0), hi + 1, step)) if (hi - lo) // step < CHUNK else None
    if kept is None:
        return None
    return queries.counted(table, place, on, {row.scope_place: tuple(row.cells) for row in kept})


def stands_at(place: int) -> datetime | None:
    """When the numbers of a city or province were counted; None where they are counted as one looks."""
    mark = RollupMark.objects.filter(pk=1, on=today(), version=version()).first() if codes.level(place) < Level.COUNTY else None
    return mark.at if mark else None


def faults() -> list[str]:
    """Places whose kept cells are not those of the rows. Compare after ``refresh``, while nobody writes."""
    found = []
    with transaction.atomic(), scope.whole_country(why=WHY):
        for table in TABLES.values():
            wanted = {place: cells for place, cells in summed(_counted(table, *scope.WHOLE_COUNTRY), len(table.columns)).items() if any(cells)}
            kept = {row.scope_place: tuple(row.cells) for row in Rollup.objects.filter(table=table.id) if any(row.cells)}
            found += [
                f"{table.id} {place}: kept {kept.get(place)}, counted {wanted.get(place)}" for place in sorted(wanted.keys() | kept.keys()) if wanted.get(place) != kept.get(place)
            ]
    return found
