"""Posts as a workbook: what is exported can be changed and imported again."""

from __future__ import annotations

import io

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.ledger import export as ledger
from tongxing.accounts.ledger.catalogue import CATALOGUE
from tongxing.accounts.stamps import exported_by
from tongxing.accounts.views.posts import ORDERS, narrowed
from tongxing.files.downloads import download
from tongxing.ledgers.writing import XLSX, write_list


@requires("posts.manage")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list. Who took it is written into it and into the access log."""
    rows, _filters = narrowed(request)
    stream = io.BytesIO()
    watermark = exported_by(request.post)
    count = write_list(CATALOGUE, ledger.rows(rows.order_by(*ORDERS["place"]).iterator(chunk_size=1000)), stream, watermark=watermark)
    note_read(request, child_id=None, place=request.post.place_id, outcome="exported", what=("posts", str(count)))
    return download(stream.getvalue(), f"{request.post.place.short_name}{CATALOGUE.title}.xlsx", XLSX)
