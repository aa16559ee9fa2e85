"""Pages of imports: uploading, assigning columns, the preview, the progress."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, requires
from tongxing.files.downloads import download
from tongxing.ground import dialogs, pages
from tongxing.imports import actions, kinds, queries, shown
from tongxing.imports.mistakes import Mistakes
from tongxing.imports.models import OUTCOMES, VERDICTS, ImportRun
from tongxing.imports.states import NotNow, State, possible
from tongxing.ledgers.kinds import Outcome, Verdict
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.problems import render as sentence
from tongxing.ledgers.workbook import Limits
from tongxing.ledgers.writing import XLSX, write_template

may_import = requires("children.import", "posts.import", "log.import")
MEGABYTES = Limits().size // 2**20


class UndoForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("撤销导入的原因"), max_length=actions.WHY, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("台账文件"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.et,.csv,.txt,.htm,.html"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Excel 或 WPS 表格（.xlsx、.xls），也可以是 CSV 文本，不超过 %(size)s MB。表头、列的顺序和您现有的台账一样就行。") % {"size": MEGABYTES}
        self.fields["file"].error_messages["required"] = _("请选择一个表格文件，不超过 %(size)s MB。") % {"size": MEGABYTES}


@may_import
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """The imports of the place. Filters: ``kind``, ``state``; ``sort=at`` shows the oldest first."""
    known = kinds.of(request.post)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    used = set(queries.runs(request.post).order_by().values_list("kind", flat=True).distinct())
    rows = queries.runs(request.post, kind=kind if kind in known else "", state=state if state in State else "")
    oldest = request.GET.get("sort") == "at"
    page = pages.cut(rows, request.GET, order=("at", "id") if oldest else ("-at", "-id"))
    names = queries.file_names(page.rows)
    context = {
        "page": page,
        "runs": [{"run": each, "name": names.get(each.id, ""), "title": known[each.kind].catalogue.title} for each in page.rows],
        "kinds": [each.catalogue for each in known.values() if not each.catalogue.shelf or each.catalogue.id in used],
        "offered": [each.catalogue for each in known.values() if not each.catalogue.shelf],
        "kind": kind,
        "states": State.choices,
        "state": state,
        "oldest": oldest,
        "other_sort": None if oldest else "at",
    }
    return render(request, "imports/list.html", context)


@may_import
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file and send it; what is no workbook is refused here, with a sentence."""
    catalogue = _kind(request, kind).catalogue
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.upload(kind=kind, content=file.read(), file_name=file.name, by=request.post)
        except WorkbookRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("imports:run", run.id)
    samples: dict[str, dict[str, Any]] = {}
    for number, (name, about, path) in enumerate(queries.samples(kind, request.post)):
        samples.setdefault(path.stem, {"name": path.stem, "about": _(about), "files": []})["files"].append((number, name.rpartition(".")[2]))
    return render(request, "imports/upload.html", {"form": form, "catalogue": catalogue, "samples": list(samples.values())}, status=422 if form.errors else 200)


