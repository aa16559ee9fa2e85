"""Prints and exports on their way: asked for, worked at, taken away, forgotten. The only writer of outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tongxing.crypto import actions as crypto
from tongxing.files import storage
from tongxing.files.models import Output, OutputKind, Provision
from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor

KEPT = timedelta(days=1)
NOT_FETCHED = timedelta(days=7)  # an output that never came to an end is forgotten after so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What leaves the house with an output: to whom, why, which columns (in words), of how many children. ``place``: whose register it came from. ``masked``: no number stands in it whole."""

    recipient: str
    purpose: str
    columns: Sequence[str]
    children: int
    place: int
    masked: bool = True


@transaction.atomic
def ask(*, kind: OutputKind, title: str, asked: Mapping[str, object], total: int, masked: bool, why: str, place: int, by: Actor) -> Output:
    """Note that a print or an export was asked for; the caller defers the job that makes it. In full, `why` must be given."""
    output = Output(
        kind=kind, title=title, asked=dict(asked), total=total, masked=masked, why=why.strip()[:200], post_id=by.id, person_id=by.person_id, expires_at=now() + NOT_FETCHED
    )
    output.save(force_insert=True)
    diff: dict[str, list[object]] = {"title": [None, title], "count": [None, total], "masked": [None, masked], "why": [None, output.why]}
    journal.record(by=by, verb=f"{kind}_asked", subject_kind="output", subject_id=output.id, place=place, diff=diff)
    return output


def progress(output_id: UUID, done: int) -> None:
    """Say how far the work is. Does nothing to an output that has come to an end."""
    Output.objects.filter(pk=output_id, finished_at=None).update(done=done)


@transaction.atomic
def finish(*, output_id: UUID, content: bytes, media_type: str, file_name: str, given: Given | None = None) -> None:
    """Keep what was made, encrypted under a key of its own, for a day, and note what was given away with it. Finished again, nothing happens."""
    output = Output.objects.select_for_update().get(pk=output_id)
    if output.finished_at is not None:
        return
    key = crypto.make_keys([output.id])[output.id]
    storage.remove(output.id)
    storage.write(output.id, key.seal_bytes(output.binding, content))
    output.done, output.size, output.media_type, output.file_name = output.total, len(content), media_type, file_name
    output.finished_at = now()
    output.expires_at = output.finished_at + KEPT
    output.save()
    if given is not None:
        _note(output, given)


def _note(output: Output, given: Given) -> None:
    """Into the register of what was given to others (对外提供登记)."""
    Provision.objects.create(
        post_id=output.post_id,
        person_id=output.person_id,
        output_id=output.id,
        scope_place=given.place,
        title=output.title,
        recipient=given.recipient[:60],
        purpose=given.purpose[:200],
        columns=list(given.columns),
        children=given.children,
        masked=given.masked,
    )


def fail(*, output_id: UUID, sentence: str) -> None:
    """End without a file; `sentence` is shown to whoever asked."""
    Output.objects.filter(pk=output_id, finished_at=None).update(failed=sentence[:300], finished_at=now())


def content(output: Output) -> bytes:
    """The file in clear. Raises ``storage.FileMissing`` where it has been deleted."""
    keys = crypto.open_keys([output.id])
    if not output.ready or output.id not in keys:
        raise storage.FileMissing(f"The output {output.id} is not kept any more.")
    return keys[output.id].open_bytes(output.binding, storage.read(output.id))


@transaction.atomic
def forget(output: Output) -> None:
    """Delete the file and its key; that it was made stays."""
    Output.objects.filter(pk=output.pk).update(deleted_at=now(), asked={})
    crypto.destroy(output.id)
    output_id = output.id
    transaction.on_commit(lambda: storage.remove(output_id))


def forget_due() -> int:
    """Forget all outputs whose day has passed; return how many."""
    due = list(Output.objects.due(now()))
    for output in due:
        forget(output)
    return len(due)
