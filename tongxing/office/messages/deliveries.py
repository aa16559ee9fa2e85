"""Text messages and e-mails that left, or could not: for the system's administrator. Nothing in them speaks of a child."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Person
from tongxing.ground import scope
from tongxing.ground.ids import parse_all
from tongxing.ground.pages import chips, cut
from tongxing.outbox import actions, gateways, queries
from tongxing.outbox.models import Channel, State

TONES = {State.WAITING: "blue", State.SENDING: "blue", State.SENT: "green", State.DEAD: "red", State.DROPPED: "grey"}
WHY = "the system's administrator looks after what could not be sent; none speaks of a child"


@requires("system.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Deliveries by state and channel; without a choice those that failed."""
    filters = {"state": request.GET.get("state", "dead"), "channel": request.GET.get("channel", "")}
    filters["state"] = filters["state"] if filters["state"] in State.values else ""
    filters["channel"] = filters["channel"] if filters["channel"] in Channel.values else ""
    with scope.whole_country(why=WHY):
        page = cut(queries.deliveries(**filters), request.GET.dict(), order=("-made_at", "-id"))
    names = dict(Person.objects.filter(pk__in=[delivery.person_id for delivery in page.rows]).values_list("pk", "name"))
    words = {"state": lambda value: str(State(value).label), "channel": lambda value: str(Channel(value).label)}
    context = {
        "page": page,
        "deliveries": [{"delivery": delivery, "name": names.get(delivery.person_id, ""), "tone": TONES[State(delivery.state)]} for delivery in page.rows],
        "filters": filters,
        "states": State.choices,
        "channels": Channel.choices,
        "open_channels": [Channel(channel).label for channel in gateways.channels()],
        "active_filters": chips({name: words[name](value) for name, value in filters.items() if value}, filters, cleared={"state": ""}),
    }
    return render(request, "messages/deliveries.html", context)


@requires("system.view")
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Try the chosen failed ones again, or leave them unsent."""
    chosen = parse_all(request.POST.getlist("delivery"))
    if not chosen:
        messages.warning(request, _("请先勾选。"))
    elif request.POST.get("act") == "drop":
        messages.success(request, _("%(count)s条不再发送。") % {"count": actions.drop(deliveries=chosen)})
    else:
        messages.success(request, _("%(count)s条重新排队发送。") % {"count": actions.retry(deliveries=chosen)})
    return redirect("messages:deliveries")
