"""What the register puts on a printed card: a file becomes the plain text and ticks of `printing.cards`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongxing.children import codes
from tongxing.children.file import Family as Person
from tongxing.children.file import File
from tongxing.children.finding import keys
from tongxing.children.models import Category, Relative
from tongxing.children.page import words
from tongxing.children.rules.left_behind import SIDES
from tongxing.crypto.masking import mask_address, mask_id_number, mask_name, mask_phone
from tongxing.ground.codes import Code, Table
from tongxing.printing import cards

PARTS = ("relatives", "circumstances", "absences", "guardianships", "schoolings", "residences", "categories", "consents")
IN_FULL = ("id_number", "phone", "address", "medical_history")
"""What a card in full shows and a masked one does not: the words of the access log."""

HEALTH: Mapping[str, cards.Health] = {"healthy": "健康", "disabled": "残疾", "ill": "患病"}
STAGES: Mapping[str, cards.Stage] = {
    "not_enrolled": "未入园",
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "高中",
    "vocational": "中职",
    "dropout": "辍学",
    "not_in_school": "不在学",
}
GUARDIANSHIP: Mapping[str, cards.Guardianship] = {
    "nobody": "无人监护",
    "incapable_parent": "父或母无监护能力",
    "weak_entrusted": "受委托监护人监护能力不足",
    "fair": "监护情况一般",
    "good": "监护情况较好",
}
INCOME: Mapping[str, cards.Income] = {"migrant_work": "打工收入", "farming": "种养殖业", "government_aid": "政府救助", "relatives": "亲朋接济", "other": "其他"}
AID: Mapping[str, cards.Aid] = {"dibao": "享受低保", "temporary": "临时救助", "medical": "医疗救助", "housing": "住房救助", "other": "其他救助"}
GRANDPARENTS = {"61": "paternal_grandfather", "62": "paternal_grandmother", "63": "maternal_grandfather", "64": "maternal_grandmother"}
USUAL_ENROLMENT = ("", "attending")


@dataclass(frozen=True, slots=True)
class Reader:
    """How values are shown to whoever prints: in full, or masked."""

    masked: bool

    def _as(self, mask: Callable[[str], str], value: str) -> str:
        return mask(value) if self.masked and value else value

    def name(self, value: str) -> str:
        return self._as(mask_name, value)

    def id_number(self, value: str) -> str:
        return self._as(mask_id_number, value)

    def phone(self, value: str) -> str:
        return self._as(mask_phone, value)

    def address(self, value: str) -> str:
        return self._as(mask_address, value)

    def only_in_full(self, value: str) -> str:
        return "" if self.masked else value


def basic_card(file: File, *, on: date, heading: cards.Heading, places: Mapping[int, str], masked: bool, photo: bytes | None = None) -> cards.BasicCard:
    """The card of one child. `places` are full names by code (`codes_of` says which are needed)."""
    reader = Reader(masked)
    return cards.BasicCard(heading=heading, child=_child(file, on, reader), family=_family(file, on, places, reader), photo=photo)


def family_card(files: Sequence[File], *, on: date, heading: cards.Heading, places: Mapping[int, str], masked: bool) -> cards.FamilyCard:
    """One sheet for the children of a household, the oldest first; the family's facts are those of the first child."""
    reader = Reader(masked)
    oldest_first = sorted(files, key=lambda file: (file.child.born, file.child.id))
    return cards.FamilyCard(heading=heading, children=[_child(file, on, reader) for file in oldest_first], family=_family(oldest_first[0], on, places, reader))


def codes_of(files: Sequence[File], on: date) -> set[int]:
    """The places that the cards of these files name."""
    residences = (file.current(file.residences, on) for file in files)
    return {code for file in files for code in (file.child.scope_place, file.child.registered_place) if code} | {row.place for row in residences if row}


def file_number(file: File) -> str:
    """What a clerk writes on the envelope and types into the search box: the village and the end of the file's id."""
    return f"{file.child.scope_place}-{keys.file_tail(file.child.id)}"


def unit_name(village: str) -> str:
    """Who fills in the form: 冯家湾社区居民委员会, 分乡场村村民委员会."""
    if not village:
        return ""
    return f"{village}村民委员会" if village.endswith("村") else f"{village}居民委员会" if village.endswith(("社区", "居委会")) else village


def _child(file: File, on: date, reader: Reader) -> cards.Person:
    child = file.child
    school = file.current(file.schoolings, on)
    stage = school.stage if school else ""
    other = [_word(codes.SCHOOL_STAGE, stage)] if stage and stage not in STAGES else []
    if school and school.enrolment not in USUAL_ENROLMENT:
        other.append(_word(codes.ENROLMENT, school.enrolment))
    return cards.Person(
        name=reader.name(child.name),
        sex=_word(codes.SEX, child.sex) if child.sex in ("1", "2") else "",
        ethnicity=_word(codes.ETHNIC_GROUP, child.ethnic_group),
        born=_day(child.born) + ("（估计）" if child.born_estimated else ""),
        id_number=reader.id_number(file.open(child, "id_number")),
        registered={"registered": True, "none": False}.get(child.registration),
        health=[HEALTH[child.health]] if child.health in HEALTH else [],
        disability="".join((_word(codes.DISABILITY_KIND, child.disability_kind), _word(codes.DISABILITY_GRADE, child.disability_grade))),
        illness=_word(codes.ILLNESS, child.illness),
        boarding=None if not school or not school.boarding else school.boarding != "no",
        schooling=STAGES.get(stage),
        schooling_other="、".join(other),
        school=_school(file, on),
        character=reader.only_in_full(file.open(child, "character")),
        hobbies=reader.only_in_full(file.open(child, "hobbies")),
        medical_history=reader.only_in_full(file.open(child, "medical_history")),
        remarks=_categories(file, on),
    )


