"""Guardianship of one child."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.crypto.masking import mask_name
from tongxing.ground.today import today
from tongxing.guardianship import gathered, panels
from tongxing.guardianship.models import Intervention, Petition
from tongxing.guardianship.states import STAGE_TONES
from tongxing.guardianship.views.finding import child_of
from tongxing.guardianship.views.interventions import line


@requires("guardianship.view")
@require_GET
def child(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """What was signed for the child, and what was done about those who did not guard it."""
    found, on = child_of(child_id), today()
    note_read(request, child_id=child_id, place=found.scope_place, what=())
    context = {
        "child": found,
        "name": found.name if sees_names(request.post) else mask_name(found.name),
        "guardianship": child_codes.GUARDIANSHIP.text(found.guardianship),
        "papers": panels.papers(child_id, request.post, on),
        "guardians": _guardians(child_id),
        "petitions": [{"row": row, "tone": STAGE_TONES[row.state]} for row in Petition.objects.filter(wards__child=child_id).order_by("-id")],
        "may_edit": request.post.may("guardianship.edit"),
    }
    return render(request, "guardianship/child.html", context)


def _guardians(child_id: UUID) -> list[dict[str, Any]]:
    """The measures against each guardian, the newest first, with the counters."""
    found: dict[UUID, list[Intervention]] = {}
    for row in Intervention.objects.filter(child=child_id).select_related("child").order_by("-on", "-id"):
        found.setdefault(row.person_key, []).append(row)
    return [
        {"person": rows[0].person_name, "lines": [line(row, "") for row in rows], "counted": gathered.counted(gathered.against(person, [child_id]), today())}
        for person, rows in found.items()
    ]
