"""Papers of a case, each with a reason, kept as an output and noted in the access log."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing import printing
from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground import dialogs
from tongxing.ground.today import now
from tongxing.journal.models import Access
from tongxing.protection.actions import lines
from tongxing.protection.cases import forms, printouts
from tongxing.protection.cases import page as pages
from tongxing.protection.cases.views.asking import note_children, sent, working

ASKS = require_http_methods(["GET", "POST"])


@requires("cases.work")
@ASKS
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole case."""
    return _print(request, case_id, printouts.FILE)


@requires("cases.work")
@ASKS
def notice(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """For the township, to be sealed."""
    return _print(request, case_id, printouts.NOTICE)


@requires("cases.work")
@ASKS
def written(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """For the education office and the township, to be sealed."""
    return _print(request, case_id, printouts.WRITTEN)


def _print(request: HttpRequest, case_id: UUID, sheet: str) -> HttpResponse:
    look = working(request, case_id)
    if sheet == printouts.WRITTEN and look.case.kind != "dropout":
        raise Http404
    form = forms.WhyForm(sent(request))
    if form.is_valid():
        why = form.cleaned_data["words"]
        try:
            with transaction.atomic():
                output = printouts.make(sheet, pages.build(look, now(), everything=True), by=request.post, why=why)
                lines.write(look.case, "printed", by=request.post, data={"sheet": sheet})
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            note_children(request, look, outcome=Access.Outcome.PRINTED, why=why, what=(_("个案"),))
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    text = _("打印件含孩子的完整信息，注意保密。用途会记入访问记录。")
    title = _("打印：%(title)s") % {"title": _(printouts.TITLES[sheet])}
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": title, "confirm_text": text, "confirm_word": _("打印")})
