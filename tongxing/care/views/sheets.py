"""The sheet of a kind of work: download it, fill it in, have it imported."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.care.sheets import catalogue as columns
from tongxing.children.models import Child, State
from tongxing.files import downloads
from tongxing.forms import queries as forms
from tongxing.forms.shapes import Definition
from tongxing.journal.models import Access
from tongxing.ledgers.cells import Value
from tongxing.ledgers.writing import XLSX, write_template
from tongxing.places import queries as places

MOST = 2_000  # children of one sheet; more are a township's work, village by village


@requires("log.import")
@require_GET
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """How this kind of work is kept in Excel: the empty sheet, one with the children's names, and where it is sent."""
    form = _form(kind)
    context = {"form": form.form, "list_kind": f"{columns.PREFIX}{kind}", "children": columns.takes_children(form) and not columns.several(form), "many": columns.several(form)}
    return render(request, "care/sheet.html", context)


@requires("log.import")
@require_GET
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The sheet; with ``children``, a row is begun for each child of the scope."""
    form = _form(kind)
    catalogue = columns.catalogue(form)
    named = bool(request.GET.get("children")) and columns.takes_children(form)
    out = io.BytesIO()
    write_template(catalogue, out, _children() if named else ())
    if named:
        note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(columns.NAMES, columns.BORN, columns.VILLAGE))
    name = (_("%(title)s登记表（有名单）.xlsx") if named else _("%(title)s登记表.xlsx")) % {"title": _(form.form.label)}
    return downloads.download(out.getvalue(), name, XLSX)


def _children() -> Iterator[dict[str, Value | None]]:
    found = list(Child.objects.filter(state=State.CURRENT).order_by("scope_place", "sort_key", "id").only("name", "born", "scope_place")[:MOST])
    villages = places.full_names({child.scope_place for child in found})
    for child in found:
        yield {columns.NAMES: child.name, columns.BORN: child.born, columns.VILLAGE: villages.get(child.scope_place, "")}


def _form(kind: str) -> Definition:
    form = forms.definitions().get(kind)
    if form is None or not columns.importable(form):
        raise Http404
    return form
