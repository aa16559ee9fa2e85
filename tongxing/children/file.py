"""A child's whole file in memory: what the page shows, what the rules decide on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tongxing.children import codes
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Confirmation,
    Consent,
    Determination,
    Guardianship,
    Leave,
    Merge,
    PrivacyRequest,
    Relative,
    Residence,
    Review,
    Schooling,
    StatusPeriod,
    Transfer,
)
from tongxing.children.models.facts import Fact
from tongxing.children.rules import AbsenceFact, Age, ChildFacts, CircumstanceFact, Parameters, Parent, ResidenceFact, Standing, age, parameters, standing
from tongxing.children.rules import Determination as DeterminationFact
from tongxing.children.rules.unsupported import Unsupported, de_facto_unsupported
from tongxing.crypto.sealed import DataKey

PER_COUNTY = 10**6


def holds(row: object, on: date) -> bool:
    """Whether a dated row holds on a day."""
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    return (since is None or since <= on) and (until is None or on < until)


@dataclass(slots=True)
class Family:
    """One relative with what befell them and where they were."""

    relative: Relative
    circumstances: list[Circumstance]
    absences: list[Absence]

    def now(self, on: date) -> list[Circumstance]:
        return [row for row in self.circumstances if holds(row, on)]

    def away(self, on: date) -> Absence | None:
        return next((row for row in self.absences if holds(row, on)), None)


@dataclass
class File:
    """One child with all rows about it, the oldest first. ``key`` None: the child's data was erased."""

    child: Child
    key: DataKey | None = None
    relatives: list[Relative] = field(default_factory=list)
    circumstances: list[Circumstance] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    guardianships: list[Guardianship] = field(default_factory=list)
    schoolings: list[Schooling] = field(default_factory=list)
    residences: list[Residence] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    determinations: list[Determination] = field(default_factory=list)
    status_periods: list[StatusPeriod] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    privacy_requests: list[PrivacyRequest] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    def age(self, on: date) -> Age:
        return age(self.child.born, max(on, self.child.born))

    def family(self, relations: Iterable[str] = codes.RELATION.values()) -> list[Family]:
        """Relatives of these relations, parents first, then in the order of the standard."""
        wanted = set(relations)
        found = [
            Family(
                relative,
                [row for row in self.circumstances if row.relative_id == relative.id],
                [row for row in self.absences if row.relative_id == relative.id],
            )
            for relative in self.relatives
            if relative.relation in wanted
        ]
        return sorted(found, key=lambda each: (each.relative.relation not in codes.PARENTS, each.relative.relation, each.relative.id))

    def parent(self, side: str) -> Family | None:
        """The father or the mother; a step-parent or adoptive parent where there is no other."""
        relations = codes.FATHERS if side == "father" else codes.MOTHERS
        return next((each for each in self.family(relations) if each.relative.until is None), None)

    @property
    def entrusted(self) -> Relative | None:
        """Who looks after the child in the parents' stead."""
        return next((relative for relative in self.relatives if relative.entrusted and relative.until is None), None)

    def current[Row: Fact](self, rows: list[Row], on: date) -> Row | None:
        return next((row for row in reversed(rows) if holds(row, on)), None)

    def consents_to(self, kind: str, on: date) -> bool:
        return any(row.kind == kind and not row.refused and holds(row, on) for row in self.consents)

    def open(self, row: Child | Relative | Residence, name: str) -> str:
        """The plain text of a sealed column (``id_number``, ``phone``, ``address`` …); empty where there is none or the key is gone."""
        sealed = getattr(row, f"{name}_sealed")
        return self.key.open(binding(row, name), sealed) if sealed and self.key else ""

    @cached_property
    def facts(self) -> ChildFacts:
        """What the rules look at."""
        return ChildFacts(
            born=self.child.born,
            parents=tuple(_parent(each) for each in self.family(codes.PARENTS)),
            residences=tuple(
                ResidenceFact(row.since, row.place // PER_COUNTY, bool(row.living_with) and codes.LIVING_WITH[row.living_with].guardians, row.until) for row in self.residences
            ),
            registered_county=self.child.registered_place // PER_COUNTY if self.child.registered_place else None,
            determinations=tuple(
                DeterminationFact(row.status, row.holds, row.since, row.until, approved=row.approved_on is not None, reason=row.reason) for row in self.determinations
            ),
        )

    def parameters(self, on: date) -> Parameters:
        return parameters(self.child.scope_place, on)

    def standing(self, status: str, on: date) -> Standing:
        """What the rule says of a status on a day, what was determined, and which stands."""
        return standing(self.facts, status, on, self.parameters(on))

    def unsupported(self, on: date) -> Unsupported:
        return de_facto_unsupported(self.facts, on)


def binding(row: Child | Relative | Residence, name: str) -> str:
    """What a sealed value is bound to besides the child: a relative's phone does not open in another relative's row."""
    return name if isinstance(row, Child) else f"{type(row).__name__.lower()}:{row.id}:{name}"


def _parent(one: Family) -> Parent:
    return Parent(
        one.relative.relation,
        tuple(AbsenceFact(row.since, row.until, row.where, row.purpose, row.returned, row.precision) for row in one.absences),  # type: ignore[arg-type]
        tuple(
            CircumstanceFact(
                row.kind,
                row.since,
                row.until,
                row.expected_until,
                row.reported,
                row.grade,
                row.disability,
                frozenset(row.evidence),
                row.precision,  # type: ignore[arg-type]
            )
            for row in one.circumstances
        ),
        one.relative.since,
        one.relative.until,
    )
