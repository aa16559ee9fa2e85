"""People: their name, telephone, record check and certificate."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tongxing.accounts import queries
from tongxing.accounts.models import Person, Post
from tongxing.crypto import actions as keys
from tongxing.journal import actions as journal
from tongxing.places import codes, names


@transaction.atomic
def add_person(*, name: str, phone: str = "", by: Post | None) -> Person:
    name = " ".join(name.split())
    spelled = names.reading(name)
    person = Person(name=name, pinyin=spelled.pinyin[:200], initials=spelled.initials[:60])
    _set_phone(person, phone)
    person.save(force_insert=True)
    _record(person, by, "added", {"name": [None, person.name]}, place=by.place_id if by else codes.COUNTRY)
    return person


@transaction.atomic
def edit_person(*, person: Person, name: str, phone: str, by: Post | None) -> Person:
    name = " ".join(name.split())
    diff: dict[str, list[object]] = {}
    if name != person.name:
        spelled = names.reading(name)
        diff["name"] = [person.name, name]
        person.name, person.pinyin, person.initials = name, spelled.pinyin[:200], spelled.initials[:60]
    if phone.strip() != person.phone:
        before = _hex(person)
        _set_phone(person, phone)
        diff["phone"] = [before, _hex(person)]
    if diff:
        person.save(update_fields=["name", "pinyin", "initials", "phone_sealed", "phone_digest"])
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


def _set_phone(person: Person, phone: str) -> None:
    """Seal the telephone under the person's own key; the digest finds it."""
    phone = phone.strip()
    if not phone:
        person.phone_sealed, person.phone_digest = None, ""
        return person.opened(None)
    key = keys.open_keys([person.id]).get(person.id) or keys.make_keys([person.id])[person.id]
    person.phone_sealed, person.phone_digest = key.seal("phone", phone), queries.phone_digest(phone)
    return person.opened(key)


def _hex(person: Person) -> str | None:
    """What the journal keeps of a telephone: the ciphertext."""
    return bytes(person.phone_sealed).hex() if person.phone_sealed else None


def _record(person: Person, by: Post | None, verb: str, diff: dict[str, list[object]], *, place: int | None = None) -> None:
    journal.record(by=by, verb=verb, subject_kind="person", subject_id=person.id, place=queries.office_of(person) if place is None else place, diff=diff)
