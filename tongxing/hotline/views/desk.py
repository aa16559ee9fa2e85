"""Where the agent sits: take a call, go on with one, call back, say what came of a report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.ground.ids import parse
from tongxing.ground.today import now, today
from tongxing.hotline import actions, queries
from tongxing.hotline.errors import HotlineError


@requires("hotline.answer")
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Drafts, call-backs that wait, today's calls."""
    calls = list(queries.of_today(request.post, today()).select_related("post__person")[:50])
    context = {
        "drafts": list(queries.drafts(request.post)[:20]),
        "callbacks": list(queries.callbacks(request.post)[:50]),
        "calls": calls,
        "moment": now(),
        **queries.context_of(calls),
    }
    return render(request, "hotline/desk.html", context)


@requires("hotline.answer")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """The telephone rings: an empty form that keeps itself."""
    try:
        call = actions.begin(by=request.post, call_id=parse(request.POST.get("id", "")))
    except HotlineError as error:
        messages.error(request, str(error))
        return redirect("hotline:desk")
    return redirect("hotline:call", call_id=call.id)


@requires("hotline.answer")
@require_POST
def tap(request: HttpRequest) -> HttpResponse:
    """A silent or an abusive call, in one tap."""
    try:
        call = actions.one_tap(result=request.POST.get("result", ""), by=request.post)
    except HotlineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已登记：%(number)s") % {"number": call.number})
    return redirect("hotline:desk")


@requires("hotline.answer")
@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """What came of a report, by the number that was read out."""
    number = request.GET.get("number", "").strip()[:20].replace("\0", "")
    found = queries.receipt(number) if number else None
    if found:
        note_read(request, child_id=None, place=request.post.place_id, what=(found.number,))
    return render(request, "hotline/receipt.html", {"number": number, "found": found})
