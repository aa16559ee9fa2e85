"""What is on file about a guardian, as the rules weigh it: admonitions, evidence, what befell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongxing.children.queries.files import files
from tongxing.guardianship import codes, grounds, parties, weighing
from tongxing.guardianship.models import Evidence, Intervention, Petition, Ward
from tongxing.guardianship.weighing import Admonition, Proof, Verdict, Weighed


def against(person_key: UUID, children: Iterable[UUID]) -> list[Intervention]:
    """The measures against a guardian for these children, each once, the oldest first."""
    rows = Intervention.objects.filter(person_key=person_key, child__in=list(children), voided_on=None).order_by("on", "at", "id")
    return list({row.act_key: row for row in rows}.values())


def admonitions(rows: Iterable[Intervention]) -> list[Admonition]:
    """Those that are admonitions, as the rules see them."""
    return [
        Admonition(row.on, frozenset(row.about), codes.AUTHORITY[row.authority].criticises, row.heeded, row.heeded_on, row.refusing_since)
        for row in rows
        if codes.MEASURE[row.kind].admonition
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """The counters of a guardian: admonitions in all, those not heeded since, and for how many months the duty has been refused."""

    admonitions: int
    unheeded: int
    months: int
    since: date | None


def counted(rows: Sequence[Intervention], on: date) -> Counted:
    mine = admonitions(rows)
    since = weighing.refusing_since(mine, (), on)
    every = set(codes.CONDUCT.values())
    return Counted(weighing.admonished(mine, on), len(weighing.running(mine, every, on)), weighing.months_between(since, on) if since else 0, since)


@dataclass(frozen=True, slots=True)
class Balance:
    """All conditions and grounds of a petition on a day."""

    conditions: Mapping[str, Weighed]
    grounds: Mapping[str, Verdict]

    @property
    def met(self) -> list[str]:
        return [name for name, verdict in self.grounds.items() if verdict is Verdict.MET]


def wards(petition: Petition) -> list[UUID]:
    return list(Ward.objects.filter(petition=petition).order_by("child__born", "id").values_list("child_id", flat=True))


def balance(petition: Petition, on: date) -> Balance:
    """Hold what was gathered against every ground."""
    children = wards(petition)
    measures = admonitions(against(petition.person_key, children))
    proofs = [Proof(row.condition, row.supports, row.since) for row in Evidence.unscoped.filter(petition=petition, removed_on=None)]
    befallen: set[str] = set()
    for file in files(children, parties.PARTS).values():
        if one := parties.by_key(file, petition.person_key):
            befallen |= {row.kind for row in one.now(on)}
    weighed = {name: weighing.weigh(condition, measures, proofs, befallen, on) for name, condition in grounds.conditions().items()}
    return Balance(weighed, {name: weighing.of_ground(ground, weighed) for name, ground in grounds.grounds().items()})
