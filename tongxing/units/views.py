"""Pages of units: list, one unit with its classes, and the dialogs that change it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, requires, signed_in
from tongxing.files.downloads import download
from tongxing.ground import dialogs
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.ledgers.writing import XLSX
from tongxing.places import codes as places
from tongxing.places import queries as place_queries
from tongxing.places.forms import parse_within
from tongxing.units import actions, codes, forms, queries
from tongxing.units.actions import UnitError
from tongxing.units.models import SchoolClass, Unit, UnitQuerySet
from tongxing.units.rules import ClassKey, school_year

ORDERS = {"name": ("name", "id"), "-name": ("-name", "-id"), "place": ("place", "name", "id"), "-place": ("-place", "-name", "-id")}


@requires("units.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Units of the post's place, filtered by the address."""
    rows, filters = _filtered(request)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS["place"])
    context = {
        "page": cut(rows, request.GET.dict(), order=order),
        "default_sort": "place",
        "filters": filters,
        "kinds": codes.KIND.choices(),
        "stages": codes.STAGE.choices(),
        "departments": codes.DEPARTMENT.choices(),
        "townships": place_queries.children_of(request.post.place_id) if request.post.place.level < places.Level.VILLAGE else [],
        "active_filters": _chips(filters),
        "export_url": reverse("units:export"),
        "may_edit": request.post.may("units.edit"),
        "day": today(),
    }
    return render(request, "units/list.html", context)


@requires("units.view")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    rows, _filters = _filtered(request)
    stream = io.BytesIO()
    import xlsxwriter  # late: it would slow every start

    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(_("学校和单位"))
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 5, 18)
        for at, title in enumerate((_("名称"), _("类型"), _("学段"), _("所在地"), _("设立日期"), _("撤销日期"))):
            sheet.write_string(0, at, title, bold)
        for row, each in enumerate(rows.order_by(*ORDERS["place"]).iterator(chunk_size=1000), start=1):
            cells = (each.name, each.kind_label, "、".join(each.stage_labels), each.place.full_name, each.valid_from or "", each.valid_until or "")
            for at, cell in enumerate(cells):
                sheet.write_string(row, at, str(cell))
    return download(stream.getvalue(), f"{request.post.place.short_name}学校和单位.xlsx", XLSX)


