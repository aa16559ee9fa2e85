"""The second factor: set up, confirmed, given at sign-in, and taken away by a superior when the telephone is lost."""

from __future__ import annotations

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tongxing.accounts.models import Authenticator, Post, RecoveryCode, User
from tongxing.accounts.queries import is_superior, office_of
from tongxing.crypto import actions as keys
from tongxing.crypto import sealed
from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor, Someone

SECRET_BYTES = 20
CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@transaction.atomic
def start_authenticator(*, user: User) -> Authenticator:
    """A new secret to be scanned; it counts once digits from it were given. One that is in use is not touched."""
    drop_unconfirmed(user)
    key = keys.open_keys([user.id]).get(user.id) or keys.make_keys([user.id])[user.id]
    device = Authenticator(user=user, name="TOTP", confirmed=False, sealed=key.seal_bytes("authenticator", secrets.token_bytes(SECRET_BYTES)))
    device.save()
    return device


@transaction.atomic
def confirm_authenticator(*, user: User, digits: str) -> list[str] | None:
    """Whether the digits come from the secret that was scanned: then it is in use, and these are the recovery codes."""
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(digits):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _record(user, Someone(user.person_id), "second_factor_set_up")
    return give_recovery_codes(user=user)


@transaction.atomic
def give_recovery_codes(*, user: User) -> list[str]:
    """Ten new codes to be printed; the old ones are void."""
    user.recovery_codes.all().delete()
    codes = [_code() for _each in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest(user, code)) for code in codes])
    _record(user, Someone(user.person_id), "recovery_codes_made")
    return codes


@transaction.atomic
def verify_second_factor(*, user: User, text: str) -> bool:
    """Whether what was typed are the digits of the moment, or a recovery code that was not used before."""
    given = "".join(text.split()).replace("-", "").upper()
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return False
    if device.verify_token(given):
        return True
    if given.isdigit() or RecoveryCode.objects.filter(user=user, digest=digest(user, given), used_at=None).update(used_at=now()) != 1:
        return False
    device.throttle_reset()
    _record(user, Someone(user.person_id), "recovery_code_used", {"left": [None, user.recovery_codes.filter(used_at=None).count()]})
    return True


@transaction.atomic
def drop_second_factor(*, user: User) -> None:
    """Its holder gives it up, where the roles held do not ask for one."""
    _drop(user)
    _record(user, Someone(user.person_id), "second_factor_dropped")


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: Post | None) -> None:
    """The telephone is lost: a superior takes the second factor away, and it is set up anew at the next sign-in."""
    if by is not None and not is_superior(by, user.person):
        raise PermissionDenied("accounts.reset")
    _drop(user)
    _record(user, by, "second_factor_reset", {"reason": [None, reason.strip()]})


def drop_unconfirmed(user: User) -> None:
    Authenticator.objects.filter(user=user, confirmed=False).delete()


def digest(user: User, code: str) -> str:
    return sealed.digest("recovery_code", f"{user.id} {code}")


def _drop(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()


def _code() -> str:
    """Ten characters, the first a letter, so that a code is never taken for digits."""
    return secrets.choice(ALPHABET[:24]) + "".join(secrets.choice(ALPHABET) for _each in range(9))


def _record(user: User, by: Actor | Someone | None, verb: str, diff: dict[str, list[object]] | None = None) -> None:
    journal.record(by=by, verb=verb, subject_kind="person", subject_id=user.person_id, place=office_of(user.person), diff=diff or {})
