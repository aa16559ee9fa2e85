"""What the log does when a child's file moves or is erased."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tongxing.children.followers import Follower
from tongxing.crypto import actions as crypto
from tongxing.files import storage
from tongxing.log import queries
from tongxing.log.models import Entry, Paper, Participation


class LogFollower(Follower):
    """Entries go along with the child, and lose their words when it is erased."""

    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        Participation.unscoped.filter(child_id__in=ids).update(scope_place=to)
        Entry.unscoped.filter(child_id__in=ids).update(scope_place=to)

    def erased(self, *, child_id: UUID) -> None:
        """That something was done stays, as a number; what was said of the child goes. Pictures of several children are another decision."""
        for paper in Paper.objects.filter(key_owner=child_id):
            storage.remove(paper.id)
        Participation.unscoped.filter(child_id=child_id).update(answers={}, answers_sealed=None, sections=[], events=[])
        Entry.unscoped.filter(child_id=child_id).update(answers={}, sections=[], events=[], reason="")

    def shared_pictures(self, *, child_id: UUID) -> int:
        return len(_shared(child_id))

    def shared_pictures_erased(self, *, child_id: UUID) -> int:
        """The files and their keys; that there was a picture stays with the entry."""
        found = _shared(child_id)
        for paper in found:
            storage.remove(paper.id)
        crypto.destroy_many({paper.key_owner for paper in found})
        return len(found)


def _shared(child_id: UUID) -> list[Paper]:
    """Pictures of entries in which the child took part with others: they lie under a key of the entry's own, as long as that is there."""
    papers = Paper.objects.filter(entry__in=Participation.unscoped.filter(child_id=child_id).values("entry")).exclude(key_owner=child_id)
    return queries.readable(papers)


FOLLOWER = LogFollower()
