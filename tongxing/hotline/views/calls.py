"""One call: written while it is talked, read afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.crypto.masking import mask_name, mask_phone
from tongxing.ground import dialogs, scope
from tongxing.ground.today import now
from tongxing.hotline import actions, codes, forms, queries
from tongxing.hotline.actions.calls import WORDS
from tongxing.hotline.errors import HotlineError
from tongxing.hotline.models import ROLE, Call, CallBack, Referral
from tongxing.places import queries as places
from tongxing.protection import codes as cases
from tongxing.protection import sealing
from tongxing.protection.actions import telling
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case


@requires("hotline.answer", "hotline.read")
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The form, while the call is open and one's own; else what it was."""
    found = _found(call_id)
    if found.open and _own(found, request.post):
        return _written(request, found)
    if request.method == "POST":
        messages.error(request, _("这个来电已经办结，不能再改。"))
        return redirect("hotline:call", call_id=found.id)
    return _read(request, found)


def _found(call_id: UUID) -> Call:
    return get_object_or_404(Call.objects.select_related("post__person", "report"), pk=call_id)


def _own(found: Call, post: Post) -> bool:
    return post.role == ROLE and found.post_id in (post.pk, post.deputy_of_id)


def _written(request: HttpRequest, found: Call) -> HttpResponse:
    """The form of an open call, and what its buttons do."""
    if request.method != "POST":
        return _form(request, found, forms.CallForm(within=found.scope_place, initial=_initial(found)), forms.EndForm(reported=bool(found.report_id)))
    form = forms.CallForm(request.POST, within=found.scope_place)
    end = forms.EndForm(request.POST, reported=bool(found.report_id))
    valid, act = form.is_valid(), request.POST.get("act", "end")
    try:
        found = actions.keep(call=found, draft=form.draft(), by=request.post)
        with transaction.atomic():
            if (answer := _done(request, found, act)) is not None:
                return answer
            if valid and end.is_valid():
                return _ended(request, found, end.cleaned_data)
    except (HotlineError, ProtectionError) as error:
        end.is_valid()
        end.add_error(None, str(error))
    return _form(request, found, form, end, status=422)


def _done(request: HttpRequest, found: Call, act: str) -> HttpResponse | None:
    """What a button does that does not end the call in the usual way."""
    if act.startswith("alarm:"):
        return _alarmed(request, found, act.removeprefix("alarm:"))
    if act == "look":
        return _looked(request, found)
    if act == "keep":
        return redirect("hotline:call", call_id=found.id)
    if act == "later":
        messages.info(request, _("已存下，可以从工作台接着写。"))
        return redirect("hotline:desk")
    if act in codes.RESULT and codes.RESULT[act].tap:
        actions.one_tap(result=act, by=request.post, call=found)
        return redirect("hotline:desk")
    return None


def _initial(found: Call) -> dict[str, Any]:
    words = queries.words(found)
    place = found.place or ((words["place_words"], "") if words.get("place_words") else None)
    return {**words, "caller": found.caller, "topic": found.topic, "risk": found.risk, "place": place, "counsel": queries.counsel_of(found)[1].removeprefix("—")}


def _form(request: HttpRequest, found: Call, form: forms.CallForm, end: forms.EndForm, *, status: int = 200) -> HttpResponse:
    context = {
        "call": found,
        "form": form,
        "end": end,
        "alarms": [each for each in cases.SITUATION if each.first],
        "taps": [each for each in codes.RESULT if each.tap],
        "suggested": {each.value: each.situation for each in codes.TOPIC if each.situation},
        **_side(found),
    }
    return render(request, "hotline/form.html", context, status=status)


def _side(found: Call) -> dict[str, Any]:
    """What the page says beside the form, kept in step while it is written."""
    return {"call": found, "times": queries.earlier(found), "earlier": queries.earlier_calls(found), "saved_at": now() if found.kept else None}


def _alarmed(request: HttpRequest, found: Call, situation: str) -> HttpResponse:
    report = actions.alarm(call=found, situation=situation, by=request.post)
    messages.success(request, _("已报告，受理编号 %(number)s，请念给对方听。通话可以继续，写下的内容会保留。") % {"number": report.number})
    return redirect("hotline:call", call_id=found.id)


def _looked(request: HttpRequest, found: Call) -> HttpResponse:
    """One question to the register: yes or no."""
    found = actions.look_for_child(call=found, by=request.post)
    note_read(request, child_id=found.child_id, place=found.place or found.scope_place, what=(found.number,), why=_("12355来电查询是否建档"))
    return redirect(f"{reverse('hotline:call', args=[found.id])}#child")


def _ended(request: HttpRequest, found: Call, data: dict[str, Any]) -> HttpResponse:
    if data["result"] == "reported" and found.report_id is None:
        actions.alarm(call=found, situation=data["situation"], by=request.post)
    if data["result"] == "referred":
        actions.refer(call=found, posts=queries.receivers(data["to"], found.place or found.scope_place), by=request.post)
    if data["callback"]:
        actions.promise(call=found, due_at=data["callback"], by=request.post, words=data["callback_words"])
    done = actions.finish(call=found, result=data["result"], by=request.post, seconds=data["seconds"])
    number = done.receipt
    said = _("已办结。受理编号 %(number)s，请念给对方听。") % {"number": number} if number else _("已办结：%(number)s") % {"number": done.number}
    messages.success(request, said, extra_tags=f"call-{done.id}")
    return redirect("hotline:call", call_id=done.id) if number else redirect("hotline:desk")


