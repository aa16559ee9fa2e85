"""Relatives, what befell them and where they work. A person who stands in several children's files is changed in all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks, codes
from tongxing.children.actions import rows
from tongxing.children.actions.writing import Writing, begin, begin_many, changes_since, finish, finish_many
from tongxing.children.errors import CannotDo, FieldErrors, StaleFile
from tongxing.children.fields import id_number, name, phone
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Absence, Child, Circumstance, Guardianship, Relative
from tongxing.children.new import NewAbsence, NewCircumstance, NewRelative
from tongxing.crypto.sealed import digest
from tongxing.ground.ids import uuid7

CHANGEABLE = ("name", "sex", "born", "id_number", "phone", "address", "relation", "entrusted", "primary", "since", "until")
OF_THIS_CHILD = frozenset({"relation", "entrusted", "primary", "since", "until"})  # never carried over to brothers and sisters
SEALED = frozenset({"id_number", "phone", "address"})


@transaction.atomic
def add_relative(*, child_id: UUID, new: NewRelative, by: Post | None, version: int | None = None, siblings: bool = False) -> Relative:
    """Add a relative, with ``siblings`` to the files of the children of the same household too."""
    _refuse(checks.relative(new))
    written = begin(child_id, by=by, version=version)
    new = replace(new, person_key=new.person_key or uuid7())
    if any(row.person_key == new.person_key or _same(row, new) for row in written.file.relatives):
        raise CannotDo(_("这个人已经登记在这份档案里。"))
    others = begin_many(_household(written.child), by=by) if siblings else []
    made = [_add(each, new) for each in (written, *others) if all(row.person_key != new.person_key for row in each.file.relatives)]
    finish_many([written, *others], verb="relative_added", subject_kind="relative", subject_id=made[0].id)
    return made[0]


def _same(row: Relative, new: NewRelative) -> bool:
    """Whether the same form was sent twice."""
    return bool(row.name) and row.until is None and (row.relation, row.name) == (new.relation, name(new.name))


def _add(written: Writing, new: NewRelative) -> Relative:
    before = len(written.file.circumstances), len(written.file.absences)
    row = rows.relative(written.file, new)
    row.save(force_insert=True)
    Circumstance.unscoped.bulk_create(written.file.circumstances[before[0] :])
    Absence.unscoped.bulk_create(written.file.absences[before[1] :])
    written.note("relative", None, f"{row.relation} {row.name}".strip())
    written.keys_changed |= bool(row.phone_digest)
    return row


def _household(child: Child) -> list[UUID]:
    return list(Child.objects.filter(household_id=child.household_id, state__in=EDITABLE).exclude(pk=child.pk).values_list("pk", flat=True))


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        raise FieldErrors(errors)


def _everywhere(relative: Relative, *, by: Post | None) -> list[tuple[Writing, Relative]]:
    """The files in which this person stands, within the scope, locked; the given one first."""
    same = Relative.objects.filter(person_key=relative.person_key, child__state__in=EDITABLE)
    found = {row.child_id: row for row in same}
    found[relative.child_id] = relative
    others = [child_id for child_id in found if child_id != relative.child_id]
    writings = begin_many([relative.child_id, *others], by=by)
    return [(written, next(row for row in written.file.relatives if row.id == found[written.child.id].id)) for written in writings]


def _relative(relative_id: UUID) -> Relative:
    return Relative.objects.select_related("child").get(pk=relative_id)


@transaction.atomic
def change_relative(*, relative_id: UUID, fields: Mapping[str, object], by: Post | None, version: int | None = None) -> Relative:
    """Change a relative (keys of ``CHANGEABLE``); what belongs to the person is changed in brothers' and sisters' files as well."""
    relative = _relative(relative_id)
    values = _cleaned(fields)
    places = _everywhere(relative, by=by)
    _refuse_stale(places[0][0], version)
    for number, (written, row) in enumerate(places):
        mine = values if number == 0 else {key: value for key, value in values.items() if key not in OF_THIS_CHILD}
        _change(written, row, mine)
    finish_many([written for written, _row in places], verb="relative_changed", subject_kind="relative", subject_id=relative_id)
    return places[0][1]


def _refuse_stale(written: Writing, version: int | None) -> None:
    if version is not None and written.child.version != version:
        raise StaleFile(changes_since(written.child, version))


def _cleaned(fields: Mapping[str, object]) -> dict[str, object]:
    unknown = set(fields) - set(CHANGEABLE)
    assert not unknown, unknown
    given = {key: value for key, value in fields.items() if key not in ("until", "primary", "entrusted")}
    _refuse({key: said for key, said in checks.relative(NewRelative(**{"relation": "99", "name": "·"} | given)).items() if key in fields})  # type: ignore[arg-type]
    cleaners: dict[str, Callable[[object], object]] = {"name": name, "phone": phone, "id_number": id_number, "address": lambda value: str(value or "").strip()}
    return {key: cleaners[key](value) if key in cleaners else value for key, value in fields.items()}


def _change(written: Writing, row: Relative, values: Mapping[str, object]) -> None:
    columns: set[str] = set()
    for key, value in values.items():
        old = written.file.open(row, key) if key in SEALED else getattr(row, key)
        if old == value:
            continue
        if key in SEALED:
            assert written.file.key
            before = getattr(row, f"{key}_sealed")
            rows.seal(written.file.key, row, key, str(value))
            written.note(key, before, getattr(row, f"{key}_sealed"))
            columns.add(f"{key}_sealed")
        else:
            setattr(row, key, value)
            written.note(key, old, value)
            columns.add(key)
        if key in ("phone", "id_number"):
            setattr(row, f"{'phone' if key == 'phone' else 'id'}_digest", digest(key, str(value)) if value else "")
            columns.add("phone_digest" if key == "phone" else "id_digest")
            written.keys_changed |= key == "phone"
    if columns:
        row.save(update_fields=columns)


@transaction.atomic
def end_relative(*, relative_id: UUID, on: date, by: Post | None) -> Relative:
    """The person is no relative or guardian of this child any more (an entrustment ends, an adoption); the row stays for history."""
    row = _relative(relative_id)
    written = begin(row.child_id, by=by)
    row = next(each for each in written.file.relatives if each.id == relative_id)
    if row.until is not None:
        raise CannotDo(_("这一关系已经终止。"))
    _refuse(checks.end(row.since or written.child.born, on))
    written.note("until", None, on)
    row.until = on
    row.save(update_fields=["until"])
    Guardianship.objects.filter(child_id=row.child_id, entrusted=row, until=None).update(entrusted=None)
    finish(written, verb="relative_ended", subject_kind="relative", subject_id=row.id)
    return row


@transaction.atomic
def record_absence(*, relative_id: UUID, new: NewAbsence, by: Post | None, version: int | None = None) -> Absence:
    """A parent is (or was) away. Recorded in the files of all the person's children; an absence still open is ended on the day the new one begins."""
    _refuse(checks.absence(new))
    relative = _relative(relative_id)
    if relative.relation not in codes.PARENTS:
        raise CannotDo(_("只登记父母（含继父母、养父母）的外出情况。"))
    places = _everywhere(relative, by=by)
    _refuse_stale(places[0][0], version)
    fact_key, made = uuid7(), []
    for written, row in places:
        _end_open(written, row, new.since)
        absence = rows.absence(row, new)
        absence.fact_key = fact_key
        absence.save(force_insert=True)
        made.append(absence)
        written.note("absence", None, " ".join(part for part in (row.relation, absence.where, absence.since.isoformat()) if part))
    finish_many([written for written, _row in places], verb="absence_recorded", subject_kind="relative", subject_id=relative_id)
    return made[0]


