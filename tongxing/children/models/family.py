"""Who belongs to the child: relatives, what befell them, and where parents work."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children import codes
from tongxing.children.models.child import Child
from tongxing.ground.ids import uuid7
from tongxing.ground.models import ScopedRow

PRECISIONS = ("day", "month", "year", "by")


class Relative(ScopedRow):
    """Somebody of the child's family, or the person to whom care is entrusted (被委托人).

    ``person_key`` is the same for one person in the files of several children: an action changes them together.
    ``entrusted`` is who looks after the child in the parents' stead; ``since`` None means from birth.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="relatives")
    person_key = models.UUIDField(default=uuid7, db_index=True)
    relation = models.CharField(_("关系"), max_length=2)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    sex = models.CharField(_("性别"), max_length=1, blank=True)
    born = models.DateField(_("出生日期"), null=True)
    id_number_sealed = models.BinaryField(null=True)
    id_digest = models.CharField(max_length=32, blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_digest = models.CharField(max_length=32, blank=True)
    address_sealed = models.BinaryField(null=True)
    entrusted = models.BooleanField(_("被委托人"), default=False)
    primary = models.BooleanField(_("主要联系人"), default=False)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["child", "person_key"], name="relative_once"),
            models.CheckConstraint(condition=Q(relation__in=codes.RELATION.values()), name="relative_relation"),
            models.CheckConstraint(condition=Q(since=None) | Q(until=None) | Q(since__lt=F("until")), name="relative_since_before_until"),
        )
        indexes = (models.Index(fields=["id_digest"], name="relative_by_number", condition=~Q(id_digest="")),)

    def __str__(self) -> str:
        return self.name


class Circumstance(ScopedRow):
    """What befell a relative (``codes.CIRCUMSTANCE``). ``fact_key`` is the same in the files of brothers and sisters."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="circumstances")
    relative = models.ForeignKey(Relative, on_delete=models.PROTECT, related_name="circumstances")
    fact_key = models.UUIDField(default=uuid7)
    kind = models.CharField(_("情形"), max_length=30)
    since = models.DateField(_("起始日期"), null=True)
    until = models.DateField(_("结束日期"), null=True)
    precision = models.CharField(max_length=5, default="month")
    expected_until = models.DateField(_("预计期满日期"), null=True)
    reported = models.DateField(_("公安受理日期"), null=True)
    grade = models.CharField(_("残疾等级"), max_length=1, blank=True)
    disability = models.CharField(_("残疾类别"), max_length=1, blank=True)
    evidence = ArrayField(models.CharField(max_length=30), verbose_name=_("证明材料"), default=list)
    note = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(since=None) | Q(until=None) | Q(since__lt=F("until")), name="circumstance_since_before_until"),
            models.CheckConstraint(condition=Q(precision__in=PRECISIONS), name="circumstance_precision"),
        )

    def __str__(self) -> str:
        return codes.CIRCUMSTANCE[self.kind].label


class Absence(ScopedRow):
    """One stretch of a parent away from home; ``returned`` says how it ended (``codes.RETURN_KIND``)."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="absences")
    relative = models.ForeignKey(Relative, on_delete=models.PROTECT, related_name="absences")
    fact_key = models.UUIDField(default=uuid7)
    where = models.CharField(_("外出地点"), max_length=100, blank=True)
    where_place = models.BigIntegerField(null=True)
    purpose = models.CharField(_("外出原因"), max_length=20, default="work")
    since = models.DateField(_("外出日期"))
    until = models.DateField(_("返乡日期"), null=True)
    precision = models.CharField(max_length=5, default="month")
    returned = models.CharField(_("返乡情形"), max_length=20, blank=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(until=None, returned="") | Q(since__lt=F("until"), returned__gt=""), name="absence_returned"),
            models.CheckConstraint(condition=Q(precision__in=PRECISIONS), name="absence_precision"),
            models.UniqueConstraint(fields=["relative"], condition=Q(until=None), name="absence_open_once"),
        )

    def __str__(self) -> str:
        return self.where
