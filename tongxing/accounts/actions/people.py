"""People: their name, telephone, record check and certificate."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tongxing.accounts.models import Person, Post
from tongxing.accounts.queries import office_of
from tongxing.journal import actions as journal
from tongxing.places import codes, names


@transaction.atomic
def add_person(*, name: str, phone: str = "", by: Post | None) -> Person:
    name = " ".join(name.split())
    spelled = names.reading(name)
    person = Person.objects.create(name=name, phone=phone.strip(), pinyin=spelled.pinyin[:200], initials=spelled.initials[:60])
    _record(person, by, "added", {"name": [None, person.name]}, place=by.place_id if by else codes.COUNTRY)
    return person


@transaction.atomic
def edit_person(*, person: Person, name: str, phone: str, by: Post | None) -> Person:
    name = " ".join(name.split())
    diff: dict[str, list[object]] = {field: [old, new] for field, old, new in (("name", person.name, name), ("phone", person.phone, phone.strip())) if old != new}
    if not diff:
        return person
    spelled = names.reading(name)
    person.name, person.phone, person.pinyin, person.initials = name, phone.strip(), spelled.pinyin[:200], spelled.initials[:60]
    person.save(update_fields=["name", "phone", "pinyin", "initials"])
    _record(person, by, "edited", diff)
    return person


@transaction.atomic
def record_check(*, person: Person, on: date, clear: bool, by: Post | None) -> Person:
    """Write down the record check of art. 62: without a clear one not older than a year a director's powers are withheld."""
    before = [person.record_checked_on and person.record_checked_on.isoformat(), person.record_check_clear]
    person.record_checked_on, person.record_check_clear = on, clear
    person.save(update_fields=["record_checked_on", "record_check_clear"])
    _record(person, by, "record_checked", {"record_check": [before, [on.isoformat(), clear]]})
    return person


@transaction.atomic
def certify(*, person: Person, certificate: str, on: date | None, by: Post | None) -> Person:
    """Write down the training certificate, or that there is none."""
    before = [person.certificate, person.certified_on and person.certified_on.isoformat()]
    person.certificate, person.certified_on = certificate.strip(), on if certificate.strip() else None
    person.save(update_fields=["certificate", "certified_on"])
    _record(person, by, "certified", {"certificate": [before, [person.certificate, person.certified_on and person.certified_on.isoformat()]]})
    return person


def _record(person: Person, by: Post | None, verb: str, diff: dict[str, list[object]], *, place: int | None = None) -> None:
    journal.record(by=by, verb=verb, subject_kind="person", subject_id=person.id, place=office_of(person) if place is None else place, diff=diff)
