"""What the jobs of an import do, a transaction for each chunk: reading and staging, then writing; after a month, forgetting.

Each chunk looks at the run first, under a lock: a run that was cancelled, or that another worker has finished, is left alone.
A job that was killed is run again by the next worker and goes on behind the last chunk that was committed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tongxing.accounts.jobs import PostEnded, asking, under
from tongxing.accounts.models import Post
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import outputs
from tongxing.ground import bulk
from tongxing.ground.today import now, today
from tongxing.imports import kinds, payloads, queries, shown, states, words
from tongxing.imports.mistakes import Mistakes
from tongxing.imports.models import UNDO_FOR, ImportFile, ImportRow, ImportRun
from tongxing.imports.payloads import Payload
from tongxing.imports.states import State
from tongxing.journal import actions as journal
from tongxing.journal.queries import transaction_number
from tongxing.ledgers import reading
from tongxing.ledgers.kinds import Absent, Accepted, Compared, Context, Outcome, Verdict, Written
from tongxing.ledgers.layout import Cell
from tongxing.ledgers.marking import Marked
from tongxing.ledgers.marking import write_marked as writing_marked
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.reading import Reading, Row
from tongxing.ledgers.writing import XLSX
from tongxing.ledgers.writing import write_fix_file as write

READ_CHUNK: Final = 500
WRITE_CHUNK: Final = 500
SKIPPED_SHOWN: Final = 1_000
KEPT_CELLS: Final = frozenset({Verdict.WRONG, Verdict.PROBABLE})
KEPT: Final = timedelta(days=30)


OUTCOMES: Final = """
UPDATE imports_importrow SET outcome = found.outcome, subject_id = found.subject, trace = found.trace
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::bytea[]) found (id, outcome, subject, trace) WHERE imports_importrow.id = found.id
"""


class Stopped(Exception):
    """The run is not at this step any more: cancelled, or done by somebody else."""


def read(run_id: UUID, post: Post) -> None:
    """Read the workbook, compare it with the register, stage every row."""
    with under(post, read_only=True):
        run = ImportRun.objects.get(pk=run_id)
        if run.state != State.READING:
            return
        key = queries.key_of(run)
        content = key.open_bytes("file", ImportFile.objects.get(run=run).content)
        memory = queries.column_memory(run)
    mapping = {int(index): name for index, name in run.mapping.items()}
    try:
        with reading.read(content, queries.kind_of(run).catalogue, today=today(), mapping=mapping, memory=memory, sheet=run.sheet) as found:
            if _recognised(run_id, post, found):
                _stage_all(run_id, post, found, key)
    except WorkbookRefused as refused:
        with under(post):
            fail(run_id, str(refused))
    except Stopped:
        return


def apply(run_id: UUID, post: Post) -> None:
    """Write what is right, chunk by chunk."""
    try:
        with under(post, read_only=True):
            key = queries.key_of(ImportRun.objects.get(pk=run_id))
            context = queries.context(ImportRun.objects.get(pk=run_id), post)
        while _apply_chunk(run_id, context, key):
            pass
    except Stopped:
        return


def undo(run_id: UUID, post: Post) -> None:
    """Take back what was written, chunk by chunk, the last row first."""
    try:
        with under(post, read_only=True):
            key = queries.key_of(ImportRun.objects.get(pk=run_id))
        while _undo_chunk(run_id, post, key):
            pass
    except Stopped:
        return


def fail(run_id: UUID, sentence: str) -> None:
    """End the step with a sentence, in the caller's transaction and scope. What was written stays written, and the list can be read again."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state in states.AT_WORK:
        if run.state != State.READING:
            run.counts = queries.counts(run)
        run.state, run.failed = states.after(run.state, "fail"), sentence[:300]
        run.save()


def write_fix_file(output_id: UUID, run_id: UUID, post: Post) -> None:
    """Make the fix-and-re-upload file that was asked for."""
    out = io.BytesIO()
    with under(post, read_only=True):
        run = ImportRun.objects.get(pk=run_id)
        key = queries.key_of(run)
        write(queries.layout_of(run), queries.rows_to_mend(run, key), out)
    with under(post):  # not named like the list, whose name may be a child's
        outputs.finish(output_id=output_id, content=out.getvalue(), media_type=XLSX, file_name=f"待改正-{today():%Y%m%d}.xlsx")


