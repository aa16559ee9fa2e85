"""What people do with an import. The steps of its jobs are in ``steps``; nothing else writes its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.imports import kinds, payloads, queries, states, steps, tasks
from tongxing.imports.models import ColumnMemory, Decision, ImportFile, ImportRow, ImportRun
from tongxing.imports.payloads import Payload
from tongxing.imports.states import NotNow
from tongxing.journal import actions as journal
from tongxing.ledgers.catalogue import looks_like_data, normalised
from tongxing.ledgers.kinds import Choice, Outcome, Verdict
from tongxing.ledgers.layout import Layout
from tongxing.ledgers.reading import Row
from tongxing.ledgers.workbook import Limits, check

FILE_NAME = 200
HEADING = 200
WHY = 200


@transaction.atomic
def upload(*, kind: str, content: bytes, file_name: str, by: Post) -> ImportRun:
    """Keep a workbook, sealed, and have it read. Raises ``WorkbookRefused`` with a sentence for what is none by its first bytes."""
    check(content, Limits())
    if kind not in kinds.of(by):
        raise PermissionError(f"{by} may not import {kind}")
    run = ImportRun(id=uuid7(), kind=kind, post=by, scope_place=by.place_id, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    key = crypto.make_keys([run.id])[run.id]
    run.file_name = key.seal("file_name", file_name.strip()[-FILE_NAME:])
    run.save(force_insert=True)
    ImportFile(run=run, scope_place=run.scope_place, content=key.seal_bytes("file", content)).save(force_insert=True)
    _record("import_uploaded", run, by, {"kind": [None, kind], "size": [None, run.size], "sha256": [None, run.sha256]})
    tasks.defer(tasks.read_run, run, by)
    return run


@transaction.atomic
def correct_columns(*, run: ImportRun, mapping: Mapping[int, str], by: Post) -> None:
    """Read the list again by a person's assignment of columns: index → key, "" = leave out. Raises NotNow, ValueError.

    What the person changed is remembered for the next list of the county with that heading.
    """
    run = _locked(run)
    layout = queries.layout_of(run)
    layout.remapped(mapping)
    _remember(run, layout, mapping, by)
    run.mapping = {str(index): key for index, key in mapping.items()}
    _read_anew(run, by)
    _record("import_columns_corrected", run, by, {"mapping": [None, run.mapping]})


def _read_anew(run: ImportRun, by: Post) -> None:
    if run.applied:
        raise NotNow(_("已经写入了一部分，不能再改列的对应。可以接着导入，或者先撤销。"))
    _move(run, "correct")
    run.read, run.counts, run.skipped, run.failed, run.mistakes = 0, {}, [], "", None
    run.save()
    ImportRow.objects.filter(run=run).delete()
    tasks.defer(tasks.read_run, run, by)


def _remember(run: ImportRun, layout: Layout, mapping: Mapping[int, str], by: Post) -> None:
    """Keep what was assigned otherwise than it was shown. Headings that stand twice cannot be told apart the next time; what the
    catalogue has needs no memory, what looks like data is no heading, and two such columns mean that the list has no heading at all."""
    like_data = [column.index for column in layout.columns if looks_like_data(column.heading)]
    if len(like_data) > 1:
        return
    names = [normalised(column.heading) for column in layout.columns]
    changed = [column for column in layout.columns if mapping.get(column.index, column.key) != column.key and names.count(normalised(column.heading)) == 1]
    for column in changed:
        if column.exact or column.index in like_data:
            continue
        ColumnMemory.objects.update_or_create(
            county=queries.county_of(run.scope_place),
            kind=run.kind,
            heading=normalised(column.heading)[:HEADING],
            defaults={"key": mapping[column.index], "post": by, "at": now()},
        )


@transaction.atomic
def forget_columns(*, run: ImportRun, by: Post) -> None:
    """Forget how the county assigned this list's headings before, and read it again as the catalogue recognises it. Raises NotNow."""
    run = _locked(run)
    names = [normalised(column.heading) for column in queries.layout_of(run).columns]
    ColumnMemory.objects.filter(county=queries.county_of(run.scope_place), kind=run.kind, heading__in=names).delete()
    run.mapping = {}
    _read_anew(run, by)
    _record("import_columns_forgotten", run, by, {"headings": [len(names), 0]})


