"""The rosters that classes hand in."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.units.models import Unit


class Roster(ScopedRow):
    """What a class's roster of a term said, as numbers alone: whoever is not on the register is counted and not kept.

    It belongs to the place where the school stands. A roster that comes again replaces the one before.
    """

    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    term = models.DateField()  # its first day
    stage = models.CharField(_("学段"), max_length=20)
    grade = models.PositiveSmallIntegerField(_("年级"))
    class_name = models.CharField(_("班级"), max_length=40)
    head_teacher = models.CharField(_("班主任"), max_length=60, blank=True)
    pupils = models.PositiveIntegerField(_("学生人数"))
    left_behind = models.PositiveIntegerField(_("学校摸底留守"))
    on_register = models.PositiveIntegerField(_("在册"))
    run = models.UUIDField()  # the import
    at = models.DateTimeField(default=now)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["school", "term", "stage", "grade", "class_name"], name="roster_once"),
            models.CheckConstraint(condition=Q(left_behind__lte=F("pupils")) & Q(on_register__lte=F("pupils")), name="roster_counts"),
        )

    def __str__(self) -> str:
        return self.class_name
