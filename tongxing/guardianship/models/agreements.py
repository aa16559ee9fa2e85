"""监护确认书 and 委托照护协议: one paper for all children of a household whom one person looks after."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children.models import Child
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.guardianship import codes
from tongxing.guardianship.states import State


class Agreement(ScopedRow):
    """Care of a household's children, entrusted from ``since`` until ``until`` (excluded).

    ``guardian_key`` is the person's key among the children's relatives. ``content_sealed`` is what the paper says, frozen when it was
    printed or signed, ``declared_sealed`` the answers about article 22; both under the agreement's own key (owner: its id).
    """

    number = models.CharField(_("编号"), max_length=30)
    kind = models.CharField(_("文书"), max_length=20, default="confirmation")
    household_id = models.UUIDField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"))
    guardian_key = models.UUIDField()
    guardian_name = models.CharField(_("被委托人"), max_length=60)
    guardian_relation = models.CharField(_("与孩子的关系"), max_length=2)
    content_sealed = models.BinaryField(null=True)
    declared_sealed = models.BinaryField(null=True)
    printed_on = models.DateField(_("打印日期"), null=True)
    signed_on = models.DateField(_("签订日期"), null=True)
    told_school_on = models.DateField(_("书面告知学校的日期"), null=True)
    told_village_on = models.DateField(_("书面告知村（居）委会的日期"), null=True)
    ended_on = models.DateField(_("终止日期"), null=True)
    end_reason = models.CharField(_("终止原因"), max_length=20, blank=True)
    end_note = models.CharField(_("说明"), max_length=200, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="agreement_state"),
            models.CheckConstraint(condition=Q(kind__in=codes.PAPER.values()), name="agreement_kind"),
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="agreement_since_before_until"),
            models.CheckConstraint(condition=Q(state="draft", content_sealed=None) | (~Q(state="draft")), name="agreement_draft_is_not_frozen"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "printed", "ended"), signed_on=None)
                | (~Q(state__in=("draft", "printed")) & Q(signed_on__isnull=False, content_sealed__isnull=False)),
                name="agreement_signed_with_its_words",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False, end_reason__gt="") | (~Q(state="ended") & Q(ended_on=None, end_reason="")), name="agreement_ended_with_reason"
            ),
        )
        indexes = (
            models.Index(fields=["scope_place", "until", "id"], name="agreement_running", condition=Q(state__in=("signed", "expired"))),
            models.Index(fields=["scope_place", "state", "until"], name="agreement_by_state"),
            models.Index(fields=["until"], name="agreement_to_expire", condition=Q(state="signed")),
            models.Index(fields=["household_id"], name="agreement_household"),
        )

    def __str__(self) -> str:
        return self.number


class Covered(ScopedRow):
    """A child on an agreement, what it wishes (sealed under the child's key), and the scan in its own file.

    ``phase``: ``waiting`` while the paper is not signed, ``running`` while it holds (also past its end, until somebody acts), else ``past``.
    ``merged_from`` is the file from which it came when two were made one.
    """

    class Phase(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        PAST = "past"

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="covered")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="agreements")
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.WAITING)
    heard = models.BooleanField(_("已听取孩子的意见"), null=True)
    wish_sealed = models.BinaryField(null=True)
    scan_id = models.UUIDField(null=True)
    merged_from = models.UUIDField(null=True)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["agreement", "child"], name="covered_once"),
            models.UniqueConstraint(fields=["child", "phase"], condition=~Q(phase="past"), name="covered_by_one_paper"),
            models.CheckConstraint(condition=Q(phase__in=("waiting", "running", "past")), name="covered_phase"),
        )

    @property
    def binding(self) -> str:
        return f"covered:{self.id}:wish"


class Party(ScopedRow):
    """Somebody who signs: a parent (or another guardian who entrusts), the entrusted guardian, the village's witness.

    ``picture_sealed`` is the signature drawn on the screen, under the agreement's key; on paper there is none. ``recorded_by`` is the post
    at whose screen it was drawn, or that took in the paper.
    """

    class Role(models.TextChoices):
        PARENT = "parent", _("委托人")
        GUARDIAN = "guardian", _("被委托人")
        WITNESS = "witness", _("见证人")

    class How(models.TextChoices):
        PAPER = "paper", _("纸质签字（按手印）")
        SCREEN = "screen", _("屏幕签字")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role.choices)
    person_key = models.UUIDField(null=True)
    name = models.CharField(_("姓名"), max_length=60)
    standing = models.CharField(_("关系或者职务"), max_length=60, blank=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    signed_at = models.DateTimeField(null=True)
    picture_sealed = models.BinaryField(null=True)
    recorded_by = models.UUIDField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(how="", signed_at=None, picture_sealed=None) | Q(how__gt="", signed_at__isnull=False), name="party_signed_somehow"),
            models.CheckConstraint(condition=Q(role__in=("parent", "guardian", "witness")), name="party_role"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(role="guardian"), name="party_one_guardian"),
        )
        indexes = (models.Index(fields=["agreement"], name="party_agreement"),)

    def __str__(self) -> str:
        return self.name

    @property
    def binding(self) -> str:
        return f"party:{self.id}:signature"
