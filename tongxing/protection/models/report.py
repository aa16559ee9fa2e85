"""What alarms someone, how it is told on, and who is on duty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.protection import codes
from tongxing.protection.models.case import Case, OfCase


class Report(Row):
    """One report. Several about the same child or the same event stand in one case, each with its number; none is merged away.

    ``told_at`` is when it really was reported, ``at`` when it was entered; ``happened_at`` when it happened, as far as known.
    ``police_*``: what was already done by telephone (已拨110). ``sealed``: the words, the exact place, who reported and how to reach
    them, the officer's name. ``code`` is the keyed digest of the number with which the reporter asks for the outcome.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(_("受理编号"), max_length=20, unique=True)
    code = models.CharField(max_length=32, blank=True)
    channel = models.CharField(_("渠道"), max_length=12)
    situation = models.CharField(_("情形"), max_length=40)
    place = models.BigIntegerField(_("地点"))
    child_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    anonymous = models.BooleanField(_("匿名"), default=False)
    happened_at = models.DateTimeField(_("发生时间"), null=True)
    told_at = models.DateTimeField(_("报告时间"))
    at = models.DateTimeField(_("登记时间"), default=now)
    police_at = models.DateTimeField(_("报警时间"), null=True)
    police_number = models.CharField(_("警情编号"), max_length=40, blank=True)
    entry_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)
    sent = models.CharField(max_length=32, blank=True)  # a keyed digest of what it says
    praised_at = models.DateTimeField(null=True)
    praised_by = models.UUIDField(null=True)
    refused: Sequence[str] = ()  # of the act that wrote it: a sentence for each file that could not be kept

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(channel__in=codes.CHANNEL.values()), name="report_channel"),
            models.CheckConstraint(condition=Q(police_number="") | Q(police_at__isnull=False), name="report_police_number_at_a_time"),
            models.CheckConstraint(condition=Q(told_at__lte=F("at")), name="report_told_before_entered"),
            models.CheckConstraint(condition=Q(anonymous=False) | Q(post=None, person_id=None), name="report_anonymous_names_nobody"),
            models.UniqueConstraint(fields=["entry_id", "situation"], condition=Q(entry_id__isnull=False), name="report_of_an_entry_once"),
        )
        indexes = (
            models.Index(fields=["case", "at"], name="report_case"),
            models.Index(fields=["child_id", "-at"], name="report_child", condition=Q(child_id__isnull=False)),
            models.Index(fields=["sent", "-at"], name="report_sent"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def binding(self) -> str:
        return f"report:{self.id}"


class Hop(Row):
    """One link of a chain reaches one post: told, seen, acknowledged; or nobody did in time (``lapsed_at``).

    ``chain`` is the care model's, ``window`` for the intake itself; ``link`` counts from 0. ``outside``: no post to tell, it goes by hand
    (a notice sheet, a telephone call: ``by_hand_at``). ``vacant``: nobody holds the role. ``decision``: passed on, or held with a reason.
    """

    class Decision(models.TextChoices):
        PASSED = "passed", _("确认并继续上报")
        HELD = "held", _("确认，不再上报")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hops")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="hops")
    chain = models.CharField(max_length=60)
    link = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    outside = models.BooleanField(default=False)
    vacant = models.BooleanField(default=False)
    told_at = models.DateTimeField(_("告知时间"), default=now)
    due_at = models.DateTimeField(_("应在何时以前确认"), null=True)
    seen_at = models.DateTimeField(_("看到时间"), null=True)
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True)
    acknowledged_by = models.UUIDField(null=True)  # the post
    lapsed_at = models.DateTimeField(_("超时"), null=True)
    by_hand_at = models.DateTimeField(_("当面或电话告知"), null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    sealed = models.BinaryField(null=True)  # the reason of a decision; whom one spoke to

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["report", "chain", "link", "role", "post"], name="hop_once"),
            models.UniqueConstraint(fields=["report", "chain", "link", "role"], condition=Q(post=None), name="hop_to_nobody_once"),
            models.CheckConstraint(condition=Q(post=None) | Q(outside=False, vacant=False), name="hop_to_a_post_or_not"),
            models.CheckConstraint(condition=Q(acknowledged_at=None, decision="") | (Q(acknowledged_at__isnull=False) & ~Q(decision="")), name="hop_acknowledged_with_a_decision"),
        )
        indexes = (
            models.Index(fields=["case", "told_at"], name="hop_case"),
            models.Index(fields=["post"], name="hop_waiting", condition=Q(acknowledged_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.chain} {self.link} {self.role}"

    @property
    def binding(self) -> str:
        return f"hop:{self.id}"

    @property
    def waiting(self) -> bool:
        return self.acknowledged_at is None and self.by_hand_at is None


class OnCall(Row):
    """Who is on duty (值班表) at a county or township, also at night and on holidays, from ``since`` until ``until`` (excluded)."""

    place = models.BigIntegerField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("开始"))
    until = models.DateTimeField(_("结束"))
    leads = models.BooleanField(_("带班领导"), default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="oncall_since_before_until"),
            models.UniqueConstraint(fields=["place", "post", "since"], name="oncall_once"),
        )
        indexes = (models.Index(fields=["place", "since"], name="oncall_place"),)

    def __str__(self) -> str:
        return f"{self.place} {self.since}"
