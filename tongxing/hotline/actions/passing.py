"""A call is handed on: to a department or an office by message, whose answer comes back; or a case finds its child through it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.hotline.actions.calls import WHY
from tongxing.hotline.errors import HotlineError
from tongxing.hotline.models import Call, Named, Referral
from tongxing.journal import actions as journal
from tongxing.outbox import actions as outbox
from tongxing.protection import actions as protection
from tongxing.protection import sealing
from tongxing.protection.models import Case

REFERRED = noop("12355来电%(number)s转给您办理，请查看并答复。")
ANSWERED = noop("12355来电%(number)s已有办理答复。")


@transaction.atomic
def refer(*, call: Call, posts: Sequence[Post], by: Post) -> list[Referral]:
    """Hand a call on: from now on these posts read it (not the counselling notes), and are asked for an answer. Once for each of them."""
    with scope.whole_country(why=WHY):
        call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        if not posts:
            raise HotlineError(_("那里没有人在系统中，请打电话联系，把联系情况写进答复。"))
        made = []
        for post in posts:
            if not post.may("hotline.read"):
                raise HotlineError(_("这个岗位不能查看转办的来电。"))
            row, new = Referral.objects.get_or_create(call=call, post=post)
            Named.objects.get_or_create(call=call, post=post)
            if new:
                made.append(row)
        outbox.tell(kind="event", about=REFERRED, words={"number": call.number}, posts=[row.post for row in made], url=address(call), key=f"call:{call.pk}", checked=True)
        for row in made:
            journal.record(by=by, verb="call_referred", subject_kind="call", subject_id=call.pk, place=call.scope_place, diff={"post": [None, str(row.post_id)]})
        return made


def address(call: Call) -> str:
    return f"/hotline/{call.pk}/"


@transaction.atomic
def answer(*, referral: Referral, words: str, by: Post) -> Referral:
    """Say what came of a call that was handed on; its agent hears of it."""
    with scope.whole_country(why=WHY):
        row = Referral.objects.select_for_update(of=("self",)).select_related("call", "call__post").get(pk=referral.pk)
        if row.post_id not in (by.pk, by.deputy_of_id):
            raise HotlineError(_("这个来电没有转给您。"))
        if row.answered_at is not None:
            raise HotlineError(_("已经答复过了。"))
        if not words.strip():
            raise HotlineError(_("请写明办理情况。"))
        key = sealing.key(row.call_id)
        if key is None:
            raise HotlineError(_("这个来电的内容已经销毁。"))
        row.answered_at, row.answered_by = now(), by.pk
        row.sealed = sealing.seal(key, row, {"words": words.strip()[:5000]})
        row.save()
        journal.record(by=by, verb="call_answered", subject_kind="call", subject_id=row.call_id, place=row.call.scope_place)
        outbox.tell(kind="event", about=ANSWERED, words={"number": row.call.number}, posts=[row.call.post], url=address(row.call), key=f"answered:{row.pk}", checked=True)
        return row


@transaction.atomic
def name_for_counsel(*, call: Call, post: Post, by: Post) -> None:
    """Let somebody read the counselling notes, too: only whoever wrote them can."""
    with scope.whole_country(why=WHY):
        if call.post_id not in (by.pk, by.deputy_of_id):
            raise HotlineError(_("辅导记录只有写的人能请别人一起看。"))
        row, _new = Named.objects.get_or_create(call=call, post=post, defaults={"since": today()})
        row.counsel = True
        row.save(update_fields=["counsel"])
        journal.record(by=by, verb="call_counsel_shown", subject_kind="call", subject_id=call.pk, place=call.scope_place, diff={"post": [None, str(post.pk)]})


@transaction.atomic
def link_child(*, call: Call, case: Case, by: Post) -> None:
    """Whoever works on the case says that it is about the child whose file the call may mean."""
    if not by.may("cases.work"):
        raise HotlineError(_("关联孩子的档案要由办理个案的人决定。"))
    if call.child_id is None or call.report_id is None:
        raise HotlineError(_("这个来电没有可能的档案。"))
    with scope.whole_country(why=WHY):
        protection.link_child(case=case, child_id=call.child_id, by=by)
        journal.record(by=by, verb="call_child_linked", subject_kind="call", subject_id=call.pk, place=call.scope_place, child_id=call.child_id)
