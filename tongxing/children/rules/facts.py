"""What is known about a child's family, as the rules need it. ``until`` is exclusive; ``since`` None means from the beginning."""

from dataclasses import dataclass
from datetime import date

from tongxing.children.codes import RELATION
from tongxing.children.rules.periods import Precision


@dataclass(frozen=True, slots=True)
class AbsenceFact:
    """One stretch of a parent's absence; ``returned`` says how it ended (``codes.RETURN_KIND``)."""

    since: date
    until: date | None = None
    where: str = ""
    purpose: str = "work"
    returned: str = ""
    precision: Precision = "month"


@dataclass(frozen=True, slots=True)
class CircumstanceFact:
    """What befell a relative (``codes.CIRCUMSTANCE``).

    ``expected_until``: the end of a term as sentenced. ``reported``: the day the police accepted the report of someone out of contact.
    ``grade`` and ``disability`` of a disability certificate. ``evidence``: documents on file (``codes.EVIDENCE``).
    """

    kind: str
    since: date | None = None
    until: date | None = None
    expected_until: date | None = None
    reported: date | None = None
    grade: str = ""
    disability: str = ""
    evidence: frozenset[str] = frozenset()
    precision: Precision = "month"


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent, step-parent or adoptive parent who counts as one from ``since`` until ``until``."""

    relation: str
    absences: tuple[AbsenceFact, ...] = ()
    circumstances: tuple[CircumstanceFact, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def side(self) -> str:
        return RELATION[self.relation].parent


@dataclass(frozen=True, slots=True)
class ResidenceFact:
    """Where the child lived: the county's six digits, and whether with a guardian."""

    since: date
    county: int
    with_guardian: bool
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Determination:
    """An official determination (人工认定): the status holds or does not, whatever the rule says. In force once approved."""

    status: str
    holds: bool
    since: date
    until: date | None = None
    approved: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """All that the rules look at."""

    born: date
    parents: tuple[Parent, ...] = ()
    residences: tuple[ResidenceFact, ...] = ()
    registered_county: int | None = None
    determinations: tuple[Determination, ...] = ()
