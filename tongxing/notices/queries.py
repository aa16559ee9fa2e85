"""Reading notices and receipts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES, Role
from tongxing.notices.models import Notice, Receipt, ReceiptQuerySet
from tongxing.places import codes


def addressed(place: int) -> dict[str, Role]:
    """The roles to which notices are sent from a place: those that sit there or below, but for the three administrators'."""
    return {role.id: role for role in ROLES.values() if not role.administrator and max(role.levels) >= codes.level(place)}


def recipients(place: int, roles: Iterable[str], on: date, *, without: UUID | None = None) -> list[Post]:
    """One post for each person who holds one of the roles in the place and below that day; their own one before one they stand in for."""
    held = PostQuerySet(Post).held(on).filter(place__code__range=codes.span(place), role__in=list(roles))
    found: dict[UUID, Post] = {}
    for post in held.order_by("deputy_of_id", "since", "id"):
        known = found.setdefault(post.person_id, post)
        if known.deputy_of_id and not post.deputy_of_id:
            found[post.person_id] = post
    if without:
        found.pop(without, None)
    return list(found.values())


def manages(post: Post, notice: Notice) -> bool:
    """Whether the post stands for the sender: of the same place, or of one above it."""
    return post.may("notices.send") and codes.within(notice.scope_place, post.place_id)


def received(person: UUID) -> ReceiptQuerySet:
    """What was sent to a person."""
    return ReceiptQuerySet(Receipt).filter(person=person).select_related("notice", "notice__post__place", "notice__post__person")


def sent(post: Post) -> QuerySet[Notice]:
    """What was sent from the post's place and below, with how many read and confirmed it."""
    lo, hi = codes.span(post.place_id)
    counted = {"people": Count("receipts"), "have_read": Count("receipts__read_at"), "have_confirmed": Count("receipts__confirmed_at")}
    return Notice.unscoped.filter(scope_place__range=(lo, hi)).select_related("post__place", "post__person", "place").annotate(**counted)


def readers(notice: Notice, post: Post | None = None) -> ReceiptQuerySet:
    """To whom a notice was sent; for a post that is not its sender's, those of the post's own place and below."""
    rows = ReceiptQuerySet(Receipt).filter(notice=notice)
    return rows if post is None or manages(post, notice) else rows.filter(scope_place__range=codes.span(post.place_id))


def found(post: Post, notice_id: UUID) -> tuple[Notice, Receipt | None] | None:
    """A notice that the post may open, with the receipt of its holder where it was sent to them."""
    receipt = received(post.person_id).filter(notice=notice_id).first()
    if receipt is not None:
        return receipt.notice, receipt
    notice = Notice.unscoped.filter(pk=notice_id).select_related("post__place", "post__person", "place").first()
    return (notice, None) if notice is not None and manages(post, notice) else None


def waiting(person: UUID) -> ReceiptQuerySet:
    """What a person has not read or not confirmed."""
    return ReceiptQuerySet(Receipt).filter(person=person).waiting()


def in_state(rows: ReceiptQuerySet, state: str) -> ReceiptQuerySet:
    """``state``: unread, read, unconfirmed, confirmed, waiting (one of the first and third), or all."""
    conditions = {
        "unread": Q(read_at=None, notice__withdrawn_at=None),
        "read": Q(read_at__isnull=False),
        "unconfirmed": Q(notice__confirm=True, confirmed_at=None, notice__withdrawn_at=None),
        "confirmed": Q(confirmed_at__isnull=False),
    }
    if state == "waiting":
        return rows.waiting()
    return rows.filter(conditions[state]) if state in conditions else rows
