"""Promises (工作任务), what discharged them, and the numbers that boards read. Only ``duties.actions`` writes them.

No foreign keys from the duties themselves: a month of a province is eight million rows, and what they name is never removed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.caremodels import shapes
from tongxing.duties import packing
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.log.models import SubjectKind


class EndReason(models.TextChoices):
    """Why a promise that was not kept is asked no more."""

    CONDITION = "condition", _("不再符合条件")
    LEFT = "left", _("已退出")
    RULE = "rule", _("模式已停止")
    SUSPENDED = "suspended", _("暂缓期间已过")
    VOID = "void", _("触发记录已作废")
    WITHDRAWN = "withdrawn", _("方案已取消")


class Rule(models.Model):
    """A duty of a care model as it is in force in the places from ``lo`` to ``hi``: what the rows of duties name by a small number.

    ``spec`` is the whole of it with parameters filled in, ``digest`` over it and the places: the same rule is written once. Immutable but
    for ``until``.
    """

    id = models.AutoField(primary_key=True)
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    model = models.CharField(max_length=60)
    version_id = models.UUIDField()
    duty = models.CharField(max_length=60)
    obligation = models.CharField(max_length=120)
    who = models.CharField(max_length=60)
    about = models.CharField(max_length=10, choices=SubjectKind.choices)
    spec = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["lo", "hi"], name="rule_places"),)
        constraints = (models.CheckConstraint(condition=Q(lo__lte=F("hi")), name="rule_lo_before_hi"),)

    def __str__(self) -> str:
        return f"{self.model}.{self.duty}"

    @property
    def shape(self) -> shapes.Duty:
        """The duty as the model says it."""
        found: shapes.Duty | None = self.__dict__.get("_shape")
        if found is None:
            found = self.__dict__["_shape"] = packing.unpack(self.spec)
        return found


class Opening(models.Model):
    """A window of a rule has been opened for a county: newcomers of a later day are asked for their share of it only."""

    id = models.BigAutoField(primary_key=True)
    county = models.BigIntegerField()
    rule_id = models.IntegerField()
    window = models.CharField(max_length=60)
    window_from = models.DateField()
    window_until = models.DateField()
    on = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["county", "rule_id", "window"], name="opening_once"),)

    def __str__(self) -> str:
        return f"{self.county} {self.rule_id} {self.window}"


OPEN = Q(done__lt=F("need"), ended_on=None, waived_on=None)
OPEN_SQL = "done < need AND ended_on IS NULL AND waived_on IS NULL"


def overdue_at(at: datetime) -> Q:
    """Open, not resting, and past its time."""
    return OPEN & Q(due__lte=at, suspended_on=None)


class Duty(ScopedRow):
    """A promise about one subject in one window: ``need`` times, ``done`` so far, ``due`` at the end of it.

    The id is ``rules.window_id``. ``since`` is the day from which it counts for this subject. Overdue is a comparison with now. It is open
    while ``OPEN`` holds; ``ended_on`` is when it stopped being asked, ``waived_on`` when a superior let it be (本期免办), ``suspended_on``
    since when it rests (暂缓). ``opened_by`` is the entry that raised the event.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    rule_id = models.IntegerField()
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField()
    child_id = models.UUIDField(null=True)
    place = models.BigIntegerField()
    scope_place = models.BigIntegerField()
    window = models.CharField(max_length=80)
    window_from = models.DateField()
    window_until = models.DateField()
    since = models.DateField()
    need = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    known_at = models.DateTimeField(null=True)  # when the event was known from which the deadline runs
    assigned_to = models.UUIDField(null=True)  # the person, where it is not the role's holder
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=10, blank=True, choices=EndReason.choices)
    waived_on = models.DateField(null=True)
    waive_reason = models.CharField(_("免办原因"), max_length=200, blank=True)
    rested = models.PositiveSmallIntegerField(default=0)  # days of suspensions that are over
    suspended_on = models.DateField(null=True)
    suspend_reason = models.CharField(_("暂缓原因"), max_length=200, blank=True)
    urged = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child="subject_id")  # a child is its own subject, and there the index is

    class Meta:
        verbose_name_plural = "duties"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["subject_id", "due"], name="duty_subject"),
            models.Index(fields=["scope_place", "due"], name="duty_place"),
            models.Index(fields=["assigned_to"], name="duty_assigned", condition=Q(assigned_to__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(need__gte=1), name="duty_asks_for_something"),
            models.CheckConstraint(condition=Q(window_from__lt=F("window_until")), name="duty_window"),
            models.CheckConstraint(condition=Q(child_id=None) ^ Q(subject_kind="child", subject_id=F("child_id")), name="duty_child_is_subject"),
            models.CheckConstraint(condition=Q(ended_on=None, end_reason="") | Q(ended_on__isnull=False, end_reason__gt=""), name="duty_ended_with_reason"),
            models.CheckConstraint(condition=Q(waived_on=None, waive_reason="") | Q(waived_on__isnull=False, waive_reason__gt=""), name="duty_waived_with_reason"),
            models.CheckConstraint(condition=Q(suspended_on=None, suspend_reason="") | Q(suspended_on__isnull=False, suspend_reason__gt=""), name="duty_suspended_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.window}"

    @property
    def is_open(self) -> bool:
        return self.done < self.need and self.ended_on is None and self.waived_on is None

    @property
    def left(self) -> int:
        """How often it is still to be done."""
        return self.need - self.done if self.is_open else 0

    def overdue(self, at: datetime) -> bool:
        return self.is_open and self.suspended_on is None and self.due <= at


class PartOfDuty(ScopedRow):
    """What belongs to a duty, and moves with it."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="%(class)ss")
    child_id = models.UUIDField(null=True)

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "objects"


class Discharge(PartOfDuty):
    """An entry counts for a duty. Gone when the entry is void: the journal keeps that."""

    entry_id = models.UUIDField()
    on = models.DateField()

    class Meta(PartOfDuty.Meta):
        constraints = (models.UniqueConstraint(fields=["duty", "entry_id"], name="discharge_once"),)
        indexes = (models.Index(fields=["entry_id"], name="discharge_entry"),)

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.duty_id}"


class Urge(PartOfDuty):
    """Somebody above asked when it will be done (催办)."""

    at = models.DateTimeField(default=now)
    by = models.UUIDField()  # the person
    by_name = models.CharField(max_length=60)

    class Meta(PartOfDuty.Meta):
        indexes = (models.Index(fields=["duty", "-at"], name="urge_duty"),)

    def __str__(self) -> str:
        return f"{self.by_name} {self.at}"


class Suspension(ScopedRow):
    """A child's promises rest (hospital, away with parents): those that are open, and those that open until it ends."""

    child_id = models.UUIDField()
    since = models.DateField()
    until = models.DateField(null=True)
    expected = models.DateField(null=True)  # the day on which it should go on, as far as one knew
    reason = models.CharField(_("暂缓原因"), max_length=200)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["child_id"], condition=Q(until=None), name="suspension_open_once"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="suspension_has_a_reason"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="suspension_since_before_until"),
        )

    def __str__(self) -> str:
        return self.reason


