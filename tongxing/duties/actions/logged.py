"""What follows from an entry of the log, in the transaction in which it is written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from uuid import UUID

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.duties import entries
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty
from tongxing.ground import scope
from tongxing.log import queries as log
from tongxing.log.models import Entry, Participation

FOR_ALL = "what an entry counted for is counted anew for every child that took part, wherever it lives"


@transaction.atomic(savepoint=False)
def discharge(entry: Entry, *, by: Post | None = None, parts: Sequence[Participation] | None = None) -> list[Duty]:
    """Let an entry count for what it fulfils, and open what its events ask. What it corrects or voids counts no more.

    Repeated, it changes nothing. ``parts``: who takes part, where it was written a moment ago, so that nothing can have followed it.
    Returns the promises that it discharged and those that it opened.
    """
    with scope.whole_country(why=FOR_ALL) if entry.corrects_id else nullcontext():
        return _discharge(entry, by, parts)


def _discharge(entry: Entry, by: Post | None, parts: Sequence[Participation] | None) -> list[Duty]:
    reopened: list[Duty] = []
    if entry.corrects_id:
        reopened = discharging.reopen(entry.corrects_id, by=by)
    if entry.void or (parts is None and log.following(entry) is not None):
        return reopened
    parts = log.parts_of(entry) if parts is None else [part for part in parts if not part.dropped]
    touched = discharging.discharge(entries.of_entry(entry, parts), by=by)
    for part in parts:
        for event in part.events or (entry.events if len(parts) == 1 else ()):
            touched += discharging.open_for_event(event, part.child_id, entry.id, entry.at, place=part.scope_place, on=entry.on, by=by)
    if not parts:
        for event in entry.events:
            touched += discharging.open_for_event(event, None, entry.id, entry.at, place=entry.scope_place, on=entry.on, subject=(entry.subject_kind, entry.subject_id), by=by)
    return touched


@transaction.atomic
def reopen(entry_id: UUID, *, by: Post | None = None) -> list[Duty]:
    """An entry counts no more."""
    with scope.whole_country(why=FOR_ALL):
        return discharging.reopen(entry_id, by=by)
