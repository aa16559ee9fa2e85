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

type Named = tuple[str, UUID]  # an event, and whom or what it is about

FOR_ALL = "an entry counts, and is counted anew, for every child that took part and for the school, class or place that it is about, wherever that is"


@transaction.atomic(savepoint=False)
def discharge(entry: Entry, *, by: Post | None = None, parts: Sequence[Participation] | None = None) -> list[Duty]:
    """Let an entry count for what it fulfils, and open what its events ask. What it corrects or voids counts no more.

    Repeated, it changes nothing. ``parts``: who takes part, where it was written a moment ago, so that nothing can have followed it.
    Returns the promises that it discharged and those that it opened.
    """
    with scope.whole_country(why=FOR_ALL) if entry.corrects_id or entry.child_id is None else nullcontext():
        return _discharge(entry, by, parts)


def _discharge(entry: Entry, by: Post | None, parts: Sequence[Participation] | None) -> list[Duty]:
    stands = not entry.void and (parts is not None or log.following(entry) is None)
    parts = log.parts_of(entry) if parts is None else [part for part in parts if not part.dropped]
    named = _named(entry, parts) if stands else {}
    touched: list[Duty] = []
    origins: dict[Named, Entry] = {}
    if entry.corrects_id:
        touched += discharging.reopen(entry.corrects_id, instead=entry.id, named=named.keys(), by=by)
        held = discharging.raised_by(entry.id)
        named = {each: place for each, place in named.items() if each not in held}
        origins = _origins(entry) if named else {}
    if not stands:
        return touched
    for (event, subject), place in named.items():
        first = origins.get((event, subject), entry)
        child = subject if parts else None
        about = None if parts else (entry.subject_kind, subject)
        touched += discharging.open_for_event(event, child, entry.id, first.at, place=place, on=first.on, subject=about, origin=first.id, by=by)
    return touched + discharging.discharge(entries.of_entry(entry, parts), by=by)


def _named(entry: Entry, parts: Sequence[Participation]) -> dict[Named, int]:
    """The events that an entry names, and of whom, with the place of each."""
    if not parts:
        return {(event, entry.subject_id): entry.scope_place for event in entry.events}
    alone = entry.events if len(parts) == 1 else ()
    return {(event, part.child_id): part.scope_place for part in parts for event in part.events or alone}


def _origins(entry: Entry) -> dict[Named, Entry]:
    """By which entry of a chain of corrections each event was first known: a correction does not restart its clock."""
    found: dict[Named, Entry] = {}
    for each in log.chain(entry):
        for event in _named(each, log.parts_of(each)):
            found.setdefault(event, each)
    return found


@transaction.atomic
def reopen(entry_id: UUID, *, by: Post | None = None) -> list[Duty]:
    """An entry counts no more."""
    with scope.whole_country(why=FOR_ALL):
        return discharging.reopen(entry_id, by=by)
