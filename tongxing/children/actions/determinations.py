"""Official determinations (人工认定) beside the rule's result: proposed with a reason, in force once the county approves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.actions.writing import begin, finish
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.levels import rank
from tongxing.children.models import Determination
from tongxing.ground.today import today
from tongxing.places.codes import Level


@transaction.atomic
def propose_determination(*, child_id: UUID, status: str, holds: bool, since: date, reason: str, by: Post | None, until: date | None = None) -> Determination:
    """Propose that a status holds (or does not), whatever the rule says."""
    errors = {}
    if status not in codes.STATUS:
        errors["status"] = _("请选择身份状态。")
    if not reason.strip():
        errors["reason"] = _("请写明认定理由。")
    if until and until <= since:
        errors["until"] = _("结束日期须晚于起始日期。")
    if errors:
        raise FieldErrors(errors)
    written = begin(child_id, by=by)
    if any(row.status == status and row.until is None and row.refused_on is None for row in written.file.determinations):
        raise CannotDo(_("这一身份已有人工认定，请先终止它。"))
    row = Determination.objects.create(child_id=child_id, scope_place=written.child.scope_place, status=status, holds=holds, since=since, until=until, reason=reason.strip()[:500])
    written.note("determination", None, f"{status} {'+' if holds else '-'}")
    finish(written, verb="determination_proposed", subject_kind="determination", subject_id=row.id)
    return row


@transaction.atomic
def decide_determination(*, determination_id: UUID, approve: bool, by: Post | None) -> Determination:
    """The county approves or refuses; from then on it stands or is history."""
    found = Determination.objects.get(pk=determination_id)
    written = begin(found.child_id, by=by)
    row = Determination.objects.select_for_update().get(pk=determination_id)
    if row.approved_on or row.refused_on:
        raise CannotDo(_("这一认定已经办理。"))
    if rank(by) > Level.COUNTY or (by is not None and not by.may("children.determine")):
        raise CannotDo(_("人工认定由县级批准。"))
    if approve:
        row.approved_on = today()
    else:
        row.refused_on, row.until = today(), max(row.since, today())
    row.save(update_fields=["approved_on", "refused_on", "until"])
    written.note("determination", row.status, "approved" if approve else "refused")
    finish(written, verb="determination_approved" if approve else "determination_refused", subject_kind="determination", subject_id=row.id)
    return row


@transaction.atomic
def end_determination(*, determination_id: UUID, on: date, by: Post | None) -> Determination:
    """The determination holds no longer; the rule's result stands alone again."""
    found = Determination.objects.get(pk=determination_id)
    written = begin(found.child_id, by=by)
    row = Determination.objects.select_for_update().get(pk=determination_id)
    row.until = max(on, row.since)
    row.save(update_fields=["until"])
    written.note("determination", row.status, None)
    finish(written, verb="determination_ended", subject_kind="determination", subject_id=row.id)
    return row
