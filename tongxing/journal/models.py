"""The journal (what was done), its seals, and the access log (what was read). No foreign keys: they outlive what they speak of."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tongxing.ground.models import ScopedManager
from tongxing.ground.today import now


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
    unscoped = models.Manager["Record"]()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["child_id", "-seq"], name="journal_child"),
            models.Index(fields=["scope_place", "-seq"], name="journal_place"),
            models.Index(fields=["xid", "seq"], name="journal_feed"),
        )


class Seal(models.Model):
    """A link of the chain: the digest over a run of committed records and over the seal before."""

    log = models.CharField(max_length=10)  # journal or access
    number = models.PositiveIntegerField()
    xid_until = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "number"], name="seal_number"),)


class Access(models.Model):
    """One read of a child's file, or one refusal. The table is partitioned by month of `at` (see the migration)."""

    class Outcome(models.TextChoices):
        READ = "read"
        UNMASKED = "unmasked"
        PRINTED = "printed"
        EXPORTED = "exported"
        DENIED = "denied"

    seq = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=models.Func(function="journal_xid", output_field=models.BigIntegerField()))
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)
    post = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    child_id = models.UUIDField(null=True)
    scope_place = models.BigIntegerField(null=True)
    what = models.JSONField(default=list)  # the fields shown in full
    why = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        managed = False
        db_table = "journal_access"
