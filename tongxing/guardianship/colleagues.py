"""Who else may be named to see what is restricted."""

from __future__ import annotations

from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.file import File
from tongxing.ground.today import today
from tongxing.guardianship import parties
from tongxing.guardianship.parties import Somebody
from tongxing.places.codes import chain

ROLES = ("child_director", "supervisor", "county_officer")


def of_place(place: int, by: Post) -> list[tuple[UUID, str]]:
    """The offices of a village, its township and its county, but the one who asks."""
    held = Post.objects.held(today()).filter(role__in=ROLES, place__in=chain(place)).exclude(pk=by.pk).select_related("person", "place").order_by("-place__level", "role", "id")
    return [(post.pk, f"{post.person.name}（{post}）") for post in held]


def guardians(file: File) -> list[Somebody]:
    """Whom a measure may be about: parents first (as the family is ordered), then whoever else stands in the file."""
    return parties.everybody(file, today())
