"""The code tables of a child's file: one TOML file each, with its source."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

from tongxing.ground.codes import About, Code, Table, read

_HERE = Path(__file__).parent

Effect = Literal["gone", "not_counted", "incapable", "none"]
Level = Literal["village", "township", "county"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Code):
    """Family relation; ``parent`` says on which side the relative stands as a parent."""

    parent: Literal["", "father", "mother"] = ""
    grandparent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabilityKind(Code):
    severe_through: int = 2  # grades 1 to this one count as 重残


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolStage(Code):
    """A stage; ``level`` 0 is no school, ``ages`` the plausible years of age (both inclusive), ``years`` its length."""

    level: int
    enrolled: bool
    ages: tuple[int, ...]
    compulsory: bool = False
    alarm: bool = False
    years: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Code):
    counts_as_schooled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianshipKind(Code):
    order: int  # 1 is the gravest
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePurpose(Code):
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnKind(Code):
    short: bool  # expected to leave again: does not end the absence at once


@dataclass(frozen=True, slots=True, kw_only=True)
class CircumstanceKind(Code):
    """What befalls a relative.

    ``effect``: ``gone`` cannot be there at all; ``not_counted`` is somewhere else and does not look after this child;
    ``incapable`` is there without guardianship capacity; ``none`` changes nothing for the rules.
    ``set``: A or B of de-facto unsupported, with ``months`` counted by ``clock`` (length of the term, or since the police accepted).
    """

    effect: Effect
    set: Literal["", "A", "B"] = ""
    months: int = 0
    clock: Literal["", "term", "reported"] = ""
    graded: bool = False
    discreet: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusKind(Code):
    until_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand(Code):
    first: int  # complete years, both inclusive
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingWith(Code):
    guardians: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitReason(Code):
    returns: bool  # the file may be entered again
    age: int = 0  # the age it needs
    automatic: bool = False  # set by an action, never chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentKind(Code):
    basis: Literal["duty", "consent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind(Code):
    days: int  # to be answered within


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryKind(Code):
    evidence: tuple[str, ...] = ()
    discreet: bool = False  # shown to those who need it only
    restricted: bool = False  # never in lists, cards, filters or exports


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeAbout(About):
    """A regional scheme of categories: until which age they run, and who reports, checks and confirms."""

    until_age: int
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Scheme:
    """A region's categories."""

    kinds: Table[CategoryKind]

    @property
    def about(self) -> SchemeAbout:
        return cast("SchemeAbout", self.kinds.about)

    @cached_property
    def restricted(self) -> frozenset[str]:
        return self.kinds.where(lambda kind: kind.restricted)


def _plain(name: str) -> Table[Code]:
    return read(_HERE / f"{name}.toml", Code)


SEX = _plain("sex")
ETHNIC_GROUP = _plain("ethnic_group")
RELATION = read(_HERE / "relation.toml", Relation)
REGISTRATION = _plain("registration")
HEALTH = _plain("health")
DISABILITY_KIND = read(_HERE / "disability_kind.toml", DisabilityKind)
DISABILITY_GRADE = _plain("disability_grade")
ILLNESS = _plain("illness")
SCHOOL_STAGE = read(_HERE / "school_stage.toml", SchoolStage)
ENROLMENT = read(_HERE / "enrolment.toml", Enrolment)
BOARDING = _plain("boarding")
GUARDIANSHIP = read(_HERE / "guardianship.toml", GuardianshipKind)
INCOME = _plain("income")
AID = _plain("aid")
ABSENCE_PURPOSE = read(_HERE / "absence_purpose.toml", AbsencePurpose)
RETURN_KIND = read(_HERE / "return_kind.toml", ReturnKind)
CIRCUMSTANCE = read(_HERE / "circumstance.toml", CircumstanceKind)
EVIDENCE = _plain("evidence")
STATUS = read(_HERE / "status.toml", StatusKind)
AGE_BAND = read(_HERE / "age_band.toml", AgeBand)
LIVING_WITH = read(_HERE / "living_with.toml", LivingWith)
EXIT_REASON = read(_HERE / "exit_reason.toml", ExitReason)
CONSENT = read(_HERE / "consent.toml", ConsentKind)
REQUEST_KIND = read(_HERE / "request_kind.toml", RequestKind)
LEAVE_KIND = _plain("leave_kind")

SCHEMES: dict[str, Scheme] = {path.stem: Scheme(read(path, CategoryKind, SchemeAbout)) for path in sorted((_HERE / "schemes").glob("*.toml"))}

FATHERS = RELATION.where(lambda relation: relation.parent == "father")
MOTHERS = RELATION.where(lambda relation: relation.parent == "mother")
PARENTS = FATHERS | MOTHERS
