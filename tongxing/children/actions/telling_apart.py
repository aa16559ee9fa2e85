"""Two files that look alike are two children: said once with a reason, and taken back where it was wrong."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.actions.writing import Writing, begin_many, finish_many
from tongxing.children.cards import file_number
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Distinct, State
from tongxing.children.queries.moves import said
from tongxing.ground.today import today


@transaction.atomic
def tell_apart(*, ids: tuple[UUID, UUID], reason: str, by: Post | None) -> Distinct:
    """Judge that two files are two children. Holds until one of them says something else of who the child is."""
    if not reason.strip():
        raise FieldErrors({"reason": _("请写明理由。")})
    if ids[0] == ids[1]:
        raise CannotDo(_("请选择两份不同的档案。"))
    one, other = begin_many(sorted(ids), by=by)
    Distinct.objects.filter(child_id=one.child.id, other_id=other.child.id, undone_on=None).update(undone_on=today())  # judged of what the files said before
    row = Distinct(child=one.child, other=other.child, scope_place=one.child.scope_place, reason=reason.strip()[:500], on=today())
    row.child_said, row.other_said = said(one.child), said(other.child)
    row.save(force_insert=True)
    for written in (one, other):
        written.note("distinct", None, _number(other if written is one else one))
        written.note("comment", None, row.reason)
    finish_many([one, other], verb="told_apart", subject_kind="distinct", subject_id=row.id)
    return row


@transaction.atomic
def undo_telling_apart(*, distinct_id: UUID, by: Post | None) -> Distinct:
    """They may be one child after all: the pair is offered again."""
    row = Distinct.objects.select_for_update().get(pk=distinct_id)
    if row.undone_on is not None:
        raise CannotDo(_("已经撤回。"))
    row.undone_on = today()
    row.save(update_fields=["undone_on"])
    one, other = begin_many([row.child_id, row.other_id], by=by, states=State.values)
    for written in (one, other):
        written.note("distinct", _number(other if written is one else one), None)
    finish_many([one, other], verb="telling_apart_undone", subject_kind="distinct", subject_id=row.id)
    return row


def _number(written: Writing) -> str:
    return file_number(written.file)
