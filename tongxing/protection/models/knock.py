"""How often somebody knocked at the public window."""

from __future__ import annotations

from django.db import models

from tongxing.ground.models import Row
from tongxing.ground.today import now


class Knock(Row):
    """One report or one question from outside. ``who`` is a keyed digest of the address that changes every day; nothing is kept for longer than one."""

    kind = models.CharField(max_length=12)
    who = models.CharField(max_length=32)
    place = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = (models.Index(fields=["who", "at"], name="knock_who"), models.Index(fields=["place", "at"], name="knock_place"), models.Index(fields=["at"], name="knock_at"))

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
