"""What goes with a report: its pictures and sounds, the sheet for the police, the praise."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.files import enclosures, intake, storage
from tongxing.files.downloads import download
from tongxing.ground import dialogs
from tongxing.journal.models import Access
from tongxing.protection import actions
from tongxing.protection.intake import notice
from tongxing.protection.intake.alarm import found
from tongxing.protection.intake.forms import PraiseForm

PDF = "application/pdf"


@requires("reports.make")
@require_GET
def file(request: HttpRequest, report_id: UUID, file_id: UUID) -> HttpResponse:
    """A picture or sound of a report, for whoever sees the report."""
    shown = found(request, report_id)
    kept = get_object_or_404(enclosures.of(shown.report.case_id), pk=file_id, title__startswith=shown.report.number)
    try:
        content = enclosures.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    return download(content, kept.title + intake.SUFFIXES[kept.media_type], kept.media_type, shown=kept.media_type in intake.SHOWN)


@requires("reports.make")
@require_GET
def police_notice(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The sheet that is carried to the police where no wire leads to them: no more of anybody than they need, and in the access log."""
    shown = found(request, report_id)
    if not (shown.handles or shown.mine):
        raise Http404
    try:
        pdf = notice.sheet(shown, request.post)
    except printing.PrintError as failed:
        messages.error(request, str(failed))
        return redirect("reports:report", shown.report.pk)
    note_read(request, child_id=shown.report.child_id, place=shown.report.case.scope_place, outcome=Access.Outcome.PRINTED, what=(_("报警告知单"),), why=shown.report.number)
    return download(pdf, f"{_('报警告知单')}{shown.report.number}.pdf", PDF, shown=True)


@requires("cases.work")
@require_http_methods(["GET", "POST"])
def praise(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Say that a report was good."""
    shown = found(request, report_id)
    form = PraiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.praise(report=shown.report, by=request.post, words=form.cleaned_data["words"])
        messages.success(request, _("已登记表扬。"))
        return dialogs.done(request, reverse("reports:report", args=[shown.report.pk]))
    return dialogs.show(request, "intake/by_hand.html", {"form": form, "dialog_title": _("表扬报告人")})
