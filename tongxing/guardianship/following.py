"""What becomes of papers about guardianship when a child's file moves, ends, is merged or erased."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.ground import scope
from tongxing.guardianship import parties
from tongxing.guardianship.actions import agreements
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.states import State

WHY = "brothers and sisters on one paper may live in two villages"
LIVE = (State.DRAFT, State.PRINTED, State.SIGNED, State.EXPIRED)


class Guardianships(Follower):
    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        """The child's line goes with it; the paper itself when none of its children stays behind."""
        with scope.whole_country(why=WHY):
            Covered.unscoped.filter(child__in=ids).update(scope_place=to)
            papers = set(Covered.unscoped.filter(child__in=ids).values_list("agreement_id", flat=True))
            staying = set(Covered.unscoped.filter(agreement__in=papers).exclude(scope_place=to).values_list("agreement_id", flat=True))
            Agreement.unscoped.filter(pk__in=papers - staying).update(scope_place=to)
            Party.unscoped.filter(agreement__in=papers - staying).update(scope_place=to)

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        """The paper goes on for the others; without any it ends."""
        with scope.whole_country(why=WHY):
            rows = list(Covered.unscoped.filter(child=child_id).exclude(phase=Covered.Phase.PAST).select_related("agreement"))
            Covered.unscoped.filter(pk__in=[row.pk for row in rows]).update(phase=Covered.Phase.PAST)
            for row in rows:
                if not Covered.unscoped.filter(agreement=row.agreement).exclude(phase=Covered.Phase.PAST).exists() and row.agreement.state in LIVE:
                    agreements.over(row.agreement, reason="child_left", on=on, by=by)

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        """The kept file stands on the other's papers, where it has none of its own; what the child wished is sealed anew under its key."""
        with scope.whole_country(why=WHY):
            keys = crypto.open_keys([kept_id, other_id])
            place = Child.objects.values_list("scope_place", flat=True).get(pk=kept_id)
            own = set(Covered.unscoped.filter(child=kept_id).values_list("agreement_id", flat=True))
            busy = set(Covered.unscoped.filter(child=kept_id).exclude(phase=Covered.Phase.PAST).values_list("phase", flat=True))
            for row in Covered.unscoped.filter(child=other_id).exclude(agreement__in=own).order_by("id"):
                phase = row.phase if row.phase not in busy else Covered.Phase.PAST
                Covered.unscoped.filter(pk=row.pk).update(phase=Covered.Phase.PAST)
                made = Covered(agreement_id=row.agreement_id, child_id=kept_id, scope_place=place, phase=phase, heard=row.heard, merged_from=other_id)
                if row.wish_sealed and kept_id in keys and other_id in keys:
                    made.wish_sealed = keys[kept_id].seal(made.binding, keys[other_id].open(row.binding, row.wish_sealed))
                made.save(force_insert=True)
                if phase != Covered.Phase.PAST:
                    busy.add(phase)

    def unmerged(self, *, kept_id: UUID, other_id: UUID, on: date, by: Post | None) -> None:
        """What came from the other file goes back to it, as far as its papers still hold."""
        with scope.whole_country(why=WHY):
            came = list(Covered.unscoped.filter(child=kept_id, merged_from=other_id).select_related("agreement"))
            phases = {row.agreement_id: row.phase for row in came}
            Covered.unscoped.filter(pk__in=[row.pk for row in came]).delete()
            for row in Covered.unscoped.filter(child=other_id, agreement__in=phases):
                Covered.unscoped.filter(pk=row.pk).update(phase=phases[row.agreement_id])

    def erased(self, *, child_id: UUID) -> None:
        """Its name leaves the papers that go on for brothers and sisters; a paper of its own goes whole, with its signatures and its key."""
        with scope.whole_country(why=WHY):
            papers = list(Agreement.unscoped.filter(covered__child=child_id).distinct())
            Covered.unscoped.filter(Q(child=child_id) | Q(merged_from=child_id)).delete()
            for row in papers:
                if Covered.unscoped.filter(agreement=row).exists():
                    if row.content_sealed:
                        row.content_sealed = agreements.key_of(row).seal(agreements.CONTENT, json.dumps(parties.redact(agreements.opened(row), child_id), ensure_ascii=False))
                        row.save(update_fields=["content_sealed"])
                    continue
                Agreement.unscoped.filter(follows=row).update(follows=None)
                Party.unscoped.filter(agreement=row).delete()
                owner = row.id
                row.delete()
                crypto.destroy(owner)


FOLLOWER = Guardianships()
