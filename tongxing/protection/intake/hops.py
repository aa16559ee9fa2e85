"""Those who were told: what waits for their word, and giving it; and what was told by telephone or by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.ground import dialogs
from tongxing.ground.today import now
from tongxing.places import queries as places
from tongxing.protection import actions, chain, codes
from tongxing.protection.actions import telling
from tongxing.protection.cases import seeing
from tongxing.protection.errors import ProtectionError
from tongxing.protection.intake import queries
from tongxing.protection.intake.forms import AcknowledgeForm, ByHandForm
from tongxing.protection.models import Case, Hop


@requires("reports.make")
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What was told to the post and waits for its word, the most pressing first."""
    rows: dict[UUID, Hop] = {}
    for hop in queries.waiting(request.post).select_related("case", "report").order_by("-case__urgent", "-told_at"):
        rows.setdefault(hop.case_id, hop)
    names = places.full_names({hop.case.place for hop in rows.values()})
    shown = [
        {"hop": hop, "situation": codes.SITUATION.text(hop.case.situation), "place": names.get(hop.case.place, ""), "late": bool(hop.due_at and hop.due_at < now())}
        for hop in rows.values()
    ]
    return render(request, "intake/waiting.html", {"waiting": shown})


@requires("reports.make")
@require_http_methods(["GET", "POST"])
def respond(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say that one has heard, and whether it is told on: a page that a frightened teacher can use on a telephone."""
    case = seeing.look(case_id, request.post).case
    hop = queries.waiting(request.post).filter(case=case).select_related("report__post__person", "report__post__place", "report__case").order_by("told_at", "link").first()
    form = AcknowledgeForm(request.POST or None)
    if request.method == "POST":
        if hop is None:  # in another tab, or by a deputy
            messages.info(request, _("已经确认过了。"))
            return redirect(_onward(request, case))
        if form.is_valid():
            try:
                actions.acknowledge(hop=hop, by=request.post, pass_on=form.cleaned_data["decision"] == "pass", reason=form.cleaned_data["reason"])
            except ProtectionError as refused:
                form.add_error("reason", str(refused))
            else:
                messages.success(request, _("已确认收到。"))
                return redirect(_onward(request, case))
    report = hop.report if hop else seeing.reports(request.post).filter(case=case).select_related("post__person", "post__place", "case").order_by("at").first()
    if report is None:
        raise Http404
    note_read(request, child_id=report.child_id, place=case.scope_place, what=(_("报告内容"),))
    told = chain.of(case, opened=queries.handles(request.post, case.pk))
    context = {
        "case": case,
        "hop": hop,
        "shown": queries.shown(report, request.post),
        "place": places.full_names([report.place]).get(report.place, ""),
        "told": told,
        "form": form,
        "may_hold": not chain.must_go_on(case),
        "onward": next((line.onward for walk in told for line in walk.hops if hop and line.hop.pk == hop.pk), ""),
        "case_url": telling.address(case) if request.post.may("cases.view") else "",
    }
    return render(request, "intake/respond.html", context, status=422 if form.is_bound else 200)


@requires("reports.make")
@require_POST
def seen(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Whoever was told has opened it; the page says so by itself where scripts run, and acknowledging says it where not."""
    actions.seen(case=get_object_or_404(Case.objects, pk=case_id), by=request.post)
    return HttpResponse(status=204)


@requires("reports.make")
@require_http_methods(["GET", "POST"])
def by_hand(request: HttpRequest, hop_id: UUID) -> HttpResponse:
    """Write down that another authority was told by telephone or with the notice sheet."""
    hop = get_object_or_404(Hop.objects.select_related("case", "report"), pk=hop_id, outside=True)
    if not (queries.handles(request.post, hop.case_id) or hop.report.post_id in queries.as_posts(request.post)):
        raise Http404
    form = ByHandForm(request.POST or None, initial={"at_time": now()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.by_hand(hop=hop, by=request.post, **form.cleaned_data)
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记。"))
            return dialogs.done(request, reverse("reports:report", args=[hop.report_id]), stay=True)
    return dialogs.show(request, "intake/by_hand.html", {"form": form, "dialog_title": _("已告知%(who)s") % {"who": chain.role_name(hop.role)}})


def _onward(request: HttpRequest, case: Case) -> str:
    """Where one goes on: the case's page for those who work on it, else what was reported."""
    if request.post.may("cases.view") and queries.handles(request.post, case.pk):
        return telling.address(case)
    return reverse("reports:respond", args=[case.pk])
