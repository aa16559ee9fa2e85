"""Who stands on a paper, as the file has it: who entrusts, who may be entrusted, who witnesses. And the words of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import cards, codes
from tongxing.children.file import Family, File
from tongxing.children.models import Child, State
from tongxing.children.page import words
from tongxing.children.page.head import looks_after
from tongxing.children.queries.files import files
from tongxing.ground.today import today
from tongxing.guardianship import codes as own
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

PARTS = ("relatives", "circumstances", "absences", "guardianships", "schoolings", "residences")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A relative as the form offers it. ``able``: nothing on file speaks against it; ``cares``: looks after the child today."""

    key: UUID
    name: str
    relation: str
    born: date | None
    able: bool
    cares: bool

    @property
    def word(self) -> str:
        return f"{self.name}（{codes.RELATION.text(self.relation)}）"


def household(child_id: UUID) -> list[File]:
    """The files of the children who live together and belong to the same village, the given one first."""
    first = Child.objects.filter(pk=child_id).first()
    if first is None:
        return []
    same = Child.objects.filter(household_id=first.household_id, scope_place=first.scope_place).exclude(state=State.ENDED).exclude(pk=child_id).order_by("born", "pk")
    ids = [child_id, *same.values_list("pk", flat=True)]
    found = files(ids, PARTS)
    return [found[each] for each in ids if each in found]


def candidates(file: File, on: date) -> list[Somebody]:
    """Who could be entrusted: relatives who are no parents, those who care for the child first."""
    home = file.current(file.residences, on)
    living = home.living_with if home else ""
    found = [_somebody(each, living, on) for each in file.family() if each.relative.relation not in codes.PARENTS and each.relative.until is None and each.relative.name]
    return sorted(found, key=lambda each: (not each.able, not each.cares))


def entrusting(file: File, on: date) -> list[Somebody]:
    """Who entrusts: parents who are not gone for good."""
    found = [_somebody(each, "parents", on) for each in file.family(codes.PARENTS) if each.relative.until is None and each.relative.name]
    return [each for each in found if each.able]


def everybody(file: File, on: date) -> list[Somebody]:
    """Everybody of the family who has a name."""
    return [_somebody(each, "", on) for each in file.family() if each.relative.until is None and each.relative.name]


def _somebody(one: Family, living: str, on: date) -> Somebody:
    relative = one.relative
    hindered = any(codes.CIRCUMSTANCE[row.kind].effect in ("gone", "incapable") for row in one.now(on))
    parent = relative.relation in codes.PARENTS
    gone = any(codes.CIRCUMSTANCE[row.kind].effect == "gone" for row in one.now(on))
    return Somebody(relative.person_key, relative.name, relative.relation, relative.born, able=not (gone if parent else hindered), cares=looks_after(one, living, on))


def by_key(file: File, key: UUID) -> Family | None:
    """The relative of this person in a file."""
    return next((each for each in file.family() if each.relative.person_key == key and each.relative.until is None), None)


def proposed(file: File, on: date) -> Somebody | None:
    """Whom the village would name: the one who looks after the child today, where nothing speaks against it."""
    return next((each for each in candidates(file, on) if each.able and each.cares), None)


def witness(place: int, by: Post | None) -> tuple[str, str]:
    """The village's witness, name and office: its director."""
    held = Post.objects.held(today()).filter(role="child_director", place=place, deputy_of=None).select_related("person").order_by("since").first()
    if held is not None:
        return held.person.name, str(held.definition.name)
    return (by.person.name, str(by.definition.name)) if by else ("", "")


def content(agreement: Any, found: Sequence[File], parties: Sequence[Any], on: date) -> dict[str, Any]:
    """What the paper says, from the files as they are: kept with the agreement when it is printed or signed."""
    first = found[0]
    place = agreement.scope_place
    township = place_codes.at_level(place, Level.TOWNSHIP)
    names = places.short_names({place, township})
    village = cards.unit_name(names.get(place, ""))
    kind = own.PAPER[agreement.kind]
    return {
        "number": agreement.number,
        "title": kind.label,
        "preamble": kind.preamble,
        "township": names.get(township, "") if township != place else "",
        "village": village,
        "since": _chinese(agreement.since),
        "until": _chinese(date.fromordinal(agreement.until.toordinal() - 1)),
        "children": [_child(file, on) for file in found],
        "parents": [_relative(first, party, on) for party in parties if party.role == "parent"],
        "guardian": next((_relative(first, party, on) for party in parties if party.role == "guardian"), {}),
        "witness": next(({"name": party.name, "standing": party.standing} for party in parties if party.role == "witness"), {"name": "", "standing": ""}),
        "clauses": {party: [clause.label for clause in own.CLAUSE if clause.party == party] for party in ("parent", "guardian", "witness")},
        "unfit": [{"value": code.value, "label": code.label} for code in own.UNFIT],
    }


def _child(file: File, on: date) -> dict[str, Any]:
    child = file.child
    return {
        "id": str(child.id),
        "name": child.name,
        "sex": codes.SEX[child.sex].label if child.sex in ("1", "2") else "",
        "born": child.born.isoformat(),
        "id_number": file.open(child, "id_number"),
        "school": words.schooling(file.current(file.schoolings, on)),
    }


def _relative(file: File, party: Any, on: date) -> dict[str, Any]:
    one = by_key(file, party.person_key) if party.person_key else None
    if one is None:
        return {"name": party.name, "relation": party.standing, "id_number": "", "phone": "", "address": "", "where": "", "born": ""}
    relative = one.relative
    away = one.away(on)
    return {
        "name": relative.name,
        "relation": codes.RELATION[relative.relation].label,
        "id_number": file.open(relative, "id_number"),
        "phone": file.open(relative, "phone"),
        "address": file.open(relative, "address"),
        "where": away.where if away else "",
        "born": relative.born.isoformat() if relative.born else "",
    }


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def relation_word(relation: str) -> str:
    return codes.RELATION.text(relation) if relation else _("其他")


def redact(kept: Mapping[str, Any], child_id: UUID) -> dict[str, Any]:
    """The words of a paper without a child whose file is erased."""
    return dict(kept) | {"children": [each for each in kept["children"] if each["id"] != str(child_id)]}
