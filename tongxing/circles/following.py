"""What becomes of a circle when the child's file moves, ends, is merged or erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.children.models import Child
from tongxing.circles.actions.joining import end, show
from tongxing.circles.models import Membership, Plan, PlanItem, PlanReview
from tongxing.ground import scope
from tongxing.ground.today import today


class Circles(Follower):
    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        for model in (Membership, Plan, PlanItem, PlanReview):
            model.unscoped.filter(child__in=ids).update(scope_place=to)

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        end(_running(child_id), "child_left", on=on, by=by)

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        """Whoever stood around the other file stands around the one that is kept; companions meet anew."""
        rows = _running(other_id)
        end(rows, "merged", on=today(), by=by)
        _stand(kept_id, [row for row in rows if row.child_id == other_id], by)

    def unmerged(self, *, kept_id: UUID, other_id: UUID, on: date, by: Post | None) -> None:
        """Whoever came from the other file goes back to it; who has come or gone since then stays so. Companions meet anew."""
        left = list(Membership.objects.filter(child=other_id, end_reason="merged", until=on, person__isnull=False).select_related("post", "person").order_by("pk"))
        theirs = {(row.person_id, row.role) for row in left}
        came = Membership.objects.select_for_update(of=("self",)).filter(child=kept_id, source="merged", since=on, until=None).select_related("post", "person").order_by("pk")
        end([row for row in came if (row.person_id, row.role) in theirs], "merged", on=today(), by=by)
        _stand(other_id, left, by)

    def erased(self, *, child_id: UUID) -> None:
        with scope.whole_country(why="companions of an erased child may live elsewhere"):
            PlanReview.objects.filter(child=child_id).delete()
            PlanItem.objects.filter(child=child_id).delete()
            Plan.objects.filter(child=child_id).delete()
            Membership.objects.filter(Q(child=child_id) | Q(peer=child_id)).delete()


def _stand(child_id: UUID, rows: Sequence[Membership], by: Post | None) -> None:
    """The people of these memberships stand around another file from today, each once in a place."""
    there = set(Membership.objects.filter(child=child_id, until=None).values_list("person_id", "role"))
    place = Child.objects.values_list("scope_place", flat=True).get(pk=child_id)
    made = [
        Membership(child_id=child_id, scope_place=place, role=row.role, person=row.person, post=row.post, team=row.team, since=today(), source="merged")
        for row in rows
        if row.person_id and (row.person_id, row.role) not in there
    ]
    Membership.unscoped.bulk_create(made)
    show(made, by=by)


def _running(child_id: UUID) -> list[Membership]:
    """What runs in the circle of a child, and the places that it holds itself in the circles of companions, who may live elsewhere."""
    with scope.whole_country(why="companions may live in another village"):
        rows = Membership.objects.select_for_update(of=("self",)).filter(Q(child=child_id) | Q(peer=child_id), until=None)
        return list(rows.select_related("post", "person").order_by("pk"))


FOLLOWER = Circles()
