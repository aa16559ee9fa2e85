"""Pictures, scans and sounds of an entry: made new, encrypted, read again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import intake, sounds, storage
from tongxing.files.models import Kind
from tongxing.forms.cleaning import FormError, Wrong
from tongxing.forms.shapes import Definition
from tongxing.ground.ids import uuid7
from tongxing.log.models import Paper
from tongxing.log.shapes import NewPaper

MOST = 9  # of one entry, as in the programs that people send pictures with
SMALL = (360, 360)


def accepted(form: Definition, papers: Sequence[NewPaper]) -> list[tuple[NewPaper, intake.Clean]]:
    """The uploads made new; nothing of a picture's own data (where it was taken) remains. Raises ``FormError`` in words."""
    wrong: list[Wrong] = []
    found: list[tuple[NewPaper, intake.Clean]] = []
    if len(papers) > MOST:
        raise FormError(Wrong(papers[0].field, _("一条记录最多%(most)d个附件。") % {"most": MOST}))
    for paper in papers:
        try:
            kind = form.field(paper.field).type
            found.append((paper, _sound(paper.content) if kind == "audio" else intake.accept(paper.content, Kind.EVIDENCE)))
        except intake.NotAccepted as refused:
            wrong.append(Wrong(paper.field, str(refused)))
    if wrong:
        raise FormError(*wrong)
    return found


def _sound(content: bytes) -> intake.Clean:
    if len(content) > intake.MEGABYTES << 20:
        raise intake.NotAccepted(_("录音太长，最多 %(most)d MB。") % {"most": intake.MEGABYTES})
    try:
        return intake.Clean(*sounds.stripped(content))
    except sounds.NotASound:
        raise intake.NotAccepted(_("这不是可以识别的录音。请上传 MP3、M4A、AMR 或 WAV。")) from None


def keep(entry_id: UUID, clean: Sequence[tuple[NewPaper, intake.Clean]], *, child: DataKey | None) -> None:
    """Lay the files down under the key of the child that alone took part, else under a key of the entry's own."""
    if not clean:
        return
    key = child or crypto.make_keys([entry_id])[entry_id]
    rows = []
    for paper, made in clean:
        row = Paper(id=uuid7(), entry_id=entry_id, field=paper.field, key_owner=key.owner, media_type=made.media_type, size=len(made.content))
        sealed = key.seal_bytes(row.binding, made.content)
        row.sha256 = hashlib.sha256(sealed).hexdigest()
        storage.write(row.id, sealed)  # of a row that is rolled back, rubbish remains that `files sweep` takes away
        rows.append(row)
    Paper.objects.bulk_create(rows)


def content(paper: Paper) -> bytes:
    """The file in clear. Raises ``storage.FileMissing`` where it is gone or its key was destroyed."""
    keys = crypto.open_keys([paper.key_owner])
    if paper.key_owner not in keys:
        raise storage.FileMissing(f"The key of {paper.id} was destroyed.")
    return keys[paper.key_owner].open_bytes(paper.binding, storage.read(paper.id))


def small(paper: Paper) -> bytes:
    """A picture in the size of a line. Only for pictures."""
    return intake.thumbnail(content(paper), SMALL)
