"""Pages of the exchange: other offices' sheets, filling them, and the register of what was given away."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.finding import queries
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.filters import STATE
from tongxing.children.finding.queries import Question
from tongxing.children.models import State
from tongxing.exchange import actions, given, provide, recognising, sources
from tongxing.exchange.forms import AboutForm, DiscardForm, FillForm, SheetForm
from tongxing.exchange.models import Sheet, Use
from tongxing.exchange.national.catalogue import RECIPIENT
from tongxing.exchange.rooms import tabs
from tongxing.files.downloads import download
from tongxing.ground import dialogs, pages
from tongxing.ground.today import today
from tongxing.imports.queries import samples
from tongxing.journal.models import Access
from tongxing.ledgers.catalogue import Catalogue
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.workbook import check
from tongxing.ledgers.writing import XLSX

may_fill = requires("exchange.fill")
SAMPLES = "sheets"  # what the demo offers here
_COLUMN = re.compile(r"(column|text)-(\d{1,2})-(\d{1,3})")


@may_fill
@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets that the place keeps. ``find`` looks in title and office; the filters of the list of children choose whom a sheet is filled for."""
    text = " ".join(request.GET.get("find", "").replace("\0", "").split())[:60]
    rows = Sheet.objects.filter(until=None, use=Use.OFFICE).select_related("post__person").defer("content")
    if text:
        rows = rows.filter(Q(title__contains=text) | Q(recipient__contains=text))
    question = queries.asked(request.GET.dict(), Asking(request.post, today()))
    context = {"page": pages.cut(rows, request.GET.dict(), order=("-at", "-id")), "text": text, "tabs": tabs(request), "query": ""}
    if question.address:
        context |= {"query": question.link(), "chosen": _chosen(_on_register(question)), "total": queries.counts([queries.listed(_on_register(question))])[0]}
    return render(request, "exchange/sheets.html", context)


@may_fill
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Send another office's blank sheet; what is none is refused here, with a sentence."""
    return _upload(request, None)


@may_fill
@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    """The demo's blank sheet to try this with."""
    if not (found := samples(SAMPLES, request.post)):
        raise Http404
    name, _about, path = found[0]
    return download(path.read_bytes(), name, XLSX)


@may_fill
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Send the newer version of a sheet; the columns keep what they are filled with."""
    return _upload(request, _own(request, sheet_id))


@may_fill
@require_GET
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """What the columns of a sheet are filled with, to be corrected."""
    found = _sheet(request, sheet_id)
    question = queries.asked(request.GET.dict(), Asking(request.post, today()))
    context = {
        "sheet": found,
        "own": found.scope_place == request.post.place_id,
        "tabs": tabs(request),
        "parts": list(enumerate(found.all_plans)),
        "choices": choices(found.catalogue),
        "remarks": recognising.words(found.remarks),
        "query": question.link() if question.address else "",
    }
    return render(request, "exchange/sheet.html", context)


@may_fill
@require_POST
def columns(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Keep what a person says the columns are filled with. A column that does not exist is refused."""
    found = _own(request, sheet_id)
    plans = found.all_plans
    wishes: dict[str, dict[int, tuple[str, str]]] = {}
    for name, value in request.POST.items():
        match = _COLUMN.fullmatch(name)
        if match and match[1] == "column" and int(match[2]) < len(plans):
            text = str(request.POST.get(f"text-{match[2]}-{match[3]}", ""))
            wishes.setdefault(plans[int(match[2])].name, {})[int(match[3])] = (str(value), text)
    try:
        actions.map_columns(sheet=found, wishes=wishes, by=request.post)
    except ValueError:
        messages.error(request, _("有一列选了不存在的内容，没有保存。请重新选择。"))
    else:
        messages.success(request, _("列的对应已保存，下次直接填。"))
    return redirect("exchange:sheet", found.id)


@may_fill
@require_POST
def heading(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Read the heading from other lines."""
    found = _own(request, sheet_id)
    given_lines = [request.POST.get(key, "") for key in ("first", "last")]
    if not all(text.isascii() and text.isdigit() and len(text) <= 3 for text in given_lines):
        messages.error(request, _("请填写表头在第几行到第几行。"))
        return redirect("exchange:sheet", found.id)
    try:
        actions.move_heading(sheet=found, name=request.POST.get("name", ""), lines=(int(given_lines[0]), int(given_lines[1])), by=request.post)
    except actions.CannotKeep as refused:
        messages.error(request, str(refused))
    return redirect("exchange:sheet", found.id)


@may_fill
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Title, office and purpose."""
    found = _own(request, sheet_id)
    form = AboutForm(request.POST or None, initial={"title": found.title, "recipient": found.recipient, "purpose": found.purpose})
    if request.method == "POST" and form.is_valid():
        actions.describe(sheet=found, by=request.post, **form.cleaned_data)
        return dialogs.done(request, reverse("exchange:sheet", args=[found.id]))
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("修改名称和用途"), "confirm_word": _("保存")})


