"""The list of letters: of the office that writes them, and of the department that receives them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.letters import codes, departments, queries
from tongxing.letters.models import Kind
from tongxing.letters.states import State
from tongxing.letters.views import showing

MORE = {"open": gettext_lazy("没有办结"), "overdue": gettext_lazy("逾期未复函"), "soon": gettext_lazy("三天内到期"), "mine": gettext_lazy("等我办理")}


@requires("letters.view")
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Letters that the post may see, the newest first."""
    asked = showing.filled(request.GET.dict(), "q", "state", "department", "kind")
    office = request.post.may("letters.write")
    states: dict[str, Any] = {**MORE, **dict(State.choices)}
    if not office:
        for each in ("mine", State.DRAFTED, State.CHECKING, State.CHECKED, State.SIGNED):
            states.pop(each)
    asked = {
        "q": asked["q"],
        "state": asked["state"] if asked["state"] in states else "",
        "department": asked["department"] if asked["department"] in codes.ADDRESSEE else "",
        "kind": asked["kind"] if asked["kind"] in Kind.values else "",
    }
    rows = queries.waiting_for(request.post) if asked["state"] == "mine" else queries.listed(asked["state"], today())
    if asked["q"]:
        rows = rows.filter(Q(title__icontains=asked["q"]) | Q(number__icontains=asked["q"]))
    if asked["department"]:
        rows = rows.filter(department=asked["department"])
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    page = cut(rows.select_related("drafter__place", "drafter__person"), request.GET.dict(), order=("-created_at", "-id"))
    counted = queries.counts(page.rows)
    words = {
        "q": f"“{asked['q']}”" if asked["q"] else "",
        "state": str(states[asked["state"]]) if asked["state"] else "",
        "department": codes.ADDRESSEE.text(asked["department"]),
        "kind": str(Kind(asked["kind"]).label) if asked["kind"] else "",
    }
    context = {
        "page": page,
        "lines": [
            {"letter": letter, "counts": counted.get(letter.id, {}), "total": sum(counted.get(letter.id, {}).values()), "late": letter.late(today())} for letter in page.rows
        ],
        "asked": asked,
        "states": states.items(),
        "kinds": Kind.choices,
        "departments": departments.choices() if office else [],
        "active_filters": chips(words, asked),
        "office": office,
        "tabs": showing.tabs(request.post, "list"),
    }
    return render(request, "letters/list.html", context)