@may_import
@require_GET
def sample(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One of the demo's ledgers to try this with."""
    _kind(request, kind)
    found = queries.samples(kind, request.post)
    if number >= len(found):
        raise Http404
    name, _about, path = found[number]
    return download(path.read_bytes(), name, "application/octet-stream")


@may_import
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty list to fill in."""
    catalogue = _kind(request, kind).catalogue
    out = io.BytesIO()
    write_template(catalogue, out)
    name = _("%(title)s（空表）.xlsx") % {"title": _(catalogue.title)}
    return download(out.getvalue(), name, XLSX)


@may_import
@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Where the import stands: progress, columns to assign, the preview, the result."""
    found = _run(request, run_id)
    kind = queries.kind_of(found)
    try:
        key = queries.key_of(found)
    except queries.Erased:
        return render(request, "imports/erased.html", {"run": found, "title": kind.catalogue.title})
    reconciled = queries.reconciled(found)
    if reconciled is not None and found.state not in (State.READING, State.COLUMNS, State.CANCELLED) and not (found.state == State.FAILED and not found.counts):
        return redirect(reconciled.page, found.id)
    listed = shown.columns(found)
    context: dict[str, Any] = {
        "run": found,
        "title": kind.catalogue.title,
        "file_name": queries.file_name(found, key),
        "layout": found.layout,
        "columns": listed,
        "unknown": sum(not column.key and not column.note and not column.recalled for column in listed),
        "recalled": sum(column.recalled for column in listed),
        "may_correct": possible(found.state, "correct") and not found.applied,
        "remarks": [sentence(code, params) for code, params in found.layout.get("remarks", ())],
        "choices": [(column.key, shown.heading(column, kind)) for column in kind.catalogue.columns],
        "missing": [shown.heading(column, kind) for column in queries.layout_of(found).missing] if found.layout else [],
        "skipped": [(number, sentence(code, {})) for number, code in found.skipped],
        "earlier": queries.earlier(found),
        "beside": queries.beside(found) if found.state not in (State.DONE, State.CANCELLED, State.UNDONE) else None,
        "may_undo": found.undoable and possible(found.state, "undo"),
        "may_resume": bool(found.applied) and not found.undo_at and possible(found.state, "resume"),
        "left": found.count(f"outcome:{Outcome.PARTLY}", f"outcome:{Outcome.KEPT}"),
        "undone": found.count(f"outcome:{Outcome.UNDONE}"),
        "work": work(found),
    }
    if found.state not in (State.READING, State.COLUMNS) and (found.state != State.FAILED or found.applied):
        context |= _preview(request, found, key)
    return render(request, "imports/run.html", context)


@may_import
@require_GET
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The progress bar, asked for every second; the page comes anew when the work is done."""
    found = _run(request, run_id)
    answer = render(request, "office/parts/progress.html", {"work": work(found)})
    if not found.at_work:
        answer["HX-Refresh"] = "true"
    return answer


@may_import
@require_POST
def columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Read again with the columns as a person assigned them."""
    found = _run(request, run_id)
    mapping = {int(name[7:]): value for name, value in request.POST.items() if name.startswith("column-") and name[7:].isdecimal() and len(name) <= 12 and isinstance(value, str)}
    try:
        actions.correct_columns(run=found, mapping=mapping, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    except ValueError:
        messages.error(request, _("同一项内容只能取自一列，请检查“取作”一栏有没有重复。"))
    return redirect("imports:run", found.id)


@may_import
@require_POST
def forget_columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, actions.forget_columns)


@may_import
@require_POST
def choose_sheet(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Read another sheet of the workbook."""
    found = _run(request, run_id)
    try:
        actions.choose_sheet(run=found, sheet=request.POST.get("sheet", ""), by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    except LookupError as wrong:
        raise Http404 from wrong
    return redirect("imports:run", found.id)


@may_import
@require_POST
def decide(request: HttpRequest, run_id: UUID, number: int) -> HttpResponse:
    """Say whom a row means; answers with the row."""
    found = _run(request, run_id)
    chosen = request.POST.get("subject", "")
    try:
        actions.decide(run=found, number=number, subject=UUID(chosen) if chosen else None, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    except (LookupError, ValueError) as wrong:
        raise Http404 from wrong
    back = reverse("imports:run", args=[found.id])
    verdict = request.POST.get("verdict", "")
    return redirect(f"{back}?verdict={verdict}#row-{number}" if verdict in Verdict else f"{back}#row-{number}")


@may_import
@require_POST
def start(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, actions.start)


@may_import
@require_POST
def resume(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, actions.resume)


@may_import
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Confirm with a reason that all of it is taken back."""
    found = _run(request, run_id)
    if not found.undoable or not possible(found.state, "undo"):
        messages.error(request, _("这次导入现在不能撤销。"))
        return dialogs.done(request, reverse("imports:run", args=[found.id]))
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo(run=found, why=form.cleaned_data["why"], by=request.post)
        except NotNow as refused:
            messages.error(request, str(refused))
        return dialogs.done(request, reverse("imports:run", args=[found.id]))
    text = ngettext(
        "这次导入写入的 %(n)s 行全部撤销：新登记的删除，改过的恢复原来的内容。导入以后又有人办理过的保留，并列出来。",
        "这次导入写入的 %(n)s 行全部撤销：新登记的删除，改过的恢复原来的内容。导入以后又有人办理过的保留，并列出来。",
        found.imported,
    ) % {"n": found.imported}
    words = {"dialog_title": _("撤销这次导入"), "confirm_text": text, "confirm_word": _("撤销导入"), "confirm_danger": True, "dialog_back": reverse("imports:run", args=[found.id])}
    return dialogs.show(request, "office/confirm.html", {"form": form, **words})


@may_import
@require_POST
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, actions.cancel)


@may_import
@require_POST
def fix_file(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Have the file of wrong rows made, and go where it can be fetched."""
    found = _run(request, run_id)
    try:
        output = actions.ask_fix_file(run=found, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
        return redirect("imports:run", found.id)
    return redirect("office:output", output.id)


@may_import
@require_POST
def marked(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Have the list as it was sent made with its cells marked, and go where it can be fetched."""
    found = _run(request, run_id)
    try:
        output = actions.ask_marked(run=found, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
        return redirect("imports:run", found.id)
    return redirect("office:output", output.id)


def _act(request: HttpRequest, run_id: UUID, action: Any) -> HttpResponse:
    found = _run(request, run_id)
    try:
        action(run=found, by=request.post)
    except NotNow as refused:
        messages.error(request, str(refused))
    return redirect("imports:run", found.id)


def _kind(request: HttpRequest, kind: str) -> kinds.Kind:
    if kind not in kinds.known():
        raise Http404
    if kind not in kinds.of(request.post):
        raise PermissionDenied(kind)
    return kinds.known()[kind]


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    return get_object_or_404(queries.runs(request.post), pk=run_id)


def _preview(request: HttpRequest, found: ImportRun, key: Any) -> dict[str, Any]:
    wanted = request.GET.get("verdict", "")
    verdict = wanted if wanted in Verdict else ""
    outcome = request.GET.get("outcome", "")
    words, mistakes = request.GET.get("q", "")[:60], Mistakes.read(found, key)
    number = request.GET.get("mistake", "")
    mistake = mistakes.get(int(number)) if number.isdecimal() and len(number) < 5 else None
    rows = queries.rows(found, verdict, outcome=outcome if outcome in Outcome else "", mistake=int(number) if mistake else None, words=words)
    page = pages.cut(rows, request.GET, order=("number",), size=50)
    kind, layout = queries.kind_of(found), queries.layout_of(found)
    tabs = [{"key": "", "word": _("全部"), "count": found.count(*Verdict)}]
    tabs += [{"key": each.value, "word": word, "count": found.count(each)} for each, word in VERDICTS.items() if found.count(each)]
    return {
        "page": page,
        "rows": [shown.row(staged, kind, layout) for staged in queries.opened(found, page.rows, key)],
        "tabs": tabs,
        "verdict": verdict,
        "outcomes": [{"key": each.value, "word": word, "count": found.count(f"outcome:{each}")} for each, word in OUTCOMES.items() if found.count(f"outcome:{each}")],
        "outcome": outcome,
        "words": words,
        "mistakes": [{"number": index, "count": count, "problem": shown.problem(each, kind)} for index, each, count in mistakes.often()] if verdict in ("", Verdict.WRONG) else [],
        "mistake": {"number": int(number), "problem": shown.problem(mistake[0], kind), "count": mistake[1]} if mistake else None,
        "may_mark": found.state == State.PREVIEW,
        "ready": queries.ready(found),
        "to_mend": queries.to_mend(found).count(),
    }


def work(found: ImportRun) -> dict[str, Any]:
    """What office/parts/progress.html draws."""
    match found.state:
        case State.READING:
            label, done, total = _("正在读取和核对"), found.read, found.expected
        case State.UNDOING:
            label, done, total = _("正在撤销"), found.taken_back, found.imported
        case _:
            label, done = _("正在导入"), found.applied
            total = found.applied + queries.waiting(found).count() if queries.reconciled(found) else found.count(Verdict.NEW, Verdict.CHANGED)
    return {
        "label": label,
        "done": min(done, total) if total else done,
        "total": total or None,
        "finished": not found.at_work,
        "failed": found.failed,
        "url": reverse("imports:progress", args=[found.id]),
    }
