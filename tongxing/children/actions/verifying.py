"""The stored statuses of every file are held against the rule, county by county, each in a transaction of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from tongxing.children.actions.writing import recompute
from tongxing.children.models import Verification
from tongxing.children.queries import twin
from tongxing.children.rules import parameters
from tongxing.ground import scope
from tongxing.ground.scope import Scope
from tongxing.ground.today import today
from tongxing.places import codes

log = logging.getLogger(__name__)
MOST = 1_000  # of a county: more than that is no single file's fault
NAMED = 10
CHUNK = 200
WHY = "every file is held against the rule"

type Say = Callable[[int, int], None]


def verify_statuses(*, on: date | None = None, mend: bool = False, say: Say = lambda done, total: None) -> tuple[Verification, list[UUID]]:
    """Hold every stored status against the SQL twin of the rule, and what the list shows against what stands; note the result.

    ``mend``: derive those that differ anew. Returns what was noted and the files that differed (at most ``MOST`` a county).
    """
    day, began = on or today(), time.monotonic()
    with transaction.atomic(), scope.whole_country(why=WHY):
        counties = twin.counties()
    found: list[UUID] = []
    files = mended = 0
    for done, county in enumerate(counties, 1):
        with transaction.atomic(), scope.planned_for_values(), scope.active(Scope(None, *codes.span(county))):
            files += _count()
            differing = dict.fromkeys((*twin.disagreements(day, parameters(county, day), limit=MOST), *twin.shown_otherwise(day, limit=MOST)))
        if mend:
            mended += _mend(county, list(differing))
        found += differing
        say(done, len(counties))
    noted = Verification.objects.create(on=day, files=files, differing=len(found), mended=mended, seconds=round(time.monotonic() - began))
    if found:
        log.error("%d of %d files say otherwise than the rule: %s", len(found), files, ", ".join(map(str, found[:NAMED])))
    return noted, found


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM children_child WHERE scope_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi())")
        return int(cursor.fetchone()[0])


def _mend(county: int, ids: list[UUID]) -> int:
    for at in range(0, len(ids), CHUNK):
        with transaction.atomic(), scope.active(Scope(None, *codes.span(county))):
            recompute(ids[at : at + CHUNK])
    return len(ids)


def newest() -> Verification | None:
    """What the last look found."""
    return Verification.objects.order_by("-at").first()
