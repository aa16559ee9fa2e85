"""What becomes of cases when a child's file moves, is merged or erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.crypto import actions as keys
from tongxing.ground import scope
from tongxing.protection.actions import lines
from tongxing.protection.models import Assessment, Case, CaseChild, Placement, Report, Task

NAMED = (Report, Task, Placement, Assessment)
WHY = "cases of a child may be other places'"


class Cases(Follower):
    """The new place sees the case of a child that moved; the old one answers for it until it hands it over."""

    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        with scope.whole_country(why=WHY):
            rows = list(CaseChild.unscoped.filter(child_id__in=ids).select_related("case"))
            CaseChild.unscoped.filter(child_id__in=ids).update(scope_place=to)
            for row in rows:
                if not row.case.ended:
                    lines.write(row.case, "child_moved", by=None, data={"to": to})

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        with scope.whole_country(why=WHY):
            for row in CaseChild.unscoped.filter(child_id=child_id).select_related("case"):
                if not row.case.ended:
                    lines.write(row.case, "child_ended", by=by)

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        """The case is about the file that is kept; the other stays named, so that they can be told apart again."""
        with scope.whole_country(why=WHY):
            for row in CaseChild.unscoped.filter(child_id=other_id):
                CaseChild.unscoped.get_or_create(case=row.case, child_id=kept_id, defaults={"scope_place": row.scope_place, "restricted": row.restricted})

    def erased(self, *, child_id: UUID) -> None:
        """What was said of it alone can be read by nobody any more; rows that named it do not."""
        with scope.whole_country(why=WHY):
            cases = set(CaseChild.unscoped.filter(child_id=child_id).values_list("case_id", flat=True))
            CaseChild.unscoped.filter(child_id=child_id).delete()
            shared = set(CaseChild.unscoped.filter(case__in=cases).values_list("case_id", flat=True))
            keys.destroy_many(cases - shared)
            for model in NAMED:
                model.unscoped.filter(child_id=child_id).update(child_id=None)
            assert Case.unscoped.filter(pk__in=cases).count() == len(cases)


FOLLOWER = Cases()
