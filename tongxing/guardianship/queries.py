"""Reading agreements: what one sees of a paper, which run out, which children have none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongxing.children.models import Child, State
from tongxing.ground import scope
from tongxing.guardianship.models import Agreement, Covered
from tongxing.guardianship.parameters import parameters
from tongxing.guardianship.rules import Standing
from tongxing.guardianship.states import State as Life

RUNNING = (Life.SIGNED, Life.EXPIRED)


def seen(agreement_id: UUID) -> Agreement | None:
    """A paper of one's own place, or on which a child of one's own stands (a brother may have moved away)."""
    row: Agreement | None = Agreement.unscoped.filter(pk=agreement_id).first()
    if row is None or not (scope.current().covers(row.scope_place) or Covered.objects.filter(agreement=row).exists()):
        return None
    return row


def children_of(row: Agreement) -> list[tuple[UUID, int]]:
    """The children of a paper that one may see, with their place."""
    return list(Covered.objects.filter(agreement=row).order_by("child__born", "id").values_list("child_id", "scope_place"))


def of_child(child_id: UUID) -> QuerySet[Covered]:
    """What was signed for a child, the newest first."""
    return Covered.objects.filter(child=child_id).select_related("agreement").order_by("-agreement__since", "-id")


def soon_days(place: int, on: date) -> int:
    return parameters(place, on).soon_days


def standing_q(standing: Standing, on: date, days: int) -> Q:
    """The SQL twin of `rules.standing`."""
    match standing:
        case Standing.WAITING:
            return Q(state__in=(Life.DRAFT, Life.PRINTED))
        case Standing.LAPSED:
            return Q(state__in=RUNNING, until__lte=on)
        case Standing.SOON:
            return Q(state__in=RUNNING, until__gt=on, until__lte=on + timedelta(days=days))
        case Standing.RUNNING:
            return Q(state__in=RUNNING, until__gt=on + timedelta(days=days))
        case _:
            return Q(state__in=(Life.ENDED, Life.RENEWED))


def to_renew(on: date, days: int) -> QuerySet[Agreement]:
    """What runs out, and no renewal is on its way."""
    renewing = Agreement.unscoped.filter(follows=OuterRef("pk"), state__in=(Life.DRAFT, Life.PRINTED))
    return Agreement.objects.filter(standing_q(Standing.SOON, on, days)).exclude(Exists(renewing))


def without(on: date) -> QuerySet[Child]:
    """Children whose parents are away and for whom no paper holds today."""
    holding = Covered.unscoped.filter(child=OuterRef("pk"), phase=Covered.Phase.RUNNING, agreement__until__gt=on)
    away = Q(state=State.CURRENT, left_behind_since__lte=on, left_behind_until__gt=on)
    return Child.objects.filter(away).exclude(Exists(holding))


def waiting_for(children: Iterable[UUID]) -> dict[UUID, UUID]:
    """The unsigned paper of each child that has one."""
    rows = Covered.objects.filter(child__in=list(children), phase=Covered.Phase.WAITING)
    return dict(rows.values_list("child_id", "agreement_id"))


def names(agreements: Iterable[Agreement]) -> dict[UUID, list[str]]:
    """The children of each paper by name."""
    found: dict[UUID, list[str]] = {}
    rows = Covered.objects.filter(agreement__in=list(agreements)).order_by("child__born", "id").annotate(called=F("child__name"))
    for agreement_id, name in rows.values_list("agreement_id", "called"):
        found.setdefault(agreement_id, []).append(name)
    return found
