"""What follows from a file: status periods, the columns of the list, completeness. Nothing here is typed in by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongxing.children import codes
from tongxing.children.file import Family, File
from tongxing.children.finding import keys
from tongxing.children.models import Child, State, StatusPeriod
from tongxing.children.rules import Completeness, completeness, standing_periods, status_periods
from tongxing.children.rules.periods import Period

COLUMNS = {"left_behind": "left_behind", "de_facto_unsupported": "unsupported", "migrant": "migrant"}
LIST_COLUMNS = (
    "sort_key",
    "school_stage",
    "enrolment",
    "school_name",
    "school_id",
    "grade",
    "class_name",
    "boarding",
    "guardianship",
    "living_with",
    "completeness",
    "missing",
    *(f"{column}_{bound}" for column in COLUMNS.values() for bound in ("since", "until")),
)


@dataclass(frozen=True, slots=True)
class Derived:
    """``periods`` by origin, and the values of ``LIST_COLUMNS``."""

    periods: dict[str, tuple[Period, ...]]
    columns: dict[str, object]


def derive(file: File, on: date) -> Derived:
    """Everything that is recomputed when a fact of the file changes."""
    derived = status_periods(file.facts, file.parameters(on))
    stands = standing_periods(file.facts, derived)
    if file.child.state == State.ENDED:
        derived, stands = (tuple(_clipped(periods, file.child.state_since)) for periods in (derived, stands))
    school = file.current(file.schoolings, on)
    residence = file.current(file.residences, on)
    guardianship = file.current(file.guardianships, on)
    complete = complete_by(file, on, left_behind=any(period.status == "left_behind" and period.covers(on) for period in stands))
    columns: dict[str, object] = {
        "sort_key": keys.sort_key(file.child.name),
        "school_stage": school.stage if school else "",
        "enrolment": school.enrolment if school else "",
        "school_name": school.school_name if school else "",
        "school_id": school.school_id if school else None,
        "grade": school.grade if school else None,
        "class_name": school.class_name if school else "",
        "boarding": school.boarding if school else "",
        "guardianship": guardianship.kind if guardianship else "",
        "living_with": residence.living_with if residence else "",
        "completeness": complete.score,
        "missing": list(complete.missing),
    }
    for status, column in COLUMNS.items():
        shown = next((period for period in stands if period.status == status and period.until > on), None)
        columns[f"{column}_since"], columns[f"{column}_until"] = (shown.since, shown.until) if shown else (None, None)
    return Derived({StatusPeriod.Origin.DERIVED.value: derived, StatusPeriod.Origin.STANDS.value: stands}, columns)


def _clipped(periods: tuple[Period, ...], end: date) -> list[Period]:
    """A file that has ended has no status any more."""
    return [Period(period.status, period.since, min(period.until, end), period.why) for period in periods if period.since < end]


def complete_by(file: File, on: date, *, left_behind: bool) -> Completeness:
    """The completeness score (P2-2)."""
    child = file.child
    school, residence = file.current(file.schoolings, on), file.current(file.residences, on)
    father, mother = file.parent("father"), file.parent("mother")
    entrusted = file.entrusted
    held: dict[str, object] = {
        "name": child.name,
        "sex": child.sex in ("1", "2"),
        "ethnic_group": child.ethnic_group,
        "born": not child.born_estimated,
        "id_number": child.id_digest,
        "registration": child.registration != "unknown",
        "registered_place": child.registered_place,
        "residence": residence,
        "residence_address": residence and residence.address_sealed,
        "living_with": residence and residence.living_with,
        "photo": child.photo_id,
        "health": child.health,
        "disability": child.disability_kind and child.disability_grade,
        "illness": child.illness,
        "medical_history": child.medical_history_sealed,
        "school_stage": school,
        "school": school and (school.school_id or school.school_name),
        "grade_class": school and school.grade,
        "boarding": school and school.boarding,
        **_of_parent("father", father, on),
        **_of_parent("mother", mother, on),
        "grandparents": any(codes.RELATION[relative.relation].grandparent for relative in file.relatives),
        "guardianship": file.current(file.guardianships, on),
        "entrusted": entrusted and entrusted.name,
        "entrusted_phone": entrusted and entrusted.phone_digest,
        "entrusted_relation": entrusted,
        "income": child.income,
        "aid": child.aid,
        "character": child.character_sealed,
        "hobbies": child.hobbies_sealed,
    }
    conditions = {
        "registered": child.registration == "registered",
        "disabled": child.health == "disabled",
        "ill": child.health == "ill",
        "schooled": bool(school) and codes.SCHOOL_STAGE[school.stage].enrolled if school else False,
        "father": _there(father, on),
        "mother": _there(mother, on),
        "father_away": bool(father and father.away(on)),
        "mother_away": bool(mother and mother.away(on)),
        "entrusted": left_behind or entrusted is not None,
    }
    return completeness({key for key, value in held.items() if value}, {name for name, true in conditions.items() if true})


def _there(parent: Family | None, on: date) -> bool:
    """Whether a parent could be asked for a phone number."""
    return parent is not None and all(codes.CIRCUMSTANCE[row.kind].effect != "gone" for row in parent.now(on))


def _of_parent(side: str, parent: Family | None, on: date) -> dict[str, object]:
    if parent is None:
        return {}
    away = parent.away(on)
    return {
        side: parent.relative.name or parent.now(on),
        f"{side}_phone": parent.relative.phone_digest,
        f"{side}_id_number": parent.relative.id_digest,
        f"{side}_place": away and away.where,
    }


def keys_of(file: File) -> frozenset[str]:
    """The search keys of the child."""
    phones = {phone for relative in file.relatives if relative.phone_sealed and (phone := file.open(relative, "phone"))}
    return keys.of_child(file.child.name, child_id=file.child.id, id_number=file.open(file.child, "id_number"), phones=phones)


def list_columns_of(child: Child) -> dict[str, object]:
    return {name: getattr(child, name) for name in LIST_COLUMNS}
