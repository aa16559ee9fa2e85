"""Guardianship, schooling and residence: one holds at a time, the new one ends the old one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks
from tongxing.children.actions import rows
from tongxing.children.actions.writing import begin, finish
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Guardianship, Residence, Schooling
from tongxing.children.new import NewGuardianship, NewResidence, NewSchooling


def replace[Row: (Guardianship, Schooling, Residence)](old: list[Row], new: Row) -> None:
    """End what holds on the day the new row begins; what began on that very day (or later) is taken back."""
    for row in old:
        if row.since >= new.since:
            if row.since - new.since > timedelta(0):
                raise CannotDo(_("%(since)s 起已有登记，新的情况不能早于它。") % {"since": row.since.isoformat()})
            row.delete()
        elif row.until is None or row.until > new.since:
            row.until = new.since
            row.save(update_fields=["until"])
    new.save(force_insert=True)


@transaction.atomic
def record_guardianship(*, child_id: UUID, new: NewGuardianship, by: Post | None, version: int | None = None) -> Guardianship:
    """The kind of guardianship from a day on; the entrusted guardian on file is linked to it."""
    if errors := checks.guardianship(new):
        raise FieldErrors(errors)
    written = begin(child_id, by=by, version=version)
    row = rows.guardianship(written.child, new, written.file.entrusted)
    written.note("guardianship", written.child.guardianship, row.kind)
    replace(written.file.guardianships, row)
    finish(written, verb="guardianship_recorded", subject_kind="guardianship", subject_id=row.id)
    return row


@transaction.atomic
def record_schooling(*, child_id: UUID, new: NewSchooling, by: Post | None, version: int | None = None) -> Schooling:
    """Stage, school, grade and class from a day on."""
    if errors := checks.schooling(new):
        raise FieldErrors(errors)
    written = begin(child_id, by=by, version=version)
    row = rows.schooling(written.child, new)
    written.note("schooling", _school(written.child.school_stage, written.child.school_name, written.child.grade), _school(row.stage, row.school_name, row.grade))
    replace(written.file.schoolings, row)
    finish(written, verb="schooling_recorded", subject_kind="schooling", subject_id=row.id)
    return row


def _school(stage: str, school: str, grade: int | None) -> list[object]:
    return [stage, school, grade]


@transaction.atomic
def record_residence(*, child_id: UUID, new: NewResidence, by: Post | None, version: int | None = None) -> Residence:
    """Where and with whom the child lives from a day on. A move to another village's file is a transfer; this one stays with the owner."""
    if errors := checks.residence(new):
        raise FieldErrors(errors)
    written = begin(child_id, by=by, version=version)
    row = rows.residence(written.file, new)
    written.note("residence", written.child.scope_place, row.place)
    written.note("living_with", written.child.living_with, row.living_with)
    replace(written.file.residences, row)
    finish(written, verb="residence_recorded", subject_kind="residence", subject_id=row.id)
    return row
