"""An import of posts is taken back: people and posts that it made go, those that it changed become what they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from tongxing.accounts import queries
from tongxing.accounts.models import Person, Post
from tongxing.crypto import actions as keys
from tongxing.ground import images
from tongxing.ground.images import Change, Images
from tongxing.journal import actions as journal
from tongxing.places import codes

PEOPLE: Final = "people"
POSTS: Final = "posts"
TOGETHER: Final = {"record_check_clear": "record_checked_on", "certified_on": "certificate", "pinyin": "name", "initials": "name"}


def pictured(person_id: UUID) -> Images:
    """A person with all posts, and their deputies, as they stand now."""
    found: Images = {(PEOPLE, str(row.pk)): images.image(row) for row in Person.objects.filter(pk=person_id)}
    posts = Post.objects.filter(Q(person_id=person_id) | Q(deputy_of__person_id=person_id))
    return found | {(POSTS, str(row.pk)): images.image(row) for row in posts}


@transaction.atomic
def take_back(*, changes: Sequence[Change], why: str, by: Post | None) -> tuple[bool, list[Change]]:
    """Undo these changes of a person and their posts: whether anything came back, and what could not, because of what was done since."""
    kept: list[Change] = []
    posts = [change for change in changes if change.part == POSTS]
    people = [each for change in changes if change.part == PEOPLE for each in images.by_value(change, TOGETHER)]
    # A post that was made goes before the one that was ended for it holds again, and both before the person.
    for change in sorted(posts, key=lambda each: each.before is not None):
        kept += _one(Post, "post", change, why, by)
    for change in people:
        kept += _one(Person, "person", change, why, by)
    return len(kept) < len(posts) + len(people), kept


def _one(model: type[models.Model], kind: str, change: Change, why: str, by: Post | None) -> list[Change]:
    place = _place(change, by)
    if not images.take_back(model, [change]):
        return [change]
    if model is Person and change.before is None:
        keys.destroy(UUID(change.pk))
    names = [] if change.before is None else sorted(change.before)  # the values stand in the import's own lines
    journal.record(by=by, verb="import_undone", subject_kind=kind, subject_id=change.pk, place=place, diff={"undone": [names, None], "why": [None, why]})
    return []


def _place(change: Change, by: Post | None) -> int:
    post = Post.objects.filter(pk=change.pk).first()
    if post:
        return post.place_id
    person = Person.objects.filter(pk=change.pk).first()
    office = queries.office_of(person) if person else 0
    return office or (by.place_id if by else codes.COUNTRY)
