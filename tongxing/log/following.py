"""What the log does when a child's file moves or is erased."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tongxing.children.followers import Follower
from tongxing.files import storage
from tongxing.log.models import Entry, Paper, Participation


class LogFollower(Follower):
    """Entries go along with the child, and lose their words when it is erased."""

    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        Participation.unscoped.filter(child_id__in=ids).update(scope_place=to)
        Entry.unscoped.filter(child_id__in=ids).update(scope_place=to)

    def erased(self, *, child_id: UUID) -> None:
        """That something was done stays, as a number; what was said of the child goes. Pictures of several children stay with the others."""
        for paper in Paper.objects.filter(key_owner=child_id):
            storage.remove(paper.id)
        Participation.unscoped.filter(child_id=child_id).update(answers={}, answers_sealed=None, sections=[], events=[])
        Entry.unscoped.filter(child_id=child_id).update(answers={}, sections=[], events=[], reason="")


FOLLOWER = LogFollower()
