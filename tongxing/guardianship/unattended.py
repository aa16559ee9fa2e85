"""YN-9a: children found without a guardian, and those of them for whom one is in place: counted over a period, down to the child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from tongxing.children.models import Child, Guardianship
from tongxing.places.codes import span

KIND = "nobody"


class Part(StrEnum):
    """Opening + found − resolved − left = open."""

    OPENING = "opening"
    FOUND = "found"
    RESOLVED = "resolved"
    LEFT = "left"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Spell:
    """A child without a guardian from a day on. ``until``: when somebody was in place, or the child left the register (``left``)."""

    child_id: UUID
    place: int
    since: date
    until: date | None
    left: bool = False

    def belongs(self, part: Part, first: date, last: date) -> bool:
        """Whether it is counted there in a period from ``first`` to ``last`` (both included)."""
        ended_in = self.until is not None and first <= self.until <= last
        match part:
            case Part.OPENING:
                return self.since < first and (self.until is None or self.until >= first)
            case Part.FOUND:
                return first <= self.since <= last
            case Part.RESOLVED:
                return ended_in and not self.left
            case Part.LEFT:
                return ended_in and self.left
            case Part.OPEN:
                return self.since <= last and (self.until is None or self.until > last)


def spells(first: date, last: date, place: int | None) -> list[Spell]:
    """Every stretch without a guardian that touches the period, of children in the scope; two that join are one."""
    rows: QuerySet[Guardianship] = Guardianship.objects.filter(kind=KIND, since__lte=last).filter(Q(until=None) | Q(until__gte=first))
    if place:
        rows = rows.filter(scope_place__range=span(place))
    values = rows.exclude(child__state__in=("draft", "submitted", "returned")).order_by("child_id", "since")
    joined: list[Spell] = []
    for child_id, where, since, until, state, state_since in values.values_list("child_id", "scope_place", "since", "until", "child__state", "child__state_since"):
        if joined and joined[-1].child_id == child_id and joined[-1].until == since:
            joined[-1] = Spell(child_id, where, joined[-1].since, until)
            continue
        left = state == "ended" and until is None
        joined.append(Spell(child_id, where, since, max(state_since, since) if left else until, left))
    return [each for each in joined if any(each.belongs(part, first, last) for part in Part)]


def counts(found: Iterable[Spell], first: date, last: date) -> dict[Part, int]:
    every = list(found)
    return {part: sum(each.belongs(part, first, last) for each in every) for part in Part}


def children(found: Iterable[Spell], part: Part, first: date, last: date) -> list[tuple[Child, Spell]]:
    """The children that a number counts, the longest without a guardian first."""
    mine = sorted((each for each in found if each.belongs(part, first, last)), key=lambda each: (each.since, each.child_id))
    rows = Child.objects.in_bulk([each.child_id for each in mine])
    return [(rows[each.child_id], each) for each in mine if each.child_id in rows]
