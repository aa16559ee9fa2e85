"""What a child needs of a department."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.letters import codes


class Source(models.TextChoices):
    FILE = "file", _("档案")
    HAND = "hand", _("走访")
    CASE = "case", _("个案")


class Need(ScopedRow):
    """A child needs something of a department, from ``since`` until it ``ended_on`` with a ``result``. ``met_at``: the department granted it."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(_("需求"), max_length=30)
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    note_sealed = models.BinaryField(null=True)
    since = models.DateField(_("提出日期"))
    ended_on = models.DateField(_("结束日期"), null=True)
    met_at = models.DateTimeField(_("解决时间"), null=True)
    result = models.CharField(_("结果"), max_length=20, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["child", "kind"], condition=Q(ended_on=None), name="need_open_once"),
            models.CheckConstraint(condition=Q(ended_on=None, result="") | Q(ended_on__gte=F("since"), result__in=codes.NEED_END.values()), name="need_ended_with_result"),
            models.CheckConstraint(condition=Q(met_at=None) | Q(result="granted"), name="need_met_when_granted"),
            models.CheckConstraint(condition=Q(kind__in=codes.NEED.values()), name="need_kind"),
        )
        indexes = (models.Index(fields=["scope_place", "kind"], condition=Q(ended_on=None), name="need_open"),)

    def __str__(self) -> str:
        return codes.NEED[self.kind].label
