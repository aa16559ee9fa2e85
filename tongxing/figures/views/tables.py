"""Tables as they stand today: by place, down to the village, and from a number to the children behind it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.figures import exports, pages, register_form, rollup
from tongxing.figures.definition import TABLES, Table
from tongxing.figures.forms import ExportForm, RegisterForm
from tongxing.figures.register_form import Wanted
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError
from tongxing.places.models import Place


@requires("figures.view")
@require_GET
def tables(request: HttpRequest) -> HttpResponse:
    """The first table."""
    return _table(request, next(iter(TABLES.values())))


@requires("figures.view")
@require_GET
def table(request: HttpRequest, table_id: str) -> HttpResponse:
    return _table(request, _known(table_id))


def _table(request: HttpRequest, found: Table) -> HttpResponse:
    place = place_of(request)
    counted = pages.counted_for(request.post, found, place.code, today())
    query = f"?place={codes.show(place.code)}"
    context = {
        "shown": pages.shown(counted, request.post),
        "table": found,
        "tables": [(each, reverse("figures:table", args=[each.id]) + query) for each in TABLES.values()],
        "place": place,
        "crumbs": pages.crumbs(place.code, request.post, found),
        "on": counted.on,
        "as_of": rollup.stands_at(place.code),
        "register_url": reverse("figures:register") + query if request.post.may("figures.export") else "",
        "export_url": reverse("figures:export", args=[found.id]) + query if request.post.may("figures.export") else "",
    }
    return render(request, "figures/table.html", context)


@requires("figures.export")
def export(request: HttpRequest, table_id: str) -> HttpResponse:
    """The table as a sheet in the official layout, once its sums hold."""
    found, place = _known(table_id), place_of(request)
    form = ExportForm(request.POST or None, initial={"unit": place.full_name})
    sentences: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        order = exports.Order(**form.cleaned_data)
        try:
            output = exports.export(counted=pages.counted_for(request.post, found, place.code, today()), order=order, by=request.post)
        except exports.CannotExport as refused:
            form.add_error(None, str(refused))
            sentences = refused.sentences
        else:
            note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(found.id,), why=order.why)
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    text = _("按正式表样生成 Excel：两层表头、合计行、签名栏。勾稽关系不成立时不会导出。")
    context = {"form": form, "dialog_title": _("导出《%(title)s》") % {"title": _(found.title)}, "confirm_text": text, "confirm_word": _("导出"), "sentences": sentences}
    return dialogs.show(request, "figures/export.html", context)


@requires("figures.export")
def register(request: HttpRequest) -> HttpResponse:
    """The official register form of a place: which children, for whom, why, masked or in full."""
    place = place_of(request)
    full = register_form.may_have_in_full(request.post)
    form = RegisterForm(request.POST or None, full=full, initial={"unit": place.full_name})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        order = exports.Order(unit=given["unit"], recipient=given["recipient"], purpose=given["purpose"])
        wanted = Wanted(which=given["which"], place=place.code, full=given.get("unmasked", False))
        try:
            output = register_form.ask(wanted=wanted, order=order, by=request.post)
        except exports.CannotExport as refused:
            form.add_error(None, str(refused))
        else:
            note_read(request, child_id=None, place=place.code, outcome=Access.Outcome.EXPORTED, what=("register_form", "full" if wanted.full else "masked"), why=order.why)
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    text = _("2016年登记表的全部栏目，一名儿童一行，带签名栏。文件带有您的姓名、时间和用途。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("导出登记表"), "confirm_text": text, "confirm_word": _("导出")})


def place_of(request: HttpRequest) -> Place:
    """The place in the address, or the post's own. Raises Http404 for one that the post has no table of."""
    lo, hi = codes.span(request.post.place_id)
    given = request.GET.get("place", "")
    try:
        code = codes.parse(given) if given else request.post.place_id
    except CodeError:
        raise Http404 from None
    place = places.by_code(code) if lo <= code <= hi and pages.has_table(request.post, code) else None
    if place is None:
        raise Http404
    return place


def _known(table_id: str) -> Table:
    if table_id not in TABLES:
        raise Http404(table_id)
    return TABLES[table_id]
