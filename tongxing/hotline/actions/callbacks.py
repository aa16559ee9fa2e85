"""A promise to call back, kept or told of."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.clocks import actions as clocks
from tongxing.clocks.models import Clock
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.hotline import codes
from tongxing.hotline.actions.calls import WHY
from tongxing.hotline.errors import HotlineError
from tongxing.hotline.models import ROLE, Call, CallBack
from tongxing.journal import actions as journal
from tongxing.outbox import actions as outbox
from tongxing.protection import sealing

KIND = "callback"
LATE = noop("12355来电%(number)s约定的回电已过时间，请尽快回电。")


@transaction.atomic
def promise(*, call: Call, due_at: datetime, by: Post, words: str = "", owner: Post | None = None) -> CallBack:
    """Promise to call back by a time; the agent, unless somebody else of the desk is named."""
    with scope.whole_country(why=WHY):
        owner = owner or by
        if owner.role != ROLE or owner.place_id != call.scope_place:
            raise HotlineError(_("回电要由本线路的话务员来做。"))
        if due_at <= now():
            raise HotlineError(_("约定回电的时间已经过去，请改正。"))
        known = CallBack.objects.filter(call=call, done_at=None).first()
        if known is not None:
            return known
        key = sealing.key(call.pk)
        if key is None or not call.caller_digest:
            raise HotlineError(_("约定回电要有对方的号码。"))
        row = CallBack(id=uuid7(), call=call, owner=owner, due_at=due_at)
        row.sealed = sealing.seal(key, row, {"promised": words.strip()[:500]})
        row.save(force_insert=True)
        clocks.start(kind=KIND, subject=row.pk, due_at=due_at, place=call.scope_place)
        journal.record(by=by, verb="callback_promised", subject_kind="call", subject_id=call.pk, place=call.scope_place, diff={"due_at": [None, due_at.isoformat()]})
        return row


@transaction.atomic
def call_back(*, row: CallBack, reached: str, by: Post, words: str = "") -> CallBack:
    """It was called back; what was said."""
    with scope.whole_country(why=WHY):
        row = CallBack.objects.select_for_update(of=("self",)).select_related("call").get(pk=row.pk)
        if by.role != ROLE or by.place_id != row.call.scope_place:
            raise HotlineError(_("回电要由本线路的话务员来做。"))
        if row.done_at is not None:
            raise HotlineError(_("已经回过电了。"))
        if reached not in codes.REACHED:
            raise HotlineError(_("请选择回电结果。"))
        key = sealing.key(row.call_id)
        if key:
            row.sealed = sealing.seal(key, row, sealing.opened(key, row, row.sealed) | {"words": words.strip()[:5000]})
        row.done_at, row.done_by, row.reached = now(), by.pk, reached
        row.save()
        clocks.stop(kind=KIND, subject=row.pk)
        journal.record(by=by, verb="called_back", subject_kind="call", subject_id=row.call_id, place=row.call.scope_place, diff={"reached": [None, reached]})
        return row


def overdue(clock: Clock) -> None:
    """The time has passed: whoever promised hears of it, and the desk with them."""
    row = CallBack.objects.select_for_update(of=("self",)).select_related("call", "owner").get(pk=clock.subject)
    if row.done_at is not None:
        return
    row.late_at = now()
    row.save(update_fields=["late_at"])
    desk = PostQuerySet(Post).held(today()).filter(role=ROLE, place=row.call.scope_place)
    posts = {post.pk: post for post in (row.owner, *desk)}
    outbox.tell(kind="event", about=LATE, words={"number": row.call.number}, posts=posts.values(), url=f"/hotline/{row.call_id}/", key=f"callback:{clock.pk}", checked=True)
