"""The duty roster (值班表): who takes a report at night and on holidays, a page a month for a county or township."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.accounts.queries import with_phones
from tongxing.calendars import queries as calendars
from tongxing.ground import dialogs
from tongxing.ground.today import CHINA, now, parse_day, today
from tongxing.notices.forms import DateInput
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.protection import actions
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import OnCall

WEEKDAYS = [
    (0, gettext_lazy("周一")),
    (1, gettext_lazy("周二")),
    (2, gettext_lazy("周三")),
    (3, gettext_lazy("周四")),
    (4, gettext_lazy("周五")),
    (5, gettext_lazy("周六")),
    (6, gettext_lazy("周日")),
]
SHIFTS = [("whole", gettext_lazy("全天（8:00到次日8:00）")), ("night", gettext_lazy("夜班（17:30到次日8:30）")), ("day", gettext_lazy("白班（8:30到17:30）"))]


class FillForm(forms.Form):
    """People who take turns, on which days, from when to when."""

    people = forms.MultipleChoiceField(label=gettext_lazy("谁值班"), widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("选几个人就按这个顺序一天一人轮流。"))
    first = forms.DateField(label=gettext_lazy("从哪天"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("到哪天"), widget=DateInput())
    weekdays = forms.TypedMultipleChoiceField(label=gettext_lazy("星期几"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple)
    shift = forms.ChoiceField(label=gettext_lazy("班次"), choices=SHIFTS, widget=forms.RadioSelect)
    leader = forms.ChoiceField(label=gettext_lazy("带班领导"), required=False)

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(post.pk), f"{post.person.name} · {post.unit_name or post.place.short_name}") for post in posts]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        self.fields["leader"].choices = [("", _("不设")), *choices]  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """With which other watch."""

    other = forms.ChoiceField(label=gettext_lazy("和哪一班对调"))


@requires("cases.view")
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """One month of one place, day by day."""
    place = _place(request)
    first = _month(request.GET.get("month", ""))
    after = (first + timedelta(days=32)).replace(day=1)
    rows = list(_rows(place, first, after))
    with_phones([row.post.person for row in rows])
    work = calendars.calendar(place_codes.at_level(place, Level.COUNTY))
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    moment = now()
    shown: list[dict[str, Any]] = [
        {
            "day": day,
            "rest": not work.is_workday(day),
            "today": day == today(),
            "rows": [{"row": row, "now": row.since <= moment < row.until} for row in rows if row.since.astimezone(CHINA).date() == day],
        }
        for day in days
    ]
    context = {
        "days": shown,
        "place": places.by_code(place),
        "first": first,
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}",
        "empty": not rows,
        "gaps": sum(1 for day in shown if not day["rows"] and day["day"] >= today()),
        "places": [(place_codes.show(each.code), each.short_name) for each in _choices(request)],
        "code": place_codes.show(place),
        "edits": request.post.may("roster.edit") and place_codes.within(place, request.post.place_id),
    }
    return render(request, "intake/roster.html", context)


@requires("roster.edit")
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Fill days by a pattern, or a single one."""
    place = _place(request)
    if not place_codes.within(place, request.post.place_id):
        raise Http404
    posts = _people(place)
    start = _month(request.GET.get("month", ""))
    day = _day(request.GET.get("day", ""))
    last = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    initial = {"first": day or max(start, today()), "last": day or max(last, today()), "shift": "whole", "weekdays": [day.weekday()] if day else list(range(7))}
    form = FillForm(request.POST or None, posts=posts, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        by_id = {str(post.pk): post for post in posts}
        try:
            count = actions.fill(
                place=place,
                posts=[by_id[each] for each in data["people"]],
                first=data["first"],
                last=data["last"],
                weekdays=data["weekdays"],
                shift=data["shift"],
                leader=by_id.get(data["leader"]),
                by=request.post,
            )
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("排好了%(n)d天的班。") % {"n": count})
            return dialogs.done(request, _address(place, data["first"]))
    return dialogs.show(request, "intake/roster_put.html", {"form": form, "dialog_title": _("排班"), "nobody": not posts})


@requires("roster.edit")
@require_POST
def off(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Take somebody off a watch."""
    row = _row(request, row_id)
    actions.take_off(row=row, by=request.post)
    messages.success(request, _("已撤下。"))
    return redirect(_address(row.place, row.since.astimezone(CHINA).date()))


@requires("roster.edit")
@require_http_methods(["GET", "POST"])
def swap(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Exchange two watches of a month."""
    row = _row(request, row_id)
    first = row.since.astimezone(CHINA).date().replace(day=1)
    others = {str(each.pk): each for each in _rows(row.place, first, (first + timedelta(days=62)).replace(day=1)) if each.post_id != row.post_id and each.since > now()}
    form = SwapForm(request.POST or None)
    form.fields["other"].choices = [(key, f"{each.since.astimezone(CHINA):%m-%d %H:%M} {each.post.person.name}") for key, each in others.items()]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        actions.swap(row=row, other=others[form.cleaned_data["other"]], by=request.post)
        messages.success(request, _("已调班。"))
        return dialogs.done(request, _address(row.place, first))
    return dialogs.show(request, "intake/by_hand.html", {"form": form, "dialog_title": _("调班：%(who)s") % {"who": row.post.person.name}})


def _row(request: HttpRequest, row_id: UUID) -> OnCall:
    row = get_object_or_404(OnCall.objects.select_related("post__person"), pk=row_id)
    if not place_codes.within(row.place, request.post.place_id):
        raise Http404
    return row


def _rows(place: int, first: date, after: date) -> Any:
    span = (datetime.combine(first, time(), CHINA), datetime.combine(after, time(), CHINA))
    return OnCall.objects.filter(place=place, since__gte=span[0], since__lt=span[1]).select_related("post__person", "post__place").order_by("since", "leads", "id")


def _choices(request: HttpRequest) -> list[Any]:
    """The rosters that a post may look at: of its county and, inside its own reach, of the townships."""
    own = request.post.place_id
    if place_codes.level(own) < Level.COUNTY:
        return []
    county = place_codes.at_level(own, Level.COUNTY)
    townships = [each for each in places.children_of(county) if place_codes.within(each.code, own) or place_codes.within(own, each.code)]
    return [each for each in [places.by_code(county)] if each] + townships


def _place(request: HttpRequest) -> int:
    offered: dict[str, int] = {place_codes.show(each.code): each.code for each in _choices(request)}
    if not offered:
        raise Http404
    return offered.get(request.GET.get("place", "")) or next(iter(offered.values()))


def _people(place: int) -> list[Post]:
    """Who can be on duty at a place: whoever works on cases there or in what lies below it."""
    held = Post.objects.held(today()).filter(role__in=["county_officer", "supervisor"], place__code__range=place_codes.span(place))
    return list(held.select_related("person", "place").order_by("role", "place", "id")[:60])


def _month(text: str) -> date:
    return parse_day(f"{text}-01") or today().replace(day=1)


def _day(text: str) -> date | None:
    return parse_day(text)


def _address(place: int, day: date) -> str:
    return f"{reverse('reports:roster')}?place={place_codes.show(place)}&month={day:%Y-%m}"
