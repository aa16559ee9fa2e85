"""What is attached to a child's file. The content lies encrypted below `var()/files`; see `storage`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.ground.models import ScopedRow
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
