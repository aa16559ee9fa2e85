"""Reading places: the tree, the search, the suggestions of the picker."""

from __future__ import annotations

import io

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires, signed_in
from tongxing.files.downloads import download
from tongxing.ground.pages import cut
from tongxing.ground.today import parse_day, today
from tongxing.ledgers.writing import XLSX
from tongxing.places import codes, forms, queries
from tongxing.places.codes import Level
from tongxing.places.models import Place

SUGGESTIONS = 12


@requires("places.view")
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The place of the active post."""
    return redirect("places:place", code=request.post.place_id)


@requires("places.view")
@require_GET
def place(request: HttpRequest, code: int) -> HttpResponse:
    """One place: its path, what stands below it or what a search finds there, and what became of it."""
    shown = found(code)
    day = today()
    text = request.GET.get("q", "")[:60]
    closed = request.GET.get("closed") == "1"
    lo, hi = codes.span(code)
    matching = queries.search(text, lo=lo, hi=hi, closed=closed, limit=100) if text else queries.children_of(code, on=day, closed=closed)
    rows = Place.objects.filter(code__in=[row.code for row in matching])
    former, predecessors, successors = queries.history(shown)
    context = {
        "place": shown,
        "chain": queries.chain(code)[:-1],
        "page": cut(rows, request.GET.dict(), order=("code",), size=50),
        "text": text,
        "closed": closed,
        "former": former,
        "predecessors": predecessors,
        "successors": successors,
        "ended": shown.closed(day),
        "export_url": f"/places/{code}/export/",
        "may_edit": may_edit(request, code),
        "below": Level(min(shown.level + 1, Level.VILLAGE)),
        "day": day,
    }
    return render(request, "places/place.html", context)


@signed_in
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Suggestions for the picker, or JSON where that is asked for: ``q`` (or the field named by ``field``), ``within``, ``levels``."""
    text = request.GET.get("q") or request.GET.get(request.GET.get("field", ""), "")
    lo, hi = forms.parse_within(request.GET.get("within", ""))
    places = queries.search(text, lo=lo, hi=hi, levels=forms.parse_levels(request.GET.get("levels", "")), on=parse_day(request.GET.get("on", "")), limit=SUGGESTIONS)
    if request.GET.get("format") == "json" or (request.accepts("application/json") and not request.accepts("text/html")):
        return JsonResponse({"places": [{"code": codes.show(each.code), "name": each.short_name, "full_name": each.full_name, "level": each.level} for each in places]})
    return render(request, "places/options.html", {"places": places if text.strip() else []})


@requires("places.view")
@require_GET
def export(request: HttpRequest, code: int) -> HttpResponse:
    """Everything below a place as a workbook whose first two columns can be uploaded again."""
    shown = found(code)
    rows = Place.objects.within(*shown.span).order_by("code")
    if request.GET.get("closed") != "1":
        rows = rows.valid(today())
    stream = io.BytesIO()
    import xlsxwriter  # late: it would slow every start

    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(shown.short_name[:31])
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 2, 40)
        for at, title in enumerate((_("代码"), _("名称"), _("全称"), _("级别"), _("设立日期"), _("撤销日期"))):
            sheet.write_string(0, at, title, book.add_format({"bold": True}))
        for row, each in enumerate(rows.iterator(), start=1):
            for at, cell in enumerate((codes.show(each.code), each.name, each.full_name, each.depth.label, each.valid_from or "", each.valid_until or "")):
                sheet.write_string(row, at, str(cell))
    return download(stream.getvalue(), f"{shown.short_name}行政区划.xlsx", XLSX)


def found(code: int) -> Place:
    """The place or 404."""
    place = queries.by_code(code)
    if place is None:
        raise Http404
    return place


def may_edit(request: HttpRequest, code: int) -> bool:
    """Whether the active post may change this place: it holds the right, and the place lies within its own."""
    return request.post.may("places.edit") and codes.within(code, request.post.place_id)
