"""The month of promises: on which day how many are due, one's own or those of a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.http import urlencode

from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.care.boards.periods import BACK, last_day, month_after, start
from tongxing.duties import queries as duties
from tongxing.duties.models import Tally
from tongxing.ground.today import parse_day
from tongxing.places import codes


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the sheet: how many promises end on it, how many of them are kept."""

    on: date
    inside: bool
    today: bool
    work: bool
    asked: int
    kept: int
    url: str

    @property
    def left(self) -> int:
        return self.asked - self.kept

    @property
    def tone(self) -> str:
        if not self.asked:
            return ""
        return "green" if not self.left else "blue"


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks, Monday first."""

    first: date
    weeks: Sequence[Sequence[Day]]
    overdue: date

    @property
    def before(self) -> date:
        return month_after(self.first, -1)

    @property
    def after(self) -> date:
        return month_after(self.first)

    @property
    def busy(self) -> list[Day]:
        """The days of the month on which something is due: what a telephone lists."""
        return [day for week in self.weeks for day in week if day.inside and day.asked]

    def late(self, day: Day) -> bool:
        return day.on < self.overdue and day.left > 0


def first_of(text: str, on: date) -> date:
    """The month that an address names, as 2026-11; anything else is this one."""
    return parse_day(f"{text}-01") or on.replace(day=1)


def month(post: Post, first: date, on: date, *, place: bool) -> Month:
    """The sheet of a month: the post's own promises, or all of its place."""
    monday = first - timedelta(days=first.weekday())
    end = month_after(first)
    days = -(-(end - monday).days // 7) * 7
    asked, kept = _of_place(post, monday, days) if place else _own(post, monday, days, on)
    works = calendars.calendar(post.place_id)
    sheet = []
    for number in range(days):
        day = monday + timedelta(days=number)
        address = {"day": day.isoformat()} | ({"state": "all"} if place else {})
        url = f"{reverse('boards:duties' if place else 'boards:own')}?{urlencode(address)}"
        sheet.append(Day(day, first <= day < end, day == on, works.is_workday(day), asked[day], kept[day], url))
    return Month(first, [sheet[at : at + 7] for at in range(0, days, 7)], on)


def _own(post: Post, monday: date, days: int, on: date) -> tuple[Counter[date], Counter[date]]:
    at = start(on)
    bounds = {"due__gt": start(max(monday, on - BACK)), "due__lte": start(monday + timedelta(days=days))}
    rows = duties.rows_of(post).filter(duties.mine(post, at), ended_on=None, waived_on=None, suspended_on=None, **bounds)
    asked: Counter[date] = Counter()
    kept: Counter[date] = Counter()
    for due, done, need in rows.values_list("due", "done", "need"):
        asked[last_day(due)] += 1
        kept[last_day(due)] += done >= need
    return asked, kept


def _of_place(post: Post, monday: date, days: int) -> tuple[Counter[date], Counter[date]]:
    tallies = Tally.objects.filter(scope_place__range=codes.span(post.place_id), due__gt=start(monday), due__lte=start(monday + timedelta(days=days)))
    asked: Counter[date] = Counter()
    kept: Counter[date] = Counter()
    for due, number, done in tallies.order_by().values_list("due").annotate(asked_here=Sum(F("asked") - F("resting")), kept_here=Sum("kept")):
        asked[last_day(due)] += number
        kept[last_day(due)] += done
    return asked, kept
