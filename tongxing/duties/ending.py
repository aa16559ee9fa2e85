"""What becomes of open promises when a place asks them no more: said before it is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from tongxing.caremodels.shapes import Duty as Shape
from tongxing.duties import rulebook
from tongxing.duties.models import OPEN, Duty, Rule
from tongxing.ground.today import now


@dataclass(frozen=True, slots=True)
class Ending:
    """One promise that would be asked no more. ``running`` end with the day, ``late`` stay overdue until they are kept or let be, ``after_event`` are still to be kept."""

    name: str
    running: int
    late: int
    after_event: int


def of(lo: int, hi: int, on: date, *, without: UUID, instead: Collection[Shape] = ()) -> list[Ending]:
    """The promises between two places that nothing asks any more when this adoption is gone and these promises stand in its place.

    The scope must cover the places.
    """
    kept = {rule.obligation for rule in rulebook.looked_up(lo, hi, on, without=without).rules} | {duty.obligation for duty in instead}
    gone = {rule.obligation: rule.shape.name for rule in rulebook.looked_up(lo, hi, on).rules if rule.obligation not in kept}
    known = dict(Rule.objects.filter(obligation__in=gone, lo__lte=hi, hi__gte=lo).values_list("id", "obligation"))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    late = Q(due__lte=now())
    event = Q(known_at__isnull=False)
    rows = Duty.objects.filter(OPEN, rule_id__in=known, scope_place__range=(lo, hi)).order_by().values_list("rule_id")
    for rule_id, *numbers in rows.annotate(running=Count("pk", filter=~late & ~event), late=Count("pk", filter=late), after=Count("pk", filter=~late & event)):
        counts[known[rule_id]] = [before + more for before, more in zip(counts[known[rule_id]], numbers, strict=True)]
    return [Ending(name, *counts[obligation]) for obligation, name in gone.items()]