@may_fill
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Delete a sheet."""
    found = _own(request, sheet_id)
    if request.method == "POST":
        actions.discard(sheet=found, by=request.post)
        return dialogs.done(request, reverse("exchange:sheets"))
    context = {
        "form": DiscardForm(),
        "dialog_title": _("删除套表"),
        "confirm_text": _("空表和列的对应一起删除。以前用它对外提供过什么，登记里仍然看得到。"),
        "confirm_word": _("删除"),
        "confirm_danger": True,
    }
    return dialogs.show(request, "office/confirm.html", context)


@may_fill
@require_GET
def blank(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The blank sheet as it was sent."""
    found = _sheet(request, sheet_id)
    content = actions.content_of(found)
    return download(content, found.file_name, "application/octet-stream")


@may_fill
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Fill the sheet for the children of this address."""
    found = get_object_or_404(Sheet, pk=sheet_id, until=None, use=Use.OFFICE)
    question = _on_register(queries.asked(request.GET.dict(), Asking(request.post, today())))
    form = FillForm(request.POST or None, may_whole=request.post.may(provide.WHOLE), initial={"recipient": found.recipient, "purpose": found.purpose})
    if request.method == "POST" and form.is_valid():
        stated = form.cleaned_data
        order = provide.Order(recipient=stated["recipient"], purpose=stated["purpose"], whole=stated.get("whole", False))
        try:
            output = provide.ask(sheet=found, question=question, order=order, by=request.post)
        except provide.CannotProvide as refused:
            form.add_error(None, str(refused))
        else:
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    (total,) = queries.counts([queries.listed(question)])
    text = _("%(chosen)s，%(count)s人。文件页脚写明您的姓名、时间、交给谁和用途；对外提供会逐人记入访问记录。") % {"chosen": _chosen(question), "count": total}
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("填套表"), "confirm_text": text, "confirm_word": _("开始填")})


@requires("exchange.fill", "audit.view")
@require_GET
def given_list(request: HttpRequest) -> HttpResponse:
    """What was given to whom, why, when, how many, which columns."""
    filters = given.Filters.of(request.GET.dict())
    page = pages.cut(given.provisions(filters), request.GET.dict(), order=("-at", "-id"))
    context = {
        "page": page,
        "lines": given.lines(page.rows),
        "filters": filters,
        "active_filters": filters.chips(),
        "tabs": tabs(request),
        "export_url": reverse("exchange:given_export"),
    }
    return render(request, "exchange/given.html", context)


@requires("exchange.fill", "audit.view")
@require_GET
def given_export(request: HttpRequest) -> HttpResponse:
    """The register as a workbook."""
    content = given.workbook(given.Filters.of(request.GET.dict()), request.post)
    note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=("given",))
    return download(content, f"对外提供登记-{today():%Y%m%d}.xlsx", XLSX)


def choices(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can be filled with, group by group, in the reader's language."""
    found: dict[str, list[tuple[str, str]]] = {"": []}
    names = {group.id: _(group.heading) for group in catalogue.groups}
    for column in catalogue.columns:
        found.setdefault(names.get(column.group, ""), []).append((column.key, sources.heading(column, catalogue)))
    return list(found.items())


def _chosen(question: Question) -> str:
    """Whom an address means, in words."""
    if question.search.asks:
        return _("搜索：%(text)s") % {"text": question.search.text[:20]}
    if question.filters == {STATE.key: State.CURRENT}:
        return _("辖区内在册的全部儿童")
    return "；".join(condition.word for condition in question.conditions)


def _on_register(question: Question) -> Question:
    """Whoever chose no state means the children on the register: a draft is nothing to be given away. A search finds whom it names."""
    if question.search.asks or question.value(STATE.key):
        return question
    current = STATE.read({STATE.key: State.CURRENT}, question.asking)
    return question.narrowed(current) if current else question


def _upload(request: HttpRequest, replaces: Sheet | None) -> HttpResponse:
    use = Use.NATIONAL if request.GET.get("use") == Use.NATIONAL and request.post.may("exchange.compare") else Use.OFFICE
    if use == Use.NATIONAL and replaces is None:
        replaces = actions.national(request.post.place_id)
    national = {"title": _("全国系统批量更新表"), "recipient": RECIPIENT, "purpose": _("上报全国系统")} if use == Use.NATIONAL else {}
    before = national | {"title": replaces.title, "recipient": replaces.recipient, "purpose": replaces.purpose} if replaces else national
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm(initial=before)
    if request.method == "POST" and form.is_valid():
        stated = form.cleaned_data
        content = stated["file"].read()
        try:
            check(content, recognising.LIMITS)
            kept = actions.keep(
                title=stated["title"],
                recipient=stated["recipient"],
                purpose=stated["purpose"],
                content=content,
                file_name=stated["file"].name,
                by=request.post,
                replaces=replaces,
                use=use,
            )
        except (WorkbookRefused, actions.CannotKeep) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("exchange:sheet", kept.id)
    offered = [(name, _(about)) for name, about, _path in samples(SAMPLES, request.post)]
    return render(request, "exchange/upload.html", {"form": form, "replaces": replaces, "samples": offered}, status=422 if form.errors else 200)


def _sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    return get_object_or_404(Sheet.objects.select_related("post__person"), pk=sheet_id, until=None)


def _own(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """A sheet to be changed or deleted: only by the place that keeps it, not by one above."""
    found = _sheet(request, sheet_id)
    if found.scope_place != request.post.place_id:
        raise Http404
    return found
