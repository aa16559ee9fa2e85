"""Reading attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol
from uuid import UUID

from django.db import models

from tongxing.crypto.sealed import DataKey
from tongxing.files import storage
from tongxing.files.models import Attachment, Kind


def of_child(child_id: UUID) -> models.QuerySet[Attachment]:
    """The child's files that have not been removed, the newest first."""
    return Attachment.objects.filter(child_id=child_id, removed_at=None).order_by("-at", "-id")


def photos_of(children: Iterable[UUID]) -> dict[UUID, Attachment]:
    """The photos of many children by child, in one query."""
    return {photo.child_id: photo for photo in Attachment.objects.filter(child_id__in=list(children), kind=Kind.PHOTO, removed_at=None)}


def content(attachment: Attachment, key: DataKey) -> bytes:
    """The file in clear. Raises ``storage.FileMissing`` or ``CannotOpen``."""
    return key.open_bytes(attachment.binding, storage.read(attachment.id))


def title(attachment: Attachment, key: DataKey) -> str:
    return key.open(f"{attachment.binding}:title", attachment.title)


class Kept(Protocol):
    """A row whose encrypted file lies under its id."""

    @property
    def id(self) -> UUID: ...

    @property
    def sha256(self) -> str: ...


def damaged[File: Kept](attachments: Iterable[File]) -> Iterator[tuple[File, str]]:
    """Attachments whose encrypted file is missing or changed, with `missing` or `changed`. Needs no key."""
    for attachment in attachments:
        try:
            if hashlib.sha256(storage.read(attachment.id)).hexdigest() != attachment.sha256:
                yield attachment, "changed"
        except storage.FileMissing:
            yield attachment, "missing"
