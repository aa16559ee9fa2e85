"""What a row would change in a file: each difference with the step that makes it. Blank cells change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from tongxing.accounts.models import Post
from tongxing.children import actions, codes
from tongxing.children.fields import FIELDS, OF_THE_HOUSEHOLD
from tongxing.children.file import Family, File
from tongxing.children.ledger.meaning import OPTIONAL, OTHER_RELATION, PARENTS, RELATIONS, Meaning
from tongxing.children.ledger.villages import Gazetteer, plain
from tongxing.children.models import Relative
from tongxing.children.new import NewAbsence, NewCircumstance, NewRelative, NewResidence, NewSchooling
from tongxing.ground.today import today
from tongxing.ledgers.cells import Value

type Step = Callable[[Post], object]

OF_A_RELATIVE: Final = ("name", "born", "id_number", "phone", "address")
SEALED: Final = frozenset({"id_number", "phone", "address"})


@dataclass(frozen=True, slots=True)
class Change:
    """A column whose value would change. Steps that several columns share are one object and done once."""

    column: str
    old: Value | None
    new: Value
    step: Step


@dataclass(slots=True)
class Changes:
    """``notes`` are (column, code, parameters) of what the ledger says otherwise and an import does not change."""

    found: list[Change] = field(default_factory=list)
    notes: list[tuple[str, str, dict[str, str | int]]] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """In order, each once."""
        return list({id(change.step): change.step for change in self.found}.values())

    def note(self, column: str, code: str, **params: str | int) -> None:
        self.notes.append((column, f"children.{code}", params))


def compare(meaning: Meaning, file: File, places: Gazetteer, on: date) -> Changes:
    """All that the row says otherwise than the file, in the order in which it has to be done."""
    changes = Changes()
    _consent(changes, meaning, file, on)
    _fields(changes, meaning, file, on)
    if meaning.place is not None and meaning.place != file.child.scope_place:
        changes.note("residence", "other_village", held=places.name(file.child.scope_place))
    for group, relative in meaning.relatives.items():
        _relative(changes, group, relative, file, on)
    _residence(changes, meaning.residence, file, on)
    if meaning.schooling:
        _schooling(changes, meaning.schooling, file, on)
    if meaning.guardianship and (not (held := file.current(file.guardianships, on)) or held.kind != meaning.guardianship.kind):
        step = partial(actions.record_guardianship, child_id=file.child.id, new=meaning.guardianship)
        changes.found.append(Change("guardianship", held.kind if held else None, meaning.guardianship.kind, _by(step)))
    return changes


def _by(act: Callable[..., object]) -> Step:
    return lambda by: act(by=by)


def _consent(changes: Changes, meaning: Meaning, file: File, on: date) -> None:
    if meaning.consent_by and not file.consents_to("optional", on):
        step = partial(actions.give_consent, child_id=file.child.id, kind="optional", given_by=meaning.consent_by)
        changes.found.append(Change("optional_consent_by", None, meaning.consent_by, _by(step)))


def _fields(changes: Changes, meaning: Meaning, file: File, on: date) -> None:
    differing: dict[str, object] = {}
    held: dict[str, object] = {}
    for key, given in meaning.fields.items():
        if key in OPTIONAL and not meaning.consent_by and not file.consents_to("optional", on):
            changes.note(key, "no_consent")
            continue
        held[key] = file.open(file.child, key) if FIELDS[key].sealed else getattr(file.child, key)
        value = FIELDS[key].clean(given)
        if value != held[key] and not (key in OF_THE_HOUSEHOLD and set(_list(value)) == set(_list(held[key]))):
            differing[key] = value
    step = _by(partial(actions.change_fields, child_id=file.child.id, fields=differing))
    changes.found += [Change(key, _value(held[key]), _value(value) or "", step) for key, value in differing.items()]


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


def _value(value: object) -> Value | None:
    match value:
        case list():
            return tuple(map(str, value)) or None
        case int() | date() | str():
            return value or None
        case _:
            return None


def _relative(changes: Changes, group: str, given: NewRelative, file: File, on: date) -> None:
    held = _held(group, given, file, on)
    if held is None:
        step = _by(partial(actions.add_relative, child_id=file.child.id, new=given))
        changes.found.append(Change(f"{group}_name", None, given.name or codes.RELATION[given.relation].label, step))
        return
    relative = held.relative
    if group == "entrusted" and given.name != relative.name:
        _other_guardian(changes, given, file, relative)
        return
    differing: dict[str, object] = {}
    for key in OF_A_RELATIVE:
        value = getattr(given, key)
        if value and value != _of_relative(file, relative, key):
            differing[key] = value
    if group == "entrusted" and given.relation not in (OTHER_RELATION, relative.relation):
        differing["relation"] = given.relation
    if group == "entrusted" and not relative.entrusted:
        differing["entrusted"] = True
    step = _by(partial(actions.change_relative, relative_id=relative.id, fields=differing))
    for key, value in differing.items():
        column, new = (f"{group}_{key}", value) if key != "entrusted" else (f"{group}_name", relative.name)
        old = None if key == "entrusted" else _of_relative(file, relative, key)
        changes.found.append(Change(column, _value(old), _value(new) or "", step))
    for absence in given.absences:
        _absence(changes, group, absence, held, on)
    for circumstance in given.circumstances:
        _circumstance(changes, group, circumstance, held, on)


def _of_relative(file: File, relative: Relative, key: str) -> object:
    return file.open(relative, key) if key in SEALED else getattr(relative, key)


def _held(group: str, given: NewRelative, file: File, on: date) -> Family | None:
    if group in PARENTS:
        return file.parent(group)
    if group == "entrusted":
        same = next((each for each in file.relatives if each.until is None and each.name == given.name), None)
        found = file.entrusted or same
        return Family(found, [], []) if found else None
    return next((each for each in file.family([RELATIONS[group]]) if each.relative.until is None), None)


def _other_guardian(changes: Changes, given: NewRelative, file: File, before: Relative) -> None:
    """Somebody else looks after the child now: the one before keeps their place in the family, if they have one, and nothing more."""

    def step(by: Post) -> None:
        if before.relation in RELATIONS.values():
            actions.change_relative(relative_id=before.id, fields={"entrusted": False}, by=by)
        else:
            actions.end_relative(relative_id=before.id, on=today(), by=by)
        same = next((each for each in file.relatives if each.until is None and each.name == given.name), None)
        if same is not None:
            actions.change_relative(relative_id=same.id, fields={"entrusted": True}, by=by)
        else:
            actions.add_relative(child_id=file.child.id, new=given, by=by)

    changes.found.append(Change("entrusted_name", before.name, given.name, step))


def _absence(changes: Changes, group: str, given: NewAbsence, held: Family, on: date) -> None:
    step = _by(partial(actions.record_absence, relative_id=held.relative.id, new=given))
    open_one = next((row for row in held.absences if row.until is None), None)
    if open_one is None:
        changes.found.append(_away(group, None, given, step))
        return
    elsewhere = bool(given.where) and plain(given.where) != plain(open_one.where)
    if elsewhere and given.since > open_one.since:
        changes.found.append(_away(group, open_one.where, given, step))
    elif elsewhere:
        changes.note(f"{group}_place", "other_absence", held=f"{open_one.where} {open_one.since:%Y-%m}".strip())
    elif given.precision != "by" and (given.since.year, given.since.month) != (open_one.since.year, open_one.since.month):
        changes.note(f"{group}_since", "other_since", held=f"{open_one.since:%Y-%m}")


def _away(group: str, old: str | None, given: NewAbsence, step: Step) -> Change:
    if given.where or given.precision == "by":
        return Change(f"{group}_place", old, given.where or "外出", step)
    return Change(f"{group}_since", None, given.since, step)


def _circumstance(changes: Changes, group: str, given: NewCircumstance, held: Family, on: date) -> None:
    now = held.now(on)
    same = next((row for row in now if row.kind == given.kind), None)
    if same is None:
        if given.kind == "no_capacity" and any(codes.CIRCUMSTANCE[row.kind].effect != "none" for row in now):
            return
        step = _by(partial(actions.record_circumstance, relative_id=held.relative.id, new=given))
        column = "incapable" if given.kind == "no_capacity" else f"{group}_circumstance"
        changes.found.append(Change(column, None, (group,) if column == "incapable" else given.kind, step))
    elif given.since and same.since is None:
        step = _by(partial(actions.complete_circumstance, circumstance_id=same.id, fields={"since": given.since}))
        changes.found.append(Change(f"{group}_circumstance_since", None, given.since, step))
    elif given.since and same.since and (given.since.year, given.since.month) != (same.since.year, same.since.month):
        changes.note(f"{group}_circumstance_since", "other_since", held=f"{same.since:%Y-%m}")


def _residence(changes: Changes, given: NewResidence, file: File, on: date) -> None:
    held = file.current(file.residences, on)
    address = file.open(held, "address") if held else ""
    living_with = held.living_with if held else ""
    new = NewResidence(place=held.place if held else None, address=given.address or address, living_with=given.living_with or living_with)
    step = _by(partial(actions.record_residence, child_id=file.child.id, new=new))
    if new.address != address:
        changes.found.append(Change("residence_address", address or None, new.address, step))
    if new.living_with != living_with:
        changes.found.append(Change("living_with", living_with or None, new.living_with, step))


def _schooling(changes: Changes, given: NewSchooling, file: File, on: date) -> None:
    held = file.current(file.schoolings, on)
    if held is None or held.stage != given.stage:
        step = _by(partial(actions.record_schooling, child_id=file.child.id, new=given))
        changes.found.append(Change("school_stage", held.stage if held else None, given.stage, step))
        return
    named = bool(given.class_name) or given.grade is not None
    new = NewSchooling(
        stage=given.stage,
        enrolment=given.enrolment or held.enrolment,
        school_id=given.school_id if given.school_name else held.school_id,
        school_name=given.school_name or held.school_name,
        grade=given.grade if named else held.grade,
        class_name=given.class_name if named else held.class_name,
        boarding=given.boarding or held.boarding,
    )
    step = _by(partial(actions.record_schooling, child_id=file.child.id, new=new))
    pairs = (
        ("enrolment", held.enrolment, new.enrolment),
        ("school", held.school_name, new.school_name),
        ("grade_class", _class(held.grade, held.class_name), _class(new.grade, new.class_name)),
        ("boarding", held.boarding, new.boarding),
    )
    changes.found += [Change(column, old or None, value, step) for column, old, value in pairs if old != value]


def _class(grade: int | None, name: str) -> str:
    return name or (f"{grade}年级" if grade else "")


def apply(changes: Changes, *, by: Post) -> None:
    """Do all steps, in the caller's transaction. Raises ``CannotDo`` where the file does not allow one."""
    for step in changes.steps():
        step(by)
