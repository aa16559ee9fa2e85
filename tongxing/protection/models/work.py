"""What is to be done in a case, and where a child was put into safety."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.protection.models.case import Case, OfCase


class Task(Row):
    """A step of an emergency branch, a measure of help, or something else to be done in a case.

    ``source``: ``branch`` and ``step`` name the checklist's, ``measure`` the catalogue's. ``owner`` does it by ``due_at``; ``result`` is
    sealed. It ends as done, or as skipped with a reason. ``duty_id``: the promise that it became on its owner's list.
    """

    class Kind(models.TextChoices):
        STEP = "step", _("应急步骤")
        MEASURE = "measure", _("帮扶措施")
        OTHER = "other", _("其他任务")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    branch = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=40, blank=True)  # of the branch, or the measure
    name = models.CharField(_("任务"), max_length=120)
    child_id = models.UUIDField(null=True)
    role = models.CharField(max_length=40, blank=True)  # whose it usually is
    owner = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("责任人"))
    required = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(_("期限"), null=True)
    done_at = models.DateTimeField(_("办结时间"), null=True)
    done_by = models.UUIDField(null=True)  # the post
    skipped = models.BooleanField(default=False)
    result_sealed = models.BinaryField(null=True)
    duty_id = models.UUIDField(null=True)

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=["step", "measure", "other"]), name="task_kind"),
            models.CheckConstraint(condition=Q(skipped=False) | Q(done_at__isnull=False, result_sealed__isnull=False), name="task_skipped_with_a_reason"),
        )
        indexes = (
            models.Index(fields=["case", "order"], name="task_case"),
            models.Index(fields=["owner", "due_at"], name="task_waiting", condition=Q(done_at=None)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def binding(self) -> str:
        return f"task:{self.id}"


class Placement(Row):
    """Where a child was put into safety for the time being (临时监护、临时安置), from–until."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="placements")
    child_id = models.UUIDField(null=True)
    kind = models.CharField(_("安置方式"), max_length=40)
    since = models.DateTimeField(_("开始"))
    until = models.DateTimeField(_("结束"), null=True)
    sealed = models.BinaryField(null=True)  # with whom, where, by whose order
    by = models.UUIDField(null=True)

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="placement_since_before_until"),)
        indexes = (models.Index(fields=["case", "since"], name="placement_case"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"

    @property
    def binding(self) -> str:
        return f"placement:{self.id}"
