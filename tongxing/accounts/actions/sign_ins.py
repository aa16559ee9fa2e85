"""Sign-ins: given, changed, reset by a superior, closed and opened; and what the journal knows of their use."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction

from tongxing.accounts import lockout, passwords
from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.queries import is_superior, office_of
from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor, Someone
from tongxing.places import codes


@transaction.atomic
def give_sign_in(*, person: Person, username: str, password: str, must_change: bool, by: Post | None, hashed: str = "") -> User:
    """Give a person a sign-in. `hashed` spares the hashing where many get the same password (the demo)."""
    user = User(person=person, username=username.strip().lower(), must_change_password=must_change)
    user.password = hashed or make_password(password)
    if must_change:
        user.one_time_until = now() + passwords.ONE_TIME_DAYS
    user.save(force_insert=True)
    _record(user, by, "sign_in_given", {"username": [None, user.username]})
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """One's own password. All other sessions of the sign-in end: their key depends on the password."""
    user.set_password(password)
    user.must_change_password, user.one_time_until = False, None
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    _record(user, Someone(user.person_id), "password_changed")


@transaction.atomic
def reset_password(*, user: User, reason: str, by: Post | None) -> str:
    """A one-time password for somebody below: shown once, good for three days, changed at the next sign-in. Ends all sessions and locks."""
    _check(user, by)
    password = passwords.one_time()
    user.set_password(password)
    user.must_change_password, user.one_time_until = True, now() + passwords.ONE_TIME_DAYS
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    lockout.unlock(user.username)
    _record(user, by, "password_reset", {"reason": [None, reason.strip()]})
    return password


@transaction.atomic
def unlock_sign_in(*, user: User, by: Post | None) -> None:
    _check(user, by)
    lockout.unlock(user.username)
    _record(user, by, "unlocked")


@transaction.atomic
def close_sign_in(*, user: User, reason: str, by: Post | None) -> None:
    """Nobody signs in with it any more, and whoever is signed in is not."""
    _check(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _record(user, by, "sign_in_closed", {"reason": [None, reason.strip()]})


@transaction.atomic
def open_sign_in(*, user: User, reason: str, by: Post | None) -> None:
    _check(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(user, by, "sign_in_opened", {"reason": [None, reason.strip()]})


def remember_language(*, user: User, language: str) -> None:
    """Which language the person reads: kept for the next sign-in, on whichever machine."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


@transaction.atomic
def note_sign_in(*, user: User) -> None:
    _record(user, Someone(user.person_id), "signed_in")


@transaction.atomic
def note_sign_out(*, user: User) -> None:
    _record(user, Someone(user.person_id), "signed_out")


@transaction.atomic
def note_failure(*, username: str, verb: str = "sign_in_failed") -> None:
    """A wrong password, wrong digits or a lock-out. What was typed is not written down: it may be a password."""
    user = User.objects.filter(username=username).first()
    if user:
        _record(user, None, verb)
    else:
        journal.record(by=None, verb=verb, subject_kind="person", subject_id="unknown", place=codes.COUNTRY)


def _check(user: User, by: Post | None) -> None:
    """Raises PermissionDenied unless `by` (None: whoever has a shell on the server) stands above every post of the person."""
    if by is not None and not is_superior(by, user.person):
        raise PermissionDenied("accounts.reset")


def _record(user: User, by: Actor | Someone | None, verb: str, diff: dict[str, list[object]] | None = None) -> None:
    journal.record(by=by, verb=verb, subject_kind="person", subject_id=user.person_id, place=office_of(user.person), diff=diff or {})
