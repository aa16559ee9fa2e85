"""Lists of calls, and the numbers of a month."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import batched

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.stamps import exported_by
from tongxing.crypto.masking import mask_name, mask_phone
from tongxing.files.downloads import download
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import CHINA, today
from tongxing.hotline import codes, queries, tallies
from tongxing.hotline.models import Call
from tongxing.journal.models import Access
from tongxing.ledgers.catalogue import Catalogue, Column, Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.writing import XLSX, write_list
from tongxing.places import queries as places

MOST = 20_000
CALLS = Catalogue(
    id="calls",
    title="12355来电登记",
    columns=(
        Column(key="number", heading="来电编号", width=16),
        Column(key="at", heading="来电时间", width=18),
        Column(key="minutes", heading="通话时长", width=10),
        Column(key="caller", heading="来电人", width=14),
        Column(key="name", heading="称呼", width=10),
        Column(key="phone", heading="来电号码", width=16),
        Column(key="topic", heading="来电事由", width=20),
        Column(key="place", heading="地点", width=34),
        Column(key="risk", heading="情绪和危险", width=20),
        Column(key="result", heading="来电结果", width=22),
        Column(key="report", heading="受理编号", width=16),
        Column(key="agent", heading="话务员", width=10),
    ),
)
MONTH = Catalogue(
    id="hotline_month",
    title="12355来电统计",
    columns=(Column(key="group", heading="项目", width=14), Column(key="word", heading="内容", width=34), Column(key="number", heading="数量", kind=Kind.NUMBER)),
)


@requires("hotline.answer", "hotline.read")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The calls of the desk; to others those that reached them."""
    given = queries.asked(request.GET.dict())
    page = cut(queries.found(given, request.post), request.GET.dict(), order=("-begun_at", "-id"), size=50)
    if given["q"]:
        note_read(request, child_id=None, place=request.post.place_id, what=(_("按号码查找来电"),))
    names = places.short_names(call.place for call in page.rows if call.place)
    context = {
        "page": page,
        "lines": [(call, names.get(call.place or 0, "")) for call in page.rows],
        "given": given,
        "tables": {"topic": codes.TOPIC.choices(), "result": codes.RESULT.choices(), "caller": codes.CALLER.choices(), "state": queries.STATES.items()},
        "active_filters": _chips(given),
        "export_url": reverse("hotline:export") if request.post.may("hotline.answer") else "",
        "desk": request.post.may("hotline.answer"),
        **queries.context_of(page.rows),
    }
    return render(request, "hotline/list.html", context)


def _chips(given: dict[str, str]) -> list[dict[str, str]]:
    words = {
        "q": f"“{mask_phone(given['q'])}”" if given["q"] else "",
        "state": str(queries.STATES[given["state"]]) if given["state"] else "",
        "topic": codes.TOPIC.text(given["topic"]),
        "result": codes.RESULT.text(given["result"]),
        "caller": codes.CALLER.text(given["caller"]),
        "since": _("从%(day)s起") % {"day": given["since"]} if given["since"] else "",
        "until": _("到%(day)s止") % {"day": given["until"]} if given["until"] else "",
    }
    return chips(words, given)


@requires("hotline.answer")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, names and numbers masked; nothing that was said."""
    rows = queries.found(queries.asked(request.GET.dict()), request.post).order_by("-begun_at", "-id")[:MOST]
    stream = io.BytesIO()
    count = write_list(CALLS, _lines(rows.iterator(chunk_size=500)), stream, watermark=exported_by(request.post))
    note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(CALLS.title, str(count)))
    return download(stream.getvalue(), f"{CALLS.title}.xlsx", XLSX)


def _lines(calls: Iterator[Call]) -> Iterator[dict[str, str]]:
    for part in batched(calls, 500):
        said, names = queries.words_of(part), places.short_names(call.place for call in part if call.place)
        for call in part:
            words = said[call.pk]
            yield {
                "number": call.number,
                "at": f"{call.begun_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
                "minutes": f"{call.seconds // 60}:{call.seconds % 60:02d}" if call.seconds is not None else "",
                "caller": codes.CALLER.text(call.caller),
                "name": mask_name(words.get("name", "")),
                "phone": mask_phone(words.get("phone", "")),
                "topic": codes.TOPIC.text(call.topic),
                "place": names.get(call.place or 0, ""),
                "risk": codes.RISK.text(call.risk),
                "result": codes.RESULT.text(call.result),
                "report": call.receipt,
                "agent": call.post.person.name,
            }


@requires("hotline.answer")
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The desk's month."""
    month = tallies.month_of(request.GET.get("month", ""), today())
    groups = tallies.tallies(request.post.place_id, month)
    context = {
        "month": month,
        "months": tallies.months(today()),
        "totals": groups[0].lines,
        "groups": [(group, max((number for _word, number in group.lines), default=0) or 1) for group in groups[1:]],
        "export_url": f"{reverse('hotline:statistics_export')}?{urlencode({'month': f'{month:%Y-%m}'})}",
    }
    return render(request, "hotline/statistics.html", context)


@requires("hotline.answer")
@require_GET
def statistics_export(request: HttpRequest) -> HttpResponse:
    """The desk's month as a workbook."""
    month = tallies.month_of(request.GET.get("month", ""), today())
    rows: list[dict[str, Value | None]] = [
        {"group": group.heading, "word": word, "number": number} for group in tallies.tallies(request.post.place_id, month) for word, number in group.lines
    ]
    stream = io.BytesIO()
    write_list(MONTH, rows, stream, title=f"{MONTH.title} {month:%Y-%m}", watermark=exported_by(request.post))
    return download(stream.getvalue(), f"{MONTH.title}-{month:%Y-%m}.xlsx", XLSX)
