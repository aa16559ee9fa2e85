"""Looking at a file: the page, the photo, a masked value in full."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import codes
from tongxing.children.fields import FIELDS
from tongxing.children.file import File
from tongxing.children.forms.acts import UnmaskForm
from tongxing.children.page.build import build
from tongxing.children.views.acting import file_of, sent
from tongxing.files import queries as files
from tongxing.files import storage
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Access

OF_THE_CHILD = ("name", "id_number", "registered_address", "medical_history")
OF_A_RELATIVE = ("phone", "id_number", "address")


@requires("children.view")
@require_GET
def file(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The file's page. Every read of it is logged, with what it showed in full."""
    found = file_of(child_id)
    before = request.GET.get("before", "")
    page = build(request.post, found, tab=request.GET.get("tab", "facts"), before=int(before) if before.isdecimal() and len(before) <= 18 else None, params=request.GET.dict())
    note_read(request, child_id=child_id, place=found.child.scope_place, what=page.shown)
    return render(request, "children/file.html", {"file": page})


@requires("children.unmask")
def unmask(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """One masked value in full, for a reason; the reason, the field and the reader go to the access log."""
    found = file_of(child_id)
    label, value = protected(found, request.GET.get("field", ""))
    form = UnmaskForm(sent(request))
    context = {"form": form, "dialog_title": _("查看完整信息：%(label)s") % {"label": label}, "label": label}
    if form.is_valid():
        note_read(request, child_id=child_id, place=found.child.scope_place, outcome=Access.Outcome.UNMASKED, what=(label,), why=form.words)
        return render(request, "children/unmasked.html", context | {"value": value})
    return dialogs.show(request, "children/unmask.html", context)


def protected(found: File, name: str) -> tuple[str, str]:
    """Label and value of a protected field: ``id_number``, ``address`` (of the home), ``<relative>:phone``."""
    owner, colon, part = name.rpartition(":")
    if colon:
        relative = next((row for row in found.relatives if str(row.id) == owner), None)
        if relative is None or part not in OF_A_RELATIVE:
            raise Http404
        words = {"phone": _("电话"), "id_number": _("身份证号"), "address": _("地址")}
        return f"{codes.RELATION.text(relative.relation)}{words[part]}", found.open(relative, part)
    if name == "name":
        return _("姓名"), found.child.name
    if name == "address":
        home = found.current(found.residences, today())
        return _("详细地址"), found.open(home, "address") if home else ""
    if name not in OF_THE_CHILD:
        raise Http404
    return str(FIELDS[name].label), found.open(found.child, name)


@requires("children.view")
@require_GET
def photo(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The child's photo, decrypted for this answer only."""
    found = file_of(child_id)
    taken = files.of_child(child_id).filter(pk=found.child.photo_id).first() if found.child.photo_id else None
    if taken is None or found.key is None:
        raise Http404
    try:
        content = files.content(taken, found.key)
    except storage.FileMissing as missing:
        raise Http404 from missing
    return HttpResponse(content, content_type=taken.media_type, headers={"Cache-Control": "private, no-store"})
