"""A line in a case's history, and in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.crypto.sealed import DataKey
from tongxing.ground.ids import uuid7
from tongxing.journal import actions as journal
from tongxing.protection import sealing
from tongxing.protection.models import Case, Line


def write(
    case: Case,
    verb: str,
    *,
    by: Post | None,
    words: Mapping[str, object] | None = None,
    data: Mapping[str, Any] | None = None,
    on_at: datetime | None = None,
    case_key: DataKey | None = None,
    line_id: UUID | None = None,
) -> Line:
    """Say in the case's history what was done; what was said is sealed, ``data`` holds codes and ids alone."""
    line = Line(id=line_id or uuid7(), case=case, verb=verb, on_at=on_at, person_id=by.person_id if by else None, post_id=by.id if by else None, data=dict(data or {}))
    if words and (opener := case_key or sealing.key(case.id)):
        line.words_sealed = sealing.seal(opener, line, words)
    line.save(force_insert=True)
    diff = {name: [None, value] for name, value in (data or {}).items()}
    journal.record(by=by, verb=f"case_{verb}", subject_kind="case", subject_id=case.id, place=case.scope_place, diff={} if case.restricted else diff)
    return line