@transaction.atomic
def choose_sheet(*, run: ImportRun, sheet: str, by: Post) -> None:
    """Read another sheet of the same workbook. Raises NotNow, LookupError."""
    run = _locked(run)
    if sheet not in run.layout.get("sheets", ()):
        raise LookupError(sheet)
    run.sheet, run.mapping = sheet, {}
    _read_anew(run, by)
    _record("import_sheet_chosen", run, by, {"sheet": [run.layout.get("sheets", []).index(run.layout.get("sheet")), run.layout["sheets"].index(sheet)]})


@transaction.atomic
def decide(*, run: ImportRun, number: int, subject: UUID | None, by: Post) -> ImportRow:
    """Say whom a row means: a candidate, or (None) nobody who is in the register. Raises NotNow, LookupError.

    May be said again, differently, until the import starts.
    """
    run = _locked(run)
    row = ImportRow.objects.select_for_update().filter(run=run, number=number).first()
    if row is None:
        raise LookupError(number)
    if run.state != states.State.PREVIEW:
        raise NotNow(_("导入已经开始或者结束，不能再改。"))
    key = queries.key_of(run)
    kind = queries.kind_of(run)
    payload = payloads.unseal(key, number, row.payload, kind.catalogue)
    if not payload.candidates or (subject is not None and subject not in {each.id for each in payload.candidates}):
        raise LookupError(number)
    staged = Row(number, dict(payload.values), [], payload.cells)
    (compared,) = kind.compare([staged], queries.context(run, by), {number: subject})
    row.verdict, row.subject_id, row.place = str(compared.verdict), compared.subject, compared.place
    row.differs, row.choice = [each.column for each in compared.differences], Choice.NONE
    row.decision = Decision.NONE if compared.verdict in (Verdict.WRONG, Verdict.PROBABLE) else Decision.SAME if subject else Decision.OTHER
    row.payload = payloads.seal(key, number, Payload(payload.values, payload.cells, compared.problems, compared.differences, payload.candidates, compared.notes))
    row.save()
    _renew_absent(run, key, {each.id for each in payload.candidates}, by)
    run.counts = queries.counts(run)
    run.save()
    _record("import_row_decided", run, by, {"row": [None, number], "same": [None, subject is not None]})
    return row


@transaction.atomic
def choose(*, run: ImportRun, rows: QuerySet[ImportRow], choice: Choice, by: Post) -> int:
    """Say whose word stands for these rows of a list that is reconciled; how many it was said of. Raises NotNow.

    The list's word (THEIRS) can be taken for rows that are new or differ, ours also for whom the list does not name. What was written stays.
    """
    run = _locked(run)
    if run.state != states.State.PREVIEW or queries.reconciled(run) is None:
        raise NotNow(_("核对已经结束或者正在写入，不能再改。"))
    allowed = [Verdict.NEW, Verdict.CHANGED] if choice is Choice.THEIRS else [Verdict.NEW, Verdict.CHANGED, Verdict.ABSENT]
    wanted = rows.filter(run=run, verdict__in=allowed).exclude(outcome__in=(Outcome.IMPORTED, Outcome.SAME))
    changed = wanted.update(choice=str(choice), outcome="")
    run.counts = queries.counts(run)
    run.save()
    _record("import_rows_chosen", run, by, {"choice": [None, str(choice)], "rows": [None, changed]})
    return changed


@transaction.atomic
def close(*, run: ImportRun, by: Post) -> None:
    """End the comparison of a list that is reconciled. Raises NotNow."""
    run = _locked(run)
    _move(run, "close")
    run.finished_at = now()
    run.counts = queries.counts(run)
    run.save()
    ImportFile.objects.filter(run=run).delete()
    _record("import_closed", run, by, {"counts": [None, run.counts]})


def _renew_absent(run: ImportRun, key: DataKey, about: set[UUID], by: Post) -> None:
    """After a decision: whom the row turned out to mean is not absent, and whom it does not mean is, unless another row may mean them."""
    kind = queries.reconciled(run)
    if kind is None:
        return
    rows = ImportRow.objects.filter(run=run)
    rows.filter(verdict=Verdict.ABSENT, subject_id__in=about).delete()
    context = queries.context(run, by)
    missing = steps.absentees(run, [subject for subject in kind.expected(context) if subject in about], key)
    if missing:
        steps.stage_absent(run, kind.describe(missing, context), key, behind=rows.aggregate(last=Max("number"))["last"] or 0)


