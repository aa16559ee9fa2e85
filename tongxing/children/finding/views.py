"""The list of children, its suggestions and its saved filters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.finding import exports, queries, saved
from tongxing.children.finding.conditions import Asking, Filter
from tongxing.children.finding.filters import PLACE, catalogue
from tongxing.children.finding.forms import ExportForm, SaveForm
from tongxing.children.finding.queries import Question
from tongxing.children.finding.rows import lines, name_for
from tongxing.children.finding.search import suggested
from tongxing.ground import dialogs
from tongxing.ground.pages import cut
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.places.codes import Level
from tongxing.places.forms import PlacePicker


def _asking(request: HttpRequest) -> Asking:
    return Asking(request.post, today())


def _question(request: HttpRequest) -> Question:
    return queries.asked(request.GET.dict(), _asking(request))


@requires("children.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The children of the scope, filtered, sorted and cut as the address says."""
    question = _question(request)
    asking = question.asking
    page = cut(queries.listed(question), request.GET.dict(), order=question.order)
    context = {
        "page": page,
        "lines": lines(page.rows, queries.details(page.rows, asking), asking),
        "question": question,
        "default_sort": queries.DEFAULT_ORDER,
        "facets": queries.facets(question),
        "fields": [_field(each, question) for each in catalogue() if each.offered(asking) and not each.more],
        "more_fields": [_field(each, question) for each in catalogue() if each.offered(asking) and each.more],
        "more_open": any(condition.key == each.key and each.more for each in catalogue() for condition in question.conditions),
        "active_filters": _chips(question),
        "saved_filters": list(saved.visible_to(request.post)),
        "sees_villages": request.post.place.level < Level.VILLAGE,
        "sees_townships": request.post.place.level < Level.TOWNSHIP,
        "print_url": reverse("children:print") if request.post.may("children.print") else "",
        "may_approve": request.post.may("children.approve"),
        "may_leave": request.post.may("children.leave"),
        "register_url": reverse("children:register") if request.post.may("children.register") else "",
        "export_url": reverse("children:export") if request.post.may("children.export") else "",
        "export_dialog": True,
        "fill_url": _fill_url(request),
        "log_url": _log_url(request),
        "day": asking.on,
    }
    return render(request, "children/finding/list.html", context)


@requires("children.view")
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """What the half-typed text of the search box may mean."""
    asking = _asking(request)
    text = request.GET.get("q", "")
    children, found, problem = suggested(text, asking)
    context = {
        "text": text.strip(),
        "children": [{"child": child, "name": name_for(asking, child.name), "url": reverse("children:file", args=[child.id])} for child in children],
        "places": [{"place": place, "link": queries.Question(asking, (PLACE.at(place),)).link()} for place in found],
        "problem": problem,
        "list_url": reverse("children:list"),
    }
    return render(request, "children/finding/suggestions.html", context)


@requires("children.export")
def export(request: HttpRequest) -> HttpResponse:
    """The list of this address as a workbook: to whom, why, which columns."""
    question = _question(request)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        order = exports.Order(columns=tuple(given["columns"]), recipient=given["recipient"], purpose=given["purpose"])
        try:
            output = exports.ask(question=question, order=order, by=request.post)
        except exports.CannotExport as refused:
            form.add_error(None, str(refused))
        else:
            note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=order.columns, why=order.why)
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    masked = _("证件号和电话一律脱敏；文件带有您的姓名、时间和用途，导出会记入访问记录。")
    text = masked if question.asking.works_with_children else _("姓名、证件号和电话一律脱敏；文件带有您的姓名、时间和用途，导出会记入访问记录。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("导出名单"), "confirm_text": text, "confirm_word": _("导出")})


@requires("children.view")
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filters of this address under a name."""
    question = _question(request)
    form = SaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved.save(name=form.cleaned_data["name"], question=question, shared=form.cleaned_data["shared"], by=request.post)
        except saved.CannotSave as refused:
            form.add_error(None, str(refused))
        else:
            return dialogs.done(request, reverse("children:list") + question.link())
    text = "；".join(condition.word for condition in question.conditions) or _("还没有筛选条件。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("保存筛选"), "confirm_text": text, "confirm_word": _("保存")})


@requires("children.view")
@require_POST
def forget_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Delete one's own saved filter."""
    saved.forget(filter_id=filter_id, by=request.post)
    return redirect(reverse("children:list") + _question(request).link())


def _fill_url(request: HttpRequest) -> str:
    """Where other offices' sheets are filled for the children of a list: a floor above, if it is there."""
    try:
        return reverse("exchange:sheets") if request.post.may("exchange.fill") else ""
    except NoReverseMatch:
        return ""


def _log_url(request: HttpRequest) -> str:
    """Where work with the chosen children is written down: two floors above, if it is there."""
    try:
        return reverse("care:kinds") if request.post.may("log.write") else ""
    except NoReverseMatch:
        return ""


def _field(each: Filter, question: Question) -> dict[str, Any]:
    """What children/finding/field.html draws."""
    field: dict[str, Any] = {"key": each.key, "label": each.label, "shape": each.shape, "value": question.value(each.key)}
    if each.shape == "place":
        value = (question.value(each.key), question.value(f"{each.key}_code"))
        field["picker"] = PlacePicker(within=question.asking.post.place_id).render(each.key, value, {"id": f"filter-{each.key}", "class": "form-control"})
    elif each.shape == "select":
        field["groups"] = each.groups(question.asking)
    elif each.shape == "number":
        field |= {"least": each.least, "most": each.most, "unit": each.unit}  # type: ignore[attr-defined]
    return field


def _chips(question: Question) -> list[dict[str, str]]:
    chips = [{"word": condition.word, "url": question.without(condition.key).link()} for condition in question.conditions]
    if question.search.asks:
        chips.insert(0, {"word": _("搜索：%(text)s") % {"text": question.search.text[:20]}, "url": question.unsearched().link()})
    return chips
