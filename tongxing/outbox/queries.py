"""Reading messages and deliveries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tongxing.outbox.kinds import KINDS
from tongxing.outbox.models import Delivery, DeliveryQuerySet, Message, MessageQuerySet

MOST_UNREAD = 99


def unread(person: UUID) -> int:
    """How many messages wait for a person; beyond ninety-nine nobody counts."""
    return Message.objects.filter(person_id=person, read_at=None)[: MOST_UNREAD + 1].count()


def inbox(person: UUID, *, kind: str = "", state: str = "", since: datetime | None = None) -> MessageQuerySet:
    """One's own messages. ``state``: unread, urgent, or all."""
    rows = MessageQuerySet(Message).of(person)
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    if state == "unread":
        rows = rows.unread()
    elif state == "urgent":
        rows = rows.filter(urgent=True)
    return rows.filter(at__gte=since) if since else rows


def deliveries(*, state: str = "", channel: str = "") -> DeliveryQuerySet:
    """Text messages and e-mails, for the system's administrator."""
    rows = DeliveryQuerySet(Delivery).all()
    if state:
        rows = rows.filter(state=state)
    return rows.filter(channel=channel) if channel else rows
