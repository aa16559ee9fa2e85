"""What becomes of needs and of lines in letters when a child's file moves, ends, is merged or erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.children.models import Child
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.letters.actions import needs, receiving, replying
from tongxing.letters.models import Item, Letter, MatterChild, Need, Reply
from tongxing.letters.states import OPEN, UNSENT, State
from tongxing.places import codes

WHY = "letters about a child may be any office's"


class Letters(Follower):
    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        """The rows go with the child. What was asked of departments of the county that it leaves is answered no more, and they see it no longer."""
        with scope.whole_country(why=WHY):
            Need.unscoped.filter(child__in=ids).update(scope_place=to)
            Reply.unscoped.filter(item__child__in=ids).update(scope_place=to)
            Item.unscoped.filter(child__in=ids).update(scope_place=to)
            left = [item for item in _open(ids) if not codes.within(to, item.letter.county)]
            _end(left, "moved", by=None)

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        with scope.whole_country(why=WHY):
            _end(_open([child_id]), "left", by=by)
            needs.end(Need.unscoped.select_for_update(of=("self",)).filter(child=child_id, ended_on=None), "left", by=by)

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        """The file that is kept has the needs of the other, where it has not the same one. ``ended`` has closed those of the other before."""
        with scope.whole_country(why=WHY):
            place = Child.unscoped.values_list("scope_place", flat=True).get(pk=kept_id)
            for need in Need.unscoped.filter(child=other_id, result="left", ended_on=today()):
                needs.open_needs({kept_id: place}, need.kind, need.source, by=by)

    def unmerged(self, *, kept_id: UUID, other_id: UUID, on: date, by: Post | None) -> None:
        """The other file has its needs again; those of the one that was kept stay with it: they were seen there."""
        with scope.whole_country(why=WHY):
            place = Child.unscoped.values_list("scope_place", flat=True).get(pk=other_id)
            for need in Need.unscoped.filter(child=other_id, result="left", ended_on=on):
                needs.open_needs({other_id: place}, need.kind, need.source, by=by)

    def erased(self, *, child_id: UUID) -> None:
        with scope.whole_country(why=WHY):
            letters = list(Letter.unscoped.filter(items__child=child_id).distinct())
            Reply.unscoped.filter(item__child=child_id).delete()
            Item.unscoped.filter(child=child_id).delete()
            Need.unscoped.filter(child=child_id).delete()
            MatterChild.unscoped.filter(child=child_id).delete()
            for letter in letters:
                _answered(letter, None)


def _open(ids: Sequence[UUID]) -> list[Item]:
    return list(Item.unscoped.filter(child__in=ids, ended="", letter__state__in=(*OPEN, *UNSENT)).select_related("letter").order_by("pk"))


def _end(items: Sequence[Item], why: str, *, by: Post | None) -> None:
    """End lines of letters that are under way; of a draft they are taken off."""
    for item in items:
        if item.letter.state in UNSENT:
            item.delete()
            continue
        item.ended = why
        item.save(update_fields=["ended"])
        receiving.take_back(item.letter, by=by, children=[item.child_id])
    for letter in {item.letter_id: item.letter for item in items}.values():
        _answered(letter, by)


def _answered(letter: Letter, by: Post | None) -> None:
    if letter.state == State.SENT and Item.unscoped.filter(letter=letter, ended="").exists():
        replying.settle(letter=letter, on=today(), by=by)


FOLLOWER = Letters()
