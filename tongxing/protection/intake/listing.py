"""The list of reports: filters in the address, and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.stamps import exported_by
from tongxing.files.downloads import download
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import CHINA, parse_day
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.ledgers.writing import XLSX, write_list
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.protection import codes, rules
from tongxing.protection.cases import seeing
from tongxing.protection.models import Hop, Report
from tongxing.protection.states import TONES, State

MARKS = {
    "late": gettext_lazy("事后补录"),
    "waiting": gettext_lazy("有人没有确认"),
    "lapsed": gettext_lazy("有人超时"),
    "police": gettext_lazy("已拨110"),
    "praised": gettext_lazy("受到表扬"),
}
LIST = Catalogue(
    id="reports",
    title="报告登记簿",
    columns=(
        Column(key="number", heading="受理编号", width=16),
        Column(key="told", heading="报告时间", width=18),
        Column(key="at", heading="登记时间", width=18),
        Column(key="channel", heading="渠道", width=16),
        Column(key="situation", heading="情形", width=24),
        Column(key="place", heading="地点", width=40),
        Column(key="police", heading="报警时间", width=18),
        Column(key="case", heading="个案编号", width=16),
        Column(key="state", heading="个案状态", width=14),
    ),
)


@requires("cases.view")
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Reports of the cases that the post sees, the newest first."""
    rows, filters, words = _asked(request)
    page = cut(rows.select_related("case"), request.GET.dict(), order=("-at", "-id"))
    names = places.short_names({row.place for row in page.rows})
    siblings = _siblings(page.rows)
    context = {
        "page": page,
        "rows": [
            {"report": row, "situation": codes.SITUATION.text(row.situation), "channel": codes.CHANNEL.text(row.channel), "place": names.get(row.place, ""),
             "state": State(row.case.state).label, "tone": TONES[State(row.case.state)], "late": row.at - row.told_at > rules.LATE_ENTRY, "more": siblings.get(row.case_id, 1) - 1}
            for row in page.rows
        ],
        "filters": filters,
        "states": State.choices,
        "situations": codes.SITUATION.choices(),
        "channels": codes.CHANNEL.choices(),
        "marks": MARKS.items(),
        "areas": _areas(request),
        "active_filters": chips(words, filters),
        "export_url": reverse("reports:export"),
    }  # fmt: skip
    return render(request, "intake/list.html", context)


@requires("cases.view")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook: no child, no reporter, no words."""
    rows, _filters, _words = _asked(request)
    stream = io.BytesIO()
    count = write_list(LIST, _lines(rows.select_related("case").order_by("-at", "-id")), stream, title=LIST.title, watermark=exported_by(request.post))
    note_read(request, child_id=None, place=request.post.place_id, outcome="exported", what=(LIST.title, str(count)))
    return download(stream.getvalue(), f"{LIST.title}.xlsx", XLSX)


def _lines(rows: QuerySet[Report]) -> Iterable[Mapping[str, str]]:
    every = list(rows[:20_000])
    names = places.full_names({row.place for row in every})
    for row in every:
        yield {
            "number": row.number,
            "told": _moment(row.told_at),
            "at": _moment(row.at),
            "channel": codes.CHANNEL.text(row.channel),
            "situation": codes.SITUATION.text(row.situation),
            "place": names.get(row.place, ""),
            "police": _moment(row.police_at),
            "case": row.case.number,
            "state": str(State(row.case.state).label),
        }


def _asked(request: HttpRequest) -> tuple[QuerySet[Report], dict[str, str], dict[str, str]]:
    """The rows that the address asks for, its filters, and those in words."""
    given = {name: request.GET.get(name, "").strip().replace("\0", "") for name in ("q", "state", "situation", "channel", "place", "mark", "since", "until")}
    known: dict[str, Any] = {"state": State.values, "situation": codes.SITUATION, "channel": codes.CHANNEL, "mark": MARKS, "place": {each["code"] for each in _areas(request)}}
    filters = {name: value if name not in known or value in known[name] else "" for name, value in given.items()}
    for name in ("since", "until"):
        filters[name] = filters[name] if parse_day(filters[name]) else ""
    rows = seeing.reports(request.post)
    if text := filters["q"][:30]:
        rows = rows.filter(number__istartswith=text) | rows.filter(case__number__istartswith=text)
    for name, column in (("state", "case__state"), ("situation", "situation"), ("channel", "channel")):
        if filters[name]:
            rows = rows.filter(**{column: filters[name]})
    if filters["place"]:
        rows = rows.filter(place__range=place_codes.span(int(filters["place"])))
    if (day := parse_day(filters["since"])) is not None:
        rows = rows.filter(at__gte=datetime.combine(day, time(), CHINA))
    if (day := parse_day(filters["until"])) is not None:
        rows = rows.filter(at__lt=datetime.combine(day, time(), CHINA) + timedelta(days=1))
    rows = marked(rows, filters["mark"])
    words = {
        "q": f"“{filters['q']}”" if filters["q"] else "",
        "state": str(State(filters["state"]).label) if filters["state"] else "",
        "situation": codes.SITUATION.text(filters["situation"]),
        "channel": codes.CHANNEL.text(filters["channel"]),
        "place": places.short_names([int(filters["place"])]).get(int(filters["place"]), "") if filters["place"] else "",
        "mark": str(MARKS[filters["mark"]]) if filters["mark"] else "",
        "since": _("%(day)s以后") % {"day": filters["since"]} if filters["since"] else "",
        "until": _("%(day)s以前") % {"day": filters["until"]} if filters["until"] else "",
    }
    return rows, filters, words


def marked(rows: QuerySet[Report], mark: str) -> QuerySet[Report]:
    """Reports of which something is to be said."""
    hops = Hop.objects.filter(report=OuterRef("pk"))
    match mark:
        case "late":
            return rows.filter(at__gt=F("told_at") + rules.LATE_ENTRY)
        case "waiting":
            return rows.filter(Exists(hops.filter(acknowledged_at=None, by_hand_at=None, vacant=False)), case__closed_at=None)
        case "lapsed":
            return rows.filter(Exists(hops.filter(lapsed_at__isnull=False)))
        case "police":
            return rows.filter(police_at__isnull=False)
        case "praised":
            return rows.filter(praised_at__isnull=False)
        case _:
            return rows


def _areas(request: HttpRequest) -> list[dict[str, str]]:
    if not place_codes.level(request.post.place_id) < place_codes.Level.VILLAGE:
        return []
    return [{"code": place_codes.show(each.code), "name": each.short_name} for each in places.children_of(request.post.place_id)]


def _siblings(rows: Iterable[Report]) -> dict[Any, int]:
    """How many reports the case of each row has."""
    found = Report.objects.filter(case__in={row.case_id for row in rows}).order_by().values_list("case").annotate(n=Count("pk"))
    return dict(found)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
