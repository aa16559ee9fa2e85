"""Which models were adopted where. Policy is public inside the house, as places are: no row-level security, no scope."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID, uuid5

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.places.models import Place

_DAYS = Func(F("since"), F("until"), function="daterange", output_field=DateRangeField())


VERSIONS = UUID("0192f3a4-5c00-7000-8000-6361726d6f64")


def version_id(model: str, sha256: str) -> UUID:
    """The id of a version follows from its text, so that every machine that reads the same file knows the same id."""
    return uuid5(VERSIONS, f"{model} {sha256}")


class ModelVersion(Row):
    """A model's file as it once was, never changed: an adoption pins the version that was read when the place adopted it."""

    model = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["model", "sha256"], name="model_version_once"),)

    def __str__(self) -> str:
        return f"{self.model} {self.sha256[:8]}"


class DatedQuerySet[Dated: models.Model](models.QuerySet[Dated]):
    """Rows of a range of places that hold from ``since`` until before ``until``."""

    def on(self, day: date) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def touching(self, lo: int, hi: int) -> Self:
        """Those whose range has a place in common with this one."""
        return self.filter(lo__lte=hi, hi__gte=lo)


class Adoption(Row):
    """A place and all below it have adopted a version of a model, wholly (``parts`` empty) or in part, with these parameters."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    model = models.CharField(_("关爱保护模式"), max_length=40)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="adoptions")
    parts = ArrayField(models.CharField(max_length=40), verbose_name=_("采用部分"), default=list)
    parameters = models.JSONField(_("参数"), default=dict)
    since = models.DateField(_("采用日期"))
    until = models.DateField(_("停止日期"), null=True, blank=True)
    adopted_by = models.UUIDField(null=True)  # a post; None is the system
    adopted_at = models.DateTimeField(default=now)
    end_reason = models.CharField(_("停止原因"), max_length=200, blank=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")  # the one that this one changed

    objects = DatedQuerySet["Adoption"].as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="adoption_since_before_until"),
            models.CheckConstraint(condition=Q(until=None) | Q(end_reason__gt=""), name="adoption_ended_with_reason"),
            models.CheckConstraint(condition=Q(lo__lte=F("hi")), name="adoption_has_a_range"),
            ExclusionConstraint(
                name="adoption_once",
                expressions=[("place", RangeOperators.EQUAL), ("model", RangeOperators.EQUAL), (_DAYS, RangeOperators.OVERLAPS)],
            ),
        )
        indexes = (models.Index(fields=["lo", "hi"], name="adoption_range"),)

    def __str__(self) -> str:
        return f"{self.model} · {self.place}"


class OptOut(Row):
    """With the leave of the place that adopted it, a place below does without a model or parts of it."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="opt_outs")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    parts = ArrayField(models.CharField(max_length=40), default=list)  # empty: the whole model
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("停止日期"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    granted_by = models.UUIDField(null=True)
    granted_at = models.DateTimeField(default=now)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = DatedQuerySet["OptOut"].as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="opt_out_since_before_until"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="opt_out_with_reason"),
            ExclusionConstraint(
                name="opt_out_once",
                expressions=[("adoption", RangeOperators.EQUAL), ("place", RangeOperators.EQUAL), (_DAYS, RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.adoption} − {self.place}"


class OptOutRequest(Row):
    """A place asks the one that adopted a model for leave to do without it, or without parts of it. Granted where ``leave`` is set, refused where it was answered without."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="requests")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    parts = ArrayField(models.CharField(max_length=40), default=list)  # empty: the whole model
    since = models.DateField(_("开始日期"))
    reason = models.CharField(_("原因"), max_length=200)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=now)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    leave = models.OneToOneField(OptOut, on_delete=models.PROTECT, null=True, related_name="request")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reason__gt=""), name="opt_out_asked_with_reason"),
            models.CheckConstraint(condition=Q(answered_at=None, leave=None, answer="") | Q(answered_at__isnull=False), name="opt_out_answered_or_not"),
            models.CheckConstraint(condition=Q(answered_at=None) | Q(leave__isnull=False) | Q(answer__gt=""), name="opt_out_refused_with_reason"),
            models.UniqueConstraint(fields=["adoption", "place"], condition=Q(answered_at=None), name="opt_out_asked_once"),
        )

    def __str__(self) -> str:
        return f"{self.adoption} − {self.place} ?"
