"""The mark of a demo database: known passwords exist nowhere else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

PASSWORD = "Tongxing-2026"  # noqa: S105 - printed by `make run`; accepted in a marked database only


class Demo(models.Model):
    """The one row that says: this database holds invented people. `accounts` lists {role, username, name, place} to be printed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    loaded_at = models.DateTimeField(null=True)  # None while it is being loaded
    accounts = models.JSONField(default=list)
    children = models.PositiveIntegerField(default=0)  # of a register as large as a province's; 0 is the demo county
    done = models.JSONField(default=list)  # its parts that are written
    put_back = models.JSONField(default=list)  # statements that restore what was taken off the tables while it is filled

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_demo"),)
