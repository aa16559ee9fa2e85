"""What people do, as one act: the entry is written, what it fulfils is discharged, what it raises is opened.

Each in the same transaction: an entry without its consequences does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.duties import actions as duties
from tongxing.forms.shapes import Definition
from tongxing.log import actions as log
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Doer, NewPaper, Subject

type Answers = Mapping[str, object]


@transaction.atomic
def log_entry(
    *,
    form: Definition,
    subject: Subject,
    children: Sequence[UUID],
    told: Circumstances,
    answers: Answers,
    own_answers: Mapping[UUID, Answers] | None = None,
    by: Post | None,
    doer: Doer | None = None,
    entry_id: UUID | None = None,
    papers: Sequence[NewPaper] = (),
    readers: Sequence[UUID] = (),
    source: str = "",
) -> Entry:
    """Record that something happened, and what follows from it.

    Idempotent on ``entry_id``: the phone may send the same entry twice. Raises ``FormError`` with one sentence per wrong answer;
    nothing is written then.
    """
    entry = log.append(
        form=form,
        subject=subject,
        children=children,
        told=told,
        answers=answers,
        own_answers=own_answers,
        by=by,
        doer=doer,
        entry_id=entry_id,
        papers=papers,
        readers=readers,
        source=source,
    )
    duties.discharge(entry, by=by)
    return entry


@transaction.atomic
def correct_entry(
    *,
    entry: Entry,
    form: Definition,
    children: Sequence[UUID],
    told: Circumstances,
    answers: Answers,
    own_answers: Mapping[UUID, Answers] | None = None,
    reason: str,
    by: Post | None,
    doer: Doer | None = None,
    entry_id: UUID | None = None,
    papers: Sequence[NewPaper] = (),
) -> Entry:
    """Let a right entry take the place of a wrong one: what the wrong one fulfilled is open again, the right one fulfils what it does."""
    following = log.correct(
        entry=entry, form=form, children=children, told=told, answers=answers, own_answers=own_answers, reason=reason, by=by, doer=doer, entry_id=entry_id, papers=papers
    )
    duties.discharge(following, by=by)
    return following


@transaction.atomic
def void_entry(*, entry: Entry, reason: str, by: Post | None) -> Entry:
    """Take an entry out: what it fulfilled is open again."""
    following = log.void(entry=entry, reason=reason, by=by)
    duties.discharge(following, by=by)
    return following
