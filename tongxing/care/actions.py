"""What people do, as one act: the entry is written, what it fulfils is discharged, what it raises is opened and told to whoever answers for it.

Each in the same transaction: an entry without its consequences does not exist.
"""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.care import followers, referring, telling
from tongxing.duties import actions as duties
from tongxing.log import actions as log
from tongxing.log import queries as log_queries
from tongxing.log.models import Entry
from tongxing.log.shapes import Correction, NewEntry


def log_entry(**new: Unpack[NewEntry]) -> Entry:
    """Record that something happened, and what follows from it.

    Idempotent on ``entry_id``: the phone may send the same entry twice. Raises ``FormError`` with one sentence per wrong answer;
    nothing is written then.
    """
    new.setdefault("known", referring.among(new["form"], new["by"]))
    entry = log.append(**new)
    with transaction.atomic(savepoint=False):  # who fails here takes the entry with them
        telling.opened(entry, duties.discharge(entry, by=new["by"], parts=entry.just_written))
        for each in followers.declared():
            each.logged(entry, by=new["by"])
    return entry


@transaction.atomic
def correct_entry(**right: Unpack[Correction]) -> Entry:
    """Let a right entry take the place of a wrong one: what the wrong one fulfilled is open again, the right one fulfils what it does."""
    right.setdefault("known", referring.among(right["form"], right["by"], correcting=right["entry"]))
    following = log.correct(**right)
    touched = duties.discharge(following, by=right["by"], parts=following.just_written)
    telling.opened(following, touched)
    telling.asked_no_more(touched)
    for each in followers.declared():
        each.logged(following, by=right["by"])
    return following


@transaction.atomic
def void_entry(*, entry: Entry, reason: str, by: Post | None) -> Entry:
    """Take an entry out: what it fulfilled is open again."""
    following = log.void(entry=entry, reason=reason, by=by)
    duties.discharge(following, by=by)
    telling.taken_back(log_queries.chain(entry))
    for each in followers.declared():
        each.voided(entry, by=by)
    return following
