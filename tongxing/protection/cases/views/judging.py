"""Assessment: who is asked, what they found, what somebody confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground.today import now, today
from tongxing.protection import scales
from tongxing.protection.actions import judging as actions
from tongxing.protection.cases import forms, judged, seeing
from tongxing.protection.cases import people as near
from tongxing.protection.cases.views.asking import ask, back_to, sent, working
from tongxing.protection.cases.views.people import picked
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Assessment
from tongxing.protection.scales import Band

ASKS = require_http_methods(["GET", "POST"])
USUAL = timedelta(days=3)
WORKDAYS = timedelta(days=90)  # where a band counts working days: a quarter, as no calendar is that long


@requires("cases.work")
@ASKS
def assessor(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask somebody to assess."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.ask_assessor(case=look.case, post=picked(look.case, data["post"]), by=request.post, due_at=data["due_at"])
        return _("已请他评估。")

    form = forms.AssignForm(sent(request), groups=near.groups(look.case, now()), initial={"due_at": now() + USUAL})
    text = _("至少请两个不同的人。两个人各评各的，交了自己的才看得到对方的。")
    return ask(request, form=form, title=_("安排评估人"), word=_("安排"), text=text, do=do, case=look.case)


@requires("cases.view")
@ASKS
def assess(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One's own assessment by a scale, domain by domain."""
    look = seeing.look(case_id, request.post)
    state = judged.of(look) if look.whole else judged.own(look)
    if state is None or (not state.may_assess and request.method == "GET"):
        raise Http404
    used = _scale(request, look.case.pk)
    form = forms.ScaleForm(sent(request), scale=used)
    if request.method == "POST" and form.is_valid():
        try:
            actions.assess(case=look.case, scale=used.id, answers=form.answers(), by=request.post)
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("评估已交。"))
            return redirect(back_to(look.case))
    domains = [{"label": _(domain.label), "fields": [form[each.id] for each in used.indicators if each.domain == domain.id]} for domain in used.domains]
    offered = [(each.id, _(each.label)) for each in scales.scales().values()]
    context = {"case": look.case, "scale": used, "label": _(used.label), "hint": _(used.hint), "form": form, "domains": domains, "offered": offered}
    return render(request, "protection/cases/assess.html", context, status=422 if form.is_bound else 200)


def _scale(request: HttpRequest, case_id: UUID) -> scales.Scale:
    """The one that was asked for; else the one by which this case was assessed before; else the first."""
    name = request.GET.get("scale", "")
    if name not in scales.scales():
        name = Assessment.objects.filter(case=case_id).order_by("-at").values_list("scale", flat=True).first() or ""
    return scales.scales().get(name) or next(iter(scales.scales().values()))


@requires("cases.work")
@ASKS
def conclude(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Confirm the level of risk, with both assessments in sight."""
    look = working(request, case_id)
    state = judged.of(look)
    if not state.ready and request.method == "GET":
        messages.warning(request, _("还没有评估结论：至少两人评估，再由一人确认等级。"))
        return redirect(back_to(look.case))
    worst = judged.suggested(state.found)
    used = scales.scale(state.found[-1].row.scale) if state.found else next(iter(scales.scales().values()))
    initial = {"band": worst.id, "review_on": today() + _wait(worst)} if worst else {}
    form = forms.ConcludeForm(sent(request), bands=used.bands, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.conclude(case=look.case, band=data["band"], why=data["why"], review_on=data["review_on"], by=request.post)
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已确认风险等级。"))
            return redirect(back_to(look.case))
    return render(request, "protection/cases/conclude.html", {"case": look.case, "judging": state, "form": form}, status=422 if form.is_bound else 200)


def _wait(band: Band) -> timedelta:
    return max(band.again.span or WORKDAYS, timedelta(days=1))
