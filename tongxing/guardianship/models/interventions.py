"""What was done about a guardian who does not guard: admonished, reprimanded, punished, prosecuted."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children.models import Child
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.guardianship import codes


def open_to(active: scope.Scope) -> Q:
    """Restricted rows are for the posts that are named, and for the system's own steps."""
    if active.post_id is None:
        return Q()
    return Q(restricted=False) | Q(named__contains=[active.post_id])


class RestrictedManager[Model: models.Model](ScopedManager[Model]):
    def get_queryset(self) -> models.QuerySet[Model]:
        return super().get_queryset().filter(open_to(scope.current()))


class Intervention(ScopedRow):
    """One measure against one guardian for one child; ``act_key`` is the same in the rows of brothers and sisters.

    What had happened, what was said and what became of it lie sealed under the child's key. ``restricted``: for the posts ``named`` alone.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="interventions")
    act_key = models.UUIDField(default=uuid7)
    kind = models.CharField(_("措施"), max_length=20)
    authority = models.CharField(_("作出机关"), max_length=20)
    given_by = models.CharField(_("经办人"), max_length=60)
    person_key = models.UUIDField()
    person_name = models.CharField(_("对象"), max_length=60)
    relation = models.CharField(_("与孩子的关系"), max_length=2)
    on = models.DateField(_("日期"))
    about: Any = ArrayField(models.CharField(max_length=20), verbose_name=_("事由"))
    facts_sealed = models.BinaryField()
    words_sealed = models.BinaryField(null=True)
    number = models.CharField(_("文书编号"), max_length=60, blank=True)
    refusing_since = models.DateField(_("从什么时候起不履行"), null=True)
    heeded = models.CharField(_("是否改正"), max_length=10, blank=True)
    heeded_on = models.DateField(_("查看日期"), null=True)
    found_sealed = models.BinaryField(null=True)
    next_check = models.DateField(_("下次查看日期"), null=True)
    case_id = models.UUIDField(null=True)
    restricted = models.BooleanField(_("仅指定人员可见"), default=False)
    named: Any = ArrayField(models.UUIDField(), default=list)
    voided_on = models.DateField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)
    merged_from = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)

    objects: ClassVar[RestrictedManager[Self]] = RestrictedManager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["act_key", "child"], name="intervention_once"),
            models.CheckConstraint(condition=Q(kind__in=codes.MEASURE.values()), name="intervention_kind"),
            models.CheckConstraint(condition=Q(authority__in=codes.AUTHORITY.values()), name="intervention_authority"),
            models.CheckConstraint(condition=Q(heeded="", heeded_on=None) | Q(heeded__in=codes.HEEDED.values(), heeded_on__gte=F("on")), name="intervention_heeded_when"),
            models.CheckConstraint(condition=Q(refusing_since=None) | Q(refusing_since__lte=F("on")), name="intervention_refusing_before"),
            models.CheckConstraint(condition=Q(voided_on=None, void_reason="") | Q(voided_on__isnull=False, void_reason__gt=""), name="intervention_voided_with_reason"),
        )
        indexes = (
            models.Index(fields=["child", "-on"], name="intervention_of_child"),
            models.Index(fields=["scope_place", "-on", "id"], name="intervention_by_place"),
            models.Index(fields=["scope_place", "next_check"], name="intervention_to_check", condition=Q(next_check__isnull=False, voided_on=None)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    def binding(self, field: str) -> str:
        return f"intervention:{self.id}:{field}"
