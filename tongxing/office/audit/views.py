"""The auditor's pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from procrastinate.exceptions import AlreadyEnqueued

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.stamps import exported_by
from tongxing.files.downloads import download
from tongxing.ground.pages import cut
from tongxing.ground.today import now, today
from tongxing.journal import sealing, tasks
from tongxing.journal.models import Access, Record, Seal
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.ledgers.writing import XLSX, write_list
from tongxing.office.audit import annual, reading, words
from tongxing.office.audit.reading import Filters
from tongxing.places import queries as places

EXPORTED = 20_000  # lines of one export; the annual report counts them all
NEWEST = ("-seq",)
TABS = (("journal", gettext_lazy("操作记录")), ("access", gettext_lazy("访问记录")), ("denials", gettext_lazy("被拒绝")), ("seals", gettext_lazy("封条")))
COLUMNS = (
    Column(key="at", heading="时间", width=20),
    Column(key="who", heading="人员", width=12),
    Column(key="post", heading="岗位", width=24),
    Column(key="what", heading="事项", width=18),
    Column(key="subject", heading="对象", width=20),
    Column(key="place", heading="地点", width=18),
    Column(key="details", heading="内容", width=50),
)
JOURNAL = Catalogue(id="journal", title="操作记录", columns=COLUMNS)
ACCESS = Catalogue(id="access", title="访问记录", columns=(*COLUMNS, Column(key="path", heading="页面", width=40), Column(key="address", heading="地址", width=16)))


@requires("audit.view")
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """What was done, the newest first."""
    filters = Filters.of(request.GET.dict(), request.post)
    page = cut(reading.records(filters), request.GET.dict(), order=NEWEST, size=50)
    context = _context(request, filters, "journal") | {"page": page, "lines": words.records(page.rows), "kinds": words.SUBJECTS.items()}
    return render(request, "audit/journal.html", context)


@requires("audit.view")
@require_GET
def access(request: HttpRequest) -> HttpResponse:
    """Who read what: each file opened, each value shown in full, each print and export."""
    filters = Filters.of(request.GET.dict(), request.post)
    page = cut(reading.accesses(filters), request.GET.dict(), order=NEWEST, size=50)
    context = _context(request, filters, "access") | {"page": page, "lines": words.accesses(page.rows), "outcomes": Access.Outcome.choices}
    return render(request, "audit/access.html", context)


@requires("audit.view")
@require_GET
def denials(request: HttpRequest) -> HttpResponse:
    """Who asked for what was not theirs: how often, and what."""
    asked = {name: value for name, value in request.GET.dict().items() if name != "outcome"}
    filters = Filters.of(asked, request.post)
    page = cut(reading.accesses(filters).filter(outcome=Access.Outcome.DENIED), asked, order=NEWEST, size=50)
    context = _context(request, filters, "denials") | {"page": page, "lines": words.accesses(page.rows), "refused": reading.refused(filters)}
    return render(request, "audit/denials.html", context)


@requires("audit.view")
@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    """Whether the logs are whole: the chains, and what the last verification found."""
    last = Record.audited.filter(verb="seals_verified", subject_kind="journal").order_by("-seq").first()
    context = {
        "tabs": _tabs("seals"),
        "status": sealing.status(),
        "seals": Seal.objects.order_by("-id")[:20],
        "verified": last,
        "breaks": (last.diff.get("breaks") or [None, []])[1] if last else [],
        "years": range(today().year, today().year - 6, -1),
        "annual_url": reverse("audit:annual") if request.post.may("audit.export") else "",
    }
    return render(request, "audit/seals.html", context)


@requires("audit.view")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Try every seal now, in the background."""
    try:
        tasks.verify.configure(queueing_lock="verify_journal").defer(timestamp=int(now().timestamp()))
    except AlreadyEnqueued:
        messages.info(request, _("校验已在进行。"))
    else:
        messages.success(request, _("已开始校验，稍后刷新本页看结果。"))
    return redirect("audit:seals")


@requires("audit.export")
@require_GET
def export(request: HttpRequest, log: str) -> HttpResponse:
    """The lines that the address asks for as a workbook; that they were taken is a line of the log itself."""
    if log not in ("journal", "access", "denials"):
        raise Http404
    filters = Filters.of(request.GET.dict(), request.post)
    rows: QuerySet[Any] = reading.records(filters) if log == "journal" else reading.accesses(filters)
    if log == "denials":
        rows = rows.filter(outcome=Access.Outcome.DENIED)
    catalogue = JOURNAL if log == "journal" else ACCESS
    stream = io.BytesIO()
    mark = exported_by(request.post)
    if rows[: EXPORTED + 1].count() > EXPORTED:
        mark += "　" + _("只含最新的%(count)s条，请缩小条件") % {"count": EXPORTED}
    count = write_list(catalogue, _cells(rows.order_by(*NEWEST)[:EXPORTED], log), stream, watermark=mark)
    note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(catalogue.title, str(count)), why=urlencode(filters.pairs())[:200])
    return download(stream.getvalue(), f"{request.post.place.short_name}{catalogue.title}{today():%Y%m%d}.xlsx", XLSX)


@requires("audit.export")
@require_POST
def ask_annual(request: HttpRequest) -> HttpResponse:
    """The report of a year, made in the background."""
    text = request.POST.get("year", "")
    year = int(text) if len(text) == 4 and text.isascii() and text.isdigit() and 2000 <= int(text) <= today().year else today().year
    output = annual.ask(year=year, by=request.post)
    return redirect("office:output", output_id=output.id)


def _cells(rows: QuerySet[Any], log: str) -> Iterator[dict[str, str]]:
    for part in batched(rows.iterator(chunk_size=500), 500):
        for line in words.records(part) if log == "journal" else words.accesses(part):
            yield {column.key: f"{line.at:%Y-%m-%d %H:%M:%S}" if column.key == "at" else getattr(line, column.key) for column in ACCESS.columns}


def _context(request: HttpRequest, filters: Filters, tab: str) -> dict[str, Any]:
    return {
        "tabs": _tabs(tab),
        "filters": filters,
        "areas": places.children_of(request.post.place_id),
        "active_filters": filters.chips(),
        "export_url": reverse("audit:export", args=[tab]) if request.post.may("audit.export") else "",
    }


def _tabs(current: str) -> Sequence[dict[str, object]]:
    return [{"word": word, "url": reverse(f"audit:{name}"), "current": name == current} for name, word in TABS]