@requires("hotline.answer")
@require_POST
def keep(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Keep what has been written; answers with what stands beside the form."""
    found = _found(call_id)
    form = forms.CallForm(request.POST, within=found.scope_place)
    form.is_valid()
    try:
        found = actions.keep(call=found, draft=form.draft(), by=request.post)
    except HotlineError as error:
        return render(request, "hotline/side.html", {**_side(found), "problem": str(error)})
    return render(request, "hotline/side.html", _side(found))


def _read(request: HttpRequest, found: Call) -> HttpResponse:
    """What a call was: to its desk, and to those whom it reached."""
    post = request.post
    words, referrals = dict.fromkeys(WORDS, "") | queries.words(found), list(found.referrals.select_related("post__person", "post__place"))
    mine = next((row for row in referrals if row.post_id in (post.pk, post.deputy_of_id)), None)
    desk = post.role == ROLE and post.place_id == found.scope_place
    case = Case.objects.filter(pk=found.report.case_id).first() if found.report else None
    note_read(request, child_id=None, place=found.scope_place, what=(found.number,))
    notes, counsel = queries.counsel_of(found)
    context = {
        "call": found,
        "words": words,
        "phone": words.get("phone", "") if desk or mine or (case and post.may("cases.work")) else mask_phone(words.get("phone", "")),
        "place": (places.full_names([found.place]).get(found.place, "") if found.place else "") or words["place_words"],
        "referrals": [(row, sealing.opened(sealing.key(found.pk), row, row.sealed).get("words", "")) for row in referrals],
        "mine": mine,
        "callbacks": [(row, sealing.opened(sealing.key(found.pk), row, row.sealed)) for row in found.callbacks.select_related("owner__person")],
        "case": case,
        "case_url": telling.address(case) if case and post.may("cases.view") else "",
        "child": _candidate(found, case) if case and post.may("cases.work") else None,
        "notes": notes,
        "counsel": counsel,
        "counsels": bool(notes and notes.post_id in (post.pk, post.deputy_of_id)),
        "desk": desk,
        "answer_form": forms.AnswerForm() if mine and mine.answered_at is None else None,
        "moment": now(),
        **(_side(found) if desk else {}),
    }
    return render(request, "hotline/call.html", context)


def _candidate(found: Call, case: Case) -> dict[str, Any] | None:
    """The file that the child may have, to whoever works on the case: masked, until it is linked."""
    if found.child_id is None:
        return None
    with scope.whole_country(why="the candidate of a call may be on file in another place of the case's county"):
        child = Child.objects.filter(pk=found.child_id).first()
        linked = case.children.filter(child_id=found.child_id).exists()
    if child is None:
        return None
    return {"name": mask_name(child.name), "place": places.full_names([child.scope_place]).get(child.scope_place, ""), "linked": linked}


@requires("cases.work")
@require_POST
def link_child(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The child is the one on file: the case is about it from now on."""
    found = _found(call_id)
    case = Case.objects.filter(pk=found.report.case_id).first() if found.report else None
    if case is None:
        raise Http404
    try:
        actions.link_child(call=found, case=case, by=request.post)
    except (HotlineError, ProtectionError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已把孩子的档案关联到个案。"))
    return redirect("hotline:call", call_id=found.id)


@requires("hotline.read")
@require_POST
def reply(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What came of a call that was handed on."""
    found = _found(call_id)
    row = get_object_or_404(Referral.objects.filter(post__in=[each for each in (request.post.pk, request.post.deputy_of_id) if each]), call=found)
    form = forms.AnswerForm(request.POST)
    try:
        actions.answer(referral=row, words=form.data.get("words", ""), by=request.post)
    except HotlineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已答复，话务员会看到。"))
    return redirect("hotline:call", call_id=found.id)


@requires("hotline.answer")
@require_http_methods(["GET", "POST"])
def call_back(request: HttpRequest, callback_id: UUID) -> HttpResponse:
    """Write down that it was called back."""
    row = get_object_or_404(CallBack.objects.select_related("call"), pk=callback_id, call__scope_place=request.post.place_id)
    form = forms.CallBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_back(row=row, reached=form.cleaned_data["reached"], words=form.cleaned_data["words"], by=request.post)
        except HotlineError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("回电已登记。"))
            return dialogs.done(request, reverse("hotline:desk"))
    note_read(request, child_id=None, place=row.call.scope_place, what=(row.call.number,))
    words = queries.words(row.call)
    promised = sealing.opened(sealing.key(row.call_id), row, row.sealed).get("promised", "")
    said = "　".join(filter(None, (words.get("name", ""), words.get("phone", ""), promised)))
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": f"{_('登记回电')} · {row.call.number}", "confirm_text": said, "confirm_word": _("保存")})


@requires("hotline.answer")
@require_http_methods(["GET", "POST"])
def show_counsel(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Ask a colleague of the desk to read the counselling notes, too."""
    found = _found(call_id)
    if not _own(found, request.post):
        raise Http404
    form = forms.CounselForm(request.POST or None, posts=queries.colleagues(request.post))
    if request.method == "POST" and form.is_valid():
        actions.name_for_counsel(call=found, post=form.cleaned_data["post"], by=request.post)
        messages.success(request, _("对方现在可以看辅导记录。"))
        return dialogs.done(request, reverse("hotline:call", args=[found.id]))
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("请人一起看辅导记录"), "confirm_text": "", "confirm_word": _("确定")})
