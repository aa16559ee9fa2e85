"""Calls to the desk, what was counselled, to whom they were handed on, and promises to call back.

A call is seen by its own desk, by the posts that are named for it, and by whoever sees the report that it became: the policy of its table
and its manager say so (ADR 34). Counselling notes are seen by the post that wrote them and those named for them, not by the desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.ground import scope
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now, today
from tongxing.hotline import codes
from tongxing.protection.models import Report

ROLE = "hotline_agent"


def everything() -> bool:
    """Whether the system itself reads."""
    active = scope.current()
    return active.post_id is None and (active.lo, active.hi) == scope.WHOLE_COUNTRY


def _acting() -> list[UUID]:
    active = scope.current()
    return [each for each in (active.post_id, active.grantee) if each]


class CallManager(ScopedManager["Call"]):
    def get_queryset(self) -> models.QuerySet[Call]:
        rows: models.QuerySet[Call] = models.QuerySet(self.model, using=self._db)
        if everything():
            return rows
        desks = PostQuerySet(Post).held(today()).filter(pk__in=_acting()[:1], role=ROLE).values("place_id")
        named = Named.objects.filter(post__in=_acting()).filter(Q(until=None) | Q(until__gt=today())).values("call_id")
        return rows.filter(Q(scope_place__in=desks) | Q(pk__in=named) | Q(report__in=Report.objects.values("pk")))


class Call(ScopedRow):
    """One call. ``scope_place`` is its desk's place. Open while it is talked and written; what is sealed is sealed under its own key.

    ``caller_digest`` finds calls of the same number at the same desk. ``place`` is where it happens, ``child_id`` the one file that the exact
    name and place may mean (``on_file``: that there is one at all): the agent is told no more, and whoever works on the case decides.
    """

    class State(models.TextChoices):
        OPEN = "open", _("正在记录")
        DONE = "done", _("已办结")

    number = models.CharField(_("来电编号"), max_length=20, unique=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("话务员"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    caller = models.CharField(_("来电人"), max_length=20, blank=True)
    topic = models.CharField(_("来电事由"), max_length=20, blank=True)
    risk = models.CharField(_("情绪和危险"), max_length=20, blank=True)
    result = models.CharField(_("来电结果"), max_length=20, blank=True)
    place = models.BigIntegerField(_("地点"), null=True)
    child_id = models.UUIDField(null=True)
    on_file = models.BooleanField(_("可能已建档"), default=False)
    looked = models.PositiveSmallIntegerField(default=0)
    caller_digest = models.CharField(max_length=32, blank=True)
    begun_at = models.DateTimeField(_("来电时间"), default=now)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(_("通话时长"), null=True)
    kept = models.PositiveIntegerField(default=0)  # how often it was kept while it was talked
    sealed = models.BinaryField(null=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(_("受理编号"), max_length=20, blank=True)  # the report's number: the desk reads it out, also to whom the case is closed

    objects: ClassVar[CallManager] = CallManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(state="open", ended_at=None) | Q(state="done", ended_at__isnull=False), name="call_ended_when_done"),
            models.CheckConstraint(condition=Q(state="open") | Q(result__in=codes.RESULT.values()), name="call_done_with_a_result"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="call_begun_before_ended"),
            models.CheckConstraint(condition=Q(child_id=None) | Q(on_file=True), name="call_child_on_file"),
        )
        indexes = (
            models.Index(fields=["scope_place", "-begun_at", "-id"], name="call_desk"),
            models.Index(fields=["scope_place", "caller_digest", "-begun_at"], name="call_caller"),
            models.Index(fields=["post"], name="call_open", condition=Q(state="open")),
            models.Index(fields=["report"], name="call_report", condition=Q(report__isnull=False)),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def binding(self) -> str:
        return f"call:{self.id}"

    @property
    def open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def caller_word(self) -> str:
        return codes.CALLER.text(self.caller)

    @property
    def topic_word(self) -> str:
        return codes.TOPIC.text(self.topic)

    @property
    def risk_word(self) -> str:
        return codes.RISK.text(self.risk)

    @property
    def result_word(self) -> str:
        return codes.RESULT.text(self.result)

    @property
    def tone(self) -> str:
        return codes.RESULT[self.result].tone if self.result else "amber"

    @property
    def talked(self) -> str:
        """How long it took, as 4:05."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}" if self.seconds is not None else ""


class Named(Row):
    """A post to which a call was handed on. No row-level security: ``scope_calls()`` reads it at every request, and it says nothing of anybody.

    ``counsel``: it also reads the counselling notes.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="named")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    counsel = models.BooleanField(default=False)
    since = models.DateField(default=today)
    until = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "post"], name="named_for_a_call_once"),)
        indexes = (models.Index(fields=["post", "until"], name="named_post"),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.post_id}"


class OfCall[Model: models.Model](models.Manager[Model]):
    """Rows that hang on a call: those of the calls that the active scope sees."""

    def get_queryset(self) -> models.QuerySet[Model]:
        rows = super().get_queryset()
        return rows if everything() else rows.filter(call__in=Call.objects.values("pk"))


class Referral(Row):
    """A call that was handed on to a post: what is asked, when it was read, what came of it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="referrals")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("转给谁"))
    at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.UUIDField(null=True)  # the post
    sealed = models.BinaryField(null=True)  # the answer

    objects: ClassVar[OfCall[Self]] = OfCall()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["call", "post"], name="referral_once"),
            models.CheckConstraint(condition=Q(answered_at=None) | Q(sealed__isnull=False), name="referral_answered_in_words"),
        )
        indexes = (models.Index(fields=["post"], name="referral_waiting", condition=Q(answered_at=None)),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.post_id}"

    @property
    def binding(self) -> str:
        return f"referral:{self.id}"


class CallBack(Row):
    """A promise to call back by a time. Its clock (kind ``callback``) tells of it when it was not kept (``late_at``)."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="callbacks")
    owner = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁来回电"))
    due_at = models.DateTimeField(_("最迟何时回电"))
    promised_at = models.DateTimeField(default=now)
    late_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("回电时间"), null=True)
    done_by = models.UUIDField(null=True)  # the post
    reached = models.CharField(_("回电结果"), max_length=20, blank=True)
    sealed = models.BinaryField(null=True)  # what was promised, and what was said

    objects: ClassVar[OfCall[Self]] = OfCall()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(done_at=None, reached="") | (Q(done_at__isnull=False) & Q(reached__in=codes.REACHED.values())), name="callback_done_with_a_result"),
            models.CheckConstraint(condition=Q(due_at__gte=F("promised_at")), name="callback_due_after_promise"),
        )
        indexes = (models.Index(fields=["due_at"], name="callback_waiting", condition=Q(done_at=None)),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.due_at}"

    @property
    def binding(self) -> str:
        return f"callback:{self.id}"

    @property
    def reached_word(self) -> str:
        return codes.REACHED.text(self.reached)


class CounselManager(models.Manager["Counsel"]):
    def get_queryset(self) -> models.QuerySet[Counsel]:
        rows = super().get_queryset()
        if everything():
            return rows
        named = Named.objects.filter(post__in=_acting(), counsel=True).filter(Q(until=None) | Q(until__gt=today())).values("call_id")
        return rows.filter(Q(post__in=_acting()) | Q(call__in=named))


class Counsel(Row):
    """Counselling notes of a call: for whoever wrote them and the people named for them alone."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    sealed = models.BinaryField()

    objects: ClassVar[CounselManager] = CounselManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.call_id)

    @property
    def binding(self) -> str:
        return f"counsel:{self.id}"