def _one_fact(row: Absence | Circumstance, fact: Absence | Circumstance, relative: Relative) -> bool:
    """Whether a brother's or sister's file tells the same of the person: noted together, or still open as the fact is (files opened apart, from a ledger say)."""
    return row.fact_key == fact.fact_key or (row.relative_id == relative.id and row.until is None and fact.until is None)


def _end_open(written: Writing, row: Relative, since: date) -> None:
    """Somebody who goes on to another place was away until then: no day at home between the two."""
    for absence in written.file.absences:
        if absence.relative_id == row.id and absence.until is None:
            if absence.since >= since:
                raise CannotDo(_("%(name)s 从 %(since)s 起已登记外出，请先登记返乡日期。") % {"name": row.name, "since": absence.since.isoformat()})
            absence.until, absence.returned = since, "unknown"
            absence.save(update_fields=["until", "returned"])


@transaction.atomic
def end_absence(*, absence_id: UUID, on: date, returned: str, by: Post | None, version: int | None = None) -> Absence:
    """The parent came home; ``returned`` says whether for a festival, the harvest or for good (``codes.RETURN_KIND``)."""
    absence = Absence.objects.select_related("relative__child").get(pk=absence_id)
    _refuse(checks.absence(NewAbsence(since=absence.since, until=on, returned=returned)))
    if not returned:
        raise FieldErrors({"returned": _("请选择返乡情形。")})
    places = _everywhere(absence.relative, by=by)
    _refuse_stale(places[0][0], version)
    ended: list[Absence] = []
    for written, relative in places:
        for mine in [row for row in written.file.absences if _one_fact(row, absence, relative) and row.since < on]:
            written.note("absence", None, f"{relative.relation} {mine.since.isoformat()} – {on.isoformat()} {returned}")
            mine.until, mine.returned = on, returned
            mine.save(update_fields=["until", "returned"])
            ended.append(mine)
    touched = {row.child_id for row in ended}
    finish_many([written for written, _row in places if written.child.id in touched], verb="absence_ended", subject_kind="relative", subject_id=absence.relative_id)
    return next(row for row in ended if row.id == absence_id)


