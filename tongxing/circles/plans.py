"""A child's plan in words, and the reviews that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from tongxing.accounts.models import Post
from tongxing.children.models import State
from tongxing.circles import codes, queries
from tongxing.circles.actions.planning import open_goal, open_needs, open_words
from tongxing.circles.drawing import Circle, Place
from tongxing.circles.models import Membership, Plan, PlanItem, PlanReview
from tongxing.crypto.sealed import DataKey
from tongxing.places import codes as place_codes
from tongxing.places.codes import Level

SOON = timedelta(days=14)
# The four fixed places of 1+4+N: 1名村干部、1名爱心邻居、1名学校老师、1支爱心团队 (YC-14).
FIXED = ("village_cadre", "loving_neighbour", "paired_teacher", "care_team")


@dataclass(frozen=True, slots=True)
class Item:
    row: PlanItem
    area: str
    goal: str
    state: str  # late, soon, open, closed
    result: str
    reviews: Sequence[tuple[PlanReview, str]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the four: the place of the circle, None where no model in force asks for it."""

    role: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as its page draws it."""

    plan: Plan | None
    needs: str
    slots: Sequence[Slot]
    items: Sequence[Item]
    closed: Sequence[Item]


def shown(child_id: UUID, circle: Circle, key: DataKey | None, on: date) -> Shown:
    """The plan of a child; without its key (an erased file) there are no words."""
    plan = Plan.objects.filter(child=child_id).first()
    places = {place.role: place for place in circle.places}
    slots = [Slot(role, places.get(role)) for role in FIXED]
    if plan is None or key is None:
        return Shown(plan, "", slots, (), ())
    reviews: dict[UUID, list[tuple[PlanReview, str]]] = {}
    for review in PlanReview.objects.filter(child=child_id).order_by("-on", "-id"):
        reviews.setdefault(review.item_id, []).append((review, open_words(review, key)))
    rows = PlanItem.objects.filter(child=child_id).select_related("owner").order_by("review_on", "id")
    items = [
        Item(row, codes.AREA.text(row.area), open_goal(row, key), state(row, on), codes.RESULT.text(row.result) if row.result else "", reviews.get(row.pk, ())) for row in rows
    ]
    return Shown(plan, open_needs(plan, key), slots, [each for each in items if each.state != "closed"], [each for each in items if each.state == "closed"])


def state(row: PlanItem, on: date) -> str:
    """Whether a review is late, due soon, or neither; a closed item has none."""
    if row.review_on is None:
        return "closed"
    return "late" if row.review_on < on else "soon" if row.review_on <= on + SOON else "open"


def due(on: date, which: str = "") -> QuerySet[PlanItem]:
    """Open items of children on the register, in the order of their reviews; ``late`` or ``soon`` alone."""
    rows = PlanItem.objects.filter(closed_on=None, child__state=State.CURRENT).select_related("child", "owner")
    if which == "late":
        return rows.filter(review_on__lt=on)
    if which == "soon":
        return rows.filter(review_on__range=(on, on + SOON))
    return rows


def owners(child_id: UUID, scope_place: int, by: Post, on: date) -> Mapping[UUID, str]:
    """Who may own an item: the members of the circle, the posts of the village and township, and whoever plans."""
    members = Membership.objects.filter(queries.holding(on), child=child_id, person__isnull=False).select_related("person")
    found = {row.person.pk: row.person.name for row in members if row.person}
    seats = [scope_place, place_codes.at_level(scope_place, Level.TOWNSHIP)]
    for post in Post.objects.held(on).filter(place__in=seats, role__in=("child_director", "supervisor")).select_related("person").order_by("role", "id"):
        found.setdefault(post.person_id, post.person.name)
    found.setdefault(by.person_id, by.person.name)
    return found
