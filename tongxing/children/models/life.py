"""What happens to a file: reviews, confirmations, moves, leaves, merges, and the guardians' requests about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children import codes
from tongxing.children.models.child import Child
from tongxing.ground import scope
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now


class Review(ScopedRow):
    """What a level said of a file or of a category: submitted, returned with a comment, approved."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="reviews")
    category_id = models.UUIDField(null=True)  # None: the file itself
    verb = models.CharField(max_length=20)
    comment = models.CharField(_("意见"), max_length=500, blank=True)
    ended_on = models.DateField(null=True)  # of a re-entry: the day since which the file had been ended
    by = models.UUIDField(null=True)  # the person
    post = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.CheckConstraint(condition=~Q(verb="returned") | Q(comment__gt=""), name="review_returned_with_comment"),)
        indexes = (models.Index(fields=["child", "-at"], name="review_child"),)

    def __str__(self) -> str:
        return self.verb


class Confirmation(ScopedRow):
    """The quarterly confirmation: nothing changed, or what changed was entered. One a child and quarter."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="confirmations")
    quarter = models.DateField()  # its first day
    on = models.DateField()
    asked = models.CharField(_("询问了谁"), max_length=60)
    changed = models.BooleanField(default=False)
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["child", "quarter"], name="confirmation_once_a_quarter"),
            models.CheckConstraint(condition=Q(on__gte=F("quarter")), name="confirmation_within_quarter"),
            models.CheckConstraint(condition=Q(asked__gt=""), name="confirmation_asked_somebody"),
        )

    def __str__(self) -> str:
        return self.quarter.isoformat()


class TransferManager(ScopedManager["Transfer"]):
    """A transfer is seen from both its ends."""

    def get_queryset(self) -> models.QuerySet[Transfer]:
        active = scope.current()
        return Transfer.unscoped.filter(active.rows() | Q(to_place__range=(active.lo, active.hi)))


class Transfer(ScopedRow):
    """A move of the file to another place. The old owner stays responsible until the new one accepts; after the deadline the county decides."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已拒收")
        DECIDED = "decided", _("上级决定转移")
        KEPT = "kept", _("上级决定不转移")
        WITHDRAWN = "withdrawn", _("已撤回")

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="transfers")
    child_name = models.CharField(max_length=60)  # the receiving place does not see the file yet
    from_place = models.BigIntegerField()
    to_place = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(_("转移原因"), max_length=500)
    requested_on = models.DateField()
    deadline = models.DateField()
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_on = models.DateField(null=True)

    objects: ClassVar[TransferManager] = TransferManager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=~Q(from_place=F("to_place")), name="transfer_elsewhere"),
            models.CheckConstraint(condition=Q(state="requested", answered_on=None) | (~Q(state="requested") & Q(answered_on__isnull=False)), name="transfer_answered"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="transfer_has_a_reason"),
            models.UniqueConstraint(fields=["child"], condition=Q(state="requested"), name="transfer_one_open"),
        )
        indexes = (
            models.Index(fields=["to_place", "state"], name="transfer_to"),
            models.Index(fields=["scope_place", "state"], name="transfer_from"),
        )

    def __str__(self) -> str:
        return f"{self.from_place} → {self.to_place}"


class Leave(ScopedRow):
    """A temporary leave (小候鸟, holidays): the file stays where it is. ``batch`` joins those that were recorded together."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(_("离开原因"), max_length=20)
    where = models.CharField(_("去往何处"), max_length=100, blank=True)
    with_whom = models.CharField(_("与谁一起"), max_length=60, blank=True)
    left_on = models.DateField(_("离开日期"))
    expected_on = models.DateField(_("预计返回日期"), null=True)
    returned_on = models.DateField(_("返回日期"), null=True)
    batch = models.UUIDField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(returned_on=None) | Q(returned_on__gte=F("left_on")), name="leave_returned_after"),
            models.CheckConstraint(condition=Q(expected_on=None) | Q(expected_on__gte=F("left_on")), name="leave_expected_after"),
            models.UniqueConstraint(fields=["child"], condition=Q(returned_on=None), name="leave_open_once"),
        )

    def __str__(self) -> str:
        return codes.LEAVE_KIND[self.kind].label


class Merge(ScopedRow):
    """Two files of one child made one: ``kept`` goes on, ``child`` has ended. ``moved`` is what undoing needs."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("合并原因"), max_length=500)
    moved = models.JSONField(default=dict)
    on = models.DateField()
    undone_on = models.DateField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=~Q(child=F("kept")), name="merge_two_files"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="merge_has_a_reason"),
            models.UniqueConstraint(fields=["child"], condition=Q(undone_on=None), name="merge_once"),
        )

    def __str__(self) -> str:
        return f"{self.child_id} → {self.kept_id}"


class Distinct(ScopedRow):
    """Two files that look alike and were judged two children, so that nobody has to ask again.

    It holds while both files say of the child what they said then: ``said`` are digests of it (``queries.moves.said``). ``child`` is the
    file with the smaller id.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    child_said = models.CharField(max_length=64)
    other_said = models.CharField(max_length=64)
    reason = models.CharField(_("理由"), max_length=500)
    on = models.DateField()
    undone_on = models.DateField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(child__lt=F("other")), name="distinct_two_files"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="distinct_has_a_reason"),
            models.UniqueConstraint(fields=["child", "other"], condition=Q(undone_on=None), name="distinct_once"),
        )

    def __str__(self) -> str:
        return f"{self.child_id} ≠ {self.other_id}"


class PrivacyRequest(ScopedRow):
    """A guardian's request to see, copy, correct or delete, answered within a deadline (个人信息保护法 44–50 条)."""

    class State(models.TextChoices):
        RECEIVED = "received", _("已受理")
        DONE = "done", _("已办结")
        REFUSED = "refused", _("不予办理")

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="privacy_requests")
    kind = models.CharField(_("请求"), max_length=20)
    by_whom = models.CharField(_("请求人"), max_length=60)
    relation = models.CharField(_("关系"), max_length=2)
    words = models.TextField(_("请求内容"), max_length=2000, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(state="received", answered_on=None) | (~Q(state="received") & Q(answered_on__isnull=False, answer__gt="")), name="request_answered"),
        )
        indexes = (models.Index(fields=["scope_place", "due_on"], condition=Q(state="received"), name="request_due"),)

    def __str__(self) -> str:
        return codes.REQUEST_KIND[self.kind].label
