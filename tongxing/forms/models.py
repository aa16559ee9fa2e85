"""The versions of form definitions. An entry names the one that it was written with; a version is never changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxing.ground.models import Row
from tongxing.ground.today import now


class FormVersion(Row):
    """One definition as it was from a moment on. ``content`` is what its file says."""

    kind = models.CharField(_("工作种类"), max_length=40)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "number"], name="form_version_number"),
            models.UniqueConstraint(fields=["kind", "sha256"], name="form_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
