"""How a case is judged: at least two assessments, and the conclusion that a person confirms."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.protection.models.case import Case, OfCase


class Assessment(Row):
    """What one assessor found by one scale. Never changed: another look is another assessment, of the next ``round``."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    child_id = models.UUIDField(null=True)
    scale = models.CharField(max_length=40)
    version = models.CharField(max_length=64)  # of the scale's file
    round = models.PositiveSmallIntegerField(default=1)
    assessor = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("评估人"))
    at = models.DateTimeField(default=now)
    answers_sealed = models.BinaryField()
    points = models.IntegerField(_("得分"))
    band = models.CharField(_("等级"), max_length=20)

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (models.Index(fields=["case", "round"], name="assessment_case"),)

    def __str__(self) -> str:
        return f"{self.scale} {self.points}"

    @property
    def binding(self) -> str:
        return f"assessment:{self.id}"


class Conclusion(Row):
    """What a person confirmed after at least two assessments of a round: the band, why, when to look again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conclusions")
    round = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=40)
    band = models.CharField(_("等级"), max_length=20)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    why_sealed = models.BinaryField()
    review_on = models.DateField(_("下次评估"), null=True)

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["case", "round"], name="conclusion_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.band}"

    @property
    def binding(self) -> str:
        return f"conclusion:{self.id}"