def write_marked(output_id: UUID, run_id: UUID, post: Post) -> None:
    """Make the list as it was sent, with its cells marked."""
    with under(post, read_only=True):
        run = ImportRun.objects.get(pk=run_id)
        file = ImportFile.objects.filter(run=run).first()
        key = queries.key_of(run)
        memory = queries.column_memory(run)
    if file is None:
        with under(post):
            outputs.fail(output_id=output_id, sentence=_("导入已经结束，原来的表格不再保存。"))
        return
    out = io.BytesIO()
    mapping = {int(index): name for index, name in run.mapping.items()}
    with reading.read(key.open_bytes("file", file.content), queries.kind_of(run).catalogue, today=today(), mapping=mapping, memory=memory, sheet=run.sheet) as found:
        writing_marked(found.layout, _marked_rows(output_id, run, post, found, key), out)
    with under(post):
        outputs.finish(output_id=output_id, content=out.getvalue(), media_type=XLSX, file_name=f"核对结果-{today():%Y%m%d}.xlsx")


def _marked_rows(output_id: UUID, run: ImportRun, post: Post, found: Reading, key: DataKey) -> Iterator[Marked]:
    """Every row of the sheet with what was said of it; a transaction for each block."""
    skipped = {int(number): str(code) for number, code in run.skipped}
    for block in batched(found.lines(), READ_CHUNK, strict=False):
        with under(post):
            staged = ImportRow.objects.filter(run=run, number__range=(block[0][0], block[-1][0]))
            known = {each.row.number: each for each in queries.opened(run, list(staged), key)}
            outputs.progress(output_id, min(block[-1][0], run.expected))
        for number, cells in block:
            yield shown.marked(number, cells, known.get(number), skipped.get(number, ""), queries.kind_of(run))


@transaction.atomic
def erase(run: ImportRun) -> None:
    """Forget what the list said: file, rows and key. That it was imported, by whom and how many rows, stays."""
    ImportRow.objects.filter(run=run).delete()
    ImportFile.objects.filter(run=run).delete()
    crypto.destroy(run.id)
    ImportRun.objects.filter(pk=run.pk).update(erased_at=now(), skipped=[], mistakes=None, layout={}, mapping={}, sheet="")


def erase_due() -> int:
    """Erase the imports that were sent a month ago, and what undoing needed once its day has passed; return how many imports."""
    ImportRow.objects.filter(trace__isnull=False, run__written_at__lt=now() - UNDO_FOR).exclude(run__state=State.UNDOING).update(trace=None)
    due = list(ImportRun.objects.filter(erased_at=None, at__lt=now() - KEPT))
    for run in due:
        erase(run)
    return len(due)


def _recognised(run_id: UUID, post: Post, found: Reading) -> bool:
    """Note the columns that were found; False where required ones are missing and a person has to assign them."""
    layout = found.layout
    with _at(run_id, post, State.READING) as run:
        run.expected = found.expected
        run.layout = {
            "sheet": layout.sheet,
            "first_line": layout.first_line,
            "last_line": layout.last_line,
            "columns": [[column.index, column.heading, column.key, column.duplicate_of, column.own, column.recalled, column.exact] for column in layout.columns],
            "sheets": list(found.sheets),
            "other_sheets": list(found.other_sheets),
            "remarks": [[code, params] for code, params in found.remarks],
        }
        if layout.missing:
            run.state = states.after(run.state, "ask_columns")
        run.save()
    return not layout.missing


