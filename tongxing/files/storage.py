"""Encrypted files on disk: `var()/files/ab/cd/<id>`, by the last digits of the id (UUIDv7 begins with the time).

Attachments and outputs lie side by side: each is named by the id of its row.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from tongxing.ground.folders import var

DRAFT_SECONDS = 24 * 3600


class FileMissing(Exception):
    """A row speaks of a file that is not there: restore the files folder from the backup that goes with the database."""


def folder() -> Path:
    return var() / "files"


def path(file_id: UUID) -> Path:
    name = file_id.hex
    return folder() / name[-2:] / name[-4:-2] / name


def write(file_id: UUID, sealed: bytes) -> None:
    """Lay a sealed file down whole or not at all."""
    target = path(file_id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)


def read(file_id: UUID) -> bytes:
    try:
        return path(file_id).read_bytes()
    except FileNotFoundError as missing:
        raise FileMissing(f"The file {file_id} is not below {folder()}.") from missing


def remove(file_id: UUID) -> None:
    path(file_id).unlink(missing_ok=True)


def settled() -> Iterator[tuple[UUID | None, Path]]:
    """Every file older than a day with the id of the row it belongs to (None for a draft that was never finished)."""
    before = time.time() - DRAFT_SECONDS
    for file in folder().glob("??/??/*"):
        if file.stat().st_mtime < before:
            yield (UUID(file.name) if len(file.name) == 32 else None), file
