"""What a post leaves behind in circles when it ends: a line of the hand-over's check-list (`settings.HANDOVER`)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.handover import Item
from tongxing.accounts.models import Post
from tongxing.circles.models import Membership


def children(post: Post) -> Item | None:
    """The children beside whom the holder stands by this post, or without any: another takes them over, or their places are vacant."""
    count = Membership.objects.filter(Q(post=post) | Q(post=None), person=post.person_id, until=None).count()
    return Item(_("结对包保的儿童"), count, reverse("circles:hand_over", args=[post.person_id])) if count else None
