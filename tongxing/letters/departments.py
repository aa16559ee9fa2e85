"""Who sits in a department: the posts to which a letter to it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.letters import codes
from tongxing.places import codes as places
from tongxing.units.models import Unit

ROLE = "department"


def posts(department: str, place: int, on: date) -> list[Post]:
    """Posts of a department of the county (or township) of a place that day: those whose unit is entered as that department there."""
    units = Unit.objects.valid(on).filter(kind="department", department=department, place__in=places.chain(place))
    held = PostQuerySet(Post).held(on).filter(role=ROLE, place__in=places.chain(place), unit_id__in=units.values("pk"))
    return list(held.select_related("person", "place").order_by("since", "id"))


def of_post(post: Post) -> str:
    """The department for which a post stands; empty where its unit is none."""
    found = Unit.objects.filter(pk=post.unit_id, kind="department").values_list("department", flat=True).first() if post.unit_id else None
    return found or ""


def choices() -> list[tuple[str, str]]:
    return codes.ADDRESSEE.choices()


def without_account(wanted: Sequence[str], place: int, on: date) -> list[str]:
    """Those of the departments in which nobody has an account: their answers come on paper."""
    return [department for department in wanted if not posts(department, place, on)]
