"""Cards on paper: one at once, many in the background."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import printouts, tasks
from tongxing.children.finding import queries
from tongxing.children.finding.conditions import Asking
from tongxing.children.forms.papers import PrintForm
from tongxing.children.printouts import Order
from tongxing.children.queries.files import files
from tongxing.children.views.acting import file_of, sent
from tongxing.files.models import Output
from tongxing.ground import dialogs
from tongxing.ground.ids import parse_all
from tongxing.ground.today import today
from tongxing.journal.models import Access


@requires("children.print")
def card(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The card of one child, or the sheet of its household."""
    file = file_of(child_id)
    siblings = printouts.household(child_id)
    form = PrintForm(sent(request), may_unmask=request.post.may("children.unmask"), family=len(siblings) > 1)
    if form.is_valid():
        order = form.order(link(request))
        on_it = siblings if order.sheet == printouts.FAMILY else [child_id]
        try:
            with transaction.atomic():
                output = _ask(request, order, [child_id], total=1)
                printouts.keep(output, printouts.card_of(child_id, order, by=request.post))
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            for one in files(on_it, ()).values():
                note_read(request, child_id=one.child.id, place=one.child.scope_place, outcome=Access.Outcome.PRINTED, what=printouts.shown(order), why=order.why)
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    context = {"form": form, "dialog_title": _("打印 %(name)s 的卡片") % {"name": file.child.name}, "confirm_word": _("打印")}
    return dialogs.show(request, "children/print.html", context)


@requires("children.print")
@require_POST
def cards(request: HttpRequest) -> HttpResponse:
    """The cards of the children picked in the list, or of all that the list's address finds: first what to print, then the background."""
    chosen = _found(request) if "all" in request.POST else _picked(request)
    count = printouts.count(chosen, printouts.BASIC)
    if not count or len(chosen) > printouts.MOST:
        sentence = _("请先选中要打印的孩子。") if not count else _("一次最多打印 %(most)d 人，请分批选择。") % {"most": printouts.MOST}
        messages.warning(request, sentence)
        return redirect("children:list")
    form = PrintForm(request.POST if "content" in request.POST else None, may_unmask=request.post.may("children.unmask"))
    if form.is_valid():
        order = form.order(link(request))
        output = _ask(request, order, chosen, total=printouts.count(chosen, order.sheet))
        tasks.print_cards.defer(output=str(output.id), post=str(request.post.id))
        return redirect("office:output", output.id)
    title = ngettext("打印 %(count)d 个孩子的卡片", "打印 %(count)d 个孩子的卡片", count) % {"count": count}
    return render(request, "children/print_many.html", {"form": form, "chosen": " ".join(map(str, chosen)), "title": title}, status=422 if form.is_bound else 200)


def _found(request: HttpRequest) -> list[UUID]:
    """All children of the list's address in its order, and one more than may be printed where there are too many."""
    question = queries.asked(request.GET.dict(), Asking(request.post, today()))
    return list(queries.listed(question).order_by(*question.order).values_list("pk", flat=True)[: printouts.MOST + 1])


def link(request: HttpRequest, view: str = "children:file") -> str:
    """The address of a view about a child, with `{child}` for its id: what the QR code opens."""
    nobody = UUID(int=0)
    return request.build_absolute_uri(reverse(view, args=[nobody])).replace(str(nobody), "{child}")


def _ask(request: HttpRequest, order: Order, children: list[UUID], *, total: int) -> Output:
    return printouts.ask(title=printouts.TITLES[order.sheet], order=order, children=children, total=total, by=request.post)


def _picked(request: HttpRequest) -> list[UUID]:
    """The ids of the ticked rows, or those that the page before was for; what is no id is left out."""
    return parse_all([*request.POST.getlist("pick"), *request.POST.get("chosen", "").split()])
