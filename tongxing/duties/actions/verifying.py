"""The stored promises are held against the oracle, township by township, and the tallies against the rows. What differs is reported, never hidden."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date

from django.db import connection, transaction

from tongxing.duties import oracle, tallies
from tongxing.duties.actions import opening
from tongxing.duties.models import Verification
from tongxing.duties.oracle import Difference
from tongxing.ground import scope
from tongxing.ground.scope import Scope
from tongxing.ground.today import today
from tongxing.places.codes import SIZES, Level

log = logging.getLogger(__name__)
NAMED = 10
_TOWNSHIPS = "SELECT DISTINCT scope_place / %s * %s FROM children_child WHERE scope_place BETWEEN %s AND %s UNION SELECT DISTINCT scope_place / %s * %s FROM duties_duty WHERE scope_place BETWEEN %s AND %s ORDER BY 1"

type Say = Callable[[int, int], None]


def verify(lo: int, hi: int, *, on: date | None = None, say: Say = lambda done, total: None) -> tuple[Verification, list[Difference]]:
    """Hold every running promise between two places against the oracle; note the result. Returns what was noted and what differs."""
    day, began = on or today(), time.monotonic()
    found: list[Difference] = []
    duties = wrong_tallies = 0
    parts = opening.spans(lo, hi)
    for number, (county, end) in enumerate(parts, 1):
        first, last = max(lo, county), min(hi, end)
        for township in _townships(first, last):
            upto = min(township + SIZES[Level.TOWNSHIP] - 1, end)
            with transaction.atomic(), scope.planned_for_values(), scope.active(Scope(None, township, upto)):
                looked, wrong = oracle.differences(township, upto, county, day)
            duties += looked
            found += wrong
        with transaction.atomic(), scope.planned_for_values(), scope.active(Scope(None, first, last)):
            wrong_tallies += tallies.faults(first, last)
        say(number, len(parts))
    noted = Verification.objects.create(on=day, duties=duties, differing=len({each.duty_id for each in found}), tallies=wrong_tallies, seconds=round(time.monotonic() - began))
    if found or wrong_tallies:
        log.error("%d promises of %d say otherwise than the oracle, %d tallies than the rows: %s", noted.differing, duties, wrong_tallies, "; ".join(map(str, found[:NAMED])))
    return noted, found


def _townships(lo: int, hi: int) -> list[int]:
    size = SIZES[Level.TOWNSHIP]
    with transaction.atomic(), scope.active(Scope(None, lo, hi)), connection.cursor() as cursor:
        cursor.execute(_TOWNSHIPS, [size, size, lo, hi, size, size, lo, hi])
        return [int(code) for (code,) in cursor.fetchall()]


def newest() -> Verification | None:
    """What the last look found."""
    return Verification.objects.order_by("-at").first()
