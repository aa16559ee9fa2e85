"""The life of a file, act by act (`children.lifecycle` has the table), and the quarterly confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import codes, followers
from tongxing.children.actions import rows
from tongxing.children.actions.registration import taken
from tongxing.children.actions.writing import Writing, begin, begin_many, finish, finish_many
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.lifecycle import LIFE
from tongxing.children.models import Category, Child, Confirmation, State
from tongxing.children.rules import age
from tongxing.ground.today import today

ADULT = 18


@transaction.atomic
def advance(*, child_id: UUID, act: str, by: Post | None, comment: str = "", reason: str = "", on: date | None = None, version: int | None = None) -> Child:
    """Do one act of a file's life. ``reason`` (``codes.EXIT_REASON``) and ``on`` belong to its end.

    Raises ``CannotDo`` where the act is not possible in the file's state or not for this post, ``FieldErrors`` without the words it needs.
    """
    step = LIFE[act]
    if by is not None and not by.may(step.right):
        raise CannotDo(_("您的岗位不能办理“%(act)s”。") % {"act": step.label})
    if step.comment and not (comment.strip() or reason):
        raise FieldErrors({"comment": _("请写明意见。")})
    written = begin(child_id, by=by, version=version, states=State.values)
    if written.child.state not in step.origins:
        raise CannotDo(_("这份档案%(state)s，不能%(act)s。") % {"state": State(written.child.state).label, "act": step.label})
    _move(written, act, comment.strip(), reason, on or today())
    return finish(written, verb=act)


def _move(written: Writing, act: str, comment: str, reason: str, on: date) -> None:
    child, step = written.child, LIFE[act]
    if act == "end":
        _check_end(child, reason, on)
    if act == "re_enter":
        _check_re_entry(written)
    written.note("state", child.state, step.to.value)
    if comment:
        written.note("comment", None, comment)
    ended_on = child.state_since if act == "re_enter" else None
    child.state, child.state_since = step.to, on
    child.end_reason = (reason or "error") if step.to == State.ENDED else ""
    child.end_note = comment if step.to == State.ENDED else ""
    if step.to == State.CURRENT and child.confirmed_on is None:
        child.confirmed_on = on
    child.save(update_fields=["state", "state_since", "end_reason", "end_note", "confirmed_on"])
    if step.to == State.ENDED:
        for category in Category.objects.filter(child_id=child.id, until=None):
            category.until, category.end_reason = max(on, category.since), codes.EXIT_REASON[child.end_reason].label
            category.save(update_fields=["until", "end_reason"])
        for follower in followers.declared():
            follower.ended(child_id=child.id, on=on, by=written.by)
    review = rows.review(child, {"return": "returned"}.get(act, act), written.by, comment=comment)
    review.ended_on = ended_on
    review.save(force_insert=True)


def _check_end(child: Child, reason: str, on: date) -> None:
    if reason not in codes.EXIT_REASON or (codes.EXIT_REASON[reason].automatic and child.merged_into_id is None):
        raise FieldErrors({"reason": _("请选择退出原因。")})
    if on > today() or on < child.born:
        raise FieldErrors({"on": _("退出日期 %(on)s 不可能。") % {"on": on.isoformat()}})
    needed = codes.EXIT_REASON[reason].age
    if needed and age(child.born, on).years < needed:
        raise FieldErrors({"reason": _("%(name)s还未满%(age)d周岁。") % {"name": child.name, "age": needed}})


def _check_re_entry(written: Writing) -> None:
    child = written.child
    if child.merged_into_id:
        raise CannotDo(_("这份档案已并入另一份，请撤销合并。"))
    if age(child.born, today()).years >= ADULT:
        raise CannotDo(_("%(name)s已满十八周岁，不能重新进入。") % {"name": child.name})
    reason = codes.EXIT_REASON[child.end_reason]
    if not reason.returns and not reason.age:
        raise CannotDo(_("因“%(reason)s”退出的档案不能重新进入。") % {"reason": codes.EXIT_REASON.text(reason.value)})
    number = written.file.open(child, "id_number")
    if number and taken([number]):
        raise CannotDo(_("这个身份证号已有另一份在册档案。"))


def quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@transaction.atomic
def confirm_unchanged(*, child_ids: Sequence[UUID], asked: str, by: Post | None) -> int:
    """The quarterly confirmation: nothing changed, says whom was asked. For one child or all of a household at once; return how many.

    A child confirmed in this quarter already is left alone. What was changed since the last confirmation makes this one an update.
    """
    if not asked.strip():
        raise FieldErrors({"asked": _("请填写询问了谁。")})
    this = quarter(today())
    done = set(Confirmation.objects.filter(child_id__in=child_ids, quarter=this).values_list("child_id", flat=True))
    writings = begin_many([child_id for child_id in child_ids if child_id not in done], by=by, states=[State.CURRENT])
    Confirmation.unscoped.bulk_create(
        [
            Confirmation(
                child_id=child.id,
                scope_place=child.scope_place,
                quarter=this,
                on=today(),
                asked=asked.strip()[:60],
                changed=child.confirmed_on is not None and localdate(child.updated_at) > child.confirmed_on,
                by_name=by.person.name if by else "",
            )
            for child in (written.child for written in writings)
        ]
    )
    for written in writings:
        written.note("confirmed_on", written.child.confirmed_on, today())
    Child.objects.filter(pk__in=[written.child.id for written in writings]).update(confirmed_on=today())
    finish_many(writings, verb="confirmed")
    return len(writings)
