"""What a look over the stored statuses of all children found."""

from __future__ import annotations

from django.db import models

from tongxing.ground.models import Row
from tongxing.ground.today import now


class Verification(Row):
    """So many files were held against the rule, so many of them said otherwise. Speaks of no single child."""

    at = models.DateTimeField(default=now)
    on = models.DateField()
    files = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    mended = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["-at"], name="verification_newest"),)
        constraints = (models.CheckConstraint(condition=models.Q(differing__lte=models.F("files")), name="verification_counts"),)

    def __str__(self) -> str:
        return f"{self.on}: {self.differing}/{self.files}"
