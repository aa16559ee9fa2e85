"""What becomes of papers about guardianship when a child's file moves, ends, is merged or erased."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files.models import Enclosure
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.guardianship import parties
from tongxing.guardianship.actions import agreements, interventions
from tongxing.guardianship.models import Agreement, Covered, Evidence, Intervention, Party, Petition, Ward
from tongxing.guardianship.states import State

WHY = "brothers and sisters on one paper may live in two villages"
LIVE = (State.DRAFT, State.PRINTED, State.SIGNED, State.EXPIRED)


class Guardianships(Follower):
    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        """The child's line goes with it; the paper itself when none of its children stays behind."""
        with scope.whole_country(why=WHY):
            Intervention.unscoped.filter(child__in=ids).update(scope_place=to)
            Ward.unscoped.filter(child__in=ids).update(scope_place=to)
            asked = set(Ward.unscoped.filter(child__in=ids).values_list("petition_id", flat=True))
            asked -= set(Ward.unscoped.filter(petition__in=asked).exclude(scope_place=to).values_list("petition_id", flat=True))
            Petition.unscoped.filter(pk__in=asked).update(scope_place=to)
            Evidence.unscoped.filter(petition__in=asked).update(scope_place=to)
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
            _copy_measures(kept_id, other_id, place, keys)
            asked = set(Ward.unscoped.filter(child=kept_id).values_list("petition_id", flat=True))
            for ward in Ward.unscoped.filter(child=other_id).exclude(petition__in=asked):
                Ward(petition_id=ward.petition_id, child_id=kept_id, scope_place=place, restricted=ward.restricted, named=ward.named, merged_from=other_id).save(force_insert=True)

    def unmerged(self, *, kept_id: UUID, other_id: UUID, on: date, by: Post | None) -> None:
        """What came from the other file goes back to it, as far as its papers still hold."""
        with scope.whole_country(why=WHY):
            came = list(Covered.unscoped.filter(child=kept_id, merged_from=other_id).select_related("agreement"))
            phases = {row.agreement_id: row.phase for row in came}
            Covered.unscoped.filter(pk__in=[row.pk for row in came]).delete()
            for row in Covered.unscoped.filter(child=other_id, agreement__in=phases):
                Covered.unscoped.filter(pk=row.pk).update(phase=phases[row.agreement_id])
            Intervention.unscoped.filter(child=kept_id, merged_from=other_id).delete()
            Ward.unscoped.filter(child=kept_id, merged_from=other_id).delete()

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
            Intervention.unscoped.filter(Q(child=child_id) | Q(merged_from=child_id)).delete()
            _forget_petitions(child_id)


def _copy_measures(kept_id: UUID, other_id: UUID, place: int, keys: Mapping[UUID, DataKey]) -> None:
    """The kept file has the other's measures too, their words sealed anew."""
    own = set(Intervention.unscoped.filter(child=kept_id).values_list("act_key", flat=True))
    if kept_id not in keys or other_id not in keys:
        return
    for row in Intervention.unscoped.filter(child=other_id).exclude(act_key__in=own):
        said = interventions.open_words(row, keys[other_id])
        row.pk, row.child_id, row.scope_place, row.merged_from = uuid7(), kept_id, place, other_id
        row._state.adding = True  # noqa: SLF001 - the same values in a row of their own
        interventions.seal(row, keys[kept_id], said)
        row.save(force_insert=True)


def _forget_petitions(child_id: UUID) -> None:
    """What was gathered for this child alone goes with its key and its files; what concerns others goes on without it."""
    asked = list(Petition.unscoped.filter(wards__child=child_id).distinct())
    Ward.unscoped.filter(Q(child=child_id) | Q(merged_from=child_id)).delete()
    for row in asked:
        if Ward.unscoped.filter(petition=row).exists():
            continue
        owner = row.id
        Evidence.unscoped.filter(petition=row).delete()
        Enclosure.objects.filter(owner_id=owner).delete()
        row.delete()
        crypto.destroy(owner)


FOLLOWER = Guardianships()
