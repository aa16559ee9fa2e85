"""One adoption: what it says and who decided it, changing and ending it after reading what follows, and doing without it with leave."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.care import adoptions
from tongxing.care.policy_forms import AnswerForm, BackForm, ChangeForm, EndForm, LeaveForm, refuse
from tongxing.caremodels import actions, differing
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.models import Adoption, OptOut, OptOutRequest
from tongxing.duties import cost, ending
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places import queries as places

MOST = 20  # villages that are listed


@requires("places.view")
@require_GET
def adoption(request: HttpRequest, adoption_id: UUID) -> HttpResponse:
    """What was adopted where, who does without it, what is asked for, and the history of it all."""
    lo, hi = request.post.place.span
    found = get_object_or_404(Adoption.objects.touching(lo, hi).select_related("place", "version", "replaces"), pk=adoption_id)
    newer = Adoption.objects.filter(replaces=found).first()
    draft = Draft(found.version.text, found.model)
    leaves = [(leave, adoptions.part_names(draft, leave.parts)) for leave in found.opt_outs.select_related("place").exclude(until__lte=today()).order_by("lo")]
    asked = [(each, adoptions.part_names(draft, each.parts)) for each in found.requests.select_related("place").filter(answered_at=None).order_by("asked_at")]
    context = {
        "held": adoptions.held(found),
        "newer": newer,
        "leaves": leaves,
        "asked": asked,
        "events": adoptions.history(found),
        "decides": newer is None and _decides(request, found),
        "asks": newer is None and found.until is None and _asks(request, found),
        "newer_text": newer is None and found.until is None and found.model in library() and library().draft(found.model).sha256 != found.version.sha256,
    }
    return render(request, "care/adoption.html", context)


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, adoption_id: UUID) -> HttpResponse:
    """Other parts or parameters from a day: what differs, what it takes before and after, what becomes of open promises; then change."""
    found = _own(request, adoption_id)
    if found.model not in library():
        raise Http404
    draft = library().draft(found.model)
    form = ChangeForm(request.POST if request.method == "POST" else None, draft=draft, adoption=found)
    context: dict[str, object] = {"form": form, "held": adoptions.held(found), "texts": differing.sentences(Draft(found.version.text, found.model), draft)}
    status = 200
    if form.is_bound and form.is_valid():
        parts, settings, given = form.chosen(), form.settings(), form.cleaned_data
        if request.POST.get("step") == "change":
            try:
                after = actions.change_adoption(adoption=found, parts=parts, parameters=settings, since=given["since"], reason=given["reason"], by=request.post)
            except NotAdopted as wrong:
                refuse(form, wrong)
            else:
                messages.success(request, _("%(place)s的“%(name)s”自%(since)s起变更") % {"place": found.place.short_name, "name": _(draft.head.name), "since": after.since})
                return dialogs.done(request, reverse("caremodels:adoption", args=[after.id]))
        else:
            context |= _difference(found, draft, parts, settings)
    if form.errors:
        status = 422
    return render(request, "care/change.html", context, status=status)


def _difference(found: Adoption, draft: Draft, parts: list[str], settings: dict[str, str | int]) -> dict[str, object]:
    """What the page says before it is confirmed."""
    settled = {each.id: each.default for each in draft.parameters if each.default is not None and (not each.part or not parts or each.part in parts)} | settings
    after, changed = adoptions.costs(found, parts, settings)
    lo, hi = codes.span(found.place_id)
    beyond = after.beyond[:MOST]
    names = places.short_names([each.place for each in beyond])
    wanted, _roles = cost.asks(found.model, parts, settings)
    return {
        "differences": adoptions.differences(found, draft, parts, settled),
        "cost": after,
        "changed": changed,
        "beyond": [(names.get(each.place, ""), each) for each in beyond],
        "endings": ending.of(lo, hi, today(), without=found.id, instead=wanted),
    }


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, adoption_id: UUID) -> HttpResponse:
    """Stop a model somewhere, with the reason, after reading what becomes of what is open."""
    found = _own(request, adoption_id)
    held = adoptions.held(found)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_adoption(adoption=found, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=request.post)
        except NotAdopted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(place)s停止采用“%(name)s”") % {"place": found.place.short_name, "name": held.name})
            return dialogs.done(request, reverse("caremodels:adoption", args=[found.id]))
    lo, hi = codes.span(found.place_id)
    context = {
        "form": form,
        "dialog_title": _("停止采用：%(name)s（%(place)s）") % {"name": held.name, "place": found.place.short_name},
        "endings": ending.of(lo, hi, today(), without=found.id),
        "hours": cost.without(found.id, found.place_id).hours_a_week,
        "dialog_back": reverse("caremodels:adoption", args=[found.id]),
    }
    return dialogs.show(request, "care/end.html", context)


@requires("caremodels.ask")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, adoption_id: UUID) -> HttpResponse:
    """Do without a model or parts of it: who adopted it gives leave, a place below asks for it."""
    lo, hi = request.post.place.span
    found = get_object_or_404(Adoption.objects.touching(lo, hi).select_related("place", "version"), pk=adoption_id, until=None)
    grants = _decides(request, found)
    if not grants and not _asks(request, found):
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None, adoption=found, post=request.post)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        say = actions.grant_opt_out if grants else actions.ask_opt_out
        try:
            say(adoption=found, place=given["place"], parts=given.get("parts") or [], since=given["since"], reason=given["reason"], by=request.post)
        except NotAdopted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已准许不采用") if grants else _("申请已送交%(place)s，答复后会通知您") % {"place": found.place.short_name})
            return dialogs.done(request, reverse("caremodels:adoption", args=[found.id]))
    name = adoptions.held(found).name
    context = {
        "form": form,
        "dialog_title": _("准许下级不采用：%(name)s") % {"name": name} if grants else _("申请不采用：%(name)s") % {"name": name},
        "confirm_text": _("从开始日期起，那里不再产生这些工作任务；本期还没有完成的不再要求，已经逾期的和由情形引起的仍要办结，以前的记录都保留。"),
        "confirm_word": _("准许") if grants else _("提交申请"),
        "dialog_back": reverse("caremodels:adoption", args=[found.id]),
    }
    return dialogs.show(request, "office/confirm.html", context)


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Grant or refuse what a place below asks for."""
    asked = get_object_or_404(OptOutRequest.objects.select_related("adoption__version", "adoption__place", "place"), pk=request_id, answered_at=None)
    if not _decides(request, asked.adoption):
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        grant = form.cleaned_data["decision"] == "grant"
        try:
            actions.answer_opt_out(request=asked, grant=grant, answer=form.cleaned_data["answer"], by=request.post)
        except NotAdopted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已答复%(place)s：同意") % {"place": asked.place.short_name} if grant else _("已答复%(place)s：不同意") % {"place": asked.place.short_name})
            return dialogs.done(request, reverse("caremodels:adoption", args=[asked.adoption_id]))
    parts = adoptions.part_names(Draft(asked.adoption.version.text, asked.adoption.model), asked.parts)
    context = {
        "form": form,
        "dialog_title": _("答复%(place)s的申请") % {"place": asked.place.short_name},
        "confirm_text": _("申请自%(since)s起不采用%(parts)s。原因：%(reason)s") % {"since": asked.since, "parts": _("、").join(parts) or _("全部"), "reason": asked.reason},
        "confirm_word": _("答复"),
        "dialog_back": reverse("caremodels:adoption", args=[asked.adoption_id]),
    }
    return dialogs.show(request, "office/confirm.html", context)


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def end_leave(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    """The model holds there again."""
    found = get_object_or_404(OptOut.objects.select_related("adoption__place", "place"), pk=leave_id)
    if not _decides(request, found.adoption) or (found.until is not None and found.until <= today()):
        raise Http404
    form = BackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.end_opt_out(opt_out=found, on=form.cleaned_data["on"], by=request.post)
        except NotAdopted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(place)s恢复采用，自%(on)s起") % {"place": found.place.short_name, "on": form.cleaned_data["on"]})
            return dialogs.done(request, reverse("caremodels:adoption", args=[found.adoption_id]))
    context = {
        "form": form,
        "dialog_title": _("%(place)s恢复采用") % {"place": found.place.short_name},
        "confirm_text": _("从恢复日期起，那里重新产生这些工作任务。"),
        "confirm_word": _("恢复采用"),
        "dialog_back": reverse("caremodels:adoption", args=[found.adoption_id]),
    }
    return dialogs.show(request, "office/confirm.html", context)


def _own(request: HttpRequest, adoption_id: UUID) -> Adoption:
    """An adoption that runs and that the post may decide about."""
    rows = Adoption.objects.select_related("place", "version")
    return get_object_or_404(rows, pk=adoption_id, place__code__range=request.post.place.span, until=None)


def _decides(request: HttpRequest, found: Adoption) -> bool:
    return request.post.may("caremodels.adopt") and codes.within(found.place_id, request.post.place_id)


def _asks(request: HttpRequest, found: Adoption) -> bool:
    return request.post.may("caremodels.ask") and request.post.place_id != found.place_id and codes.within(request.post.place_id, found.place_id)
