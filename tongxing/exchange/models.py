"""Another office's blank sheet as the county keeps it. Its content is sealed with a key of its own: examples in it may be real children."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.exchange import sources
from tongxing.exchange.national.catalogue import UPLOAD
from tongxing.exchange.recognising import Plan
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now, today
from tongxing.ledgers.catalogue import Catalogue


class Use(models.TextChoices):
    OFFICE = "office", _("别的单位的表")
    NATIONAL = "national", _("全国系统的上报表样")


class Sheet(ScopedRow):
    """套表: a blank workbook, whose office it is, and what its columns are filled with. A newer version takes the place of an older one.

    ``use`` NATIONAL: the layout in which the county sends up to the national system, in place of the one that ships with the program.
    """

    use = models.CharField(max_length=10, choices=Use.choices, default=Use.OFFICE)
    title = models.CharField(_("名称"), max_length=60)
    recipient = models.CharField(_("交给谁"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=100)
    since = models.DateField(_("启用日期"), default=today)
    until = models.DateField(null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="earlier")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("更新时间"), default=now)
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    plans = models.JSONField(default=list)
    remarks = models.JSONField(default=list)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="sheet_since_before_until"),
            models.CheckConstraint(condition=Q(replaced_by=None) | Q(until__isnull=False), name="sheet_replaced_has_ended"),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="sheet_use"),
            models.UniqueConstraint(fields=["scope_place"], condition=Q(use="national", until=None), name="sheet_one_national"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(recipient="") & ~Q(purpose=""), name="sheet_says_what_for"),
        )
        indexes = (models.Index(fields=["scope_place", "-at"], condition=Q(until=None), name="sheet_by_place"),)

    @property
    def catalogue(self) -> Catalogue:
        """What its columns can be filled with."""
        return UPLOAD if self.use == Use.NATIONAL else sources.catalogue()

    @property
    def all_plans(self) -> list[Plan]:
        return [Plan.from_data(each) for each in self.plans]

    @property
    def ready(self) -> bool:
        """Whether anything of a child would be written into it."""
        return any(plan.used for plan in self.all_plans)