def _stage_all(run_id: UUID, post: Post, found: Reading, key: DataKey) -> None:
    context: Context[Post] | None = None
    found_mistakes: Mistakes | None = None
    for block in batched(found.rows(), READ_CHUNK, strict=False):
        with _at(run_id, post, State.READING) as run:
            kind = queries.kind_of(run)
            context = context or queries.context(run, post)
            kind.check(block, context)
            found_mistakes = found_mistakes or Mistakes.read(run, key)
            fresh = [row for row in block if row.number > run.read]
            if fresh:
                _stage(run, key, fresh, kind.compare(fresh, context), found_mistakes)
                run.mistakes = found_mistakes.sealed(key)
            run.read = max(run.read, block[-1].number)
            run.save()
    if context is not None:
        _stage_absent(run_id, context, key)
    with _at(run_id, post, State.READING) as run:
        run.skipped = [[skipped.row, skipped.code] for skipped in found.skipped[:SKIPPED_SHOWN]]
        run.counts = queries.counts(run)
        run.state = states.after(run.state, "recognise")
        run.save()


def _stage(run: ImportRun, key: DataKey, rows: Sequence[Row], compared: Sequence[Compared], mistakes: Mistakes) -> None:
    staged = []
    by = queries.kind_of(run).shown[0]
    for row, answer in zip(rows, compared, strict=True):
        problems = (*row.problems, *answer.problems)
        verdict = Verdict.WRONG if problems else answer.verdict
        payload = Payload(row.values, _trimmed(row.cells) if verdict in KEPT_CELLS else (), problems, answer.differences, answer.candidates, (*row.notes, *answer.notes))
        staged.append(
            ImportRow.fresh(
                run_id=run.id,
                scope_place=run.scope_place,
                number=row.number,
                verdict=verdict,
                subject_id=answer.subject,
                place=answer.place,
                differs=[each.column for each in answer.differences],
                mistakes=mistakes.numbers(problems),
                words=words.of(str(row.values.get(by, ""))),
                payload=payloads.seal(key, row.number, payload),
            )
        )
    bulk.create(ImportRow, staged)


def _stage_absent(run_id: UUID, context: Context[Post], key: DataKey) -> None:
    """Of a list that is reconciled, whom it does not name, behind its last row. Whoever a row may mean, but for a person's decision, is not absent."""
    with _at(run_id, context.by, State.READING) as run:
        kind = queries.reconciled(run)
        if kind is None:
            return
        missing = absentees(run, kind.expected(context), key)
        number = max(run.read, ImportRow.objects.filter(run=run).aggregate(last=Max("number"))["last"] or 0)
    for part in batched(missing, READ_CHUNK, strict=False):
        with _at(run_id, context.by, State.READING) as run:
            number = stage_absent(run, kind.describe(part, context), key, behind=number)


def absentees(run: ImportRun, expected: Sequence[UUID], key: DataKey) -> list[UUID]:
    """Those of ``expected`` whom no row of the run means or may mean."""
    rows = ImportRow.objects.filter(run=run)
    named = set(rows.exclude(subject_id=None).values_list("subject_id", flat=True))
    for staged in queries.opened(run, list(rows.filter(verdict=Verdict.PROBABLE)), key):
        named |= {each.id for each in staged.payload.candidates}
    return [subject for subject in expected if subject not in named]


def stage_absent(run: ImportRun, found: Sequence[Absent], key: DataKey, *, behind: int) -> int:
    """Rows for whom the list does not name, numbered from ``behind`` on; returns the last number."""
    staged = [
        ImportRow(
            run=run,
            scope_place=run.scope_place,
            number=number,
            verdict=Verdict.ABSENT,
            subject_id=each.subject,
            place=each.place,
            payload=payloads.seal(key, number, Payload(each.values)),
        )
        for number, each in enumerate(found, behind + 1)
    ]
    bulk.create(ImportRow, staged)
    return behind + len(staged)


def _trimmed(cells: Sequence[Cell]) -> list[Cell]:
    last = max((index for index, cell in enumerate(cells) if cell != ""), default=-1)
    return list(cells[: last + 1])


