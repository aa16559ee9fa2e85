"""One child, one file (一人一档)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.children import codes
from tongxing.ground.ids import uuid7
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now


class State(models.TextChoices):
    """Where a file stands in its life; `children.lifecycle` says what leads from one to the next."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("退回修改")
    CURRENT = "current", _("在册")
    ENDED = "ended", _("已退出")


class Child(ScopedRow):
    """The child's identity and the columns of the list.

    ``scope_place`` is the village where the child lives: it owns the file. Columns named ``…_sealed`` hold ciphertext under the
    child's own key, ``…_digest`` a keyed digest to find it by. What changes with time is a row of its own (``facts``, ``family``); the
    columns below ``list columns`` repeat what holds today or next, and are written by ``actions.recompute`` alone.
    """

    name = models.CharField(_("姓名"), max_length=60)
    sort_key = models.CharField(max_length=200, db_collation="C")  # pinyin of the name
    sex = models.CharField(_("性别"), max_length=1, default="9")
    ethnic_group = models.CharField(_("民族"), max_length=2, blank=True)
    born = models.DateField(_("出生日期"))
    born_estimated = models.BooleanField(_("出生日期为估计"), default=False)
    id_number_sealed = models.BinaryField(null=True)
    id_digest = models.CharField(max_length=32, blank=True)
    registration = models.CharField(_("户口登记"), max_length=10, default="unknown")
    registered_place = models.BigIntegerField(_("户籍地"), null=True)
    registered_address_sealed = models.BinaryField(null=True)
    health = models.CharField(_("身体状况"), max_length=10, blank=True)
    disability_kind = models.CharField(_("残疾类别"), max_length=1, blank=True)
    disability_grade = models.CharField(_("残疾等级"), max_length=1, blank=True)
    illness = models.CharField(_("患病类型"), max_length=20, blank=True)
    medical_history_sealed = models.BinaryField(null=True)
    character_sealed = models.BinaryField(null=True)
    hobbies_sealed = models.BinaryField(null=True)
    income = ArrayField(models.CharField(max_length=20), verbose_name=_("家庭主要经济来源"), default=list)
    aid = ArrayField(models.CharField(max_length=20), verbose_name=_("享受救助情况"), default=list)
    photo_id = models.UUIDField(null=True)
    household_id = models.UUIDField(default=uuid7)  # children who live together share it

    state = models.CharField(_("档案状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_since = models.DateField()
    end_reason = models.CharField(_("退出原因"), max_length=20, blank=True)
    end_note = models.CharField(_("退出说明"), max_length=500, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField(_("最近核实日期"), null=True)
    source = models.CharField(max_length=60, blank=True)  # the import run, where the file came from a list
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    # list columns
    school_stage = models.CharField(_("就学情况"), max_length=20, blank=True)
    enrolment = models.CharField(_("学籍状态"), max_length=20, blank=True)
    school_name = models.CharField(_("就读学校"), max_length=100, blank=True)
    school_id = models.UUIDField(null=True)
    grade = models.PositiveSmallIntegerField(_("年级"), null=True)
    class_name = models.CharField(_("班级"), max_length=30, blank=True)
    boarding = models.CharField(_("是否寄宿"), max_length=10, blank=True)
    guardianship = models.CharField(_("监护类型"), max_length=20, blank=True)
    living_with = models.CharField(_("现与谁共同生活"), max_length=30, blank=True)
    left_behind_since = models.DateField(null=True)
    left_behind_until = models.DateField(null=True)
    unsupported_since = models.DateField(null=True)
    unsupported_until = models.DateField(null=True)
    migrant_since = models.DateField(null=True)
    migrant_until = models.DateField(null=True)
    completeness = models.PositiveSmallIntegerField(_("完整度"), default=0)
    missing = ArrayField(models.CharField(max_length=30), default=list)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child="id")

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["scope_place", "sort_key", "id"], name="child_by_place", include=("state",)),
            models.Index(fields=["sort_key", "id"], name="child_by_name"),
            models.Index(fields=["born", "id"], name="child_by_birth"),
            models.Index(fields=["updated_at", "id"], name="child_by_update"),
            models.Index(fields=["household_id"], name="child_household"),
            models.Index(fields=["school_id"], name="child_school", condition=Q(school_id__isnull=False)),
            models.Index(fields=["scope_place", "left_behind_until"], name="child_left_behind", condition=Q(left_behind_until__isnull=False)),
            models.Index(fields=["scope_place", "unsupported_until"], name="child_unsupported", condition=Q(unsupported_until__isnull=False)),
            models.Index(fields=["scope_place"], name="child_unregistered", condition=Q(registration="none")),
            models.Index(fields=["scope_place"], name="child_dropout", condition=Q(school_stage="dropout")),
            models.Index(fields=["scope_place", "state"], name="child_waiting", include=("id",), condition=Q(state__in=("draft", "submitted", "returned"))),
        )
        constraints = (
            models.UniqueConstraint(fields=["id_digest"], name="child_id_once", condition=~Q(id_digest="") & ~Q(state="ended")),
            models.CheckConstraint(condition=Q(state__in=State.values), name="child_state"),
            models.CheckConstraint(condition=Q(sex__in=codes.SEX.values()), name="child_sex"),
            models.CheckConstraint(condition=Q(registration__in=codes.REGISTRATION.values()), name="child_registration"),
            models.CheckConstraint(condition=Q(state="ended", end_reason__gt="") | (~Q(state="ended") & Q(end_reason="")), name="child_ended_with_reason"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(state="ended"), name="child_merged_has_ended"),
            models.CheckConstraint(condition=Q(id_digest="", id_number_sealed=None) | Q(id_digest__gt="", id_number_sealed__isnull=False), name="child_id_sealed_and_digested"),
            models.CheckConstraint(condition=Q(completeness__lte=100), name="child_completeness"),
            models.CheckConstraint(condition=Q(name__gt=""), name="child_has_a_name"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{status}_since": None, f"{status}_until": None}) | Q(**{f"{status}_since__lt": F(f"{status}_until")}),
                    name=f"child_{status}_bounds",
                )
                for status in ("left_behind", "unsupported", "migrant")
            ),
        )

    def __str__(self) -> str:
        return self.name
