"""What a post leaves behind of the register when it ends: lines of the hand-over's check-list (`settings.HANDOVER`)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.handover import Item
from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.children.models import Child, State, Transfer
from tongxing.ground.models import Grant
from tongxing.places import codes


def files(post: Post) -> Item | None:
    """The files of the post's place; of a post that sees single children, those children."""
    if post.definition.sees is Sees.GRANTED:
        granted = Grant.objects.filter(post_id=post.id, until=None).values("child_id").distinct().count()
        return Item(_("可以查看的儿童"), granted) if granted else None
    if post.definition.sees is not Sees.PLACE:
        return None
    count = Child.objects.filter(scope_place__range=codes.span(post.place_id)).exclude(state=State.ENDED).count()
    return Item(_("在管儿童"), count, f"{reverse('children:list')}?place={codes.show(post.place_id)}") if count else None


def unfinished(post: Post) -> Item | None:
    """Drafts and files returned for correction: what a director began and did not end."""
    if post.role != "child_director":
        return None
    count = Child.objects.filter(scope_place=post.place_id, state__in=(State.DRAFT, State.RETURNED)).count()
    return Item(_("没有办完的档案"), count) if count else None


def to_decide(post: Post) -> Item | None:
    """What waits for the post's decision: files to check, transfers to take over."""
    lo_hi = codes.span(post.place_id)
    count = 0
    if "children.approve" in post.definition.rights:
        count += Child.objects.filter(scope_place__range=lo_hi, state=State.SUBMITTED).count()
    if "transfers.accept" in post.definition.rights:
        count += Transfer.unscoped.filter(to_place__range=lo_hi, state=Transfer.State.REQUESTED).count()
    return Item(_("等待审核和接收"), count) if count else None
