"""What is on the way: transfers between places, children away for a while, files that may be one child's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tongxing.children.models import Child, Distinct, Leave, Transfer
from tongxing.ground import scope

SAID = "encode(sha256(convert_to(concat_ws('|', {0}.name, {0}.born, {0}.sex, {0}.id_digest), 'UTF8')), 'hex')"

# Same birth date and same reading of the name, no two different id numbers: one child, perhaps twice; but for those that were judged two children and say what they said then.
TWICE = """
SELECT a.id, b.id FROM children_child a JOIN children_child b ON b.born = a.born AND b.sort_key = a.sort_key AND b.id > a.id
WHERE a.scope_place BETWEEN %(lo)s AND %(hi)s AND b.scope_place BETWEEN %(lo)s AND %(hi)s AND a.state <> 'ended' AND b.state <> 'ended'
  AND (a.id_digest = '' OR b.id_digest = '' OR a.id_digest = b.id_digest) AND (a.sex = b.sex OR a.sex IN ('0', '9') OR b.sex IN ('0', '9'))
  AND NOT EXISTS (SELECT FROM children_distinct d WHERE d.child_id = a.id AND d.other_id = b.id AND d.undone_on IS NULL
                  AND d.child_said = {a_said} AND d.other_said = {b_said})
ORDER BY a.scope_place, a.sort_key LIMIT %(limit)s
""".format(a_said=SAID.format("a"), b_said=SAID.format("b"))


def said(child: Child) -> str:
    """What a file says of who the child is, as a digest: the same as ``SAID``."""
    return hashlib.sha256("|".join((child.name, child.born.isoformat(), child.sex, child.id_digest)).encode()).hexdigest()


def incoming() -> QuerySet[Transfer]:
    """Files that other places ask a place of the scope to take over."""
    active = scope.current()
    return Transfer.objects.filter(state=Transfer.State.REQUESTED, to_place__range=(active.lo, active.hi)).order_by("deadline", "id")


def outgoing() -> QuerySet[Transfer]:
    """Files of the scope that wait to be taken over elsewhere."""
    active = scope.current()
    return Transfer.objects.filter(state=Transfer.State.REQUESTED, from_place__range=(active.lo, active.hi)).order_by("deadline", "id")


def to_decide(on: date) -> QuerySet[Transfer]:
    """What the county decides: the deadline has passed, or the other place refused. The latest transfer of a child only."""
    active = scope.current()
    waiting = Transfer.objects.filter(Q(state=Transfer.State.REQUESTED, deadline__lt=on) | Q(state=Transfer.State.REFUSED))
    return waiting.filter(from_place__range=(active.lo, active.hi), child__scope_place__range=(active.lo, active.hi)).order_by("deadline", "id")


def away() -> QuerySet[Leave]:
    """Children who are away for a while, those expected back first."""
    return Leave.objects.filter(returned_on=None).select_related("child").order_by("expected_on", "left_on", "id")


def overdue(on: date) -> QuerySet[Leave]:
    """Children who should be back by now."""
    return away().filter(expected_on__lt=on)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be one child's."""

    one: Child
    other: Child


def duplicates(*, limit: int = 100) -> Sequence[Pair]:
    """Pairs of files on the register that may be one child's."""
    active = scope.current()
    with connection.cursor() as cursor:
        cursor.execute(TWICE, {"lo": active.lo, "hi": active.hi, "limit": limit})
        found: list[tuple[UUID, UUID]] = cursor.fetchall()
    children = Child.objects.in_bulk({child_id for pair in found for child_id in pair})
    return [Pair(children[one], children[other]) for one, other in found]


def told_apart() -> QuerySet[Distinct]:
    """Pairs that were judged two children, the latest first."""
    return Distinct.objects.filter(undone_on=None).select_related("child", "other").order_by("-on", "-id")
