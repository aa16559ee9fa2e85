"""The only writer of the journal and of the access log.

Anyone may write a line about what they did or were refused, also about places whose lines they may not read; so the
statements return nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict, Unpack
from uuid import UUID

from django.db import connection

from tongxing.ground import bulk
from tongxing.ground.today import now
from tongxing.journal.models import Access, Record


class Actor(Protocol):
    """Who acts: a post and the person who holds it (`accounts.Post` is one)."""

    @property
    def id(self) -> UUID: ...

    @property
    def person_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Someone:
    """Who acts where no post is at hand: while signing in."""

    person_id: UUID
    id: UUID | None = None


class Act(TypedDict, total=False):
    """One act. `diff` maps a field to [old, new]; an encrypted field appears as ciphertext."""

    verb: str
    subject_kind: str
    subject_id: object
    place: int
    child_id: UUID | None
    diff: Mapping[str, Sequence[object]]


COLUMNS = ("at", "by", "post", "verb", "subject_kind", "subject_id", "child_id", "place", "scope_place", "diff")
RECORD = f"INSERT INTO journal_record ({', '.join(COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 — a constant
ACCESS = "INSERT INTO journal_access (at, by, post, outcome, child_id, scope_place, what, why, path, address) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def record(*, by: Actor | Someone | None, **act: Unpack[Act]) -> None:
    """Write down one act, in the transaction of the act itself. `by` None is the system."""
    record_many(by=by, acts=[act])


def record_many(*, by: Actor | Someone | None, acts: Iterable[Act]) -> None:
    """Write down many acts of one person at once."""
    at, person, post = now(), by.person_id if by else None, by.id if by else None
    rows = [
        (
            at,
            person,
            post,
            act["verb"],
            act["subject_kind"],
            str(act["subject_id"]),
            act.get("child_id"),
            act["place"],
            act["place"],
            bulk.document(dict(act.get("diff") or {})),
        )
        for act in acts
    ]
    if len(rows) >= bulk.FEW:
        bulk.insert("journal_record", COLUMNS, rows)
        return
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(RECORD, rows)


def rescope(*, child_id: UUID, scope_place: int) -> None:
    """Let the history follow a child that has moved; `place`, where it happened, stays. Called by the action that moves the child."""
    Record.unscoped.filter(child_id=child_id).update(scope_place=scope_place)


def note_access(
    *,
    by: Actor | Someone | None,
    outcome: Access.Outcome | str,
    child_id: UUID | None = None,
    place: int = 0,
    what: Sequence[str] = (),
    why: str = "",
    path: str = "",
    address: str | None = None,
) -> None:
    """Note that a file was read (or refused): which child, which fields in full, why."""
    row = (now(), by.person_id if by else None, by.id if by else None, str(outcome), child_id, place, bulk.document(list(what)), why[:200], path[:300], address)
    with connection.cursor() as cursor:
        cursor.execute(ACCESS, row)


def note_given(*, by: Actor, children: Iterable[tuple[UUID, int]], what: Sequence[str], why: str) -> None:
    """Note for each child (and the place of its file) that facts about it were written into a file that leaves the house."""
    at, fields = now(), bulk.document(list(what))
    rows = [(at, by.person_id, by.id, str(Access.Outcome.EXPORTED), child_id, place, fields, why[:200], "", None) for child_id, place in children]
    with connection.cursor() as cursor:
        cursor.executemany(ACCESS, rows)
