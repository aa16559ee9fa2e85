"""Who is on duty (值班表). The only writer of the roster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground.today import CHINA
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import OnCall

MOST_DAYS = 62
SHIFTS: dict[str, tuple[time, timedelta]] = {  # when a watch begins, and how long it goes
    "whole": (time(8), timedelta(hours=24)),
    "night": (time(17, 30), timedelta(hours=15)),
    "day": (time(8, 30), timedelta(hours=9)),
}


@transaction.atomic
def put_on_call(*, place: int, post: Post, since: datetime, until: datetime, by: Post, leads: bool = False) -> OnCall:
    """Put somebody on duty at a county or township, from one moment to another. Repeated, it is done once."""
    _may(by, place)
    if until <= since:
        raise ProtectionError(_("值班的结束时间要晚于开始时间。"))
    if not post.may("cases.work"):
        raise ProtectionError(_("值班的人要能受理报告，请选择督导员或县民政干部。"))
    row, made = OnCall.objects.get_or_create(place=place, post=post, since=since, defaults={"until": until, "leads": leads})
    if not made:
        row.until, row.leads = until, leads
        row.save()
    journal.record(by=by, verb="put_on_call", subject_kind="post", subject_id=post.pk, place=place, diff={"since": [None, since.isoformat()], "until": [None, until.isoformat()]})
    return row


@transaction.atomic
def take_off(*, row: OnCall, by: Post) -> None:
    """Somebody is not on duty then after all."""
    _may(by, row.place)
    journal.record(by=by, verb="taken_off_call", subject_kind="post", subject_id=row.post_id, place=row.place, diff={"since": [row.since.isoformat(), None]})
    row.delete()


def _may(by: Post, place: int) -> None:
    if not by.may("roster.edit") or not codes.within(place, by.place_id):
        raise ProtectionError(_("您不能排这里的值班表。"))


@transaction.atomic
def fill(*, place: int, posts: Sequence[Post], first: date, last: date, weekdays: Collection[int], shift: str, by: Post, leader: Post | None = None) -> int:
    """Put people on duty by a pattern: on each of these weekdays (0 is Monday) the next one in turn; returns how many days it filled."""
    if not posts:
        raise ProtectionError(_("请选择值班的人。"))
    if last < first or (last - first).days >= MOST_DAYS:
        raise ProtectionError(_("请选择起止日期，最多%(most)s天。") % {"most": MOST_DAYS})
    begins, length = SHIFTS[shift]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    chosen = [day for day in days if day.weekday() in weekdays]
    for day, post in zip(chosen, cycle(posts), strict=False):
        since = datetime.combine(day, begins, CHINA)
        put_on_call(place=place, post=post, since=since, until=since + length, by=by)
        if leader is not None and leader.pk != post.pk:
            put_on_call(place=place, post=leader, since=since, until=since + length, by=by, leads=True)
    return len(chosen)


@transaction.atomic
def swap(*, row: OnCall, other: OnCall, by: Post) -> None:
    """Two people take each other's watch."""
    if row.place != other.place:
        raise ProtectionError(_("只能在同一张值班表里调班。"))
    mine, theirs = row.post, other.post
    for each in (row, other):
        take_off(row=each, by=by)
    put_on_call(place=row.place, post=theirs, since=row.since, until=row.until, by=by, leads=row.leads)
    put_on_call(place=row.place, post=mine, since=other.since, until=other.until, by=by, leads=other.leads)
