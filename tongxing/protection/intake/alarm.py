"""An alarm in two taps, and the report that came of it: whom it reached, and what is added once it is out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.models import Child
from tongxing.ground.ids import parse, uuid7
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.protection import actions, chain
from tongxing.protection.actions import telling
from tongxing.protection.cases import seeing
from tongxing.protection.errors import ProtectionError
from tongxing.protection.intake import queries
from tongxing.protection.intake.forms import MoreForm
from tongxing.protection.models import Report

PLACES = [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]


@requires("reports.make")
@require_http_methods(["GET", "POST"])
def alarm(request: HttpRequest) -> HttpResponse:
    """The red page: what happened is one tap, and that tap sends."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = parse(given.get("child", ""))
    child = Child.objects.filter(pk=wanted).first() if wanted else None
    place, wrong = queries.place_of(request.post, child), ""
    if request.method == "POST":
        try:
            made = _send(request, child, place)
        except ProtectionError as refused:
            wrong = str(refused)
        else:
            return redirect("reports:report", made.pk)
    first, rest = queries.situations()
    context = {
        "first": first,
        "rest": rest,
        "child": child,
        "children": [] if child and request.method == "GET" else queries.children_of(request.post),
        "place": places.full_names([place]).get(place, "") if place else "",
        "place_field": None if place else PlaceField(levels=PLACES).widget.render("place", ("", ""), {"id": "id_place", "class": "form-control"}),
        "id": parse(request.POST.get("id", "")) or uuid7(),
        "wrong": wrong,
    }
    return render(request, "intake/alarm.html", context, status=422 if wrong else 200)


def _send(request: HttpRequest, child: Child | None, place: int | None) -> Report:
    if place is None:
        field = PlaceField(levels=PLACES, required=False)
        try:
            found = field.clean(field.widget.value_from_datadict(request.POST, {}, "place"))
        except Exception as unknown:
            raise ProtectionError(" ".join(getattr(unknown, "messages", [str(unknown)]))) from unknown
        if found is None:
            raise ProtectionError(_("请先写明发生在哪里，至少到县。"))
        place = found.code
    new = actions.NewReport(
        id=parse(request.POST.get("id", "")) or uuid7(),
        channel=queries.channel(request.post, child),
        situation=request.POST.get("situation", ""),
        place=place,
        child_id=child.pk if child else None,
    )
    return actions.report(new=new, by=request.post)


@requires("reports.make")
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """A report: to whoever made it the receipt, to those who were told or answer for the place what was reported."""
    return _page(request, found(request, report_id), None)


@requires("reports.make")
@require_POST
def add(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Write more into the same report."""
    shown = found(request, report_id)
    if not (shown.mine or shown.handles):
        raise Http404
    form = _form(request, shown)
    if not form.is_valid():
        return _page(request, shown, form)
    data = form.more()
    child = Child.objects.filter(pk=data["child_id"]).first() if data.get("child_id") else None
    data["child_id"] = child.pk if child else None
    try:
        made = actions.add_to(report=shown.report, more=actions.More(**data), by=request.post)
    except ProtectionError as refused:
        form.add_error(None, str(refused))
        return _page(request, shown, form)
    for sentence in made.refused:
        messages.warning(request, sentence)
    messages.success(request, _("已补充到报告%(number)s。") % {"number": made.number}, extra_tags=f"report-{made.pk}")
    return redirect("reports:report", made.pk)


def found(request: HttpRequest, report_id: UUID) -> queries.Shown:
    """A report of a case that the post may see; anything else there is not. That it was read is noted."""
    row = seeing.reports(request.post).select_related("case", "post__person", "post__place").filter(pk=report_id).first()
    if row is None or seeing.find(row.case_id, request.post) is None:
        raise Http404
    note_read(request, child_id=row.child_id, place=row.case.scope_place, what=(_("报告内容"),))
    return queries.shown(row, request.post)


def _form(request: HttpRequest, shown: queries.Shown) -> MoreForm:
    children = [] if shown.report.child_id else queries.children_of(request.post)
    given: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    return MoreForm(*given, children=children, known_child=shown.report.child_id is not None, police_known=shown.report.police_at is not None)


def _page(request: HttpRequest, shown: queries.Shown, form: MoreForm | None) -> HttpResponse:
    case = shown.report.case
    hops = chain.of(case, opened=shown.handles)
    context = {
        "shown": shown,
        "report": shown.report,
        "case": case,
        "case_url": telling.address(case) if request.post.may("cases.view") else "",
        "place": places.full_names([shown.report.place]).get(shown.report.place, ""),
        "told": hops,
        "duty": queries.on_duty(case.place) if shown.mine else [],
        "others": list(case.reports.exclude(pk=shown.report.pk).order_by("at")[:20]) if shown.handles else [],
        "form": (form or _form(request, shown)) if (shown.mine or shown.handles) and not case.ended else None,
        "asked": queries.waiting(request.post).filter(case=case).exists(),
    }
    return render(request, "intake/report.html", context, status=422 if form is not None else 200)
