"""A case, whom it is about, who is involved, and its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now, today
from tongxing.protection.states import ENDED, State


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases that name their meaning."""

    def open(self) -> Self:
        return self.exclude(state__in=ENDED)

    def emergencies(self) -> Self:
        """Urgent, and nobody has said yet that the danger is over."""
        return self.filter(urgent=True, state__in=[State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED])


def visible(prefix: str = "") -> Q:
    """The first wall: cases of the active scope, named for somebody or of its places. The system sees all."""
    active = scope.current()
    at, named = f"{prefix}scope_place__range", Q(**{f"{prefix}pk__in": Involved.objects.of_active().values("case")})
    reach = (active.lo, active.hi)
    if active.post_id is None and reach == scope.WHOLE_COUNTRY:
        return Q()
    here = Q(**{at: reach}) | Q(**{f"{prefix}pk__in": CaseChild.unscoped.filter(scope_place__range=reach).values("case")})
    open_to_place = here if active.post_id is None else here & Q(**{f"{prefix}restricted": False})
    return open_to_place | named


class CaseManager(ScopedManager["Case"]):
    def get_queryset(self) -> CaseQuerySet:
        return CaseQuerySet(self.model, using=self._db).filter(visible())


class Case(ScopedRow):
    """One incident being resolved: no, one or several children, one or several reports.

    ``place`` is where it happened and stays; ``scope_place`` whose place answers for it. ``restricted``: seen by those who are named
    (``Involved``) alone. ``follows`` is an earlier case about the same. Its words are sealed under a key of its own (owner: the case).
    """

    number = models.CharField(_("个案编号"), max_length=20, unique=True)
    kind = models.CharField(_("种类"), max_length=20, default="protection")
    situation = models.CharField(_("情形"), max_length=40)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.REPORTED)
    state_since = models.DateTimeField(default=now)
    urgent = models.BooleanField(_("紧急"), default=False)
    restricted = models.BooleanField(_("仅指定人员可见"), default=False)
    place = models.BigIntegerField(_("地点"))
    owner = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("负责人"))
    branch = models.CharField(_("应急类型"), max_length=40, blank=True)
    colour = models.CharField(_("风险等级"), max_length=20, blank=True)
    review_on = models.DateField(_("下次评估"), null=True)
    opened_at = models.DateTimeField(_("报告时间"), default=now)
    closed_at = models.DateTimeField(_("结案时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=40, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    objects: ClassVar[CaseManager] = CaseManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(state__in=sorted(ENDED)), name="case_closed_when_ended"),
            models.CheckConstraint(condition=~Q(state__in=sorted(ENDED)) | Q(closed_at__isnull=False), name="case_ended_at_a_time"),
            models.CheckConstraint(condition=~Q(state=State.CLOSED) | ~Q(outcome=""), name="case_closed_with_an_outcome"),
            models.CheckConstraint(condition=Q(outcome="") | Q(state=State.CLOSED), name="case_outcome_of_closed"),
            models.CheckConstraint(condition=~Q(follows=F("pk")), name="case_follows_another"),
        )
        indexes = (
            models.Index(fields=["scope_place", "state", "-opened_at"], name="case_place"),
            models.Index(fields=["owner"], name="case_owner", condition=Q(closed_at=None)),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def in_danger(self) -> bool:
        """Whether it is an alarm that nobody has called over."""
        return self.urgent and self.state in (State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED)


class CaseChildManager(ScopedManager["CaseChild"]):
    def get_queryset(self) -> models.QuerySet[CaseChild]:
        return models.QuerySet(self.model, using=self._db).filter(case__in=Case.objects.values("pk"))


class CaseChild(ScopedRow):
    """A child whom a case is about. ``scope_place`` is where its file is; ``restricted`` repeats the case's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="children")
    child_id = models.UUIDField()
    since = models.DateTimeField(default=now)
    restricted = models.BooleanField(default=False)

    objects: ClassVar[CaseChildManager] = CaseChildManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["case", "child_id"], name="casechild_once"),)
        indexes = (models.Index(fields=["child_id"], name="casechild_child"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.child_id}"


class InvolvedQuerySet(models.QuerySet["Involved"]):
    def on(self, day: date) -> Self:
        """Those who may look that day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def of_active(self) -> Self:
        """Those of the active post and of the one for whom it stands in."""
        active = scope.current()
        return self.on(today()).filter(post__in=[each for each in (active.post_id, active.grantee) if each])


class Involved(Row):
    """A post that is named for a case: it was told, was given a task, leads it, or opened the glass.

    ``informed``: it sees what was reported and what it is asked to do; else it works on the case and sees all of it. No row-level
    security: ``scope_cases()`` reads it at every request, and it names no child.
    """

    class Cause(models.TextChoices):
        REPORTED = "reported", _("报告人")
        TOLD = "told", _("被告知")
        TASK = "task", _("承担任务")
        NAMED = "named", _("指定人员")
        OWNER = "owner", _("负责人")
        GLASS = "glass", _("紧急查看")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="involved")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    informed = models.BooleanField(default=True)
    since = models.DateField(default=today)
    until = models.DateField(null=True)
    why = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = InvolvedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "post", "cause"], condition=Q(until=None), name="involved_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="involved_since_before_until"),
            models.CheckConstraint(condition=~Q(cause="glass") | (Q(until__isnull=False) & ~Q(why="")), name="involved_glass_with_a_reason"),
        )
        indexes = (models.Index(fields=["post", "until"], name="involved_post"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.post_id}"


class OfCase[Model: models.Model](models.Manager[Model]):
    """Rows that hang on a case: those of the cases that the active scope sees."""

    def get_queryset(self) -> models.QuerySet[Model]:
        rows = super().get_queryset()
        active = scope.current()
        if active.post_id is None and (active.lo, active.hi) == scope.WHOLE_COUNTRY:
            return rows
        return rows.filter(case__in=Case.objects.values("pk"))


class Line(Row):
    """One line of a case's history: an act or a note. Never changed. What was said is sealed under the case's key."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lines")
    verb = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    on_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)  # when it really happened, where that was earlier
    person_id = models.UUIDField(null=True)
    post_id = models.UUIDField(null=True)
    words_sealed = models.BinaryField(null=True)
    data = models.JSONField(default=dict)  # codes and numbers, no words of people

    objects: ClassVar[OfCase[Self]] = OfCase()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (models.Index(fields=["case", "at"], name="line_case"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"

    @property
    def binding(self) -> str:
        return f"line:{self.id}"
