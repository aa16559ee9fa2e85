"""The calendar of the active post's place, and the dialogs in which a county states and corrects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Person, Post
from tongxing.calendars import actions, queries, workdays
from tongxing.calendars import terms as rules
from tongxing.calendars.actions import CalendarError
from tongxing.calendars.festivals import FESTIVALS, between
from tongxing.calendars.models import Holiday, Term
from tongxing.calendars.terms import AUTUMN
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.office.audit.words import VERBS
from tongxing.office.calendars import forms
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.models import Place

DAY = timedelta(days=1)
CHANGES = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """A term or a vacation as a row. `stated` is the row in which somebody stated it."""

    word: str
    since: date
    last: date
    number: int = 0
    stated: Term | None = None
    assumed: bool = False

    @property
    def weeks(self) -> int:
        return round(((self.last - self.since).days + 1) / 7)


@dataclass(frozen=True, slots=True)
class FreeDays:
    """A holiday as a row: published for the country, or stated by a place."""

    word: str
    since: date
    last: date
    worked: tuple[date, ...]
    stated: Holiday | None = None

    @property
    def days(self) -> int:
        return (self.last - self.since).days + 1


@requires("places.view")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A school year: its terms and vacations, the public holidays and the festivals in it."""
    now = rules.school_year(today())
    year = _year(request.GET.get("year", ""), now)
    place = request.post.place_id
    since, until = date(year, 9, 1), date(year + 1, 9, 1)
    context = {
        "year": year,
        "years": [now - 1, now, now + 1],
        "stretches": _stretches(place, year),
        "holidays": _holidays(place, since, until),
        "unknown": {each: [_(FESTIVALS[name].label) for name in left] for each in (year, year + 1) if (left := queries.missing(place, each))},
        "festivals": sorted((day, _(each.label)) for each in FESTIVALS.values() for day in between(each.id, since, until)),
        "counties": _counties(request.post, year),
        "may_edit": _may_edit(request.post),
        "may_state_terms": _may_edit(request.post) and request.post.place.level <= Level.COUNTY,
        "changes": _changes(place) if _may_edit(request.post) else [],
        "today": today(),
    }
    return render(request, "calendars/calendar.html", context)


