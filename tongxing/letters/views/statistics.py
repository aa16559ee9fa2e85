"""How departments answer, as a page and a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.stamps import exported_by
from tongxing.files.downloads import download
from tongxing.ground.today import parse_day, today
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.ledgers.writing import XLSX, write_list
from tongxing.letters import tallies
from tongxing.letters.views import showing

LIST = Catalogue(
    id="answers",
    title="部门复函统计",
    columns=(
        Column(key="department", heading="部门", width=24),
        Column(key="sent", heading="发函"),
        Column(key="answered", heading="复函"),
        Column(key="in_time", heading="按期复函"),
        Column(key="overdue", heading="逾期未复"),
        Column(key="lines", heading="涉及需求"),
        Column(key="granted", heading="已解决"),
        Column(key="refused", heading="不能解决"),
        Column(key="progress", heading="正在办理"),
    ),
)


def _span(params: Mapping[str, str]) -> tuple[date, date]:
    """This year until today, where the address names no days."""
    since = parse_day(params.get("since", "")) or today().replace(month=1, day=1)
    until = parse_day(params.get("until", "")) or today()
    return (since, until) if since <= until else (until, since)


@requires("letters.write")
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """A line for each department."""
    since, last = _span(request.GET.dict())
    rows = tallies.by_department(since, last + timedelta(days=1), today())
    context = {
        "rows": rows,
        "total": tallies.total(rows),
        "since": since,
        "until": last,
        "tabs": showing.tabs(request.post, "statistics"),
        "export_to": f"{reverse('letters:statistics_export')}?{urlencode({'since': since.isoformat(), 'until': last.isoformat()})}",
    }
    return render(request, "letters/statistics.html", context)


@requires("letters.write")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same as a workbook. It names no child."""
    since, last = _span(request.GET.dict())
    rows = tallies.by_department(since, last + timedelta(days=1), today())
    lines: list[dict[str, Any]] = [{column.key: getattr(row, column.key) for column in LIST.columns[1:]} | {"department": row.word} for row in rows]
    if rows:
        whole = tallies.total(rows)
        lines.append({column.key: getattr(whole, column.key) for column in LIST.columns[1:]} | {"department": _("合计")})
    out = io.BytesIO()
    title = f"{LIST.title}（{since.isoformat()}—{last.isoformat()}）"
    write_list(LIST, lines, out, title=title, watermark=exported_by(request.post))
    note_read(request, child_id=None, place=request.post.place_id, outcome="exported", what=(LIST.title, str(len(rows))))
    return download(out.getvalue(), f"{title}.xlsx", XLSX)
