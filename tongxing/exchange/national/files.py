"""The two workbooks of a comparison, made behind the pages: the 差异表 with a sheet for each kind, and the upload file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.accounts.stamps import exported_by
from tongxing.children.ledger import memory
from tongxing.children.models import Child
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.crypto.sealed import DataKey, digest
from tongxing.exchange import actions, filling
from tongxing.exchange.national import comparing
from tongxing.exchange.national.catalogue import EXPORT, NATIONAL_ID, RECIPIENT, UPLOAD
from tongxing.exchange.national.kind import learn_full_names, ours
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import catalogues
from tongxing.ground.today import today
from tongxing.imports import queries
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.shown import masked
from tongxing.imports.states import NotNow
from tongxing.journal import actions as journal
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Choice, Verdict
from tongxing.ledgers.writing import XLSX, Part, write_lists

CHUNK: Final = 500
type Line = dict[str, Any]


@transaction.atomic
def ask_differences(*, run: ImportRun, by: Post) -> Output:
    """Have the 差异表 written. Raises NotNow while the list is being read."""
    from tongxing.exchange import tasks

    total = queries.rows(run).count()
    if run.at_work or not total:
        raise NotNow(_("还在读取，读完再下载。"))
    title = _("差异表（%(place)s，%(count)s行）") % {"place": by.place.short_name, "count": total}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked={"run": str(run.id)}, total=total, masked=False, why=_("核对全国系统"), place=run.scope_place, by=by)
    tasks.write_differences.defer(output=str(output.id), run=str(run.id), post=str(by.id))
    return output


@transaction.atomic
def ask_upload(*, run: ImportRun, by: Post) -> Output:
    """Have the upload file written for the rows where ours is right. Raises NotNow where there is none."""
    from tongxing.exchange import tasks

    total = comparing.upload_rows(run).count()
    if run.at_work or not total:
        raise NotNow(_("没有选“以本系统为准”的行，没有可以上报的。"))
    title = _("全国系统批量更新表（%(count)s行）") % {"count": total}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked={"run": str(run.id)}, total=total, masked=False, why=_("上报全国系统"), place=run.scope_place, by=by)
    tasks.write_upload.defer(output=str(output.id), run=str(run.id), post=str(by.id))
    return output


def write_differences(output_id: UUID, run_id: UUID, post: Post) -> None:
    """The job of the 差异表."""
    with jobs.under(post, read_only=True):
        run = ImportRun.objects.get(pk=run_id)
        key = queries.key_of(run)
    layout = catalogues.read(Path(__file__).parent / "differences.toml", {})
    done = _Progress(output_id, post)
    parts = [Part(str(comparing.SIDES[verdict]), _columns(layout, verdict), _lines(run, verdict, key, post, done)) for verdict in comparing.SIDES]
    stamp = exported_by(post)
    out = io.BytesIO()
    write_lists(parts, out, watermark=stamp)
    with jobs.under(post):
        outputs.finish(output_id=output_id, content=out.getvalue(), media_type=XLSX, file_name=f"差异表-{today():%Y%m%d}.xlsx")


def write_upload(output_id: UUID, run_id: UUID, post: Post) -> None:
    """The job of the upload file: what the register says now. Who is sent up is noted for every child and in the register of provisions."""
    with jobs.under(post, read_only=True):
        run = ImportRun.objects.get(pk=run_id)
        key = queries.key_of(run)
    sent: list[tuple[UUID, int]] = []
    out = io.BytesIO()
    made = _upload_lines(run, key, post, sent, _Progress(output_id, post))
    with jobs.under(post, read_only=True):
        total = comparing.upload_rows(run).count()
        own = actions.national(run.scope_place)
        blank = actions.content_of(own) if own is not None and own.ready else b""
    if own is not None and blank:
        out.write(filling.fill(blank, own.all_plans, made, UPLOAD, total=total, masks={}, watermark=""))
        count = total
    else:
        count = write_lists([Part(UPLOAD.title, UPLOAD, made)], out)
    with jobs.under(post):
        headings = [UPLOAD.heading(column.key) for column in UPLOAD.columns]
        given = outputs.Given(recipient=RECIPIENT, purpose=_("上报全国系统"), columns=headings, children=count, place=run.scope_place, masked=False)
        outputs.finish(output_id=output_id, content=out.getvalue(), media_type=XLSX, file_name=f"全国系统批量更新表-{today():%Y%m%d}.xlsx", given=given)
        journal.note_given(by=post, children=sent, what=[column.key for column in EXPORT.columns], why=f"{RECIPIENT}：{_('上报全国系统')}")


class _Progress:
    """Tells how far a file is, some rows at a time."""

    def __init__(self, output_id: UUID, post: Post) -> None:
        self._output, self._post, self._done = output_id, post, 0

    def add(self, rows: int) -> None:
        self._done += rows
        with jobs.under(self._post):
            output = Output.objects.get(pk=self._output)
            outputs.progress(self._output, min(self._done, output.total))


def _blocks(run: ImportRun, post: Post, *, verdict: Verdict | None = None, choice: Choice | None = None) -> Iterator[list[ImportRow]]:
    """The rows of a comparison in blocks, each read in a transaction of its own."""
    last = 0
    while True:
        with jobs.under(post, read_only=True):
            found = comparing.upload_rows(run) if choice is Choice.OURS else queries.rows(run, verdict or "").order_by("number")
            block = list(found.filter(number__gt=last)[:CHUNK])
        if not block:
            return
        yield block
        last = block[-1].number


def _columns(layout: Catalogue, verdict: Verdict) -> Catalogue:
    """The columns that a kind of row needs."""
    beside = {
        Verdict.CHANGED: ("column", "ours", "theirs", "choice", "notes"),
        Verdict.NEW: ("choice", "notes"),
        Verdict.ABSENT: ("choice",),
        Verdict.PROBABLE: ("candidates",),
        Verdict.WRONG: ("notes",),
    }.get(verdict, ())
    wanted = ("name", "sex", "id_number", "born", "township", "residence", "line", *beside)
    return Catalogue(id=f"{layout.id}_{verdict}", title=f"{layout.title}：{comparing.SIDES[verdict]}", columns=tuple(layout.by_key[key] for key in wanted))


def _lines(run: ImportRun, verdict: Verdict, key: DataKey, post: Post, done: _Progress) -> Iterator[Line]:
    for block in _blocks(run, post, verdict=verdict):
        for staged in queries.opened(run, block, key):
            yield from _line(staged, verdict)
        done.add(len(block))


def _line(staged: queries.Staged, verdict: Verdict) -> Iterator[Line]:
    row, said = staged.row, staged.payload
    line: Line = {name: _shown(EXPORT.by_key[name], said.values.get(name)) for name in ("name", "sex", "id_number", "born", "township", "residence")}
    line["line"] = "" if verdict is Verdict.ABSENT else row.number
    line["choice"] = str(comparing.WORDS[Choice(row.choice)]) if row.choice else ""
    line["notes"] = "；".join(each.text() for each in (*said.problems, *said.notes))
    line["candidates"] = "；".join(f"{each.label}（{each.why}）" for each in said.candidates)
    if not said.differences:
        yield line
    for each in said.differences:
        yield line | {"column": EXPORT.heading(each.column), "ours": each.old, "theirs": each.new}


def _shown(column: Column, value: Value | None) -> str:
    return "" if value in (None, "", ()) else masked(column, value)


def _upload_lines(run: ImportRun, key: DataKey, post: Post, sent: list[tuple[UUID, int]], done: _Progress) -> Iterator[Line]:
    context = None
    for block in _blocks(run, post, choice=Choice.OURS):
        with jobs.under(post, read_only=True):
            context = context or queries.context(run, post)
            opened = files([row.subject_id for row in block if row.subject_id], NEEDED_BY_RULES)
            learn_full_names(opened.values(), context)
            lines: list[Line] = []
            for staged in queries.opened(run, block, key):
                file = opened.get(staged.row.subject_id) if staged.row.subject_id else None
                own = {NATIONAL_ID: staged.payload.values.get(NATIONAL_ID)}
                if staged.row.verdict == Verdict.NEW:
                    lines.append(_ended(staged.payload.values) | own)
                elif file is not None:
                    sent.append((file.child.id, file.child.scope_place))
                    operation = "add" if staged.row.verdict == Verdict.ABSENT else "change"
                    lines.append(ours(file, memory.places(context), context) | own | {"operation": operation})
        yield from lines
        done.add(len(block))


def _ended(theirs: Any) -> Line:
    """Somebody whom they alone have: as they know the child, to be ended, for the reason that stands in our ended file if there is one."""
    number = str(theirs.get("id_number", ""))
    ended = Child.objects.filter(id_digest=digest("id_number", number), state="ended").first() if number else None
    line = {name: theirs.get(name) for name in ("name", "sex", "id_number", "born", "township", "residence")}
    return line | {"operation": "end", "end_reason": ended.end_reason if ended else "no_longer", "ended_on": today()}