@requires("calendars.edit")
@require_http_methods(["GET", "POST"])
def state_term(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """State or correct a term for the post's place."""
    shown = next((each for each in _stretches(request.post.place_id, year) if each.number == number), None) if 2000 <= year <= 2100 else None
    if shown is None:
        raise Http404

    def work(data: dict[str, Any]) -> None:
        actions.state_term(place=request.post.place_id, year=year, number=number, since=data["since"], last=data["last"], source=data["source"], by=request.post)

    own = shown.stated if shown.stated and shown.stated.place_id == request.post.place_id else None
    initial = {"since": shown.since, "last": shown.last, "source": own.source if own else ""}
    return _dialog(request, forms.TermForm, f"{shown.word} · {_school_year(year)}", work, initial=initial, year=year)


@requires("calendars.edit")
@require_http_methods(["GET", "POST"])
def withdraw_term(request: HttpRequest, term_id: UUID) -> HttpResponse:
    """Take back a term that the post's own place stated."""
    term = get_object_or_404(Term, pk=term_id, place=request.post.place_id)

    def work(data: dict[str, Any]) -> None:
        actions.withdraw_term(term_id=term_id, reason=data["reason"], by=request.post)

    words: dict[str, Any] = {"confirm_text": _("撤回后按上级录入的校历计算；上级也没有录入的，按惯例推定。"), "confirm_word": _("撤回"), "confirm_danger": True}
    return _dialog(request, forms.ReasonForm, f"{_('撤回')} · {_number(term.number)} {_school_year(term.year)}", work, year=term.year, template="office/confirm.html", **words)


@requires("calendars.edit")
@require_http_methods(["GET", "POST"])
def add_holiday(request: HttpRequest) -> HttpResponse:
    """State a holiday for the post's place."""
    year = _year(request.GET.get("year", ""), rules.school_year(today()))
    return _holiday(request, None, year, initial={})


@requires("calendars.edit")
@require_http_methods(["GET", "POST"])
def correct_holiday(request: HttpRequest, holiday_id: UUID) -> HttpResponse:
    """Correct a holiday that the post's own place stated."""
    holiday = get_object_or_404(Holiday, pk=holiday_id, place=request.post.place_id)
    initial = {"names": holiday.names, "since": holiday.since, "last": holiday.last, "worked": "、".join(map(str, holiday.worked)), "source": holiday.source}
    return _holiday(request, holiday, rules.school_year(holiday.since), initial=initial)


@requires("calendars.edit")
@require_http_methods(["GET", "POST"])
def withdraw_holiday(request: HttpRequest, holiday_id: UUID) -> HttpResponse:
    """Take back a holiday that the post's own place stated."""
    holiday = get_object_or_404(Holiday, pk=holiday_id, place=request.post.place_id)

    def work(data: dict[str, Any]) -> None:
        actions.withdraw_holiday(holiday_id=holiday_id, reason=data["reason"], by=request.post)

    words: dict[str, Any] = {"confirm_text": _("撤回后按全国公布的安排计算。"), "confirm_word": _("撤回"), "confirm_danger": True}
    title = f"{_('撤回')} · {_names(holiday)} {holiday.since}"
    return _dialog(request, forms.ReasonForm, title, work, year=rules.school_year(holiday.since), template="office/confirm.html", **words)


def _holiday(request: HttpRequest, holiday: Holiday | None, year: int, *, initial: dict[str, Any]) -> HttpResponse:
    def work(data: dict[str, Any]) -> None:
        actions.state_holiday(place=request.post.place_id, **data, holiday_id=holiday.id if holiday else None, by=request.post)

    return _dialog(request, forms.HolidayForm, _("更正节假日安排") if holiday else _("录入节假日安排"), work, initial=initial, year=year)


def _dialog(
    request: HttpRequest,
    make: type[django_forms.Form],
    title: str,
    work: Callable[[dict[str, Any]], None],
    *,
    year: int,
    initial: dict[str, Any] | None = None,
    template: str = "calendars/dialog.html",
    **context: Any,
) -> HttpResponse:
    form = make(request.POST or None, initial=initial or {})
    if request.method == "POST" and form.is_valid():
        try:
            work(form.cleaned_data)
        except CalendarError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存，对%(place)s及以下各级生效。") % {"place": request.post.place.short_name})
            return dialogs.done(request, f"{reverse('calendars:calendar')}?year={year}")
    return dialogs.show(request, template, {"form": form, "dialog_title": title, **context})


def _stretches(place: int, year: int) -> list[Stretch]:
    """The terms of a school year and the vacation after each."""
    stated = queries.stated_terms(place, (year,))
    around = queries.terms(place, date(year, 7, 1), date(year + 2, 1, 1))
    rows = [Stretch(_number(term.number), term.since, term.until - DAY, term.number, stated.get((year, term.number)), assumed=term.assumed) for term in around if term.year == year]
    rows += [
        Stretch(_("寒假") if each.kind == "winter" else _("暑假"), each.since, each.until - DAY, assumed=each.assumed) for each in rules.vacations(around) if each.year == year
    ]
    return sorted(rows, key=lambda row: row.since)


def _holidays(place: int, since: date, until: date) -> list[FreeDays]:
    """The holidays from ``since`` until the day before ``until``; one that a place states takes the place of the published one of its name."""
    years = range(since.year, until.year + 1)
    stated = [row for year in years for row in queries.stated_holidays(place, year)]
    named = {(row.year, name) for row in stated for name in row.names}
    rows = [FreeDays(_names(row), row.since, row.last, tuple(row.worked), row) for row in stated]
    for year in years:
        for free in workdays.published(year):
            if (year, free.name) not in named:
                word = _(FESTIVALS[free.name].label) if free.name in FESTIVALS else free.name
                rows.append(FreeDays(word, free.since, free.last, free.worked))
    return sorted((row for row in rows if since <= row.last and row.since < until), key=lambda row: row.since)


def _counties(post: Post, year: int) -> list[dict[str, Any]]:
    """For a city or a province: which counties below have stated how many terms of the year."""
    if post.place.level >= Level.COUNTY:
        return []
    lo, hi = codes.span(post.place_id)
    numbers: dict[int, set[int]] = {}
    for place, number in Term.objects.filter(place__code__range=(lo, hi), year=year, place__level=Level.COUNTY).values_list("place_id", "number"):
        numbers.setdefault(place, set()).add(number)
    counties = Place.objects.valid(today()).within(lo, hi).filter(level=Level.COUNTY).order_by("code")
    return [{"place": place, "count": len(numbers.get(place.code, ()))} for place in counties]


def _changes(place: int) -> list[dict[str, Any]]:
    """The last changes to what the place itself states."""
    records = list(Record.objects.filter(scope_place=place, subject_kind__in=("term", "holiday")).order_by("-seq")[:CHANGES])
    names = dict(Person.objects.filter(pk__in=[record.by for record in records if record.by]).values_list("pk", "name"))
    return [{"at": record.at, "text": f"{VERBS[record.verb]}：{_said(record.diff)}", "who": names.get(record.by, _("系统")) if record.by else _("系统")} for record in records]


def _said(diff: dict[str, list[Any]]) -> str:
    kept = {name: values for name, values in diff.items() if name not in ("year", "number")}
    if "until" in kept:  # the row says the first day after it
        kept["until"] = [day and (date.fromisoformat(day) - DAY).isoformat() for day in kept["until"]]
    first = [f"{_school_year(diff['year'][1])} {_number(diff['number'][1])}"] if "number" in diff else []
    return " · ".join([*first, *(" → ".join(str(value) for value in values if value) for values in kept.values() if any(values))])


def _may_edit(post: Post) -> bool:
    return post.may("calendars.edit")


def _number(number: int) -> str:
    return _("第一学期") if number == AUTUMN else _("第二学期")


def _school_year(year: int) -> str:
    return _("%(a)s—%(b)s学年") % {"a": year, "b": year + 1}


def _names(holiday: Holiday) -> str:
    return "、".join(_(FESTIVALS[name].label) for name in holiday.names)


def _year(text: str, now: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and now - 20 <= int(text[:6]) <= now + 3 else now
