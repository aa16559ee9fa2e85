"""Opening a file, and changing its scalar facts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions
from tongxing.children.actions.registration import likely_duplicates
from tongxing.children.errors import CannotDo, FieldErrors, StaleFile
from tongxing.children.file import File
from tongxing.children.forms.edit import Edit
from tongxing.children.forms.register import Registration
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.views.acting import file_of, file_url


@requires("children.register")
def register(request: HttpRequest) -> HttpResponse:
    """A new file: as a draft, or sent for approval at once. A child that may be there already is asked about first."""
    form = Registration(request.POST if request.method == "POST" else None, within=request.scope)
    context: dict[str, Any] = {"form": form, "duplicates": []}
    if request.method == "POST" and form.is_valid():
        new = form.new()
        context["duplicates"] = [] if request.POST.get("no_duplicate") else likely_duplicates(new)
        if not context["duplicates"]:
            try:
                with transaction.atomic():
                    child = actions.register(new=new, by=request.post)
                    if request.POST.get("submit"):
                        actions.advance(child_id=child.id, act="submit", by=request.post)
            except FieldErrors as wrong:
                form.refuse(wrong.errors)
            else:
                messages.success(request, _("已建档并提交审核。") if request.POST.get("submit") else _("已存为草稿。"), extra_tags="register")
                return redirect(file_url(child.id))
    return render(request, "children/register.html", context, status=422 if request.method == "POST" else 200)


@requires("children.edit")
def edit(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Identity, health and livelihood. Where somebody saved meanwhile, their changes are told and nothing typed here is lost."""
    file = file_of(child_id)
    if file.child.state not in EDITABLE:
        raise Http404
    form = Edit(request.POST if request.method == "POST" else None, file=file)
    context: dict[str, Any] = {"form": form, "file": file, "version": file.child.version, "back": file_url(child_id)}
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.change_fields(child_id=child_id, fields=form.changed, by=request.post, version=_version(request, file))
        except StaleFile as stale:
            context["stale"] = stale
        except FieldErrors as wrong:
            form.refuse(wrong.errors)
        except CannotDo as cannot:
            form.refuse({"": str(cannot)})
        else:
            messages.success(request, _("已保存。"), extra_tags=f"edit-{child_id}")
            return redirect(file_url(child_id))
    return render(request, "children/edit.html", context, status=422 if request.method == "POST" else 200)


def _version(request: HttpRequest, file: File) -> int:
    """The version that this page was opened on."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) <= 9 else file.child.version
