"""Guardianship of one child."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.crypto.masking import mask_name
from tongxing.ground.today import today
from tongxing.guardianship import panels
from tongxing.guardianship.views.finding import child_of


@requires("guardianship.view")
@require_GET
def child(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """What was signed for the child."""
    found, on = child_of(child_id), today()
    note_read(request, child_id=child_id, place=found.scope_place, what=())
    context = {
        "child": found,
        "name": found.name if sees_names(request.post) else mask_name(found.name),
        "guardianship": child_codes.GUARDIANSHIP.text(found.guardianship),
        "papers": panels.papers(child_id, request.post, on),
        "may_edit": request.post.may("guardianship.edit"),
    }
    return render(request, "guardianship/child.html", context)
