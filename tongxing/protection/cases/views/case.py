"""The page of one case, and its enclosures."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.files import downloads, enclosures, intake, storage
from tongxing.ground.today import now
from tongxing.protection.cases import acts, panels, seeing
from tongxing.protection.cases import page as pages
from tongxing.protection.cases.views.asking import note_children
from tongxing.protection.models import Report


@requires("cases.view")
@require_GET
def page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case. Whoever was merely told sees the report, the chain and the own tasks."""
    look = seeing.look(case_id, request.post)
    shown = pages.build(look, now(), everything=request.GET.get("history") == "all")
    note_children(request, look, what=(_("个案"),))
    context = {
        "page": shown,
        "case": look.case,
        "look": look,
        "new_clue": look.works and not look.case.ended and acts.new_since_judged(look.case),
        "at": now(),
        "panels": panels.shown(look),
    }
    return render(request, "protection/cases/case.html", context)


@requires("cases.view")
@require_GET
def file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """An enclosure: of a report for whoever sees the report, of the case for whoever sees all of it."""
    look = seeing.look(case_id, request.post)
    kept = get_object_or_404(enclosures.of(case_id), pk=file_id)
    if not look.whole and not any(kept.title.startswith(number) for number in Report.objects.filter(case=case_id).values_list("number", flat=True)):
        raise Http404
    try:
        content = enclosures.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    suffix = intake.SUFFIXES[kept.media_type]
    name = kept.title if kept.title.lower().endswith(suffix) else (kept.title.rpartition(".")[0] or kept.title) + suffix
    note_children(request, look, what=(_("个案材料"),))
    return downloads.download(content, name, kept.media_type, shown=kept.media_type in intake.SHOWN)
