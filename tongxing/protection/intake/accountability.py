"""Who acknowledged late or never, and who reported late or well (P8-5): a line a post, for a stretch of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.ground.pages import chips
from tongxing.ground.today import CHINA, now, parse_day, today
from tongxing.protection import rules
from tongxing.protection.models import Hop, Report

DAYS = 90


@dataclass(slots=True)
class Line:
    """What is on record of a post."""

    post: Post
    told: int = 0
    in_time: int = 0
    late: int = 0
    never: int = 0
    reported: int = 0
    reported_late: int = 0
    praised: int = 0


@requires("cases.work")
@require_GET
def posts(request: HttpRequest) -> HttpResponse:
    """The posts that were told or reported, those with something against them first."""
    since = parse_day(request.GET.get("since", "")) or today() - timedelta(days=DAYS)
    until = parse_day(request.GET.get("until", "")) or today()
    only = request.GET.get("only", "") == "late"
    lines = of(since, until)
    if only:
        lines = [line for line in lines if line.late or line.never or line.reported_late]
    filters = {"since": request.GET.get("since", ""), "until": request.GET.get("until", "")}
    context = {"lines": lines[:500], "since": since, "until": until, "only": only, "active_filters": chips({}, filters)}
    return render(request, "intake/accountability.html", context)


def of(since: date, until: date) -> list[Line]:
    """What was told and reported in these days, both included, as far as the active post sees the cases."""
    span = (datetime.combine(since, time(), CHINA), datetime.combine(until, time(), CHINA) + timedelta(days=1))
    late = Q(due_at__isnull=False) & (Q(lapsed_at__isnull=False) | Q(acknowledged_at__gt=F("due_at")))
    hops = Hop.objects.filter(told_at__range=span, post__isnull=False).order_by().values("post")
    told = hops.annotate(
        told=Count("pk"),
        late=Count("pk", filter=late & Q(acknowledged_at__isnull=False)),
        never=Count("pk", filter=Q(acknowledged_at=None, due_at__lt=now())),
        in_time=Count("pk", filter=Q(acknowledged_at__isnull=False) & ~late),
    )
    made = (
        Report.objects.filter(told_at__range=span, post__isnull=False)
        .order_by()
        .values("post")
        .annotate(
            reported=Count("pk"),
            reported_late=Count("pk", filter=Q(told_at__gt=F("happened_at") + rules.LATE_REPORT)),
            praised=Count("pk", filter=Q(praised_at__isnull=False)),
        )
    )
    found: dict[UUID, dict[str, int]] = {}
    for rows in (told, made):
        for row in rows:
            counted: dict[str, Any] = dict(row)
            found.setdefault(counted.pop("post"), {}).update(counted)
    return sorted(_lines(found), key=lambda line: (-line.never, -line.late, -line.reported_late, -line.told, str(line.post.pk)))


def _lines(found: dict[UUID, dict[str, int]]) -> Iterable[Line]:
    for post in Post.objects.filter(pk__in=found).select_related("person", "place"):
        yield Line(post, **found[post.pk])
