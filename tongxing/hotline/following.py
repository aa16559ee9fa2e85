"""What becomes of calls when a child's file is merged or erased. A call stays its desk's wherever the child moves."""

from __future__ import annotations

from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.ground import scope
from tongxing.hotline.models import Call

WHY = "calls that may be about a child are a desk's, not its place's"


class Calls(Follower):
    """A call only says which file may be the child's."""

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        with scope.whole_country(why=WHY):
            Call.unscoped.filter(child_id=other_id).update(child_id=kept_id)

    def erased(self, *, child_id: UUID) -> None:
        """What was said on the telephone is the caller's; that it was about this child is forgotten."""
        with scope.whole_country(why=WHY):
            Call.unscoped.filter(child_id=child_id).update(child_id=None, on_file=False)


FOLLOWER = Calls()
