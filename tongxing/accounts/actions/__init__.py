"""The only writers of people, sign-ins and posts."""

from tongxing.accounts.actions.grants import end_grants, grant_children
from tongxing.accounts.actions.people import add_person, certify, edit_person, record_check
from tongxing.accounts.actions.posts import NotAppointed, appoint, attach, deputise, end_post
from tongxing.accounts.actions.second_factor import (
    confirm_authenticator,
    drop_second_factor,
    give_recovery_codes,
    reset_second_factor,
    start_authenticator,
    verify_second_factor,
)
from tongxing.accounts.actions.sign_ins import (
    change_password,
    close_sign_in,
    give_sign_in,
    note_failure,
    note_sign_in,
    note_sign_out,
    open_sign_in,
    remember_language,
    reset_password,
    unlock_sign_in,
)

__all__ = [
    "NotAppointed",
    "add_person",
    "appoint",
    "attach",
    "certify",
    "change_password",
    "close_sign_in",
    "confirm_authenticator",
    "deputise",
    "drop_second_factor",
    "edit_person",
    "end_grants",
    "end_post",
    "give_recovery_codes",
    "give_sign_in",
    "grant_children",
    "note_failure",
    "note_sign_in",
    "note_sign_out",
    "open_sign_in",
    "record_check",
    "remember_language",
    "reset_password",
    "reset_second_factor",
    "start_authenticator",
    "unlock_sign_in",
    "verify_second_factor",
]
