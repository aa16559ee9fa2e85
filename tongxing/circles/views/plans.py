"""A child's plan: four fixed places and individual items; and the reviews that are due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Person
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, sent
from tongxing.circles import actions, codes, forms, plans, queries
from tongxing.circles.actions import planning
from tongxing.circles.drawing import Viewer, circle
from tongxing.circles.models import Plan, PlanItem
from tongxing.circles.views.circle import child_of
from tongxing.crypto import actions as crypto
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, parse, show, span

STATES = {"late": gettext_lazy("已过评估日期"), "soon": gettext_lazy("14天内评估")}


def plan_url(child_id: UUID) -> str:
    return reverse("circles:plan", args=[child_id])


@requires("circles.view")
@require_GET
def plan(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The plan of one child. Its words are shown to those who work with the child."""
    found, viewer = child_of(child_id), Viewer(request.post, today())
    owed = Child.objects.filter(queries.to_care_for(viewer.on), pk=child_id).exists()
    drawn = circle(found, owed=owed, viewer=viewer, detailed=False)
    private = request.post.may("children.edit")
    key = crypto.open_keys([child_id]).get(child_id) if private else None
    note_read(request, child_id=child_id, place=found.scope_place, what=(_("帮扶方案"),) if private else ())
    context = {"child": found, "name": viewer.name(found), "plan": plans.shown(child_id, drawn, key, viewer.on), "private": private, "viewer": viewer, "circle": drawn}
    return render(request, "circles/plan.html", context)


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def needs(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """What the child needs."""
    found = child_of(child_id)
    key = crypto.open_keys([child_id]).get(child_id)
    row = Plan.objects.filter(child=child_id).first()
    initial = {"needs": planning.open_needs(row, key)} if row and key else {}
    note_read(request, child_id=child_id, place=found.scope_place, what=(_("帮扶方案"),))

    def do(data: dict[str, Any]) -> str:
        actions.write_needs(child_id=child_id, needs=data["needs"], by=request.post)
        return _("已保存。")

    return ask(request, form=forms.NeedsForm(sent(request), initial=initial), title=_("%(name)s的需求") % {"name": found.name}, word=_("保存"), do=do, back=plan_url(child_id))


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """One more item."""
    found = child_of(child_id)

    def do(data: dict[str, Any]) -> str:
        actions.add_item(child_id=child_id, area=data["area"], goal=data["goal"], owner=Person.objects.get(pk=data["owner"]), review_on=data["review_on"], by=request.post)
        return _("已增加帮扶项目。")

    form = forms.ItemForm(sent(request), owners=plans.owners(child_id, found.scope_place, request.post, today()))
    return ask(request, form=form, title=_("增加帮扶项目：%(name)s") % {"name": found.name}, word=_("增加"), do=do, back=plan_url(child_id))


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, child_id: UUID, item_id: UUID) -> HttpResponse:
    """Change an item."""
    found, row = child_of(child_id), _item(child_id, item_id)
    key = crypto.open_keys([child_id]).get(child_id)
    if key is None:
        raise Http404
    note_read(request, child_id=child_id, place=found.scope_place, what=(_("帮扶方案"),))
    owners = {row.owner_id: row.owner.name} | dict(plans.owners(child_id, found.scope_place, request.post, today()))
    initial = {"area": row.area, "goal": planning.open_goal(row, key), "owner": str(row.owner_id), "review_on": row.review_on, "version": row.version}

    def do(data: dict[str, Any]) -> str:
        owner = Person.objects.get(pk=data["owner"])
        version = data["version"] or 0
        actions.change_item(item_id=item_id, area=data["area"], goal=data["goal"], owner=owner, review_on=data["review_on"], version=version, by=request.post)
        return _("已保存。")

    return _ask(request, forms.ItemForm(sent(request), owners=owners, initial=initial), _("修改帮扶项目"), _("保存"), do, child_id)


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, child_id: UUID, item_id: UUID) -> HttpResponse:
    """Look at an item: it goes on, or it is closed with a result."""
    child_of(child_id)
    row = _item(child_id, item_id)

    def do(data: dict[str, Any]) -> str:
        closing = data["closing"] == "close"
        result = (data["result"] or "-") if closing else ""
        actions.review_item(item_id=item_id, words=data["words"], next_on=data["next_on"], result=result, version=data["version"], by=request.post)
        return _("已完成：%(area)s。") % {"area": codes.AREA.text(row.area)} if closing else _("已评估，下次%(on)s。") % {"on": data["next_on"].isoformat()}

    form = forms.ReviewForm(sent(request), initial={"version": row.version, "closing": "go_on"})
    return _ask(request, form, _("评估：%(area)s") % {"area": codes.AREA.text(row.area)}, _("保存"), do, child_id)


def _ask(request: HttpRequest, form: Any, title: str, word: str, do: Callable[[dict[str, Any]], str], child_id: UUID) -> HttpResponse:
    return ask(request, form=form, title=title, word=word, do=do, back=plan_url(child_id))


def _item(child_id: UUID, item_id: UUID) -> PlanItem:
    row = PlanItem.objects.select_related("owner").filter(pk=item_id, child=child_id).first()
    if row is None:
        raise Http404
    return row


@requires("circles.view")
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Items of plans whose review is late or due, the latest first."""
    day = today()
    which = request.GET.get("state", "late")
    which = which if which in STATES else ""
    rows = plans.due(day, which)
    try:
        place = parse(request.GET["place"]) if request.GET.get("place") else None
    except CodeError:
        place = None
    if place:
        rows = rows.filter(scope_place__range=span(place))
    page = cut(rows, request.GET.dict(), order=("review_on", "id"))
    viewer = Viewer(request.post, day)
    villages = places.short_names({row.scope_place for row in page.rows})
    context = {
        "page": page,
        "lines": [
            {
                "row": row,
                "child": viewer.name(row.child),
                "village": villages.get(row.scope_place, ""),
                "area": codes.AREA.text(row.area),
                "state": plans.state(row, day),
                "days": (day - row.review_on).days if row.review_on else 0,
            }
            for row in page.rows
        ],
        "states": STATES,
        "state": which,
        "areas": places.children_of(request.post.place_id),
        "place": show(place) if place else "",
        "active_filters": chips({"place": places.short_names({place}).get(place, "")}, {"place": show(place)}, cleared={"state": which}) if place else [],
        "may_edit": viewer.edits,
        "sees_villages": request.post.place.level < Level.VILLAGE,
    }
    return render(request, "circles/reviews.html", context)
