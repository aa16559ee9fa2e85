"""Who is on duty (值班表). The only writer of the roster."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import OnCall


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
