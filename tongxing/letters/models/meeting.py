"""The joint meeting (联席会议): its members, meetings, what was agreed and who does it; networks and campaigns; hazards near schools.

Row-level security: what an office keeps shows to those whose place covers it, and to the contacts of its member units.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.scope import NOWHERE
from tongxing.ground.today import now
from tongxing.letters import codes
from tongxing.units.models import Unit


class MembersManager[Model: models.Model](ScopedManager[Model]):
    """Rows of the active scope's places; for a post that sees no place, those of offices in whose joint meeting it is a contact."""

    def __init__(self, place: str = "scope_place") -> None:
        super().__init__(child=None)
        self.place = place

    def get_queryset(self) -> QuerySet[Model]:
        active = scope.current()
        if (active.lo, active.hi) != NOWHERE or active.grantee is None:
            return super().get_queryset()
        mine = Contact.objects.filter(post_id=active.grantee).values("office")
        return QuerySet(self.model, using=self._db).filter(**{f"{self.place}__in": mine})


class Member(ScopedRow):
    """A unit that belongs to the joint meeting of an office's place, and who speaks for it: a post, or a name where it has no account."""

    name = models.CharField(_("成员单位"), max_length=60)
    department = models.CharField(_("部门"), max_length=30, blank=True)
    leads = models.BooleanField(_("召集单位"), default=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("联络员"))
    contact = models.CharField(_("联络员姓名、职务"), max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    objects: ClassVar[ScopedManager[Self]] = MembersManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["scope_place", "name"], condition=Q(until=None), name="member_once"),
            models.CheckConstraint(condition=~Q(name=""), name="member_has_a_name"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="member_since_before_until"),
        )

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """That a post speaks for a member unit: what shows the joint meeting of an office to it. Read by the policies, so under none itself."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, primary_key=True, related_name="+")
    office = models.BigIntegerField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.post_id} {self.office}"


class Programme(ScopedRow):
    """A network (联动网络) or a campaign (维权行动) that the member units run together."""

    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("种类"), max_length=10, choices=[("network", _("联动网络")), ("campaign", _("维权行动"))])
    words = models.TextField(_("做什么"), max_length=1000, blank=True)
    lead = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("牵头单位"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True)

    objects: ClassVar[ScopedManager[Self]] = MembersManager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["scope_place", "name"], condition=Q(until=None), name="programme_once"),
            models.CheckConstraint(condition=Q(kind__in=("network", "campaign")), name="programme_kind"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="programme_since_before_until"),
        )

    def __str__(self) -> str:
        return self.name


class Meeting(ScopedRow):
    """A joint meeting: when, where, about what, and what was said. The texts name no child."""

    title = models.CharField(_("会议名称"), max_length=80)
    on = models.DateField(_("日期"))
    time = models.TimeField(_("时间"), null=True)
    room = models.CharField(_("地点"), max_length=60)
    agenda = models.TextField(_("议题"), max_length=3000)
    minutes = models.TextField(_("会议纪要"), max_length=10000, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScopedManager[Self]] = MembersManager()

    class Meta(ScopedRow.Meta):
        constraints = (models.CheckConstraint(condition=~Q(title="") & ~Q(agenda=""), name="meeting_says_what"),)
        indexes = (models.Index(fields=["scope_place", "-on", "-id"], name="meeting_by_office"),)

    def __str__(self) -> str:
        return self.title


class Attendance(ScopedRow):
    """Whether a member unit came to a meeting, and who."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    came = models.BooleanField(_("到会"))
    who = models.CharField(_("参会人"), max_length=60, blank=True)

    objects: ClassVar[ScopedManager[Self]] = MembersManager()

    class Meta(ScopedRow.Meta):
        constraints = (models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class Action(ScopedRow):
    """What a member unit is to do: agreed at a meeting, or an item of a programme."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="actions")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="actions")
    words = models.CharField(_("工作事项"), max_length=300)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="actions", verbose_name=_("责任单位"))
    due_on = models.DateField(_("完成期限"))
    done_on = models.DateField(_("完成日期"), null=True)
    done_note = models.CharField(_("完成情况"), max_length=500, blank=True)
    done_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_on = models.DateField(null=True)
    dropped_why = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = MembersManager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(meeting=None, programme__isnull=False) | Q(meeting__isnull=False, programme=None), name="action_of_meeting_or_programme"),
            models.CheckConstraint(condition=Q(done_on=None) | Q(dropped_on=None), name="action_done_or_dropped"),
            models.CheckConstraint(condition=Q(done_on=None, done_note="") | Q(done_on__isnull=False, done_note__gt=""), name="action_done_with_words"),
            models.CheckConstraint(condition=Q(dropped_on=None, dropped_why="") | Q(dropped_on__isnull=False, dropped_why__gt=""), name="action_dropped_with_reason"),
        )
        indexes = (models.Index(fields=["scope_place", "due_on"], condition=Q(done_on=None, dropped_on=None), name="action_due"),)

    def __str__(self) -> str:
        return self.words

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.dropped_on is None

    def late(self, on: date) -> bool:
        return self.dropped_on is None and (self.done_on or on) > self.due_on


class Hazard(ScopedRow):
    """Something dangerous within 200 metres of a school (P6-2). ``scope_place`` is the school's, ``county`` whose joint meeting sees it."""

    county = models.BigIntegerField()
    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("学校"))
    kind = models.CharField(_("隐患"), max_length=20)
    words = models.CharField(_("情况"), max_length=300)
    found_on = models.DateField(_("发现日期"))
    rectified_on = models.DateField(_("整改日期"), null=True)
    rectified_how = models.CharField(_("整改情况"), max_length=300, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = MembersManager("county")

    class Meta(ScopedRow.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=codes.HAZARD.values()), name="hazard_kind"),
            models.CheckConstraint(condition=Q(rectified_on=None, rectified_how="") | Q(rectified_on__gte=F("found_on"), rectified_how__gt=""), name="hazard_rectified_with_words"),
        )
        indexes = (models.Index(fields=["scope_place", "-found_on", "-id"], name="hazard_by_place"),)

    def __str__(self) -> str:
        return codes.HAZARD[self.kind].label

    @property
    def kind_label(self) -> str:
        return codes.HAZARD.text(self.kind)