class Tally(models.Model):
    """How the promises of one village, rule and window stand; ``due`` is a part of the key, so that overdue stays a comparison."""

    pk = models.CompositePrimaryKey("scope_place", "rule_id", "window_from", "due")
    scope_place = models.BigIntegerField()  # the place of the subjects: a village, or above
    rule_id = models.IntegerField()
    window_from = models.DateField()
    due = models.DateTimeField()
    window_until = models.DateField()
    asked = models.IntegerField()  # in force, waived ones not counted
    kept = models.IntegerField()
    resting = models.IntegerField()  # open and suspended
    waived = models.IntegerField()
    urged = models.IntegerField()  # open and urged at least once

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        verbose_name_plural = "tallies"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (models.Index(fields=["window_until", "scope_place"], name="tally_window"),)

    def __str__(self) -> str:
        return f"{self.scope_place} {self.rule_id} {self.window_from}: {self.kept}/{self.asked}"


class Mark(models.Model):
    """A tally that is to be counted anew. A trigger on the duties writes it, so that nothing can forget to."""

    id = models.BigAutoField(primary_key=True)
    village = models.BigIntegerField()
    rule_id = models.IntegerField()
    window_from = models.DateField()
    due = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.village} {self.rule_id}"


class Verification(Row):
    """So many stored duties were held against the oracle, so many differed. Speaks of no single child."""

    at = models.DateTimeField(default=now)
    on = models.DateField()
    duties = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    tallies = models.PositiveIntegerField(default=0)  # that were not those of the rows
    seconds = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["-at"], name="duties_verified"),)

    def __str__(self) -> str:
        return f"{self.on}: {self.differing}/{self.duties}"