def _school(file: File, on: date) -> str:
    school = file.current(file.schoolings, on)
    if school is None:
        return ""
    return " ".join(part for part in (school.school_name, words.grade(school.stage, school.grade, school.class_name)) if part)


def _categories(file: File, on: date) -> str:
    """Confirmed categories, but for those that only some may know of."""
    shown = [row for row in file.categories if row.state == Category.State.CONFIRMED and row.since <= on and (row.until is None or on < row.until) and not row.restricted]
    kinds = [codes.SCHEMES[row.scheme].kinds[row.kind] for row in shown]
    labels = dict.fromkeys(kind.label for kind in kinds if not kind.discreet and not kind.restricted)
    return "困境类别：" + "、".join(labels) if labels else ""


def _family(file: File, on: date, places: Mapping[int, str], reader: Reader) -> cards.Family:
    child = file.child
    residence = file.current(file.residences, on)
    guardianship = file.current(file.guardianships, on)
    father, mother = (file.parent(side) for side in SIDES)
    entrusted = file.entrusted
    away, incapable = _away(father, on), _incapable(father, on)
    mother_away, mother_incapable = _away(mother, on), _incapable(mother, on)
    known = father is not None and mother is not None
    one_away = (away and mother_incapable) or (mother_away and incapable)
    return cards.Family(
        registered_at=_address(places.get(child.registered_place or 0, ""), file.open(child, "registered_address"), reader),
        lives_at=_address(places.get(residence.place, ""), file.open(residence, "address"), reader) if residence else "",
        **{field: _elder(file, relation, on, reader) for relation, field in GRANDPARENTS.items()},
        father=_parent(file, father, on, reader),
        mother=_parent(file, mother, on, reader),
        both_away=(away and mother_away) if known else None,
        one_away=one_away if known else None,
        incapable=[*(["父亲"] if incapable and mother_away else []), *(["母亲"] if mother_incapable and away else [])],  # type: ignore[list-item]
        entrusted=None if not (away or mother_away) and entrusted is None else entrusted is not None,
        guardian=_guardian(file, entrusted, reader),
        guardianship=GUARDIANSHIP.get(guardianship.kind) if guardianship else None,
        income=[INCOME[value] for value in child.income if value in INCOME],
        aid=[AID[value] for value in child.aid if value in AID],
    )


def _away(parent: Person | None, on: date) -> bool:
    absence = parent.away(on) if parent else None
    return absence is not None and codes.ABSENCE_PURPOSE[absence.purpose].counts


def _incapable(parent: Person | None, on: date) -> bool:
    return parent is not None and any(codes.CIRCUMSTANCE[row.kind].effect == "incapable" for row in parent.now(on))


def _dead(person: Person, on: date) -> bool:
    return any(row.kind == "dead" for row in person.now(on))


def _elder(file: File, relation: str, on: date, reader: Reader) -> cards.Elder:
    person = next(iter(file.family([relation])), None)
    if person is None:
        return cards.Elder()
    if _dead(person, on):
        return cards.Elder(name=cards.DECEASED, born=cards.DECEASED)
    return cards.Elder(name=reader.name(person.relative.name), born=_day(person.relative.born))


def _parent(file: File, parent: Person | None, on: date, reader: Reader) -> cards.Parent:
    """Where a parent works is said of those who are away to work alone: a card does not tell where else somebody may be."""
    if parent is None:
        return cards.Parent()
    if _dead(parent, on):
        return cards.Parent(name=reader.name(parent.relative.name), born=cards.DECEASED, works_at=cards.DECEASED, phone=cards.DECEASED, id_number=cards.DECEASED)
    absence = parent.away(on)
    return cards.Parent(
        name=reader.name(parent.relative.name),
        born=_day(parent.relative.born),
        works_at=absence.where if absence and codes.ABSENCE_PURPOSE[absence.purpose].counts else "",
        phone=reader.phone(file.open(parent.relative, "phone")),
        id_number=reader.id_number(file.open(parent.relative, "id_number")),
    )


def _guardian(file: File, entrusted: Relative | None, reader: Reader) -> cards.Guardian:
    if entrusted is None:
        return cards.Guardian()
    return cards.Guardian(
        name=reader.name(entrusted.name),
        phone=reader.phone(file.open(entrusted, "phone")),
        id_number=reader.id_number(file.open(entrusted, "id_number")),
        relation=_word(codes.RELATION, entrusted.relation),
        address=reader.address(file.open(entrusted, "address")),
    )


def _address(place: str, line: str, reader: Reader) -> str:
    """The place's full name and the line below it, which may repeat the name."""
    return place + reader.only_in_full(line.removeprefix(place))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _word[C: Code](table: Table[C], value: str) -> str:
    """The Chinese word: the paper form is Chinese, whoever prints it."""
    return table[value].label if value else ""