@signed_in
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Suggestions for the picker, or JSON: ``q`` (or the field named by ``field``), ``within``, ``kind``."""
    text = request.GET.get("q") or request.GET.get(request.GET.get("field", ""), "")
    lo, hi = parse_within(request.GET.get("within", ""))
    units = queries.search(text, lo=lo, hi=hi, kind=request.GET.get("kind", "") if request.GET.get("kind") in codes.KIND else "")
    if request.GET.get("format") == "json":
        return JsonResponse({"units": [{"id": str(each.pk), "name": each.name, "place": each.place.full_name, "stages": each.stages} for each in units]})
    return render(request, "units/options.html", {"units": units})


@requires("units.view")
@require_GET
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit: what it is, what it was called, its branches, the classes of a school year."""
    shown = _found(request, unit_id)
    now = school_year(today())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 and 1990 <= int(asked) <= now + 1 else now
    context = {
        "unit": shown,
        "chain": place_queries.chain(shown.place_id),
        "former": shown.former_names.order_by("-until"),
        "branches": shown.branches.valid(today()).order_by("name"),
        "classes": queries.classes(shown, year=year) if shown.kind == "school" else [],
        "year": year,
        "years": sorted({now + 1, now, *SchoolClass.objects.filter(school=shown).values_list("year", flat=True)}, reverse=True),
        "department": codes.DEPARTMENT.text(shown.department),
        "ended": shown.closed(today()),
        "keeper": queries.in_charge(shown),
        "may_edit": _may_edit(request, shown) and shown.valid_until is None,
    }
    return render(request, "units/unit.html", context)


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Enter a school, a department, an organisation or a children's home."""
    within = request.post.place_id
    form = forms.AddForm(request.POST or None, within=within, initial={"kind": request.GET.get("kind", "school"), "place": within})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.add_unit(**{field: data[field] for field in ("kind", "name", "place", "stages", "boarding", "department", "since")}, by=request.post)
        except UnitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已登记“%(name)s”。") % {"name": made.name})
            return dialogs.done(request, reverse("units:unit", args=[made.pk]))
    return dialogs.show(request, "units/add.html", {"form": form, "dialog_title": _("登记学校或单位")})


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """A new name from a day, with its reason."""

    def work(unit: Unit, data: dict[str, Any]) -> None:
        actions.rename_unit(unit=unit, name=data["name"], on=data["on"], reason=data["reason"], by=request.post)

    return _dialog(request, unit_id, forms.RenameForm, _("更名"), work, initial=lambda unit: {"name": unit.name, "on": today()})


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """What a school offers."""

    def work(unit: Unit, data: dict[str, Any]) -> None:
        actions.change_unit(unit=unit, stages=data["stages"], boarding=data["boarding"], by=request.post)

    return _dialog(request, unit_id, forms.ChangeForm, _("修改学段"), work, initial=lambda unit: {"stages": unit.stages, "boarding": unit.boarding})


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def keeper(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Who is in charge of a home."""

    def work(unit: Unit, data: dict[str, Any]) -> None:
        actions.name_keeper(unit=unit, keeper=data["keeper"], by=request.post)

    home = _editable(request, unit_id)
    if home.kind != "home":
        raise Http404
    return _dialog(
        request, unit_id, lambda *args, **kwargs: forms.KeeperForm(*args, unit=home, **kwargs), _("换负责人"), work, initial=lambda unit: {"keeper": unit.keeper_id or ""}
    )


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """End a unit, with a reason."""

    def work(unit: Unit, data: dict[str, Any]) -> None:
        actions.close_unit(unit=unit, on=data["on"], reason=data["reason"], by=request.post)

    context = {"confirm_text": _("撤销后不再出现在选择中；它的历史和儿童的就学记录仍然保留。"), "confirm_word": _("确认撤销"), "confirm_danger": True}
    return _dialog(request, unit_id, forms.CloseForm, _("撤销单位"), work, initial=lambda unit: {"on": today()}, template="office/confirm.html", **context)


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def classes(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Open the classes of a grade in a school year."""
    year = _year(request.GET.get("year", ""))

    def work(unit: Unit, data: dict[str, Any]) -> None:
        keys = [ClassKey(data["stage"], data["grade"], number) for number in range(1, data["count"] + 1)]
        actions.open_classes(school=unit, year=year, keys=keys, by=request.post)

    school = _found(request, unit_id)
    return _dialog(request, unit_id, lambda *args, **kwargs: forms.ClassesForm(*args, school=school, **kwargs), _("开设班级"), work, initial=lambda unit: {"grade": 1, "count": 1})


@requires("units.edit")
@require_POST
def next_year(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Open the next school year's classes from those of this year."""
    school = _editable(request, unit_id)
    year = _year(request.GET.get("year", ""))
    made = actions.open_classes(school=school, year=year + 1, keys=actions.next_classes(school, year=year), by=request.post)
    messages.success(request, _("%(year)s学年已有%(count)s个班级。") % {"year": f"{year + 1}—{year + 2}", "count": len(made)})
    return redirect(f"{reverse('units:unit', args=[school.pk])}?year={year + 1}")


@requires("units.edit")
@require_http_methods(["GET", "POST"])
def remove_class(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Take back a class opened by mistake, with a reason."""
    wrong = get_object_or_404(SchoolClass.objects.select_related("school"), pk=class_id)
    school = _editable(request, wrong.school_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.remove_class(school_class=wrong, reason=form.cleaned_data["reason"], by=request.post)
        messages.success(request, _("已删除班级“%(name)s”。") % {"name": wrong.name})
        return dialogs.done(request, f"{reverse('units:unit', args=[school.pk])}?year={wrong.year}")
    words = {"confirm_text": _("儿童档案中已登记的班级不受影响。"), "confirm_word": _("删除班级"), "confirm_danger": True}
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": f"{_('删除班级')} · {wrong.name}", **words})


def _filtered(request: HttpRequest) -> tuple[UnitQuerySet, dict[str, str]]:
    known = {"kind": codes.KIND.values(), "stage": codes.STAGE.values(), "department": codes.DEPARTMENT.values(), "closed": ("1",)}
    filters = {name: request.GET[name] for name, values in known.items() if request.GET.get(name) in values}
    filters["q"] = request.GET.get("q", "")[:100]
    place = forms.place_of(request.GET.get("place", ""), within=request.post.place_id)
    filters["place"] = places.show(place.code) if place else ""
    lo, hi = places.span(place.code if place else request.post.place_id)
    rows = queries.found(
        lo=lo,
        hi=hi,
        kind=filters.get("kind", ""),
        stage=filters.get("stage", ""),
        department=filters.get("department", ""),
        text=filters["q"],
        closed="closed" in filters,
    )
    return rows, filters


def _chips(filters: dict[str, str]) -> list[dict[str, str]]:
    words: dict[str, Callable[[str], str]] = {
        "kind": codes.KIND.text,
        "stage": codes.STAGE.text,
        "department": codes.DEPARTMENT.text,
        "closed": lambda _value: _("含已撤销"),
        "place": lambda value: place_queries.full_names([int(value)]).get(int(value), value),
        "q": lambda value: f"“{value}”",
    }
    given = {name: value for name, value in filters.items() if value}
    return chips({name: words[name](value) for name, value in given.items()}, given)


def _found(request: HttpRequest, unit_id: UUID) -> Unit:
    """A unit of the post's place, or one of those above that serve it."""
    shown = queries.by_id(unit_id)
    if shown is None or not (places.within(shown.place_id, request.post.place_id) or places.within(request.post.place_id, shown.place_id)):
        raise Http404
    return shown


def _may_edit(request: HttpRequest, shown: Unit) -> bool:
    return request.post.may("units.edit") and places.within(shown.place_id, request.post.place_id)


def _editable(request: HttpRequest, unit_id: UUID) -> Unit:
    shown = _found(request, unit_id)
    if not _may_edit(request, shown):
        raise Http404
    return shown


def _dialog(
    request: HttpRequest,
    unit_id: UUID,
    make: Callable[..., django_forms.Form],
    title: str,
    work: Callable[[Unit, dict[str, Any]], None],
    *,
    initial: Callable[[Unit], dict[str, Any]],
    template: str = "units/dialog.html",
    **context: Any,
) -> HttpResponse:
    shown = _editable(request, unit_id)
    form = make(request.POST or None, initial=initial(shown))
    if request.method == "POST" and form.is_valid():
        try:
            work(shown, form.cleaned_data)
        except UnitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存。"))
            return dialogs.done(request, reverse("units:unit", args=[shown.pk]))
    return dialogs.show(request, template, {"form": form, "unit": shown, "dialog_title": f"{title} · {shown.name}", **context})


def _year(text: str) -> int:
    now: date = today()
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and abs(int(text) - now.year) <= 20 else school_year(now)
