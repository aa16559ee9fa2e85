"""Pages of the comparison with the national system."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, requires
from tongxing.exchange import actions as sheets
from tongxing.exchange.national import comparing, files
from tongxing.exchange.national.catalogue import EXPORT
from tongxing.exchange.national.comparing import Filters
from tongxing.exchange.rooms import tabs
from tongxing.exchange.sources import heading
from tongxing.ground import pages
from tongxing.imports import actions, queries, shown
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.states import NotNow, State, possible
from tongxing.imports.views import work
from tongxing.ledgers.kinds import Choice, Verdict

may_compare = requires("exchange.compare")
MOST_CHOSEN = 200


@may_compare
@require_GET
def comparisons(request: HttpRequest) -> HttpResponse:
    """The comparisons of the place, the newest first. Filter: ``state``."""
    state = request.GET.get("state", "")
    found = comparing.comparisons(request.post)
    page = pages.cut(found.filter(state=state) if state in State else found, request.GET.dict(), order=("-at", "-id"))
    names = queries.file_names(page.rows)
    rows = [{"run": run, "name": names.get(run.id, ""), "differs": run.count(Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT, Verdict.PROBABLE)} for run in page.rows]
    return render(
        request,
        "exchange/national/list.html",
        {"page": page, "rows": rows, "tabs": tabs(request), "states": State.choices, "state": state, "layout": sheets.national(request.post.place_id)},
    )


@may_compare
@require_GET
def comparison(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The 差异表: what both sides say, row by row, and whose word stands."""
    run = _run(request, run_id)
    if run.state in (State.READING, State.COLUMNS, State.CANCELLED) or (run.state == State.FAILED and not run.counts) or run.erased_at:
        return redirect("imports:run", run.id)
    filters = Filters.of(request.GET.dict(), request.post)
    key, kind, layout = queries.key_of(run), queries.kind_of(run), queries.layout_of(run)
    page = pages.cut(comparing.rows(run, filters), request.GET.dict(), order=("number",), size=50)
    context = {
        "run": run,
        "file_name": queries.file_name(run, key),
        "tabs": tabs(request),
        "kinds": comparing.tabs(run, filters),
        "filters": filters,
        "townships": comparing.townships(run),
        "columns": [(name, heading(EXPORT.by_key[name], EXPORT), count) for name, count in comparing.columns(run)],
        "choices": [(comparing.UNDECIDED, _("未处理")), *((each.value, comparing.WORDS[each]) for each in (Choice.THEIRS, Choice.OURS, Choice.LATER))],
        "page": page,
        "rows": [_shown(staged, kind, layout) for staged in queries.opened(run, page.rows, key)],
        "chosen": comparing.chosen(run),
        "open": run.state == State.PREVIEW,
        "may_choose": filters.verdict in ("", Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT),
        "may_undo": run.undoable and possible(run.state, "undo"),
        "work": work(run),
    }
    return render(request, "exchange/national/comparison.html", context)


@may_compare
@require_POST
def choose(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Whose word stands for the rows that are ticked, or for all rows of this address."""
    run = _run(request, run_id)
    filters = Filters.of(request.GET.dict(), request.post)
    choice = request.POST.get("choice", "")
    rows = comparing.rows(run, filters)
    if "all" not in request.POST:
        numbers = [int(text) for text in request.POST.getlist("row")[:MOST_CHOSEN] if text.isascii() and text.isdigit() and len(text) < 10]
        rows = ImportRow.objects.filter(run=run, number__in=numbers)
    if choice not in Choice:
        messages.error(request, _("请选择以哪一方为准。"))
        return _back(run, filters)
    try:
        number = actions.choose(run=run, rows=rows, choice=Choice(choice), by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    else:
        word = comparing.WORDS[Choice(choice)]
        messages.success(request, ngettext("%(n)s 行：%(word)s。", "%(n)s 行：%(word)s。", number) % {"n": number, "word": word})
    return _back(run, filters)


@may_compare
@require_POST
def take(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Change the register where theirs was chosen, in the background."""
    return _act(request, run_id, actions.start)


@may_compare
@require_POST
def close(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """End the comparison."""
    return _act(request, run_id, actions.close)


@may_compare
@require_POST
def differences(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Have the 差异表 written as a workbook."""
    return _make(request, run_id, files.ask_differences)


@may_compare
@require_POST
def upload_file(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Have the upload file written."""
    return _make(request, run_id, files.ask_upload)


def _shown(staged: queries.Staged, kind: Any, layout: Any) -> dict[str, Any]:
    row = staged.row
    verdict = Verdict(row.verdict)
    waiting = verdict in (Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT) and row.outcome in ("", "left")
    return {
        "shown": shown.row(staged, kind, layout),
        "side": comparing.SIDES[verdict],
        "tone": comparing.TONES[verdict],
        "choice": comparing.WORDS[Choice(row.choice)] if row.choice else "",
        "waiting": waiting,
        "absent": verdict is Verdict.ABSENT,
    }


def _act(request: HttpRequest, run_id: UUID, action: Any) -> HttpResponse:
    run = _run(request, run_id)
    try:
        action(run=run, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    return redirect("exchange:comparison", run.id)


def _make(request: HttpRequest, run_id: UUID, ask: Any) -> HttpResponse:
    run = _run(request, run_id)
    try:
        output = ask(run=run, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
        return redirect("exchange:comparison", run.id)
    return redirect("office:output", output.id)


def _back(run: ImportRun, filters: Filters) -> HttpResponseRedirect:
    return redirect(reverse("exchange:comparison", args=[run.id]) + filters.address())


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    return get_object_or_404(comparing.comparisons(request.post), pk=run_id)
