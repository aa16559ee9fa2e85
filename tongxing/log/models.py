"""What happened, who took part, what was attached. Rows are never changed: a correction follows, and so does the word that something is void.

``scope_place`` alone is rewritten, by the action that moves a child.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongxing.forms.models import FormVersion
from tongxing.ground import scope
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now


class SubjectKind(models.TextChoices):
    """What an entry is about, as the journal names it."""

    CHILD = "child", _("儿童")
    CLASS = "class", _("班级")
    SCHOOL = "school", _("学校")
    HOME = "home", _("儿童之家")
    PLACE = "place", _("地方")
    POST = "post", _("岗位")


def readable() -> Q:
    """Without what is for named people only, unless the active post is one of them. The system itself reads all."""
    post = scope.current().post_id
    return Q() if post is None else Q(restricted_to=None) | Q(restricted_to__contains=[post])


class EntryManager(ScopedManager["Entry"]):
    """Entries of the places of the active scope, and those in which a child of it took part.

    Not what a correction says after it left all children of the scope out: those who see them read the entry before it. That it was
    followed, the database lets them know (``unscoped``).
    """

    def get_queryset(self) -> models.QuerySet[Entry]:
        active = scope.current()
        rows: models.QuerySet[Entry] = models.QuerySet(self.model, using=self._db).filter(readable())
        if (active.lo, active.hi) == scope.WHOLE_COUNTRY:
            return rows
        named = Participation.unscoped.filter(active.rows(), entry=OuterRef("pk"))
        took_part = Exists(named.filter(dropped=False)) | (Q(void=True) & Exists(named))
        return rows.filter(active.rows() | Q(child_id=None, recorder_post=active.post_id) | took_part)


class Entry(ScopedRow):
    """Something that happened on a day: a visit, a call, a lesson.

    ``late``: so many days lay between the day and the writing, where they were more than a week.
    ``place`` is where the subject stood then and stays; ``doer`` did it, ``recorder`` wrote it down (代录). ``answers`` are those
    given once, without the sealed ones, which lie with each child (``Participation.answers_sealed``). ``corrects`` names the
    entry that this one takes the place of; ``attempt`` that it came to nothing for every child; ``void`` says that it takes it out. ``restricted_to``: the posts that may read it.
    """

    kind = models.CharField(_("工作种类"), max_length=40)
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    child_id = models.UUIDField(null=True)  # where the subject is a child
    place = models.BigIntegerField()
    on = models.DateField(_("日期"))
    began = models.TimeField(_("时间"), null=True)
    at = models.DateTimeField(_("登记时间"), default=now)
    doer = models.UUIDField(null=True)
    doer_name = models.CharField(_("谁做的"), max_length=60, blank=True)
    doer_post = models.UUIDField(null=True)
    doer_role = models.CharField(max_length=40, blank=True)
    recorder = models.UUIDField(null=True)  # the person
    recorder_post = models.UUIDField(null=True)
    where = models.CharField(_("在哪里"), max_length=20, blank=True)
    seen_in_person = models.BooleanField(_("见到孩子"), null=True)
    spoken_to = ArrayField(models.CharField(max_length=20), verbose_name=_("和谁谈过"), default=list)
    answers = models.JSONField(default=dict)
    counts_as = ArrayField(models.CharField(max_length=30), default=list)
    sections = ArrayField(models.CharField(max_length=40), default=list)
    events = ArrayField(models.CharField(max_length=40), default=list)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    attempt = models.BooleanField(_("没有做成"), default=False)
    late = models.PositiveSmallIntegerField(_("补登"), default=0)
    restricted_to = ArrayField(models.UUIDField(), null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    void = models.BooleanField(default=False)
    reason = models.CharField(_("更正或作废的原因"), max_length=200, blank=True)
    source = models.CharField(max_length=60, blank=True)  # the import run, the phone
    sent = models.CharField(max_length=32, blank=True)  # a keyed digest of the form as it came, see ``log.sent``

    just_written: Sequence[Participation] | None = None  # who takes part, where it was written a moment ago: nothing has followed it yet
    objects: ClassVar[EntryManager] = EntryManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["corrects"], name="entry_followed_once"),
            models.CheckConstraint(condition=Q(corrects=None, void=False) | Q(corrects__isnull=False, reason__gt=""), name="entry_follows_with_a_reason"),
            models.CheckConstraint(condition=Q(subject_kind="child", child_id=F("subject_id")) | (~Q(subject_kind="child") & Q(child_id=None)), name="entry_subject"),
        )
        indexes = (
            models.Index(fields=["scope_place", "-on", "-id"], name="entry_place"),
            models.Index(fields=["doer", "-on"], name="entry_doer"),
            models.Index(fields=["subject_id", "kind", "-on"], name="entry_subject", condition=Q(child_id=None)),
            models.Index(fields=["child_id"], name="entry_child", condition=Q(child_id__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def at_school(self) -> bool:
        return self.where == "school"


class ParticipationManager(ScopedManager["Participation"]):
    def get_queryset(self) -> models.QuerySet[Participation]:
        return super().get_queryset().filter(readable())


class Participation(ScopedRow):
    """One child's part in an entry. ``on``, ``kind`` and ``restricted_to`` repeat the entry's, so that a child's timeline is read without it.

    ``answers`` are the child's own; ``answers_sealed`` holds its sensitive ones and the common ones, under its own key.
    ``attempt``: it was tried, but the child was not seen, nobody answered: nothing is fulfilled by it.
    ``dropped``: a correction or voiding says so to whoever sees this child alone.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="participations")
    child_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    on = models.DateField()
    seen = models.BooleanField(_("见到孩子"), null=True)
    answers = models.JSONField(default=dict)
    answers_sealed = models.BinaryField(null=True)
    sections = ArrayField(models.CharField(max_length=40), default=list)
    events = ArrayField(models.CharField(max_length=40), default=list)
    attempt = models.BooleanField(_("没有做成"), default=False)
    restricted_to = ArrayField(models.UUIDField(), null=True)
    dropped = models.BooleanField(default=False)

    objects: ClassVar[ParticipationManager] = ParticipationManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["entry", "child_id"], name="participation_once"),)
        indexes = (
            models.Index(fields=["child_id", "-on", "-entry"], name="participation_child"),
            models.Index(fields=["child_id", "kind", "-on"], name="participation_kind"),
        )

    @property
    def binding(self) -> str:
        return f"participation:{self.id}"


class Paper(Row):
    """A picture, scan or sound of an entry, encrypted below `var()/files` as `files.storage` does it. Seen by whoever sees the entry.

    ``key_owner``: under whose key — the child's, where it alone took part (erasing the child makes it unreadable), else the entry's own.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="papers")
    field = models.CharField(max_length=40)
    key_owner = models.UUIDField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["key_owner"], name="paper_key_owner"),)

    @property
    def binding(self) -> str:
        return f"paper:{self.id}"
