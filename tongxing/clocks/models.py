"""The one table of clocks. It says nothing of any child: ``subject`` is the id of whatever the clock runs for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from tongxing.ground.models import Row


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> Self:
        """Neither stopped nor fired; a paused one is among them."""
        return self.filter(stopped_at=None, fired_at=None)


class Clock(Row):
    """Something must have happened by ``due_at``, or the kind's handler hears of it, once.

    ``kind`` names the handler (``settings.CLOCKS``); ``step`` which of the subject's clocks it is; ``round`` counts how often that step
    began. A paused clock has no ``due_at`` that counts: what was left lies in ``rest``. ``failures`` counts how often the handler failed.
    """

    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    step = models.CharField(max_length=80, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    place = models.BigIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rest = models.DurationField(null=True)
    paused_why = models.CharField(max_length=200, blank=True)
    stopped_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject", "step", "round"], name="clock_once"),
            models.UniqueConstraint(fields=["kind", "subject", "step"], condition=Q(stopped_at=None, fired_at=None), name="clock_runs_once"),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="clock_due_after_start"),
            models.CheckConstraint(condition=Q(stopped_at=None) | Q(fired_at=None), name="clock_stopped_or_fired"),
            models.CheckConstraint(condition=Q(rest=None) | Q(paused_why__gt=""), name="clock_paused_with_a_reason"),
        )
        indexes = (
            models.Index(fields=["due_at"], name="clock_due", condition=Q(stopped_at=None, fired_at=None, rest=None)),
            models.Index(fields=["subject", "kind"], name="clock_of"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"
