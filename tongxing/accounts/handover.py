"""What a post leaves behind when it ends: the check-list of the hand-over.

Higher floors add their lines through `settings.HANDOVER`: names of functions that take a post and return an `Item`, or None
where there is nothing to hand over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.queries import posts_of
from tongxing.ground import scope
from tongxing.ground.today import today


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what, how many, and where it can be seen."""

    label: str
    count: int
    url: str = ""


def items(post: Post) -> list[Item]:
    """All that is attached to a post today."""
    with scope.whole_country(why="a hand-over counts what is attached to a post; the counts reveal no child"):
        lines: list[Callable[[Post], Item | None]] = [import_string(path) for path in settings.HANDOVER]
        found = [item for line in lines if (item := line(post))]
    if deputies := post.deputies.filter(until__gt=today()).count():
        found.append(Item(_("代理人（随之结束）"), deputies))
    return found


def successors(post: Post) -> list[Post]:
    """Who else holds the same seat today."""
    held = Post.objects.held(today()).filter(role=post.role, place=post.place_id, unit_name=post.unit_name, deputy_of=None).exclude(pk=post.pk)
    return list(held.select_related("person", "place"))


def remaining(post: Post) -> list[Post]:
    """What else its holder holds."""
    return [other for other in posts_of(post.person) if other.pk != post.pk]
