"""Dated facts of a child. ``until`` is exclusive; None is open."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children import codes
from tongxing.children.models.child import Child
from tongxing.children.models.family import Relative
from tongxing.ground.models import ScopedRow


class DateRange(Func):
    function = "daterange"


def one_at_a_time(name: str) -> ExclusionConstraint:
    """No two of these rows hold for a child on the same day."""
    span = DateRange(F("since"), F("until"))
    return ExclusionConstraint(name=name, expressions=[("child", RangeOperators.EQUAL), (span, RangeOperators.OVERLAPS)])


class Fact(ScopedRow):
    """A fact that holds from ``since`` until ``until``."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="%(class)ss")
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("结束日期"), null=True)

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "objects"


class Guardianship(Fact):
    """How the child is guarded (the five kinds of the 2016 form), and the entrusted guardian if there is one."""

    kind = models.CharField(_("监护类型"), max_length=20)
    entrusted = models.ForeignKey(Relative, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("被委托人"))
    note = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta(Fact.Meta):
        constraints = (one_at_a_time("guardianship_one_at_a_time"),)

    def __str__(self) -> str:
        return codes.GUARDIANSHIP[self.kind].label


class Schooling(Fact):
    """Stage, school, grade and class. ``grade`` counts within the stage (三年级 is 3 in primary school)."""

    stage = models.CharField(_("就学情况"), max_length=20)
    enrolment = models.CharField(_("学籍状态"), max_length=20, blank=True)
    school_id = models.UUIDField(null=True)  # units stand on their own floor
    school_name = models.CharField(_("就读学校"), max_length=100, blank=True)
    grade = models.PositiveSmallIntegerField(_("年级"), null=True)
    class_name = models.CharField(_("班级"), max_length=30, blank=True)
    boarding = models.CharField(_("是否寄宿"), max_length=10, blank=True)

    class Meta(Fact.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__gte=1, grade__lte=9), name="schooling_grade"),
            one_at_a_time("schooling_one_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{codes.SCHOOL_STAGE[self.stage].label} {self.school_name}".strip()


class Residence(Fact):
    """Where the child lives and with whom."""

    place = models.BigIntegerField(_("现居地"))
    address_sealed = models.BinaryField(null=True)
    living_with = models.CharField(_("现与谁共同生活"), max_length=30, blank=True)

    class Meta(Fact.Meta):
        constraints = (one_at_a_time("residence_one_at_a_time"),)

    def __str__(self) -> str:
        return str(self.place)


class Category(Fact):
    """A category of a regional scheme, reported, checked and confirmed level by level (``SCHEMES[…].about.levels``).

    ``step`` counts the levels that have said yes; ``state`` is where that leaves it. ``restricted`` rows are for the county alone.
    """

    class State(models.TextChoices):
        REPORTED = "reported", _("已上报")
        CHECKED = "checked", _("已审核")
        CONFIRMED = "confirmed", _("已认定")
        REFUSED = "refused", _("不予认定")

    scheme = models.CharField(_("分类体系"), max_length=20)
    kind = models.CharField(_("类别"), max_length=30)
    state = models.CharField(_("认定状态"), max_length=10, choices=State.choices, default=State.REPORTED)
    step = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(_("认定理由"), max_length=500, blank=True)
    evidence = ArrayField(models.CharField(max_length=30), verbose_name=_("证明材料"), default=list)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    restricted = models.BooleanField(default=False)

    class Meta(Fact.Meta):
        verbose_name_plural = "categories"
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(since__lte=F("until")), name="category_since_before_until"),
            models.UniqueConstraint(fields=["child", "scheme", "kind"], condition=Q(until=None) & ~Q(state="refused"), name="category_open_once"),
        )
        indexes = (models.Index(fields=["scheme", "kind", "scope_place"], name="category_by_place"),)

    def __str__(self) -> str:
        return codes.SCHEMES[self.scheme].kinds[self.kind].label


class Consent(Fact):
    """The basis on which the child's information is processed: a statutory duty, or a guardian's consent, until withdrawn."""

    kind = models.CharField(_("依据"), max_length=20)
    given_by = models.CharField(_("同意人"), max_length=60, blank=True)
    document_id = models.UUIDField(null=True)
    refused = models.BooleanField(_("拒绝"), default=False)

    class Meta(Fact.Meta):
        constraints = (models.UniqueConstraint(fields=["child", "kind"], condition=Q(until=None), name="consent_open_once"),)

    def __str__(self) -> str:
        return codes.CONSENT[self.kind].label


class Determination(Fact):
    """An official determination (人工认定) beside the rule's result; in force once the county has approved it."""

    status = models.CharField(_("身份状态"), max_length=30)
    holds = models.BooleanField(_("认定为"))
    reason = models.CharField(_("理由"), max_length=500)
    approved_on = models.DateField(_("批准日期"), null=True)
    refused_on = models.DateField(_("不批准日期"), null=True)

    class Meta(Fact.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(reason__gt=""), name="determination_has_a_reason"),
            models.CheckConstraint(condition=Q(approved_on=None) | Q(refused_on=None), name="determination_approved_or_refused"),
            models.CheckConstraint(condition=Q(until=None) | Q(since__lte=F("until")), name="determination_since_before_until"),
        )

    def __str__(self) -> str:
        return codes.STATUS[self.status].label


class StatusPeriod(ScopedRow):
    """A stretch on which a status holds: ``derived`` as the rule finds it, ``stands`` after official determinations.

    Written by ``actions.recompute`` alone. An age ends every status, so ``until`` is always known.
    """

    class Origin(models.TextChoices):
        DERIVED = "derived"
        STANDS = "stands"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="status_periods")
    status = models.CharField(max_length=30)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    since = models.DateField()
    until = models.DateField()
    why = models.JSONField(default=list)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="status_since_before_until"),
            models.UniqueConstraint(fields=["child", "origin", "status", "since"], name="status_once"),
        )
        indexes = (
            models.Index(fields=["status", "scope_place", "until"], name="status_by_place", condition=Q(origin="stands")),
            models.Index(fields=["until"], name="status_until"),
        )

    def __str__(self) -> str:
        return codes.STATUS[self.status].label
