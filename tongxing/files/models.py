"""What is attached to a child's file, and what is made for one post to take away. The content lies encrypted below `var()/files`; see `storage`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.ground import scope
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now


class Kind(models.TextChoices):
    PHOTO = "photo", _("照片")
    SCAN = "scan", _("扫描件")
    EVIDENCE = "evidence", _("证明材料")


class Attachment(ScopedRow):
    """One file of one child. Its content never changes: a better scan is a new attachment, the old one is removed with a reason."""

    child_id = models.UUIDField(db_index=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    title = models.BinaryField()
    """What it is, as the uploader named it, sealed with the child's key: file names carry names."""
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("大小"))
    """Bytes of the content as it is handed out."""
    sha256 = models.CharField(max_length=64)
    """Of the encrypted file on disk: a backup is checked without any key."""
    at = models.DateTimeField(_("上传时间"), default=now)
    by = models.UUIDField(null=True)
    """The person who added it."""
    removed_at = models.DateTimeField(null=True)
    removed_by = models.UUIDField(null=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta(ScopedRow.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(removed_at=None) | (Q(removed_at__gte=F("at")) & ~Q(removed_why="")), name="attachment_removed_with_a_reason"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="attachment_kind"),
            models.UniqueConstraint(fields=["child_id"], condition=Q(kind=Kind.PHOTO, removed_at=None), name="attachment_one_photo"),
        )
        indexes = (models.Index(fields=["child_id", "kind", "-at"], name="attachment_child"),)

    @property
    def binding(self) -> str:
        """What the encrypted content is bound to, so that a file copied over another does not open."""
        return f"attachment:{self.id}"


class OutputKind(models.TextChoices):
    PRINT = "print", _("打印")
    EXPORT = "export", _("导出")


class OutputQuerySet(models.QuerySet["Output"]):
    def of(self, post_id: UUID) -> OutputQuerySet:
        """What was made for this post, the newest first."""
        return self.filter(post_id=post_id).order_by("-asked_at", "-id")

    def due(self, at: datetime) -> OutputQuerySet:
        """Whose file is to be deleted by now."""
        return self.filter(expires_at__lte=at, deleted_at=None)


class Output(Row):
    """A print or an export made in the background for one post, encrypted under a key of its own, kept for a day.

    Only the post that asked sees it (row-level security). `title` and `why` name no child.
    """

    kind = models.CharField(_("类别"), max_length=10, choices=OutputKind.choices)
    title = models.CharField(_("名称"), max_length=100)
    post_id = models.UUIDField()
    person_id = models.UUIDField()
    asked = models.JSONField(default=dict)
    """What the job needs to know: ids, a template's name."""
    masked = models.BooleanField(_("脱敏"), default=True)
    why = models.CharField(_("用途"), max_length=200, blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(_("时间"), default=now)
    finished_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=300, blank=True)
    """A sentence; empty where nothing went wrong."""
    media_type = models.CharField(max_length=80, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Output]] = OutputQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(masked=True) | ~Q(why=""), name="output_in_full_says_why"),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(failed="") | Q(size=0), name="output_failed_or_made"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="output_done_within_total"),
        )
        indexes = (models.Index(fields=["post_id", "-asked_at"], name="output_post"), models.Index(fields=["expires_at"], condition=Q(deleted_at=None), name="output_expires"))

    @property
    def binding(self) -> str:
        return f"output:{self.id}"

    @property
    def ready(self) -> bool:
        """Whether there is a file to take."""
        return self.size > 0 and self.deleted_at is None


class ProvisionManager(ScopedManager["Provision"]):
    """What was given away from places of the active scope, or of the range whose logs an auditor reads."""

    def get_queryset(self) -> models.QuerySet[Provision]:
        active = scope.current()
        if active.audit[0] <= active.audit[1]:
            return models.QuerySet(self.model, using=self._db).filter(scope_place__range=active.audit)
        return super().get_queryset()


class Provision(ScopedRow):
    """Facts about children that left the house in a file: to whom, why, how many children, which columns. Never changed; names no child."""

    at = models.DateTimeField(_("时间"), default=now)
    post_id = models.UUIDField()
    person_id = models.UUIDField()
    output_id = models.UUIDField(unique=True)
    title = models.CharField(_("名称"), max_length=120)
    recipient = models.CharField(_("交给谁"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200)
    columns = models.JSONField(_("包含哪些列"), default=list)
    children = models.PositiveIntegerField(_("人数"))
    masked = models.BooleanField(_("脱敏"), default=True)

    objects: ClassVar[ProvisionManager] = ProvisionManager(child=None)
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.CheckConstraint(condition=~Q(recipient="") & ~Q(purpose=""), name="provision_says_to_whom_and_why"),)
        indexes = (models.Index(fields=["scope_place", "-at"], name="provision_by_place"),)


class Enclosure(Row):
    """One file of something that is no child, such as a notice: `owner_id` is its id. Whoever may open that may open this; names no child."""

    owner_id = models.UUIDField(db_index=True)
    title = models.CharField(_("名称"), max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def binding(self) -> str:
        return f"enclosure:{self.id}"
