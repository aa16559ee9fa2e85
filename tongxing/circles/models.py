"""The tables of circles and plans. Only `circles.actions` writes them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Person, Post
from tongxing.children.models import Child
from tongxing.circles import codes
from tongxing.ground.models import ScopedRow


def _once(name: str, member: str) -> ExclusionConstraint:
    """Nobody stands twice in one place of a child's circle on the same day."""
    span = Func(F("since"), F("until"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[("child", RangeOperators.EQUAL), ("role", RangeOperators.EQUAL), (member, RangeOperators.EQUAL), (span, RangeOperators.OVERLAPS)],
        condition=Q(**{f"{member}__isnull": False}),
    )


class Membership(ScopedRow):
    """Somebody stands in a place of a child's circle from ``since`` until ``until`` (excluded, None is open).

    The member is a ``person`` (of a ``team``, who answers for it) or another child, the ``peer``. ``post`` is the one under which the
    person sees the child's file; without it the member has no access. ``role`` is a role of a care model.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("包保责任"), max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="memberships", verbose_name=_("包保责任人"))
    peer = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("手拉手伙伴"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.CharField(_("团队名称"), max_length=60, blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True)
    end_reason = models.CharField(_("结束原因"), max_length=20, blank=True)
    end_note = models.CharField(_("说明"), max_length=200, blank=True)
    source = models.CharField(max_length=20, default="joined")

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(person=None, peer__isnull=False, post=None, team="") | Q(person__isnull=False, peer=None), name="membership_person_or_peer"),
            models.CheckConstraint(condition=Q(until=None, end_reason="") | Q(until__gte=F("since"), end_reason__in=codes.LEAVING.values()), name="membership_ended_with_reason"),
            models.CheckConstraint(condition=~Q(peer=F("child")), name="membership_peer_is_another"),
            models.CheckConstraint(condition=Q(role__gt=""), name="membership_role"),
            _once("membership_person_once", "person"),
            _once("membership_peer_once", "peer"),
        )
        indexes = (
            models.Index(fields=["child", "role"], name="membership_of_child", condition=Q(until=None)),
            models.Index(fields=["person", "until"], name="membership_of_person"),
            models.Index(fields=["scope_place", "role"], name="membership_by_place", condition=Q(until=None)),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.child_id}"


class Plan(ScopedRow):
    """One child, one plan (YC-14). The four fixed places are those of the circle; what is the child's own are the items."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="plans")
    needs_sealed = models.BinaryField(null=True)  # what the child needs, in words
    since = models.DateField(_("制定日期"))

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["child"], name="plan_once"),)

    def __str__(self) -> str:
        return str(self.child_id)


class PlanItem(ScopedRow):
    """One of the N: a goal, who sees to it, when it is looked at again, and what came of it."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="plan_items")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="items")
    area = models.CharField(_("方面"), max_length=20)
    goal_sealed = models.BinaryField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("负责人"))
    since = models.DateField(_("开始日期"))
    review_on = models.DateField(_("评估日期"), null=True)
    closed_on = models.DateField(_("完成日期"), null=True)
    result = models.CharField(_("结果"), max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_on=None, result="", review_on__isnull=False) | Q(closed_on__gte=F("since"), result__in=codes.RESULT.values(), review_on=None),
                name="plan_item_open_or_closed",
            ),
            models.CheckConstraint(condition=Q(area__in=codes.AREA.values()), name="plan_item_area"),
        )
        indexes = (
            models.Index(fields=["scope_place", "review_on"], name="plan_item_due", condition=Q(closed_on=None)),
            models.Index(fields=["owner"], name="plan_item_owner", condition=Q(closed_on=None)),
        )

    def __str__(self) -> str:
        return codes.AREA[self.area].label


class PlanReview(ScopedRow):
    """A look at an item: what was found, and when it is looked at next (None: it was closed)."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField(_("评估日期"))
    words_sealed = models.BinaryField()
    next_on = models.DateField(_("下次评估"), null=True)
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.CheckConstraint(condition=Q(next_on=None) | Q(next_on__gt=F("on")), name="plan_review_next"),)
        indexes = (models.Index(fields=["item", "on"], name="plan_review_of_item"),)

    def __str__(self) -> str:
        return self.on.isoformat()
