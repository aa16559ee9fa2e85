"""Files that belong to no child: enclosures of notices and of reports. Encrypted under the key of what they belong to. The only writer of enclosures."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import intake, storage
from tongxing.files.models import Enclosure
from tongxing.ground.ids import uuid7
from tongxing.journal.actions import Actor


@transaction.atomic
def enclose(*, key: DataKey, content: bytes, title: str, by: Actor | None, accept: Callable[[bytes], intake.Clean] = intake.accept_document) -> Enclosure:
    """Keep a file of what `key` belongs to, as ``accept`` makes it new. Raises ``intake.NotAccepted`` with a sentence."""
    clean = accept(content)
    shown = "".join(char for char in title if unicodedata.category(char) not in ("Cc", "Cf")).strip()
    made = Enclosure(id=uuid7(), owner_id=key.owner, title=shown[:120], media_type=clean.media_type, size=len(clean.content), by=by.person_id if by else None)
    sealed = key.seal_bytes(made.binding, clean.content)
    made.sha256 = hashlib.sha256(sealed).hexdigest()
    storage.write(made.id, sealed)
    made.save(force_insert=True)
    return made


def of(owner_id: UUID) -> QuerySet[Enclosure]:
    """What belongs to something, in the order in which it was enclosed."""
    return Enclosure.objects.filter(owner_id=owner_id).order_by("at", "id")


def content(made: Enclosure) -> bytes:
    """The file in clear. Raises ``storage.FileMissing``."""
    keys = crypto.open_keys([made.owner_id])
    if made.owner_id not in keys:
        raise storage.FileMissing(f"The enclosure {made.id} is not kept any more.")
    return keys[made.owner_id].open_bytes(made.binding, storage.read(made.id))
