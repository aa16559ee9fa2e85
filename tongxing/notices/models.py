"""Notices, and a receipt for each person they were sent to.

Row-level security: a notice shows to those whose place covers the sender's and to whom it was sent; a receipt to its person and to
those whose place covers the post.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.places.models import Place


class Notice(ScopedRow):
    """What a post sent to all holders of some roles in `place` and below. Never rewritten: a correction is a notice that follows. `scope_place` is the sender's."""

    title = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("正文"), max_length=5000)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("发给哪里"))
    roles = ArrayField(models.CharField(max_length=30), verbose_name=_("发给哪些岗位"))
    urgent = models.BooleanField(_("紧急"), default=False)
    confirm = models.BooleanField(_("需要确认"), default=False)
    """Each reader confirms to have read it and to keep to it (LZH-1, 严管)."""
    standing = models.BooleanField(_("长期有效"), default=False)
    """Sent to whoever comes into such a post later, too."""
    due = models.DateField(_("最迟哪天"), null=True, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("发出时间"), default=now)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="correction")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(_("撤回原因"), max_length=200, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="notice_says_something"),
            models.CheckConstraint(condition=~Q(roles=[]), name="notice_to_somebody"),
            models.CheckConstraint(condition=Q(withdrawn_at=None, withdrawn_why="") | Q(withdrawn_at__isnull=False, withdrawn_why__gt=""), name="notice_withdrawn_with_reason"),
        )
        indexes = (
            models.Index(fields=["scope_place", "-sent_at", "-id"], name="notice_sent"),
            models.Index(fields=["standing"], condition=Q(standing=True, withdrawn_at=None), name="notice_standing"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def binding(self) -> str:
        return f"notice:{self.id}"

    @property
    def role_names(self) -> list[str]:
        return [str(ROLES[role].name) for role in self.roles if role in ROLES]

    @property
    def in_force(self) -> bool:
        return self.withdrawn_at is None

    def late(self, on: date) -> bool:
        """Whether the day by which it was to be read has passed."""
        return self.due is not None and self.due < on


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def waiting(self) -> ReceiptQuerySet:
        """Not read, or to be confirmed and not confirmed, of notices in force."""
        return self.filter(Q(read_at=None) | Q(notice__confirm=True, confirmed_at=None), notice__withdrawn_at=None)

    def held(self, on: date) -> ReceiptQuerySet:
        """Of people who still hold the post to which it was sent."""
        return self.filter(Q(post__until=None) | Q(post__until__gt=on))


class Receipt(ScopedRow):
    """That a notice was sent to a person for a post, when it was read, and when confirmed. `scope_place` is the post's."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(_("阅读时间"), null=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)
    unscoped: ClassVar[models.Manager[Receipt]] = ReceiptQuerySet.as_manager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["notice", "person"], name="receipt_once"),
            models.CheckConstraint(condition=Q(confirmed_at=None) | Q(read_at__isnull=False), name="receipt_read_before_confirmed"),
        )
        indexes = (
            models.Index(fields=["person", "-sent_at", "-id"], name="receipt_inbox"),
            models.Index(fields=["notice", "scope_place"], name="receipt_of_notice"),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} {self.person_id}"
