"""Hazards within 200 metres of schools (P6-2): the list, a new one, its rectification."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.views.acting import ask
from tongxing.files import enclosures, intake, storage
from tongxing.files.downloads import download
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.letters import codes, forms
from tongxing.letters.actions import meetings as acts
from tongxing.letters.models import Hazard
from tongxing.letters.views import showing
from tongxing.letters.views.meetings import tabs
from tongxing.places import codes as places
from tongxing.places.codes import Level

STATES = {"open": gettext_lazy("没有整改"), "done": gettext_lazy("已整改")}


@requires("meetings.view")
@require_GET
def hazards(request: HttpRequest) -> HttpResponse:
    """What was found around schools, the newest first."""
    asked = showing.filled(request.GET.dict(), "q", "state", "kind")
    asked["state"] = asked["state"] if asked["state"] in STATES else ""
    asked["kind"] = asked["kind"] if asked["kind"] in codes.HAZARD else ""
    rows = Hazard.objects.select_related("school")
    if asked["state"]:
        rows = rows.filter(rectified_on__isnull=asked["state"] == "open")
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["q"]:
        rows = rows.filter(Q(words__icontains=asked["q"]) | Q(school__name__contains=asked["q"]))
    page = cut(rows, request.GET.dict(), order=("-found_on", "-id"))
    words = {"q": f"“{asked['q']}”" if asked["q"] else "", "state": str(STATES[asked["state"]]) if asked["state"] else "", "kind": codes.HAZARD.text(asked["kind"])}
    context = {
        "page": page,
        "lines": [{"hazard": row, "photos": list(enclosures.of(row.id)), "days": (today() - row.found_on).days} for row in page.rows],
        "asked": asked,
        "states": STATES.items(),
        "kinds": codes.HAZARD.choices(),
        "active_filters": chips(words, asked),
        "tabs": tabs("hazards"),
        "may_edit": request.post.may(acts.RIGHT),
    }
    return render(request, "meetings/hazards.html", context)


@requires("meetings.edit")
def hazard_new(request: HttpRequest) -> HttpResponse:
    """Enter a hazard."""
    within = places.at_level(request.post.place_id, Level.COUNTY)
    form = forms.HazardForm(request.POST if request.method == "POST" else None, request.FILES or None, within=within)

    def do(data: dict[str, Any]) -> str:
        photo = data["photo"].read() if data["photo"] else b""
        made = acts.report_hazard(school=data["school"], kind=data["kind"], words=data["words"], found_on=data["found_on"], photo=photo, by=request.post)
        return _("已登记%(school)s周边隐患。") % {"school": made.school.name}

    return ask(request, form=form, title=_("登记校园周边隐患"), word=_("登记"), do=do, back=reverse("meetings:hazards"), text=_("学校周边200米以内的。"))


@requires("meetings.edit")
def hazard_rectify(request: HttpRequest, hazard_id: UUID) -> HttpResponse:
    """It is gone."""
    shown = get_object_or_404(Hazard.objects.select_related("school"), pk=hazard_id)
    form = forms.RectifyForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def do(data: dict[str, Any]) -> str:
        photo = data["photo"].read() if data["photo"] else b""
        acts.rectify_hazard(hazard_id=shown.id, how=data["how"], on=data["on"], photo=photo, by=request.post)
        return _("已记录整改。")

    return ask(request, form=form, title=f"{_('整改')} · {shown.school.name}", word=_("已整改"), do=do, back=reverse("meetings:hazards"))


@requires("meetings.view")
@require_GET
def photo(request: HttpRequest, hazard_id: UUID, file_id: UUID) -> HttpResponse:
    """A picture of a hazard."""
    shown = get_object_or_404(Hazard, pk=hazard_id)
    kept = get_object_or_404(enclosures.of(shown.id), pk=file_id)
    try:
        content = enclosures.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    return download(content, f"{kept.title}{intake.SUFFIXES[kept.media_type]}", kept.media_type, shown=kept.media_type in intake.SHOWN)
