"""What a row of the ledger says, in the register's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tongxing.children import codes
from tongxing.children.ledger import classes
from tongxing.children.ledger.villages import Gazetteer
from tongxing.children.new import NewAbsence, NewChild, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.ledgers import id_numbers
from tongxing.ledgers.cells import Value

# Group of columns → relation (GB/T 4761). Who is entrusted says so in a column of its own.
RELATIONS: Final[Mapping[str, str]] = {
    "father": "51",
    "mother": "52",
    "grandfather": "61",
    "grandmother": "62",
    "maternal_grandfather": "63",
    "maternal_grandmother": "64",
}
PARENTS: Final = ("father", "mother")
OTHER_RELATION: Final = "80"
FIELDS: Final = (
    "name",
    "sex",
    "ethnic_group",
    "born",
    "id_number",
    "registration",
    "registered_address",
    "disability_kind",
    "disability_grade",
    "illness",
    "medical_history",
    "character",
    "hobbies",
    "income",
    "aid",
)
OPTIONAL: Final = ("character", "hobbies")  # kept with a guardian's consent only


@dataclass(frozen=True, slots=True)
class Meaning:
    """``fields`` are keys of ``children.fields.FIELDS``; ``relatives`` stand under their group of columns."""

    place: int | None
    fields: Mapping[str, object]
    relatives: Mapping[str, NewRelative]
    schooling: NewSchooling | None
    guardianship: NewGuardianship | None
    residence: NewResidence
    consent_by: str = ""

    @property
    def number(self) -> str:
        return str(self.fields.get("id_number") or "")

    @property
    def born(self) -> date | None:
        born = self.fields.get("born")
        return born if isinstance(born, date) else None

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or "")

    def new_child(self) -> NewChild:
        """A new file. Optional items without consent are left out."""
        kept = {key: value for key, value in self.fields.items() if self.consent_by or key not in OPTIONAL}
        consents = {"optional": self.consent_by} if self.consent_by else {}
        return NewChild(
            place=self.place or 0,
            fields=kept,
            relatives=tuple(self.relatives.values()),
            schooling=self.schooling,
            guardianship=self.guardianship,
            residence=self.residence,
            consents=consents,
        )


def read(values: Mapping[str, Value], places: Gazetteer, today: date) -> Meaning:
    """The meaning of a row's values. A place that cannot be told is None."""
    place = places.village(_text(values, "residence"), _text(values, "township")) if "residence" in values else None
    relatives = _relatives(values, today)
    return Meaning(
        place=place if isinstance(place, int) else None,
        fields=_fields(values, places),
        relatives=relatives,
        schooling=_schooling(values),
        guardianship=NewGuardianship(kind=_text(values, "guardianship")) if "guardianship" in values else None,
        residence=NewResidence(address=_text(values, "residence_address"), living_with=_text(values, "living_with")),
        consent_by=_text(values, "optional_consent_by"),
    )


def _text(values: Mapping[str, Value], key: str) -> str:
    return str(values.get(key, ""))


def _fields(values: Mapping[str, Value], places: Gazetteer) -> dict[str, object]:
    fields: dict[str, object] = {key: list(value) if isinstance(value := values[key], tuple) else value for key in FIELDS if key in values}
    if number := _text(values, "id_number"):
        fields.setdefault("born", id_numbers.birth_date(number))
        fields.setdefault("sex", id_numbers.sex(number))
        fields.setdefault("registration", "registered")
    if health := values.get("health"):
        fields["health"] = next((each for each in health if each != "healthy"), "healthy") if isinstance(health, tuple) else health
    elif fields.keys() & {"disability_kind", "disability_grade"}:
        fields["health"] = "disabled"
    elif "illness" in fields:
        fields["health"] = "ill"
    if "registered_place" in values:
        code, rest = places.anywhere(_text(values, "registered_place"))
        if code is not None:
            fields["registered_place"] = code
        if rest:
            fields.setdefault("registered_address", rest)
    return fields


def _schooling(values: Mapping[str, Value]) -> NewSchooling | None:
    """None where the row says nothing of school, or not of which kind."""
    said = classes.read(_text(values, "grade_class"), _text(values, "school_stage"))
    stage = _text(values, "school_stage") or said.stage or classes.stage_of_school(_text(values, "school"))
    if not stage:
        return None
    return NewSchooling(
        stage=stage,
        enrolment=_text(values, "enrolment"),
        school_name=_text(values, "school"),
        grade=said.grade if codes.SCHOOL_STAGE[stage].enrolled else None,
        class_name=said.name,
        boarding=_text(values, "boarding"),
    )


def _relatives(values: Mapping[str, Value], today: date) -> dict[str, NewRelative]:
    relatives = {group: one for group in RELATIONS if (one := _relative(values, group)) is not None}
    for group in PARENTS:
        one = _parent(values, group, relatives.get(group), today)
        if one is not None:
            relatives[group] = one
    entrusted = _entrusted(values)
    if entrusted is None or any(entrusted.name == relatives[group].name for group in PARENTS if group in relatives):
        return relatives
    # The grandfather who looks after the child is one person, not two.
    same = next((group for group, one in relatives.items() if one.name == entrusted.name), None)
    if same is None:
        return relatives | {"entrusted": entrusted}
    kept = relatives.pop(same)
    return relatives | {"entrusted": replace(entrusted, relation=kept.relation, born=kept.born)}


def _relative(values: Mapping[str, Value], group: str) -> NewRelative | None:
    given = {key: values[f"{group}_{key}"] for key in ("name", "born", "id_number", "phone") if f"{group}_{key}" in values}
    return NewRelative(relation=RELATIONS[group], **given) if given else None  # type: ignore[arg-type]


def _parent(values: Mapping[str, Value], group: str, known: NewRelative | None, today: date) -> NewRelative | None:
    one = known or NewRelative(relation=RELATIONS[group])
    absences = _absence(values, group, today)
    circumstances = _circumstances(values, group)
    return replace(one, absences=absences, circumstances=circumstances) if known or absences or circumstances else None


def _absence(values: Mapping[str, Value], group: str, today: date) -> tuple[NewAbsence, ...]:
    """Away since a month; where the ledger does not say since when, since today at the latest."""
    where, since = _text(values, f"{group}_place"), values.get(f"{group}_since")
    if isinstance(since, date):
        return (NewAbsence(since=since, where=where),)
    away = bool(where) or (values.get("both_away") is True and f"{group}_circumstance" not in values)
    return (NewAbsence(since=today, where=where, precision="by"),) if away else ()


def _circumstances(values: Mapping[str, Value], group: str) -> tuple[NewCircumstance, ...]:
    found = []
    if kind := _text(values, f"{group}_circumstance"):
        since = values.get(f"{group}_circumstance_since")
        found.append(NewCircumstance(kind=kind, since=since if isinstance(since, date) else None))
    incapable = values.get("incapable")
    if isinstance(incapable, tuple) and group in incapable and not any(codes.CIRCUMSTANCE[each.kind].effect in ("incapable", "gone") for each in found):
        found.append(NewCircumstance(kind="no_capacity"))
    return tuple(found)


def _entrusted(values: Mapping[str, Value]) -> NewRelative | None:
    if "entrusted_name" not in values:
        return None
    return NewRelative(
        relation=_text(values, "entrusted_relation") or OTHER_RELATION,
        name=_text(values, "entrusted_name"),
        phone=_text(values, "entrusted_phone"),
        id_number=_text(values, "entrusted_id_number"),
        address=_text(values, "entrusted_address"),
        entrusted=True,
    )
