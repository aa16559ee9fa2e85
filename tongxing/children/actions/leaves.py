"""Temporary leaves (小候鸟, holidays), recorded for many children at once: the files stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import codes, fields
from tongxing.children.actions.writing import begin_many, finish_many
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Leave, State
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLeave:
    kind: str
    left_on: date
    where: str = ""
    with_whom: str = ""
    expected_on: date | None = None


def _errors(new: NewLeave) -> dict[str, str]:
    errors: dict[str, str] = {}
    if new.kind not in codes.LEAVE_KIND:
        errors["kind"] = _("请选择离开原因。")
    if new.left_on > today():
        errors["left_on"] = _("离开日期不能晚于今天。")
    if new.expected_on and new.expected_on < new.left_on:
        errors["expected_on"] = _("预计返回日期不能早于离开日期。")
    for key, longest in (("where", 100), ("with_whom", 60)):
        try:
            fields.text(longest)(getattr(new, key))
        except fields.Wrong as wrong:
            errors[key] = str(wrong)
    return errors


@transaction.atomic
def record_leave(*, child_ids: Sequence[UUID], new: NewLeave, by: Post | None) -> list[Leave]:
    """These children are away for a while. Who is away already is left out; return what was recorded."""
    if errors := _errors(new):
        raise FieldErrors(errors)
    locked = begin_many(list(child_ids), by=by, states=[State.CURRENT])  # before looking: the same form may be sent twice at once
    away = set(Leave.objects.filter(child_id__in=child_ids, returned_on=None).values_list("child_id", flat=True))
    writings = [written for written in locked if written.child.id not in away]
    batch, made = uuid7(), []
    for written in writings:
        leave = Leave(
            child=written.child,
            scope_place=written.child.scope_place,
            kind=new.kind,
            where=new.where.strip(),
            with_whom=new.with_whom.strip(),
            left_on=new.left_on,
            expected_on=new.expected_on,
            batch=batch,
        )
        leave.save(force_insert=True)
        made.append(leave)
        written.note("leave", None, f"{new.kind} {new.left_on.isoformat()}")
    finish_many(writings, verb="left")
    return made


@transaction.atomic
def record_return(*, child_ids: Sequence[UUID], on: date, by: Post | None) -> int:
    """These children are back; return how many were away."""
    if on > today():
        raise FieldErrors({"on": _("返回日期不能晚于今天。")})
    leaves = {leave.child_id: leave for leave in Leave.objects.select_for_update().filter(child_id__in=child_ids, returned_on=None)}
    writings = begin_many(list(leaves), by=by)
    for written in writings:
        leave = leaves[written.child.id]
        if on < leave.left_on:
            raise CannotDo(_("%(name)s %(left)s 才离开，返回日期不能早于它。") % {"name": written.child.name, "left": leave.left_on.isoformat()})
        leave.returned_on = on
        leave.save(update_fields=["returned_on"])
        written.note("leave", f"{leave.kind} {leave.left_on.isoformat()}", on)
    finish_many(writings, verb="returned_home")
    return len(writings)
