"""Returns (报表): a place's tables of one statistical date, frozen as they were sent up. Only ``figures.actions`` writes them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from tongxing.figures.states import TONES, State
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now, today

QUARTERS = (noop("%(year)s年第一季度"), noop("%(year)s年第二季度"), noop("%(year)s年第三季度"), noop("%(year)s年第四季度"))


class Kind(models.TextChoices):
    QUARTER = "quarter", _("季报")
    YEAR = "year", _("年报")


class Direction(models.TextChoices):
    IN = "in", _("增加")
    OUT = "out", _("减少")


class Return(ScopedRow):
    """What one place reports for one period. ``scope_place`` is the place itself, a township or above.

    ``on`` is the statistical date (统计时点): facts as of its end. ``definitions`` keeps id, version and headings of every table,
    so that a frozen sheet reads the same after a definition has changed. ``sha256`` is taken over all its rows.
    """

    kind = models.CharField(_("报表期"), max_length=10, choices=Kind.choices)
    since = models.DateField(_("起始日期"))
    on = models.DateField(_("统计时点"))
    due = models.DateField(_("上报期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    comment = models.CharField(_("意见"), max_length=500, blank=True)
    definitions = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(_("填报人"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(_("确认人"), max_length=60, blank=True)
    urged_at = models.DateTimeField(_("催报时间"), null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["scope_place", "kind", "on"], name="return_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="return_state"),
            models.CheckConstraint(condition=Q(since__lt=F("on")), name="return_since_before_on"),
            models.CheckConstraint(condition=Q(due__gte=F("on")), name="return_due_after_on"),
            models.CheckConstraint(
                condition=Q(state__in=(State.OPEN, State.RETURNED), sha256="", submitted_at=None)
                | Q(state__in=(State.SUBMITTED, State.CONFIRMED), sha256__gt="", submitted_at__isnull=False),
                name="return_sent_is_sealed",
            ),
            models.CheckConstraint(condition=Q(confirmed_at=None) ^ Q(state=State.CONFIRMED), name="return_confirmed"),
            models.CheckConstraint(condition=~Q(state=State.RETURNED) | Q(comment__gt=""), name="return_returned_with_comment"),
        )
        indexes = (models.Index(fields=["kind", "on", "scope_place"], name="return_period"),)

    def __str__(self) -> str:
        return period_name(self.kind, self.on)

    @property
    def tone(self) -> str:
        return "red" if self.late else TONES[State(self.state)]

    @property
    def frozen(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def stored(self) -> bool:
        """Whether its numbers are kept; otherwise they are counted as one looks."""
        return self.state in (State.SUBMITTED, State.CONFIRMED)

    @property
    def late(self) -> bool:
        return self.state in (State.OPEN, State.RETURNED) and today() > self.due


def period_name(kind: str, on: date) -> str:
    """2026年第三季度."""
    if kind == Kind.YEAR:
        return _now("%(year)s年") % {"year": on.year}
    return _now(QUARTERS[(on.month - 1) // 3]) % {"year": on.year}


class Rollup(models.Model):
    """The cells of one place in one table as they stood at the last refresh: what a province's page reads instead of a million files."""

    pk = models.CompositePrimaryKey("table", "scope_place")
    table = models.CharField(max_length=60)
    scope_place = models.BigIntegerField()  # the place itself, of any level
    cells = ArrayField(models.IntegerField())

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (models.Index(fields=["scope_place"], name="rollup_place"),)

    def __str__(self) -> str:
        return f"{self.table} {self.scope_place}"


class RollupMark(models.Model):
    """One row: up to which transaction of the journal the roll-up has counted, for which day, by which definitions."""

    id = models.SmallIntegerField(primary_key=True)
    xid = models.BigIntegerField()
    on = models.DateField()
    version = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.on} {self.at}"


class ReturnPart(ScopedRow):
    """What belongs to a return; gone when it is counted anew, never changed once it is confirmed (a trigger holds that)."""

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "objects"


class ReturnRow(ReturnPart):
    """The cells of one place in one table, or in one category of the movement (``table`` is then ``movement:left_behind``)."""

    report = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=60)
    place = models.BigIntegerField()
    cells = models.JSONField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ReturnPart.Meta):
        constraints = (models.UniqueConstraint(fields=["report", "table", "place"], name="return_row_once"),)


class Member(ReturnPart):
    """One child that was counted in a category at the statistical date, and where: the next period's opening."""

    report = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="members")
    category = models.CharField(max_length=60)
    child_id = models.UUIDField()
    place = models.BigIntegerField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ReturnPart.Meta):
        constraints = (models.UniqueConstraint(fields=["report", "category", "child_id"], name="return_member_once"),)
        indexes = (models.Index(fields=["child_id"], name="return_member_child"),)


class Movement(ReturnPart):
    """One child that came into a category or left it: why, and with effect from when.

    ``correction``: the fact is older than the period; it was recorded after that one had been frozen (更正).
    """

    report = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="movements")
    category = models.CharField(max_length=60)
    child_id = models.UUIDField()
    place = models.BigIntegerField()
    direction = models.CharField(max_length=3, choices=Direction.choices)
    reason = models.CharField(max_length=20)
    effective = models.DateField(null=True)
    correction = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=60, blank=True)
    recorded = models.CharField(max_length=40, blank=True)  # the journal's verb

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ReturnPart.Meta):
        constraints = (
            models.UniqueConstraint(fields=["report", "category", "child_id", "direction"], name="return_movement_once"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="return_movement_direction"),
        )
