"""A letter reaches the posts of a department: they are told, see the letter, and until it ends the children on its list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.actions.grants import end_grants, grant_children
from tongxing.accounts.models import Post
from tongxing.ground import bulk, scope
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.letters import departments
from tongxing.letters.models import Item, Letter, Receiver
from tongxing.letters.states import OPEN
from tongxing.outbox import actions as outbox

CAUSE = "letter"
SENT = noop("收到%(kind)s：%(title)s，请在%(due)s以前复函。")
WHY = "a department sees the children of the letters that it received, wherever they live"


def deliver(letter: Letter, *, by: Post | None) -> list[Post]:
    """Hand a letter that was just sent to its department; returns the posts that received it, none where nobody there has an account."""
    posts = departments.posts(letter.department, letter.scope_place, today())
    receive(letter, posts, by=by)
    return posts


def receive(letter: Letter, posts: Iterable[Post], *, by: Post | None) -> None:
    known = set(Receiver.unscoped.filter(letter=letter).values_list("post_id", flat=True))
    fresh = [post for post in posts if post.id not in known]
    if not fresh:
        return
    bulk.create(Receiver, [Receiver(letter=letter, post=post, scope_place=letter.scope_place) for post in fresh])
    children = dict(Item.unscoped.filter(letter=letter, ended="").values_list("child_id", "scope_place"))
    for post in fresh:
        grant_children(post=post, children=children, cause=CAUSE, since=max(today(), post.since), by=by)
    words = {"kind": str(letter.get_kind_display()), "title": letter.title, "due": f"{letter.due_on:%Y-%m-%d}"}
    outbox.tell(kind="letter", about=SENT, words=words, posts=fresh, url=reverse("letters:letter", args=[letter.id]), key=letter.binding, checked=True)


def take_back(letter: Letter, *, by: Post | None, children: Collection[UUID] = ()) -> None:
    """The posts that received a letter see its children no longer (or only these of them), but for those on other letters that they still hold."""
    with scope.whole_country(why=WHY):
        listed = dict(Item.unscoped.filter(letter=letter).values_list("child_id", "scope_place"))
        gone = {child_id: place for child_id, place in listed.items() if not children or child_id in children}
        for receiver in Receiver.unscoped.filter(letter=letter).select_related("post"):
            others = Item.unscoped.filter(letter__state__in=OPEN, letter__receivers__post=receiver.post, ended="", child__in=list(gone)).exclude(letter=letter)
            kept = set(others.values_list("child_id", flat=True))
            end_grants(post=receiver.post, children={child_id: place for child_id, place in gone.items() if child_id not in kept}, cause=CAUSE, on=today(), by=by)


@transaction.atomic
def appointed(post: Post, by: Post | None) -> None:
    """Whoever comes into a department receives what it still has to answer."""
    if post.role != departments.ROLE or not (department := departments.of_post(post)):
        return
    with scope.whole_country(why="whoever comes into a department takes over its letters"):
        for letter in Letter.unscoped.filter(department=department, state__in=OPEN):
            if post.pk in {each.pk for each in departments.posts(department, letter.scope_place, max(today(), post.since))}:
                receive(letter, [post], by=by)


def seen(post_id: UUID) -> set[UUID]:
    """The children whom a post sees because of letters."""
    return set(Grant.objects.filter(post_id=post_id, cause=CAUSE, until=None).values_list("child_id", flat=True))
