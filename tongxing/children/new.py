"""What an action is given to write: plain values as people enter them, before anything is sealed or derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from tongxing.children.rules.periods import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAbsence:
    since: date
    where: str = ""
    where_place: int | None = None
    purpose: str = "work"
    until: date | None = None
    returned: str = ""
    precision: Precision = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCircumstance:
    kind: str
    since: date | None = None
    until: date | None = None
    precision: Precision = "month"
    expected_until: date | None = None
    reported: date | None = None
    grade: str = ""
    disability: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelative:
    """``person_key`` of somebody who stands in a brother's or sister's file already."""

    relation: str
    name: str = ""
    sex: str = ""
    born: date | None = None
    id_number: str = ""
    phone: str = ""
    address: str = ""
    entrusted: bool = False
    primary: bool = False
    since: date | None = None
    person_key: UUID | None = None
    absences: tuple[NewAbsence, ...] = ()
    circumstances: tuple[NewCircumstance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchooling:
    stage: str
    since: date | None = None  # None: today
    enrolment: str = ""
    school_id: UUID | None = None
    school_name: str = ""
    grade: int | None = None
    class_name: str = ""
    boarding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGuardianship:
    kind: str
    since: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResidence:
    """Where and with whom; ``place`` None is the place that owns the file."""

    since: date | None = None
    place: int | None = None
    address: str = ""
    living_with: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCategory:
    scheme: str
    kind: str
    since: date | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChild:
    """A child to register. ``fields`` are those of ``children.fields.FIELDS`` by key; name, sex and birth date among them."""

    place: int
    fields: Mapping[str, object]
    relatives: tuple[NewRelative, ...] = ()
    schooling: NewSchooling | None = None
    guardianship: NewGuardianship | None = None
    residence: NewResidence = field(default_factory=NewResidence)
    categories: tuple[NewCategory, ...] = ()
    consents: Mapping[str, str] = field(default_factory=dict)  # kind → who gave it; the statutory basis is written always
    household_id: UUID | None = None
    id: UUID | None = None
