"""Messages to people, and what leaves the house because of them. Row-level security: one's own, or the system's."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.outbox.kinds import KINDS, Kind


class MessageQuerySet(models.QuerySet["Message"]):
    def of(self, person: UUID) -> MessageQuerySet:
        """What was told to this person."""
        return self.filter(person_id=person)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)


class Message(Row):
    """Something a person is told here, in the program. `about` is a Chinese msgid that `words` fill; neither names a child."""

    person_id = models.UUIDField()
    post_id = models.UUIDField(null=True)
    """For which of the person's posts, where that matters."""
    kind = models.CharField(gettext_lazy("类别"), max_length=20)
    about = models.CharField(max_length=300)
    words = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    urgent = models.BooleanField(gettext_lazy("紧急"), default=False)
    key = models.CharField(max_length=120)
    """Told twice under one key, a person hears it once."""
    at = models.DateTimeField(gettext_lazy("时间"), default=now)
    read_at = models.DateTimeField(null=True)
    digested_at = models.DateTimeField(null=True)
    """When a day's summary spoke of it."""

    objects: ClassVar[models.Manager[Message]] = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person_id", "key"], name="message_once"),
            models.CheckConstraint(condition=Q(url__startswith="/") & ~Q(url__startswith="//"), name="message_leads_into_the_house"),
        )
        indexes = (
            models.Index(fields=["person_id", "-at", "-id"], name="message_list"),
            models.Index(fields=["person_id"], condition=Q(read_at=None), name="message_unread"),
            models.Index(fields=["at"], condition=Q(read_at=None, digested_at=None, urgent=False), name="message_to_digest"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        said = _(self.about)
        return said % self.words if self.words else said

    @property
    def definition(self) -> Kind:
        return KINDS[self.kind]


class Channel(models.TextChoices):
    SMS = "sms", gettext_lazy("短信")
    EMAIL = "email", gettext_lazy("电子邮件")


class State(models.TextChoices):
    WAITING = "waiting", gettext_lazy("等待发送")
    SENDING = "sending", gettext_lazy("正在发送")
    SENT = "sent", gettext_lazy("已送出")
    DEAD = "dead", gettext_lazy("发送失败")
    DROPPED = "dropped", gettext_lazy("没有发送")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def dead(self) -> DeliveryQuerySet:
        """What could not be sent and waits for somebody to look."""
        return self.filter(state=State.DEAD)


class Delivery(Row):
    """One text message or e-mail. To which number it goes is asked when it goes; `text` is nameless and in the person's language."""

    person_id = models.UUIDField()
    channel = models.CharField(gettext_lazy("渠道"), max_length=10, choices=Channel.choices)
    text = models.CharField(gettext_lazy("内容"), max_length=300)
    key = models.CharField(max_length=120)
    state = models.CharField(gettext_lazy("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(gettext_lazy("次数"), default=0)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    uncertain = models.BooleanField(default=False)
    """A worker died while sending: whether the gateway took it is asked first."""
    ended_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=120, blank=True)
    error = models.CharField(gettext_lazy("原因"), max_length=300, blank=True)

    objects: ClassVar[models.Manager[Delivery]] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=["person_id", "channel", "key"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state="sending", claim__isnull=False, claimed_at__isnull=False) | ~Q(state="sending"), name="delivery_claimed_by_somebody"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sending"), ended_at=None) | Q(state__in=("sent", "dead", "dropped"), ended_at__isnull=False), name="delivery_ended"
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="delivery_lease"),
            models.Index(fields=["state", "-made_at", "-id"], name="delivery_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.id}"


class Preference(models.Model):
    """What a person wants to be called by. Without a row: text messages for all, no e-mail."""

    class Wanted(models.TextChoices):
        ALL = "all", gettext_lazy("及时提醒和每日汇总")
        URGENT = "urgent", gettext_lazy("只要紧急的")

    person_id = models.UUIDField(primary_key=True)
    sms = models.CharField(gettext_lazy("短信"), max_length=10, choices=Wanted.choices, default=Wanted.ALL)
    email = models.CharField(gettext_lazy("电子邮件"), max_length=10, choices=Wanted.choices, default=Wanted.ALL)
    email_sealed = models.BinaryField(null=True)
    """The work address, under the person's own key."""

    def __str__(self) -> str:
        return str(self.person_id)

    def wants(self, channel: str, *, urgent: bool) -> bool:
        return urgent or getattr(self, channel) == Preference.Wanted.ALL
