"""Posts as a workbook: what is exported can be changed and imported again."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.ledger import export as ledger
from tongxing.accounts.ledger.catalogue import CATALOGUE
from tongxing.accounts.views.posts import ORDERS, narrowed
from tongxing.ground.today import today
from tongxing.ledgers.writing import XLSX, write_list


@requires("posts.manage")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list. Who took it is written into it and into the access log."""
    rows, _filters = narrowed(request)
    stream = io.BytesIO()
    watermark = _("%(place)s %(name)s %(day)s 导出") % {"place": request.post.place.full_name, "name": request.post.person.name, "day": today()}
    count = write_list(CATALOGUE, ledger.rows(rows.order_by(*ORDERS["place"]).iterator(chunk_size=1000)), stream, watermark=watermark)
    note_read(request, child_id=None, place=request.post.place_id, outcome="exported", what=("posts", str(count)))
    return workbook(stream, f"{request.post.place.short_name}{CATALOGUE.title}.xlsx")


def workbook(stream: io.BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
