"""What waits for a post: returns to send, to confirm, and those that are missing."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import CombinedExpression

from tongxing.accounts.models import Post
from tongxing.figures.models import Return
from tongxing.figures.states import State
from tongxing.places import codes
from tongxing.places.codes import Level

UNSENT = (State.OPEN, State.RETURNED)


def to_send(post: Post, on: date) -> QuerySet[Return]:
    """The own place's returns whose date has come."""
    return Return.objects.filter(scope_place=post.place_id, state=State.OPEN, on__lte=on, due__gte=on)


def overdue(post: Post, on: date) -> QuerySet[Return]:
    """The own place's returns that are late or came back."""
    return Return.objects.filter(Q(state=State.RETURNED) | Q(state=State.OPEN, due__lt=on), scope_place=post.place_id)


def to_confirm(post: Post) -> QuerySet[Return]:
    """Sent by the places right below."""
    return _below(post).filter(state=State.SUBMITTED)


def missing(post: Post, on: date) -> QuerySet[Return]:
    """Late returns of the places right below."""
    return _below(post).filter(state__in=UNSENT, due__lt=on)


def _below(post: Post) -> QuerySet[Return]:
    lo, hi = codes.span(post.place_id)
    level = Level(min(post.place.level + 1, Level.TOWNSHIP))
    whole: CombinedExpression = F("scope_place") % codes.SIZES[level]
    return Return.objects.alias(rest=whole).filter(scope_place__range=(lo + 1, hi), rest=0)
