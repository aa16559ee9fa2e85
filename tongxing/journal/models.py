"""The journal (what was done), its seals, and the access log (what was read). No foreign keys: they outlive what they speak of."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tongxing.ground import scope
from tongxing.ground.models import ScopedManager
from tongxing.ground.today import now


class AuditManager[Model: models.Model](models.Manager[Model]):
    """Lines of the places that the active auditor's post covers, and those that belong to no place. Raises ScopeRequired where no scope is active."""

    def get_queryset(self) -> models.QuerySet[Model]:
        lo, hi = scope.current().audit
        rows = super().get_queryset()
        return rows.filter(models.Q(scope_place=0) | models.Q(scope_place__range=(lo, hi))) if lo <= hi else rows.none()


class Epoch(models.Model):
    """One row: which database cluster the transaction numbers come from, and what is added to them so that they only rise."""

    id = models.SmallIntegerField(primary_key=True)
    cluster = models.BigIntegerField()
    shift = models.BigIntegerField()


class Record(models.Model):
    """One act: history of the file, audit of writes and feed of changes at once.

    `xid` is the writing transaction, so that a reader can stay below the snapshot horizon; `diff` maps a field to [old, new]
    and holds ciphertext where the field is encrypted.
    """

    seq = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=models.Func(function="journal_xid", output_field=models.BigIntegerField()))
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)
    post = models.UUIDField(null=True)
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    child_id = models.UUIDField(null=True)
    place = models.BigIntegerField()
    scope_place = models.BigIntegerField()
    diff = models.JSONField(default=dict)

    objects = ScopedManager["Record"]()
    audited = AuditManager["Record"]()
    unscoped = models.Manager["Record"]()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["child_id", "-seq"], name="journal_child"),
            models.Index(fields=["scope_place", "-seq"], name="journal_place"),
            models.Index(fields=["xid", "seq"], name="journal_feed"),
            models.Index(fields=["by", "-seq"], name="journal_by"),
            models.Index(fields=["subject_kind", "subject_id", "-seq"], name="journal_subject", condition=models.Q(child_id=None)),
        )


class Seal(models.Model):
    """A link of the chain: the digest over the seal before and over the committed rows from its `xid_until` to this one's (excluded)."""

    class Log(models.TextChoices):
        JOURNAL = "journal", _("操作记录")
        ACCESS = "access", _("访问记录")

    log = models.CharField(max_length=10, choices=Log.choices)
    number = models.PositiveIntegerField()
    xid_until = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "number"], name="seal_number"),)

    @property
    def head(self) -> str:
        """The digest as it is printed."""
        return bytes(self.digest).hex()


class Access(models.Model):
    """One read of a child's file, or one refusal. The table is partitioned by month of `at` (see the migration)."""

    class Outcome(models.TextChoices):
        READ = "read", _("已查看")
        UNMASKED = "unmasked", _("已查看完整信息")
        PRINTED = "printed", _("已打印")
        EXPORTED = "exported", _("已导出")
        DENIED = "denied", _("被拒绝")

    seq = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=models.Func(function="journal_xid", output_field=models.BigIntegerField()))
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)
    post = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    child_id = models.UUIDField(null=True)
    scope_place = models.BigIntegerField()  # 0: no place
    what = models.JSONField(default=list)  # the fields shown in full
    why = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = AuditManager["Access"]()

    class Meta:
        managed = False
        db_table = "journal_access"
