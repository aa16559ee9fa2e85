"""The tables of units. They are public: no row-level security, no scope."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Person
from tongxing.ground.models import Row
from tongxing.places.models import Place
from tongxing.units import codes
from tongxing.units.rules import ClassKey, class_name


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of units that name their meaning."""

    def valid(self, on: date) -> Self:
        """Units that exist on that day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gt=on))

    def within(self, lo: int, hi: int) -> Self:
        return self.filter(place__code__range=(lo, hi))


class Unit(Row):
    """A school, department, organisation or children's home. ``place`` is where it stands, or the place it serves (a county's police office).

    ``keeper`` is who is in charge of a home; None is the child director of its village.

    ``name`` is what it is called now; ``UnitName`` holds what it was called before. The key columns are compared by byte.
    """

    kind = models.CharField(_("类型"), max_length=20)
    name = models.CharField(_("名称"), max_length=100, db_collation="C")
    pinyin = models.CharField(max_length=500, db_collation="C")
    initials = models.CharField(max_length=100, db_collation="C")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地"))
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("上级单位"))
    stages = ArrayField(models.CharField(max_length=20), verbose_name=_("学段"), default=list, blank=True)
    boarding = models.BooleanField(_("有寄宿"), default=False)
    department = models.CharField(_("部门"), max_length=30, blank=True)
    keeper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("儿童之家负责人"))
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_until = models.DateField(_("撤销日期"), null=True, blank=True)
    end_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["kind", "name"], name="unit_by_name"),
            models.Index(fields=["kind", "pinyin"], name="unit_by_pinyin"),
            models.Index(fields=["kind", "initials"], name="unit_by_initials"),
            models.Index(fields=["place", "kind", "name"], name="unit_by_place"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=codes.KIND.values()), name="unit_kind"),
            models.CheckConstraint(condition=Q(name__gt=""), name="unit_has_a_name"),
            models.CheckConstraint(condition=Q(kind="school") | Q(stages=[]), name="unit_stages_of_schools"),
            models.CheckConstraint(condition=Q(kind="department", department__in=codes.DEPARTMENT.values()) | (~Q(kind="department") & Q(department="")), name="unit_department"),
            models.CheckConstraint(condition=Q(kind="home") | Q(keeper=None), name="unit_keeper_of_homes"),
            models.CheckConstraint(condition=Q(valid_until=None, end_reason="") | Q(valid_until__isnull=False, end_reason__gt=""), name="unit_closed_with_reason"),
            models.CheckConstraint(condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")), name="unit_validity"),
            models.UniqueConstraint(fields=["place", "kind", "name"], condition=Q(valid_until=None), name="unit_once"),
        )

    def __str__(self) -> str:
        return self.name

    def closed(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until <= on

    @property
    def kind_label(self) -> str:
        return codes.KIND.text(self.kind)

    @property
    def stage_labels(self) -> list[str]:
        return [codes.STAGE.text(stage) for stage in self.stages]


class UnitName(Row):
    """What a unit was called until a day (not that day itself)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=100, db_collation="C", db_index=True)
    until = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "until"], name="unit_name_once"),)

    def __str__(self) -> str:
        return self.name


class SchoolClass(Row):
    """A class of one school year (named by the year in which it began)."""

    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="classes")
    year = models.PositiveSmallIntegerField(_("学年"))
    stage = models.CharField(_("学段"), max_length=20)
    grade = models.PositiveSmallIntegerField(_("年级"))
    number = models.PositiveSmallIntegerField(_("班号"))

    class Meta:
        verbose_name_plural = "school classes"
        ordering = ("year", "stage", "grade", "number")
        constraints = (
            models.UniqueConstraint(fields=["school", "year", "stage", "grade", "number"], name="class_once"),
            models.CheckConstraint(condition=Q(stage__in=codes.STAGE.values()), name="class_stage"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=9), name="class_grade"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=60), name="class_number"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stage_label(self) -> str:
        return codes.STAGE.text(self.stage)

    @property
    def key(self) -> ClassKey:
        return ClassKey(self.stage, self.grade, self.number)

    @property
    def name(self) -> str:
        return class_name(self.key)