def _apply_chunk(run_id: UUID, context: Context[Post], key: DataKey) -> bool:
    """Write the next rows; False when none is left and the run is done."""
    with _at(run_id, context.by, State.IMPORTING) as run:
        kind = queries.kind_of(run)
        # One import of a kind writes at a time, so that what was compared is still so when it is written.
        _lock(f"import:{run.kind}")
        rows = list(queries.waiting(run).order_by("number")[:WRITE_CHUNK])
        if not rows:
            kind.finish(_right(run, key), context)
            _finish(run, context.by)
            return False
        accepted = [Accepted(row.number, payloads.unseal(key, row.number, row.payload, kind.catalogue).values, row.subject_id, bool(row.decision)) for row in rows]
        context.written.clear()
        outcomes = kind.apply(accepted, context)
        for row, outcome in zip(rows, outcomes, strict=True):
            row.outcome = str(outcome)
            if written := context.written.get(row.number):
                row.subject_id = written.subject
                row.trace = payloads.seal_trace(key, row.number, written.trace) if written.trace is not None else None
        _note_outcomes(rows)
        run.applied += len(rows)
        if context.written:
            run.written_at = now()
            run.transactions.append(transaction_number())
        run.save()
    return True


def _undo_chunk(run_id: UUID, post: Post, key: DataKey) -> bool:
    """Take back the last rows that are still written; False when none is left and the run is undone."""
    with _at(run_id, post, State.UNDOING) as run:
        kind = queries.kind_of(run)
        _lock(f"import:{run.kind}")
        rows = list(ImportRow.objects.filter(run=run, outcome=Outcome.IMPORTED).order_by("-number")[:WRITE_CHUNK])
        if not rows:
            run.state, run.finished_at = states.after(run.state, "taken_back"), run.finished_at or now()
            run.counts = queries.counts(run)
            run.save()
            journal.record(by=post, verb="import_undone", subject_kind="import", subject_id=run.id, place=run.scope_place, diff={"counts": [None, run.counts]})
            return False
        run.transactions.append(transaction_number())
        written = [Written(row.number, row.subject_id, payloads.unseal_trace(key, row.number, row.trace)) for row in rows]
        for row, answer in zip(rows, kind.undo(written, run.undo_why, queries.context(run, post)), strict=True):
            row.outcome, row.trace = str(answer.outcome), None
            if answer.problems:
                row.payload = payloads.seal(key, row.number, replace(payloads.unseal(key, row.number, row.payload, kind.catalogue), kept=answer.problems))
                row.save(update_fields=["payload"])
            if answer.outcome is Outcome.UNDONE and row.verdict == Verdict.NEW:
                row.subject_id = None
        _note_outcomes(rows)
        run.taken_back += len(rows)
        run.save()
    return True


def _note_outcomes(rows: Sequence[ImportRow]) -> None:
    """One statement for a chunk: Django's would say each row three times."""
    values: list[Any] = [[row.id for row in rows], [row.outcome for row in rows], [row.subject_id for row in rows], [row.trace for row in rows]]
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, values)


def _right(run: ImportRun, key: DataKey) -> Iterator[Accepted]:
    """Every row that said something clear, in order."""
    found = ImportRow.objects.filter(run=run, verdict__in=(Verdict.NEW, Verdict.CHANGED, Verdict.SAME)).exclude(outcome=Outcome.LEFT).order_by("number")
    catalogue = queries.kind_of(run).catalogue
    for row in found.iterator(chunk_size=READ_CHUNK):
        yield Accepted(row.number, payloads.unseal(key, row.number, row.payload, catalogue).values, row.subject_id, bool(row.decision))


def _finish(run: ImportRun, post: Post) -> None:
    if queries.reconciled(run):
        run.state, run.counts = states.after(run.state, "rest"), queries.counts(run)
        run.save()
        return
    run.state, run.finished_at = states.after(run.state, "finish"), now()
    run.counts = queries.counts(run)
    run.save()
    ImportFile.objects.filter(run=run).delete()  # nothing reads it any more
    journal.record(by=post, verb="import_finished", subject_kind="import", subject_id=run.id, place=run.scope_place, diff={"counts": [None, run.counts]})


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def _at(run_id: UUID, post: Post, state: State) -> Iterator[ImportRun]:
    """One transaction with the run locked, if it is still in this state and the post may still do this. Raises Stopped, PostEnded."""
    still = asking(post.id)
    if still.powers_withheld():
        raise PostEnded(f"the powers of post {post.id} are withheld")
    with under(still):
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.state != state:
            raise Stopped(run.state)
        if run.kind not in kinds.of(still):
            raise PostEnded(f"post {post.id} may not import {run.kind} any more")
        yield run
