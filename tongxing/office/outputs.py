"""Prints and exports of the active post: how far they are, and taking them away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, signed_in
from tongxing.files import outputs, storage
from tongxing.files.downloads import download
from tongxing.files.models import Output, OutputKind
from tongxing.journal.models import Access

SHOWN = 50


def _of_post(request: HttpRequest, output_id: UUID) -> Output:
    if not hasattr(request, "post"):
        raise Http404
    return get_object_or_404(Output.objects.of(request.post.id), pk=output_id)


def _work(output: Output, *, withheld: bool) -> dict[str, Any]:
    """What office/parts/progress.html draws; without the file where the post's powers are withheld."""
    return {
        "label": output.title if output.finished_at else _("正在生成：%(title)s") % {"title": output.title},
        "done": output.done,
        "total": output.total,
        "finished": output.finished_at is not None,
        "failed": output.failed,
        "url": reverse("office:output_progress", args=[output.id]),
        "next_url": reverse("office:output_file", args=[output.id]) if output.ready and not withheld else "",
        "next_word": _("下载"),
    }


def _origin(output: Output) -> str:
    """Where it was asked for, empty where that is the list of outputs itself."""
    run = output.asked.get("run")
    return reverse("imports:run", args=[run]) if run else ""


@signed_in
@require_GET
def output_list(request: HttpRequest) -> HttpResponse:
    """What was printed and exported for this post, the newest first."""
    made = list(Output.objects.of(request.post.id)[:SHOWN]) if hasattr(request, "post") else []
    return render(request, "office/outputs.html", {"outputs": made})


@signed_in
@require_GET
def output(request: HttpRequest, output_id: UUID) -> HttpResponse:
    made = _of_post(request, output_id)
    return render(request, "office/output.html", {"output": made, "work": _work(made, withheld=request.post.powers_withheld()), "back": _origin(made)})


@signed_in
@require_GET
def output_progress(request: HttpRequest, output_id: UUID) -> HttpResponse:
    made = _of_post(request, output_id)
    return render(request, "office/parts/progress.html", {"work": _work(made, withheld=request.post.powers_withheld())})


@signed_in
@require_GET
def output_file(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """The file itself, noted in the access log as taken away. A print opens where it can be sent to the printer.

    It was made with the powers of a post: while they are withheld it is not handed out, and a post that has ended has no files.
    """
    made = _of_post(request, output_id)
    if request.post.powers_withheld():
        raise PermissionDenied
    try:
        content = outputs.content(made)
    except storage.FileMissing as missing:
        raise Http404 from missing
    note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(made.title,), why=made.why)
    return download(content, made.file_name, made.media_type, shown=made.kind == OutputKind.PRINT)
