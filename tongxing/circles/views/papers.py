"""结对包保卡 and 手拉手爱心结对卡 on paper: one child's at once, many in the background."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.models import Child
from tongxing.children.printouts import MOST, Order, ask, keep
from tongxing.children.views.acting import sent
from tongxing.children.views.printing import link
from tongxing.circles import forms, printouts, queries, tasks, vacancies
from tongxing.circles.views.circle import child_of
from tongxing.files.models import Output
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.places.codes import span


@requires("children.print")
def card(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The card of one child."""
    found = child_of(child_id)
    form = forms.CardForm(sent(request), may_unmask=request.post.may("children.unmask"))
    if form.is_valid():
        order = form.order(link(request, "circles:child"))
        try:
            with transaction.atomic():
                output = _ask(request, order, [child_id])
                keep(output, printouts.card_of(child_id, order, by=request.post))
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            note_read(request, child_id=child_id, place=found.scope_place, outcome=Access.Outcome.PRINTED, what=() if order.masked else printouts.IN_FULL, why=order.why)
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    context = {"form": form, "dialog_title": _("打印 %(name)s 的卡片") % {"name": found.name}, "confirm_word": _("打印")}
    return dialogs.show(request, "children/print.html", context)


@requires("children.print")
def cards(request: HttpRequest) -> HttpResponse:
    """The cards of every child of a place who is to have a circle."""
    question = vacancies.question(request.GET.dict(), request.post, today())
    rows = Child.objects.filter(queries.to_care_for(question.on))
    if question.place:
        rows = rows.filter(scope_place__range=span(question.place))
    chosen = list(rows.order_by("scope_place", "sort_key", "id").values_list("pk", flat=True)[: MOST + 1])
    if not chosen or len(chosen) > MOST:
        messages.warning(request, _("没有要打印的孩子。") if not chosen else _("一次最多打印 %(most)d 人，请先选一个地点。") % {"most": MOST})
        return dialogs.done(request, reverse("circles:vacancies"))
    form = forms.CardForm(sent(request), may_unmask=request.post.may("children.unmask"))
    if form.is_valid():
        output = _ask(request, form.order(link(request, "circles:child")), chosen)
        tasks.print_circle_cards.defer(output=str(output.id), post=str(request.post.id))
        return dialogs.done(request, reverse("office:output", args=[output.id]))
    title = ngettext("打印 %(count)d 个孩子的卡片", "打印 %(count)d 个孩子的卡片", len(chosen)) % {"count": len(chosen)}
    return dialogs.show(request, "children/print.html", {"form": form, "dialog_title": title, "confirm_word": _("打印")})


def _ask(request: HttpRequest, order: Order, children: list[UUID]) -> Output:
    return ask(title=printouts.TITLES[order.sheet], order=order, children=children, total=len(children), by=request.post)