@transaction.atomic
def start(*, run: ImportRun, by: Post) -> None:
    """Write what is right, in the background. Raises NotNow, also where there is nothing to write."""
    run = _locked(run)
    _move(run, "start")
    if not queries.ready(run):
        raise NotNow(_("没有可以导入的行：没有新增，也没有变化。"))
    if queries.reconciled(run):
        run.applied = 0
    run.save()
    _record("import_started", run, by, {"counts": [None, run.counts]})
    tasks.defer(tasks.apply_run, run, by)


@transaction.atomic
def resume(*, run: ImportRun, by: Post) -> None:
    """Go on with an import that broke off while it was writing. Raises NotNow."""
    run = _locked(run)
    if not run.applied or run.undo_at:
        raise NotNow(_("没有可以接着导入的行。"))
    _move(run, "resume")
    run.failed, run.finished_at = "", None
    run.save()
    _record("import_started", run, by, {"counts": [None, run.counts]})
    tasks.defer(tasks.apply_run, run, by)


@transaction.atomic
def undo(*, run: ImportRun, why: str, by: Post) -> None:
    """Take back as a whole what was imported, in the background, for a day after the last row was written. Raises NotNow, ValueError without a reason."""
    run = _locked(run)
    if not why.strip():
        raise ValueError("a reason is needed")
    run.counts = queries.counts(run)
    if not run.imported:
        raise NotNow(_("这次导入没有写入内容，不需要撤销。"))
    if not run.undoable:
        raise NotNow(_("导入已经过了一天，不能再整体撤销。请在档案里逐份更正。"))
    _move(run, "undo")
    run.failed, run.taken_back = "", 0
    run.undo_post, run.undo_at, run.undo_why = by, now(), why.strip()[:WHY]
    run.save()
    _record("import_undo_asked", run, by, {"why": [None, run.undo_why], "imported": [run.imported, 0]})
    tasks.defer(tasks.undo_run, run, by)


@transaction.atomic
def cancel(*, run: ImportRun, by: Post) -> None:
    """Stop. What was written stays written; the job notices at its next chunk. Raises NotNow."""
    run = _locked(run)
    _move(run, "cancel")
    run.finished_at = now()
    run.counts = queries.counts(run)
    run.save()
    ImportFile.objects.filter(run=run).delete()
    _record("import_cancelled", run, by, {"applied": [None, run.applied]})


@transaction.atomic
def ask_fix_file(*, run: ImportRun, by: Post) -> Output:
    """Have the fix-and-re-upload file made. Raises NotNow where no row needs mending."""
    wanted = queries.to_mend(run).count()
    if run.at_work or not wanted:
        raise NotNow(_("没有需要改正的行。"))
    title = _("需要改正的行 %(at)s") % {"at": localtime(run.at).strftime("%Y-%m-%d %H:%M")}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked={"run": str(run.id)}, total=wanted, masked=False, why=_("改正后重新导入"), place=run.scope_place, by=by)
    tasks.write_fix_file.defer(output=str(output.id), run=str(run.id), post=str(by.id))
    return output


@transaction.atomic
def ask_marked(*, run: ImportRun, by: Post) -> Output:
    """Have the list made as it was sent, with its cells marked. Raises NotNow once the import has ended: the list is not kept any longer."""
    if run.state != states.State.PREVIEW or not ImportFile.objects.filter(run=run).exists():
        raise NotNow(_("导入已经结束，原来的表格不再保存。"))
    title = _("标出核对结果的原表 %(at)s") % {"at": localtime(run.at).strftime("%Y-%m-%d %H:%M")}
    asked = {"run": str(run.id)}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked=asked, total=run.expected, masked=False, why=_("核对台账"), place=run.scope_place, by=by)
    tasks.write_marked.defer(output=str(output.id), run=str(run.id), post=str(by.id))
    return output


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("post").get(pk=run.pk)


def _move(run: ImportRun, verb: str) -> None:
    run.state = states.after(run.state, verb)


def _record(verb: str, run: ImportRun, by: Post | None, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="import", subject_id=run.id, place=run.scope_place, diff=diff)
