"""Returns: the periods of a place, one return with its tables, whose turn it is, who is missing, what was corrected."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.rows import name_for
from tongxing.children.history import verb as verb_word
from tongxing.children.models import Child
from tongxing.figures import actions, counting, exports, movement, pages
from tongxing.figures.counting import Draft
from tongxing.figures.definition import TABLES
from tongxing.figures.exports import CannotExport
from tongxing.figures.forms import CommentForm, ExportForm, OpenForm
from tongxing.figures.models import Movement, Return
from tongxing.figures.movement import CATEGORIES, MOVEMENT
from tongxing.figures.states import LIFE, NotNow, State
from tongxing.ground import dialogs
from tongxing.journal.models import Access
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

ICONS = {"submit": "send", "withdraw": "arrow-back-up", "return": "arrow-back-up", "confirm": "check"}
CORRECTIONS = "corrections"


@requires("figures.view")
@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    """The periods of the post's place, the latest first: the own return, and how far those below are."""
    lo, hi = codes.span(request.post.place_id)
    level = min(request.post.place.level + 1, Level.TOWNSHIP)
    rows = []
    found = Return.objects.filter(scope_place__range=(lo, hi)).order_by("-on", "kind", "scope_place")
    for (_on, _kind), group in groupby(found, key=lambda each: (each.on, each.kind)):
        reports = list(group)
        own = next((each for each in reports if each.scope_place == request.post.place_id), None)
        below = [each for each in reports if codes.level(each.scope_place) == level and each is not own]
        rows.append({"report": own or reports[0], "own": own, "below": len(below), **_progress(below)})
    return render(request, "figures/periods.html", {"rows": rows, "may_open": request.post.may("figures.collect")})


def _progress(below: Iterable[Return]) -> dict[str, int]:
    listed = list(below)
    return {
        "confirmed": sum(each.state == State.CONFIRMED for each in listed),
        "submitted": sum(each.state == State.SUBMITTED for each in listed),
        "missing": sum(not each.stored for each in listed),
        "late": sum(each.late for each in listed),
    }


@requires("figures.collect")
def open_period(request: HttpRequest) -> HttpResponse:
    """Ask for the tables of a statistical date."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind, on = form.period
        try:
            made = actions.open_period(kind=kind, on=on, due=form.cleaned_data["due"], by=request.post)
        except NotNow as refused:
            form.add_error(None, str(refused))
        else:
            if not made:
                messages.info(request, _("这一期已经开始填报。"))
            else:
                messages.success(request, ngettext("已经向 %(count)s 处要报表。", "已经向 %(count)s 处要报表。", len(made)) % {"count": len(made)})
            return dialogs.done(request, reverse("figures:periods"))
    text = _("本地区和下级各处的待办事项里会出现这份报表。乡镇填报，县级确认，逐级上报。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("开始一期报表"), "confirm_text": text, "confirm_word": _("开始")})


@requires("figures.view")
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One return: as it was sent, or as it would be sent now. ``table`` names a table, ``category`` one of the movement's."""
    found = get_object_or_404(Return.objects, pk=report_id)
    said = counting.read(found)
    shown = request.GET.get("table", MOVEMENT.id)
    if shown not in (*TABLES, MOVEMENT.id, CORRECTIONS):
        raise Http404
    place = places.by_code(found.scope_place)
    below = _below(found) if codes.level(found.scope_place) < Level.TOWNSHIP else []
    context: dict[str, Any] = {
        "report": found,
        "place": place,
        "tabs": _tabs(found, shown),
        "acts": [(verb, LIFE[verb].label, ICONS[verb]) for verb in LIFE if found.state in LIFE[verb].origins and actions.may(found, verb, request.post)],
        "below": below,
        "urgent": [each for each in below if not each["report"].stored],
        "may_urge": request.post.may("figures.collect"),
        "intact": counting.intact(found),
        "may_export": request.post.may("figures.export"),
        "sentences": _faults(found, said),
        "corrections_tab": shown == CORRECTIONS,
    }
    if shown == CORRECTIONS:
        context["corrections"] = _corrections(found, said, request)
    elif shown == MOVEMENT.id:
        category = request.GET.get("category", "")
        context["movement"] = pages.plain(counting.by_category(found, said), [f"?table={MOVEMENT.id}&category={key}" for key in counting.categories_of(found)])
        if category in counting.categories_of(found):
            context["category"] = counting.categories_of(found)[category]
            context["shown"] = pages.plain(counting.counted(found, said, MOVEMENT.id, movement.PREFIX + category))
    else:
        context["shown"] = pages.plain(counting.counted(found, said, shown))
    return render(request, "figures/return.html", context)


