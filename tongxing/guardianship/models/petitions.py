"""撤销监护人资格: grounds, the evidence for each condition, the application and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxing.children.models import Child
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.guardianship import codes
from tongxing.guardianship.models.interventions import RestrictedManager
from tongxing.guardianship.states import Stage


class Petition(ScopedRow):
    """Against one guardian, for children of one household. Words lie sealed under the petition's own key (owner: its id).

    ``restricted``: for the posts ``named`` alone, in no list, count or history of anybody else.
    """

    number = models.CharField(_("编号"), max_length=30)
    state = models.CharField(_("状态"), max_length=12, choices=Stage.choices, default=Stage.GATHERING)
    household_id = models.UUIDField()
    person_key = models.UUIDField()
    person_name = models.CharField(_("被申请人"), max_length=60)
    relation = models.CharField(_("与孩子的关系"), max_length=2)
    grounds: Any = ArrayField(models.CharField(max_length=20), verbose_name=_("申请撤销的情形"), default=list)
    applicant = models.CharField(_("申请人"), max_length=20, blank=True)
    applicant_name = models.CharField(_("申请人名称"), max_length=100, blank=True)
    court = models.CharField(_("受理法院"), max_length=100, blank=True)
    summary_sealed = models.BinaryField(null=True)
    proposed_guardian = models.CharField(_("建议的监护人"), max_length=100, blank=True)
    decided_on = models.DateField(_("决定申请的日期"), null=True)
    filed_on = models.DateField(_("提交法院的日期"), null=True)
    court_number = models.CharField(_("案号"), max_length=60, blank=True)
    ruled_on = models.DateField(_("判决日期"), null=True)
    ruling_id = models.UUIDField(null=True)
    new_guardian = models.CharField(_("指定的监护人"), max_length=100, blank=True)
    settled_on = models.DateField(_("监护落实日期"), null=True)
    closed_on = models.DateField(null=True)
    close_reason = models.CharField(_("原因"), max_length=200, blank=True)
    case_id = models.UUIDField(null=True)
    restricted = models.BooleanField(_("仅指定人员可见"), default=False)
    named: Any = ArrayField(models.UUIDField(), default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[RestrictedManager[Self]] = RestrictedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=Stage.values), name="petition_state"),
            models.CheckConstraint(condition=~Q(state="filed") | Q(filed_on__isnull=False, decided_on__isnull=False), name="petition_filed_when"),
            models.CheckConstraint(condition=~Q(state__in=("revoked", "dismissed", "settled")) | Q(ruled_on__isnull=False), name="petition_ruled_when"),
            models.CheckConstraint(condition=~Q(state="settled") | Q(settled_on__isnull=False, new_guardian__gt=""), name="petition_settled_with_a_guardian"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False, close_reason__gt="") | (~Q(state="closed") & Q(closed_on=None, close_reason="")),
                name="petition_closed_with_reason",
            ),
            models.CheckConstraint(condition=Q(applicant="") | Q(applicant__in=codes.APPLICANT.values()), name="petition_applicant"),
        )
        indexes = (models.Index(fields=["scope_place", "state", "id"], name="petition_by_place"),)

    def __str__(self) -> str:
        return self.number


class Ward(ScopedRow):
    """A child for whom the application is made. It says again whether the petition is restricted, so that its wall asks no other table."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="wards")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="petitions")
    restricted = models.BooleanField(default=False)
    named: Any = ArrayField(models.UUIDField(), default=list)
    merged_from = models.UUIDField(null=True)

    objects: ClassVar[RestrictedManager[Self]] = RestrictedManager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["petition", "child"], name="ward_once"),)


class Evidence(ScopedRow):
    """A piece of evidence for (or against) one condition. ``file_id`` is an enclosure, ``entry_id`` an entry of the log, ``act_key`` a measure."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="evidence")
    condition = models.CharField(_("证明什么"), max_length=30)
    kind = models.CharField(_("证据种类"), max_length=20)
    supports = models.BooleanField(_("支持"), default=True)
    what_sealed = models.BinaryField()
    on = models.DateField(_("形成日期"))
    since = models.DateField(_("证明从什么时候起"), null=True)
    file_id = models.UUIDField(null=True)
    entry_id = models.UUIDField(null=True)
    act_key = models.UUIDField(null=True)
    removed_on = models.DateField(null=True)
    removed_why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=codes.PROOF.values()), name="evidence_kind"),
            models.CheckConstraint(condition=Q(removed_on=None, removed_why="") | Q(removed_on__isnull=False, removed_why__gt=""), name="evidence_removed_with_reason"),
        )
        indexes = (models.Index(fields=["petition", "condition"], name="evidence_of_petition"),)

    @property
    def binding(self) -> str:
        return f"evidence:{self.id}:what"
