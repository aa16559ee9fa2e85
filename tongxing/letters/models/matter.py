"""One intake for several departments, and one answer back (一门受理、协同办理, JL-7)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.letters import codes


class Matter(ScopedRow):
    """What somebody asked of the office: in person, by telephone, as a work order of 12345, by a letter of another office.

    Who asked, what they said and what they were told are sealed with a key of the matter's own; the title names no child.
    """

    number = models.CharField(_("受理编号"), max_length=20)
    channel = models.CharField(_("受理渠道"), max_length=20)
    outer_number = models.CharField(_("来文（工单）编号"), max_length=40, blank=True)
    title = models.CharField(_("事项"), max_length=80)
    words_sealed = models.BinaryField()
    asker_sealed = models.BinaryField(null=True)
    received_on = models.DateField(_("受理日期"))
    due_on = models.DateField(_("答复期限"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    answer_sealed = models.BinaryField(null=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    told_by = models.CharField(_("答复方式"), max_length=20, blank=True)
    answered_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["scope_place", "number"], name="matter_number_once"),
            models.UniqueConstraint(fields=["scope_place", "channel", "outer_number"], condition=~Q(outer_number=""), name="matter_outer_number_once"),
            models.CheckConstraint(condition=Q(channel__in=codes.CHANNEL.values()), name="matter_channel"),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="matter_due_after_received"),
            models.CheckConstraint(
                condition=Q(answered_on=None, told_by="", answer_sealed=None) | Q(answered_on__isnull=False, told_by__in=codes.TOLD_BY.values(), answer_sealed__isnull=False),
                name="matter_answered_somehow",
            ),
        )
        indexes = (models.Index(fields=["scope_place", "-at", "-id"], name="matter_by_office"),)

    def __str__(self) -> str:
        return self.title

    @property
    def channel_label(self) -> str:
        return codes.CHANNEL.text(self.channel)

    def late(self, on: date) -> bool:
        return (self.answered_on or on) > self.due_on


class MatterChild(ScopedRow):
    """A child whom a matter is about."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ScopedRow.Meta):
        verbose_name_plural = "children of matters"
        constraints = (models.UniqueConstraint(fields=["matter", "child"], name="matter_child_once"),)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.child_id}"