@transaction.atomic
def record_circumstance(*, relative_id: UUID, new: NewCircumstance, by: Post | None, version: int | None = None, only: Collection[UUID] = ()) -> Circumstance:
    """Something befell a relative: recorded in the files of all the person's children, or of ``only`` these (a court revokes child by child)."""
    _refuse(checks.circumstance(new))
    relative = _relative(relative_id)
    places = [(written, row) for written, row in _everywhere(relative, by=by) if not only or row.child_id in only]
    _refuse_stale(places[0][0], version)
    fact_key, made = uuid7(), []
    for written, row in places:
        befell = rows.circumstance(row, new)
        befell.fact_key = fact_key
        befell.save(force_insert=True)
        made.append(befell)
        written.note("circumstance", None, _told(row, new.kind))
    finish_many([written for written, _row in places], verb="circumstance_recorded", subject_kind="relative", subject_id=relative_id)
    return made[0]


def _told(row: Relative, kind: str) -> str:
    """What the journal says: a discreet circumstance is not named there (real-life 7)."""
    return row.relation if codes.CIRCUMSTANCE[kind].discreet else f"{row.relation} {kind}"


@transaction.atomic
def end_circumstance(*, circumstance_id: UUID, on: date, by: Post | None) -> Circumstance:
    """It holds no longer (released, found, recovered)."""
    return _update_circumstance(circumstance_id, {"until": on}, verb="circumstance_ended", by=by)


@transaction.atomic
def complete_circumstance(*, circumstance_id: UUID, fields: Mapping[str, object], by: Post | None) -> Circumstance:
    """Add what became known: dates of term and report, grade, evidence."""
    assert set(fields) <= {"since", "expected_until", "reported", "grade", "disability", "evidence", "note", "precision"}
    return _update_circumstance(circumstance_id, fields, verb="circumstance_recorded", by=by)


def _update_circumstance(circumstance_id: UUID, fields: Mapping[str, object], *, verb: str, by: Post | None) -> Circumstance:
    befell = Circumstance.objects.select_related("relative__child").get(pk=circumstance_id)
    known = {key: getattr(befell, key) for key in ("kind", "since", "until", "expected_until", "reported", "grade", "disability", "evidence", "note", "precision")} | dict(fields)
    _refuse(checks.circumstance(NewCircumstance(**known | {"evidence": tuple(known["evidence"])})))
    places = _everywhere(befell.relative, by=by)
    changed: list[Circumstance] = []
    for written, row in places:
        for mine in [each for each in written.file.circumstances if _one_fact(each, befell, row) and each.kind == befell.kind]:
            for key, value in fields.items():
                setattr(mine, key, list(value) if isinstance(value, (tuple, set, frozenset)) else value)
            mine.save(update_fields=list(fields))
            written.note("circumstance", _told(row, mine.kind), _told(row, mine.kind))
            changed.append(mine)
    finish_many([written for written, _row in places], verb=verb, subject_kind="relative", subject_id=befell.relative_id)
    return next(row for row in changed if row.id == circumstance_id)


@transaction.atomic
def join_household(*, child_ids: Sequence[UUID], by: Post | None, persons: Iterable[tuple[UUID, UUID]] = ()) -> UUID:
    """These children live together. ``persons`` are pairs of relatives (by id) who are one person: they share a key from now on."""
    writings = begin_many(list(child_ids), by=by)
    household = writings[0].child.household_id
    known = {row.id: (written, row) for written in writings for row in written.file.relatives}
    for one, other in persons:
        (_kept, row), (written, joined) = known[one], known[other]
        if joined.person_key != row.person_key:
            written.note("relative", joined.name, row.name)
            joined.person_key = row.person_key
            joined.save(update_fields=["person_key"])
    for written in writings[1:]:
        if written.child.household_id != household:
            written.note("household", str(written.child.household_id), str(household))
            written.child.household_id = household
            written.child.save(update_fields=["household_id"])
    finish_many(writings, verb="household_joined")
    return household
