"""Starting, stopping and resting clocks, in the transaction of the act that does so."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from tongxing.clocks.models import Clock, ClockQuerySet
from tongxing.ground.today import now

NOTHING = timedelta(0)


@transaction.atomic
def start(*, kind: str, subject: UUID, due_at: datetime, place: int, step: str = "", started_at: datetime | None = None) -> Clock:
    """Have the kind's handler hear of it at ``due_at``, unless the clock is stopped before. One that runs already goes on as it is."""
    rows = Clock.objects.filter(kind=kind, subject=subject, step=step)
    if running := rows.running().first():
        return running
    began = min(started_at or now(), due_at)
    last = rows.aggregate(last=Max("round"))["last"] or 0
    made, _new = Clock.objects.get_or_create(
        kind=kind, subject=subject, step=step, round=last + 1, defaults={"started_at": began, "due_at": due_at, "place": place}
    )  # two at once: the second finds the first one's
    return made


@transaction.atomic
def stop(*, kind: str, subject: UUID, step: str | None = None) -> int:
    """It has happened (``step`` None: all of the subject's); returns how many clocks ran."""
    return _running(kind, subject, step).update(stopped_at=now())


@transaction.atomic
def pause(*, kind: str, subject: UUID, why: str, step: str | None = None) -> int:
    """Nothing falls due until ``resume``; what is left of the time is kept."""
    rows = list(_running(kind, subject, step).filter(rest=None).select_for_update())
    for clock in rows:
        clock.rest, clock.paused_why = max(clock.due_at - now(), NOTHING), why[:200]
    return Clock.objects.bulk_update(rows, ["rest", "paused_why"]) if rows else 0


@transaction.atomic
def resume(*, kind: str, subject: UUID, step: str | None = None) -> int:
    """Go on with what was left when it was paused."""
    rows = list(_running(kind, subject, step).exclude(rest=None).select_for_update())
    for clock in rows:
        assert clock.rest is not None
        clock.due_at, clock.rest, clock.paused_why = now() + clock.rest, None, ""
    return Clock.objects.bulk_update(rows, ["due_at", "rest", "paused_why"]) if rows else 0


def _running(kind: str, subject: UUID, step: str | None) -> ClockQuerySet:
    rows = ClockQuerySet(Clock).filter(kind=kind, subject=subject).running()
    return rows if step is None else rows.filter(step=step)
