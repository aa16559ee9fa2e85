"""Categories: the village reports, the township checks, the county confirms (levels are data)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks, codes
from tongxing.children.actions import rows
from tongxing.children.actions.writing import begin, finish
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.levels import covered, may_advance, skipped_level, state_after
from tongxing.children.models import Category
from tongxing.children.new import NewCategory
from tongxing.ground.today import today


def _named(category: Category) -> str:
    """How the journal calls it: a restricted category has no name there."""
    return "" if category.restricted else f"{category.scheme}.{category.kind}"


@transaction.atomic
def report_category(*, child_id: UUID, new: NewCategory, by: Post | None, version: int | None = None) -> Category:
    """Report a category of the child; what the post's own level may say at once, it has said."""
    if errors := checks.category(new):
        raise FieldErrors(errors)
    written = begin(child_id, by=by, version=version)
    if Category.objects.filter(child_id=child_id, scheme=new.scheme, kind=new.kind, until=None).exclude(state=Category.State.REFUSED).exists():
        raise CannotDo(_("这一类别已经上报过。"))
    row = rows.category(written.child, new, by)
    row.save(force_insert=True)
    written.note("category", None, _named(row))
    finish(written, verb="category_reported", subject_kind="category", subject_id=row.id)
    return row


@transaction.atomic
def advance_category(*, category_id: UUID, yes: bool, by: Post | None, comment: str = "") -> Category:
    """The level whose turn it is (or one above) says yes or no; no needs a comment."""
    found = Category.objects.get(pk=category_id)
    written = begin(found.child_id, by=by)
    row = Category.objects.select_for_update().get(pk=category_id)
    levels = codes.SCHEMES[row.scheme].about.levels
    if row.until is not None or row.state in (Category.State.CONFIRMED, Category.State.REFUSED):
        raise CannotDo(_("这一类别不在审核中。"))
    if not may_advance(levels, row.step, by):
        raise CannotDo(_("这一类别正等待上一级审核，不由您的岗位办理。"))
    if not yes and not comment.strip():
        raise FieldErrors({"comment": _("不予认定请写明理由。")})
    if by and skipped_level(levels, row.step, by) and not comment.strip():
        raise FieldErrors({"comment": _("下级还没有审核，由您直接办理的，请写明情况。")})
    before = row.state
    if yes:
        row.step = max(row.step + 1, covered(levels, by)[0])
        row.state = state_after(levels, row.step)
    else:
        row.state, row.until = Category.State.REFUSED, max(row.since, today())
    row.save(update_fields=["step", "state", "until"])
    rows.review(written.child, "approve" if yes else "refuse", by, comment=comment.strip(), category=row).save(force_insert=True)
    written.note("category", f"{_named(row)} {before}".strip(), f"{_named(row)} {row.state}".strip())
    finish(written, verb="category_advanced" if yes else "category_refused", subject_kind="category", subject_id=row.id)
    return row


@transaction.atomic
def end_category(*, category_id: UUID, on: date, reason: str, by: Post | None) -> Category:
    """The category holds no longer; the reason is asked for. A confirmed one is ended by a level that can confirm."""
    found = Category.objects.get(pk=category_id)
    written = begin(found.child_id, by=by)
    row = Category.objects.select_for_update().get(pk=category_id)
    if not reason.strip():
        raise FieldErrors({"reason": _("请写明终止原因。")})
    if row.until is not None:
        raise CannotDo(_("这一类别已经终止。"))
    if row.state == Category.State.CONFIRMED and covered(codes.SCHEMES[row.scheme].about.levels, by)[1] != Category.State.CONFIRMED:
        raise CannotDo(_("已认定的类别由认定它的一级终止。"))
    if on < row.since:
        raise FieldErrors({"on": _("这一类别从%(since)s起，终止日期不能更早。") % {"since": row.since.isoformat()}})
    row.until, row.end_reason = on, reason.strip()
    row.save(update_fields=["until", "end_reason"])
    written.note("category", _named(row), None)
    finish(written, verb="category_ended", subject_kind="category", subject_id=row.id)
    return row
