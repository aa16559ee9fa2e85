"""The only writer of attachments."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import import_string

from tongxing.crypto.sealed import DataKey
from tongxing.files import intake, storage
from tongxing.files.models import Attachment, Enclosure, Kind, Output
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor

TITLE_LENGTH = 120


def _seen(title: str) -> str:
    """A title without what cannot be seen: marks that turn the direction of writing make one file look like another."""
    return "".join(char for char in title if unicodedata.category(char) not in ("Cc", "Cf")).strip()


@transaction.atomic
def attach(*, key: DataKey, scope_place: int, kind: Kind, content: bytes, title: str, by: Actor | None) -> Attachment:
    """Keep a file of the child that `key` belongs to. A new photo takes the place of the old one.

    Raises ``intake.NotAccepted`` with a sentence where the content is not a picture or PDF that can be kept.
    """
    clean = intake.accept(content, kind)
    child_id = key.owner
    if kind is Kind.PHOTO:
        for old in Attachment.objects.select_for_update().filter(child_id=child_id, kind=Kind.PHOTO, removed_at=None):
            remove(attachment=old, why="replaced", by=by)
    attachment = Attachment(
        id=uuid7(), child_id=child_id, scope_place=scope_place, kind=kind, media_type=clean.media_type, size=len(clean.content), by=by.person_id if by else None
    )
    attachment.title = key.seal(f"{attachment.binding}:title", _seen(title)[:TITLE_LENGTH])
    sealed = key.seal_bytes(attachment.binding, clean.content)
    attachment.sha256 = hashlib.sha256(sealed).hexdigest()
    storage.write(attachment.id, sealed)  # a file whose row is rolled back is unreadable rubbish that `sweep` takes away
    attachment.save(force_insert=True)
    _record("attached", attachment, by, {"kind": [None, str(kind)], "size": [None, attachment.size]})
    return attachment


@transaction.atomic
def remove(*, attachment: Attachment, why: str, by: Actor | None) -> None:
    """Take a file away; that it was there, and why it went, stays. Removed again, nothing happens. `why` must not be empty."""
    changed = Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=now(), removed_by=by.person_id if by else None, removed_why=why[:200])
    if not changed:
        return
    attachment_id = attachment.id
    transaction.on_commit(lambda: storage.remove(attachment_id))
    _record("attachment_removed", attachment, by, {"why": [None, why[:200]]})


@transaction.atomic
def erase(*, child_id: UUID, by: Actor | None) -> int:
    """Take away all files of a child whose file is erased; return how many."""
    attachments = list(Attachment.objects.filter(child_id=child_id, removed_at=None))
    for attachment in attachments:
        remove(attachment=attachment, why="erased", by=by)
    return len(attachments)


@transaction.atomic
def rescope(*, child_id: UUID, scope_place: int) -> None:
    """Let the files follow a child that has moved. Called by the action that moves the child, which writes the journal."""
    Attachment.unscoped.filter(child_id=child_id).update(scope_place=scope_place)


def higher() -> list[Any]:
    """Tables of higher floors whose rows have a file of the same id; an app names them on its ``AppConfig`` (``keeps_files``)."""
    return [import_string(name) for config in apps.get_app_configs() for name in getattr(config, "keeps_files", ())]


def sweep() -> int:
    """Remove files that no row speaks of: left by requests that failed half-way. Returns how many."""
    swept = 0
    keepers = [Attachment.objects.filter(removed_at=None), Output.objects.filter(deleted_at=None), Enclosure.objects.all(), *(model.objects.all() for model in higher())]
    for file_id, file in storage.settled():
        if file_id is None or not any(rows.filter(pk=file_id).exists() for rows in keepers):
            file.unlink(missing_ok=True)
            swept += 1
    return swept


def _record(verb: str, attachment: Attachment, by: Actor | None, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="attachment", subject_id=attachment.id, child_id=attachment.child_id, place=attachment.scope_place, diff=diff)
