"""A file as a row of the ledger: what an export writes, and what reads back as the same."""

from __future__ import annotations

from datetime import date

from tongxing.children import codes
from tongxing.children.file import Family, File
from tongxing.children.ledger.meaning import PARENTS, RELATIONS
from tongxing.children.models import Relative
from tongxing.ledgers.cells import Value
from tongxing.places import codes as places

PLAIN = ("name", "sex", "ethnic_group", "born", "registration", "health", "disability_kind", "disability_grade", "illness")
SEALED = ("id_number", "registered_address", "medical_history", "character", "hobbies")


def values(file: File, on: date) -> dict[str, Value]:
    """The row by column key, without blank cells. Places are codes."""
    child = file.child
    found: dict[str, object] = {key: getattr(child, key) for key in PLAIN} | {key: file.open(child, key) for key in SEALED}
    found["residence"] = places.show(child.scope_place)
    found["registered_place"] = places.show(child.registered_place) if child.registered_place else ""
    found["health"] = (child.health,) if child.health else ()
    found |= {"income": tuple(child.income), "aid": tuple(child.aid)}
    found |= _of_today(file, on)
    for side in PARENTS:
        if parent := file.parent(side):
            found |= _parent(file, side, parent, on)
    incapable = tuple(side for side in PARENTS if (parent := file.parent(side)) and any(row.kind == "no_capacity" for row in parent.now(on)))
    found["incapable"] = incapable
    for group, relation in RELATIONS.items():
        if group not in PARENTS and (elder := next((each.relative for each in file.family([relation]) if each.relative.until is None), None)):
            found |= {f"{group}_name": elder.name, f"{group}_born": elder.born}
    if guardian := file.entrusted:
        found |= _person(file, "entrusted", guardian) | {"entrusted_relation": guardian.relation, "entrusted_address": file.open(guardian, "address")}
    return {key: value for key, value in found.items() if value or value is False}  # type: ignore[misc]


def _of_today(file: File, on: date) -> dict[str, object]:
    found: dict[str, object] = {}
    if residence := file.current(file.residences, on):
        found |= {"residence_address": file.open(residence, "address"), "living_with": residence.living_with}
    if school := file.current(file.schoolings, on):
        grade = f"{school.grade}年级" if school.grade and codes.SCHOOL_STAGE[school.stage].years else ""
        found |= {"school_stage": school.stage, "enrolment": school.enrolment, "school": school.school_name, "grade_class": school.class_name or grade, "boarding": school.boarding}
    if guardianship := file.current(file.guardianships, on):
        found["guardianship"] = guardianship.kind
    return found


def _person(file: File, group: str, relative: Relative) -> dict[str, object]:
    return {f"{group}_name": relative.name, f"{group}_id_number": file.open(relative, "id_number"), f"{group}_phone": file.open(relative, "phone")}


def _parent(file: File, side: str, parent: Family, on: date) -> dict[str, object]:
    found = _person(file, side, parent.relative) | {f"{side}_born": parent.relative.born}
    if absence := next((row for row in parent.absences if row.until is None), None):
        found |= {f"{side}_place": absence.where, f"{side}_since": absence.since if absence.precision != "by" or not absence.where else None}
    if befell := next((row for row in parent.now(on) if row.kind != "no_capacity"), None):
        found |= {f"{side}_circumstance": befell.kind, f"{side}_circumstance_since": befell.since}
    return found
