"""Who a child on the street may be: files of the whole country, and children who are missing anywhere. Shown masked, with their county alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.search import understand
from tongxing.children.models import Child
from tongxing.crypto.masking import mask_name
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.protection.actions import street
from tongxing.protection.models import Case, CaseChild
from tongxing.protection.states import ENDED

MOST = 20
MISSING = ("missing", "abducted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is known: ``name`` as it sounds (characters, pinyin, initials), ``origin`` names a place."""

    name: str = ""
    origin: str = ""
    sex: str = ""
    youngest: int | None = None
    oldest: int | None = None

    @property
    def enough(self) -> bool:
        return bool(self.name.strip() or self.origin.strip())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child it may be: masked. ``missing``: somebody looks for it. ``token`` lets it be chosen."""

    name: str
    sex: str
    age: int
    county: str
    missing: bool
    token: str


def match(case: Case, wanted: Wanted, by: Post) -> list[Candidate]:
    """Candidates, those who are missed first. The caller asks for the reason and writes the search down."""
    on = today()
    with scope.whole_country(why="a child on the street may come from anywhere; the search has a reason and is on record"):
        open_ones = Case.objects.filter(situation__in=MISSING, restricted=False).exclude(state__in=sorted(ENDED)).exclude(pk=case.pk)
        missed = set(CaseChild.unscoped.filter(case__in=open_ones).values_list("child_id", flat=True)[:500])
        own = set(case.children.values_list("child_id", flat=True))
        found = [child for child in [*_of(missed), *_listed(wanted, by)] if child.pk not in own and _fits(child, wanted, on)]
        unique = list({child.pk: child for child in found}.values())[:MOST]
        names = places.full_names(codes.at_level(child.scope_place, codes.Level.COUNTY) for child in unique)
        return [
            Candidate(
                mask_name(child.name),
                child.sex,
                _age(child.born, on),
                names.get(codes.at_level(child.scope_place, codes.Level.COUNTY), ""),
                child.pk in missed,
                street.token(case, child.pk),
            )
            for child in unique
        ]


def _of(ids: set[UUID]) -> list[Child]:
    return list(Child.objects.filter(pk__in=ids, merged_into=None))


def _listed(wanted: Wanted, by: Post) -> Sequence[Child]:
    if not wanted.enough:
        return []
    search = understand(f"{wanted.name} {wanted.origin}".strip(), Asking(by, today()))
    if search.problem:
        return []
    rows = Child.objects.filter(search.q, merged_into=None)
    if wanted.sex in ("1", "2"):
        rows = rows.filter(sex=wanted.sex)
    return list(rows.order_by("sort_key", "id")[: 10 * MOST])


def _fits(child: Child, wanted: Wanted, on: date) -> bool:
    age = _age(child.born, on)
    return (not wanted.sex or child.sex == wanted.sex) and (wanted.youngest is None or age >= wanted.youngest) and (wanted.oldest is None or age <= wanted.oldest)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
