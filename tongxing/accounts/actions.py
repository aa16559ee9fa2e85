"""The only writer of people, sign-ins and posts."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.roles import ROLES
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.places.models import Place


class NotAppointed(Exception):
    """An appointment that cannot be made; the message says why."""


@transaction.atomic
def add_person(*, name: str, phone: str = "", by: Post | None) -> Person:
    person = Person.objects.create(name=name.strip(), phone=phone)
    journal.record(by=by, verb="added", subject_kind="person", subject_id=person.id, place=_office(by), diff={"name": [None, person.name]})
    return person


@transaction.atomic
def record_check(*, person: Person, on: date, clear: bool, by: Post | None) -> Person:
    """Write down the record check of art. 62: without a clear one not older than a year a director's powers are withheld."""
    before = [person.record_checked_on and person.record_checked_on.isoformat(), person.record_check_clear]
    person.record_checked_on, person.record_check_clear = on, clear
    person.save(update_fields=["record_checked_on", "record_check_clear"])
    journal.record(by=by, verb="record_checked", subject_kind="person", subject_id=person.id, place=_office(by), diff={"record_check": [before, [on.isoformat(), clear]]})
    return person


@transaction.atomic
def give_sign_in(*, person: Person, username: str, password: str, must_change: bool, by: Post | None, hashed: str = "") -> User:
    """Give a person a sign-in. `hashed` spares the hashing where many get the same password (the demo)."""
    user = User(person=person, username=username.strip().lower(), must_change_password=must_change)
    user.password = hashed or make_password(password)
    user.save(force_insert=True)
    journal.record(by=by, verb="sign_in_given", subject_kind="person", subject_id=person.id, place=_office(by), diff={"username": [None, user.username]})
    return user


@transaction.atomic
def appoint(*, person: Person, role: str, place: int, since: date, by: Post | None, until: date | None = None, unit_name: str = "", deputy_of: Post | None = None) -> Post:
    """Give a person a post. Raises NotAppointed where the place is not of the role's level or outside the appointing post's place."""
    definition = ROLES[role]
    if codes.level(place) != definition.level:
        raise NotAppointed(f"{definition.name}: {definition.level.label}")
    post = Post.objects.create(person=person, role=role, place=Place.objects.get(pk=place), since=since, until=until, unit_name=unit_name, deputy_of=deputy_of)
    journal.record(by=by, verb="appointed", subject_kind="post", subject_id=post.id, place=place, diff={"person": [None, person.name], "role": [None, role]})
    return post


@transaction.atomic
def end_post(*, post: Post, on: date | None = None, reason: str, by: Post | None) -> Post:
    post.until, post.end_reason = on or today(), reason
    post.save(update_fields=["until", "end_reason"])
    journal.record(by=by, verb="ended", subject_kind="post", subject_id=post.id, place=post.place_id, diff={"until": [None, post.until.isoformat()], "reason": [None, reason]})
    return post


def _office(by: Post | None) -> int:
    return by.place_id if by else codes.COUNTRY
