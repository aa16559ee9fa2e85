"""When what a case waits for is due: its state's clock, as columns of a query and as words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case as If
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from tongxing.clocks.models import Clock
from tongxing.protection.actions.steps import KIND
from tongxing.protection.models import Case

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """A state's time: until when, and why it rests."""

    due: datetime | None
    paused_why: str = ""
    paused: bool = False

    def late(self, at: datetime) -> bool:
        return self.due is not None and not self.paused and self.due <= at


def timed(rows: QuerySet[Case]) -> QuerySet[Any]:
    """With ``burns``: until when the state's time lasts (far away where it rests, or where there is none)."""
    clocks = Clock.objects.filter(kind=KIND, subject=OuterRef("pk"), step=OuterRef("state"), started_at__gte=OuterRef("state_since"), stopped_at=None)
    first = Subquery(clocks.order_by("round").values("due_at")[:1])
    resting = Exists(clocks.exclude(rest=None))
    burns = If(When(resting, then=Value(NEVER)), default=Coalesce(first, Value(NEVER)), output_field=DateTimeField())
    return rows.annotate(resting=resting, burns=burns)


def overdue(rows: QuerySet[Case], at: datetime) -> QuerySet[Any]:
    """Those whose state has lasted for too long."""
    return timed(rows).filter(burns__lte=at)


def of(case: Case) -> Clockwork:
    """The clock of one case."""
    clocks = list(Clock.objects.filter(kind=KIND, subject=case.pk, step=case.state, started_at__gte=case.state_since, stopped_at=None).order_by("round"))
    if not clocks:
        return Clockwork(None)
    last = clocks[-1]
    return Clockwork(clocks[0].due_at, last.paused_why, last.rest is not None)


def of_tasks(ids: list[UUID]) -> set[UUID]:
    """The tasks whose clock has fired."""
    return set(Clock.objects.filter(kind="task", subject__in=ids).exclude(fired_at=None).values_list("subject", flat=True))
