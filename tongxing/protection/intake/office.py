"""The office's form: what is reported at the counter, by telephone, or by another authority, with all that is known."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import asked, listed
from tongxing.children.models import Child
from tongxing.ground.ids import parse, uuid7
from tongxing.ground.today import today
from tongxing.protection import actions
from tongxing.protection.errors import ProtectionError
from tongxing.protection.intake import queries
from tongxing.protection.intake.forms import ReportForm

FOUND = 8
OF_REPORTER = ("reporter", "phone", "relation")


@requires("reports.make")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a report. The child is looked for above the form, or described in it."""
    wanted = parse(request.GET.get("child", ""))
    child = Child.objects.filter(pk=wanted).first() if wanted else None
    place = queries.place_of(request.post, child)
    channel = queries.channel(request.post, child)
    initial = {"id": uuid7(), "place": place, "channel": channel if channel in ("office", "department") else "office"}
    form = ReportForm(request.POST or None, request.FILES or None, post=request.post, known_child=child is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.more()
        try:
            made = actions.report(new=_new(data, channel, child), by=request.post)
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            for sentence in made.refused:
                messages.warning(request, sentence)
            return redirect("reports:report", made.pk)
    return render(request, "intake/new.html", {"form": form, "child": child, **_looked_for(request)}, status=422 if form.is_bound else 200)


def _new(data: dict[str, Any], channel: str, child: Child | None) -> actions.NewReport:
    given = dict(data) | {"channel": data.get("channel") if data.get("channel") not in (None, "office") else channel}
    given |= {"place": data["place"].code, "child_id": child.pk if child else None}
    return actions.NewReport(**given)


def _looked_for(request: HttpRequest) -> dict[str, Any]:
    """Children of the post by what is typed, to choose from."""
    text = request.GET.get("q", "").strip()[:60]
    if not text or not request.post.may("children.view"):
        return {"q": text, "candidates": []}
    rows = listed(asked({"q": text}, Asking(request.post, today())))[: FOUND + 1]
    return {"q": text, "candidates": list(rows)[:FOUND], "looked": True}
