"""What waits for somebody's yes: categories level by level, and official determinations."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.levels import RANKS, rank
from tongxing.children.models import Category, Determination


def categories(post: Post, *, below: bool = False) -> QuerySet[Category]:
    """Categories whose turn it is at this post's level; with ``below`` those that still wait for a level under it, which it may step in for."""
    mine = rank(post)
    steps = [
        Q(scheme=key, step=step)
        for key, scheme in codes.SCHEMES.items()
        for step, name in enumerate(scheme.about.levels)
        if step and (RANKS[name] > mine if below else RANKS[name] == mine)
    ]
    waiting = Category.objects.filter(until=None, state__in=(Category.State.REPORTED, Category.State.CHECKED))
    return waiting.filter(reduce(or_, steps)) if steps else waiting.none()


def determinations() -> QuerySet[Determination]:
    return Determination.objects.filter(approved_on=None, refused_on=None)
