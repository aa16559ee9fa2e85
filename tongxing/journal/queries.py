"""Reading the journal: who has acted on something since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongxing.journal.models import Record


@dataclass(frozen=True, slots=True)
class Act:
    """The last act of a person on something."""

    by: UUID
    at: datetime


def transaction_number() -> int:
    """The number under which this transaction's acts stand in the journal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_xid()")
        return int(cursor.fetchone()[0])


def worked_on(children: Iterable[UUID], *, besides: Collection[int]) -> dict[UUID, Act]:
    """Those of the children on whose files a person has acted in any other transaction than these. What the system derives is no work."""
    records = Record.objects.filter(child_id__in=list(children), by__isnull=False).exclude(xid__in=list(besides)).order_by("seq")
    return {child: Act(by, at) for child, by, at in records.values_list("child_id", "by", "at") if child and by}


def acted_on(kind: str, subjects: Iterable[UUID], *, besides: Collection[int]) -> dict[UUID, Act]:
    """The same for subjects of other kinds, such as posts."""
    records = Record.unscoped.filter(subject_kind=kind, subject_id__in=[str(each) for each in subjects], child_id=None, by__isnull=False).exclude(xid__in=list(besides))
    return {UUID(subject): Act(by, at) for subject, by, at in records.order_by("seq").values_list("subject_id", "by", "at") if by}