def _faults(found: Return, said: Draft) -> list[str]:
    """What would keep an open return from being sent."""
    if found.stored:
        return []
    try:
        actions.check(found, said)
    except CannotExport as refused:
        return list(refused.sentences)
    return []


def _tabs(found: Return, shown: str) -> list[dict[str, Any]]:
    titles = [(MOVEMENT.id, MOVEMENT.title), *((table.id, counting.table_of(found, table.id).title) for table in TABLES.values())]
    tabs = [{"word": _(title), "url": f"?table={table_id}", "current": table_id == shown} for table_id, title in titles]
    return [*tabs, {"word": _("更正清单"), "url": f"?table={CORRECTIONS}", "current": shown == CORRECTIONS}]


def _below(found: Return) -> list[dict[str, Any]]:
    reports = counting.below(found)
    names = places.short_names(each.scope_place for each in reports)
    return [{"report": each, "name": names.get(each.scope_place, "")} for each in reports]


def _corrections(found: Return, said: Draft, request: HttpRequest) -> list[dict[str, Any]]:
    """Who, what, why. Children whose file has gone to another place are listed without their name."""
    listed = counting.corrections(found, said)
    asking = Asking(request.post, found.on)
    names = dict(Child.objects.filter(pk__in={each.child_id for each in listed}).values_list("pk", "name"))
    villages = places.short_names({each.place for each in listed})
    return [
        {
            "row": each,
            "name": name_for(asking, names[each.child_id]) if each.child_id in names else "",
            "url": reverse("children:file", args=[each.child_id]) if each.child_id in names else "",
            "place": villages.get(each.place, ""),
            "category": _(CATEGORIES[each.category].heading) if each.category in CATEGORIES else each.category,
            "reason": _(movement.REASONS[each.reason]),
            "direction": Movement(direction=each.direction).get_direction_display(),
            "recorded": verb_word(each.recorded) if each.recorded else "",
        }
        for each in listed
    ]


@requires("figures.report", "figures.collect")
def act(request: HttpRequest, report_id: UUID, verb: str) -> HttpResponse:
    """Send up, take back, return with words, confirm."""
    found = get_object_or_404(Return.objects, pk=report_id)
    if verb not in LIFE:
        raise Http404(verb)
    step = LIFE[verb]
    form = CommentForm(request.POST if request.method == "POST" else None, needed=step.comment)
    sentences: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            actions.act(report=found, verb=verb, by=request.post, comment=form.cleaned_data.get("comment", ""))
        except NotNow as refused:
            form.add_error(None, str(refused))
        except CannotExport as refused:
            form.add_error(None, str(refused))
            sentences = refused.sentences
        else:
            messages.success(request, _("已经办理：%(act)s。") % {"act": step.label})
            return dialogs.done(request, reverse("figures:return", args=[found.id]))
    texts = {
        "submit": _("按统计时点的事实计算并冻结，上报上级。上级确认以前可以撤回。"),
        "withdraw": _("撤回以后重新按当前的档案计算。"),
        "return": _("填报单位会看到您的意见，改好后重新上报。"),
        "confirm": _("确认以后数字不再变动。以后的更正计入下一期，并列入更正清单。"),
    }
    context = {"form": form, "dialog_title": step.label, "confirm_text": texts[verb], "confirm_word": step.label, "sentences": sentences}
    return dialogs.show(request, "figures/export.html", context)


@requires("figures.collect")
@require_POST
def urge(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Ask those below again who have not sent."""
    found = get_object_or_404(Return.objects, pk=report_id)
    count = actions.urge(reports=counting.below(found), by=request.post)
    messages.success(request, ngettext("已经向 %(count)s 处催报。", "已经向 %(count)s 处催报。", count) % {"count": count})
    return redirect("figures:return", found.id)


@requires("figures.export")
def export(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """All tables of a return as one workbook in the official layout."""
    found = get_object_or_404(Return.objects, pk=report_id)
    place = places.by_code(found.scope_place)
    form = ExportForm(request.POST or None, initial={"unit": place.full_name if place else ""})
    sentences: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        order = exports.Order(**form.cleaned_data)
        try:
            output = exports.export_return(report=found, order=order, by=request.post)
        except CannotExport as refused:
            form.add_error(None, str(refused))
            sentences = refused.sentences
        else:
            note_read(request, child_id=None, place=found.scope_place, outcome=Access.Outcome.EXPORTED, what=("return",), why=order.why)
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    text = _("一张工作簿，每张表一页，带签名栏。")
    context = {"form": form, "dialog_title": _("导出整套报表"), "confirm_text": text, "confirm_word": _("导出"), "sentences": sentences}
    return dialogs.show(request, "figures/export.html", context)
