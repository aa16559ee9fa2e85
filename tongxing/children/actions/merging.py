"""Two files of one child become one. The kept file takes what it lacks from the other, which ends; undoing takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import codes, followers
from tongxing.children.actions import rows
from tongxing.children.actions.registration import taken
from tongxing.children.actions.writing import Writing, begin_many, finish_many
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.fields import FIELDS
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Absence, Category, Child, Circumstance, Guardianship, Merge, Relative, Residence, Schooling, State
from tongxing.children.queries.files import PARTS
from tongxing.crypto.sealed import digest
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today

UNKNOWN: tuple[object, ...] = (None, "", [], False)
NOT_SAID = {"sex": ("0", "9"), "registration": ("unknown",)}
COPIED: tuple[type[models.Model], ...] = (Guardianship, Schooling, Residence)
SEALED_OF_A_RELATIVE = ("id_number", "phone", "address")


@transaction.atomic
def merge_files(*, kept_id: UUID, other_id: UUID, reason: str, by: Post | None) -> Merge:
    """Make one file of two. Raises ``CannotDo`` for two id numbers: those are two children."""
    if not reason.strip():
        raise FieldErrors({"reason": _("请写明合并原因。")})
    if kept_id == other_id:
        raise CannotDo(_("请选择两份不同的档案。"))
    kept, other = begin_many([kept_id, other_id], by=by, parts=tuple(PARTS))
    if kept.child.id_digest and other.child.id_digest and kept.child.id_digest != other.child.id_digest:
        raise CannotDo(_("两份档案的身份证号不同，不是同一个孩子。"))
    moved: dict[str, Any] = {"other": _ended(other, kept.child)}
    moved["fields"] = _fill(kept, other)
    moved["created"] = [[type(row).__name__.lower(), str(row.pk)] for row in (*_copy_family(kept, other), *_copy_facts(kept, other))]
    merge = Merge(child=other.child, kept=kept.child, scope_place=kept.child.scope_place, reason=reason.strip()[:500], moved=moved, on=today())
    merge.save(force_insert=True)
    for follower in followers.declared():
        follower.merged(kept_id=kept_id, other_id=other_id, by=by)
    for written in (kept, other):
        written.note("merge", str(other_id), str(kept_id))
        written.note("reason", None, merge.reason)
        written.keys_changed = True
    finish_many([kept, other], verb="merged", subject_kind="merge", subject_id=merge.id)
    return merge


def _ended(other: Writing, kept: Child) -> dict[str, Any]:
    """End the other file first, so that its id number is free; what undoing needs."""
    child = other.child
    before: dict[str, Any] = {"state": child.state, "state_since": child.state_since.isoformat(), "categories": []}
    for category in Category.objects.filter(child_id=child.id, until=None):
        before["categories"].append(str(category.id))
        category.until, category.end_reason = max(today(), category.since), codes.EXIT_REASON["merged"].label
        category.save(update_fields=["until", "end_reason"])
    other.note("state", child.state, State.ENDED.value)
    child.state, child.state_since, child.end_reason, child.merged_into = State.ENDED, today(), "merged", kept
    child.save(update_fields=["state", "state_since", "end_reason", "merged_into"])
    return before


def _fill(kept: Writing, other: Writing) -> list[str]:
    """Give the kept file the scalar facts that it does not have; return their keys."""
    assert kept.file.key
    filled: list[str] = []
    for key, field in FIELDS.items():
        has = getattr(kept.child, field.column)
        offered = getattr(other.child, field.column)
        if has not in UNKNOWN and has not in NOT_SAID.get(key, ()):
            continue
        if offered in UNKNOWN or offered in NOT_SAID.get(key, ()):
            continue
        if field.consent and not kept.file.consents_to(field.consent, today()):
            continue
        if field.sealed:
            rows.seal(kept.file.key, kept.child, key, other.file.open(other.child, key))
        else:
            setattr(kept.child, key, offered)
        if key == "id_number":
            kept.child.id_digest = other.child.id_digest
        kept.note(key, has, getattr(kept.child, field.column))
        filled.append(key)
    if filled:
        kept.child.save(update_fields=[*(FIELDS[key].column for key in filled), "id_digest"])
    return filled


def _copy_family(kept: Writing, other: Writing) -> Iterable[models.Model]:
    """Relatives whom the kept file does not name, with what befell them; a parent's side that it names is left as it is."""
    known = {(row.relation, row.name) for row in kept.file.relatives}
    sides = {codes.RELATION[row.relation].parent for row in kept.file.relatives} - {""}
    persons = {row.person_key for row in kept.file.relatives}
    made: list[models.Model] = []
    for row in other.file.relatives:
        if (row.relation, row.name) in known or row.person_key in persons or codes.RELATION[row.relation].parent in sides:
            continue
        copy = _copied(kept, other, row)
        made.append(copy)
        made += [_duplicate(fact, kept.child, relative_id=copy.pk) for fact in other.file.circumstances if fact.relative_id == row.id]
        made += [_duplicate(fact, kept.child, relative_id=copy.pk) for fact in other.file.absences if fact.relative_id == row.id]
    return made


def _copied(kept: Writing, other: Writing, row: Relative) -> Relative:
    assert kept.file.key
    copy = _unsaved(row, kept.child)
    for name in SEALED_OF_A_RELATIVE:
        rows.seal(kept.file.key, copy, name, other.file.open(row, name))
    copy.save(force_insert=True)
    kept.note("relative", None, f"{copy.relation} {copy.name}".strip())
    return copy


def _copy_facts(kept: Writing, other: Writing) -> Iterable[models.Model]:
    """Guardianship, schooling and residence where the kept file has none, and open categories that it lacks."""
    assert kept.file.key
    made: list[models.Model] = []
    for mine, theirs in ((kept.file.guardianships, other.file.guardianships), (kept.file.schoolings, other.file.schoolings)):
        if not mine:
            made += [_duplicate(row, kept.child, **({"entrusted_id": None} if isinstance(row, Guardianship) else {})) for row in theirs]
    if not kept.file.residences:
        for row in other.file.residences:
            copy = _unsaved(row, kept.child)
            rows.seal(kept.file.key, copy, "address", other.file.open(row, "address"))
            copy.save(force_insert=True)
            made.append(copy)
    have = {(row.scheme, row.kind) for row in kept.file.categories if row.until is None}
    for category in other.file.categories:
        if category.until is None and (category.scheme, category.kind) not in have:
            made.append(_duplicate(category, kept.child))
            kept.note("category", None, "" if category.restricted else f"{category.scheme}.{category.kind}")
    return made


def _unsaved[Row: models.Model](row: Row, child: Child) -> Row:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001
    return type(row)(**values | {"id": uuid7(), "child_id": child.id, "scope_place": child.scope_place})


def _duplicate[Row: models.Model](row: Row, child: Child, **changed: object) -> Row:
    copy = _unsaved(row, child)
    for name, value in changed.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


@transaction.atomic
def undo_merge(*, merge_id: UUID, by: Post | None) -> Merge:
    """They were two children after all: the kept file gives back what it took, the other stands as it stood."""
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    if merge.undone_on is not None:
        raise CannotDo(_("这次合并已经撤销。"))
    kept, other = begin_many([merge.kept_id, merge.child_id], by=by, states=State.values)
    if kept.child.state not in EDITABLE:
        raise CannotDo(_("保留的档案已退出，不能撤销合并。"))
    _give_back(kept, merge.moved)
    number = other.file.open(other.child, "id_number")
    if number and taken([number]):
        raise CannotDo(_("这个身份证号已有另一份在册档案。"))
    _restore(other, merge.moved["other"])
    merge.undone_on = today()
    merge.save(update_fields=["undone_on"])
    for follower in followers.declared():
        follower.unmerged(kept_id=merge.kept_id, other_id=merge.child_id, on=merge.on, by=by)
    for written in (kept, other):
        written.note("merge", str(merge.kept_id), None)
        written.keys_changed = True
    finish_many([kept, other], verb="merge_undone", subject_kind="merge", subject_id=merge.id)
    return merge


def _give_back(kept: Writing, moved: dict[str, Any]) -> None:
    """Remove the rows that the merge made, the dependent ones first, and empty the fields that it filled."""
    made = {
        name: [key for model, key in moved["created"] if model == name] for name in ("absence", "circumstance", "guardianship", "schooling", "residence", "category", "relative")
    }
    of_relatives = made["relative"]
    Absence.objects.filter(relative_id__in=of_relatives).delete()
    Circumstance.objects.filter(relative_id__in=of_relatives).delete()
    Guardianship.objects.filter(entrusted_id__in=of_relatives).update(entrusted=None)
    for model in (*COPIED, Category, Relative):
        model.objects.filter(pk__in=made[model.__name__.lower()]).delete()  # type: ignore[attr-defined]
    child = kept.child
    for key in moved["fields"]:
        field = FIELDS[key]
        old = getattr(child, field.column)
        empty: object = None if field.sealed or key == "registered_place" else NOT_SAID[key][-1] if key in NOT_SAID else [] if isinstance(old, list) else type(old)()
        setattr(child, field.column, empty)
        kept.note(key, old, empty)
    number = kept.file.open(child, "id_number") if child.id_number_sealed else ""
    child.id_digest = digest("id_number", number) if number else ""
    child.save(update_fields=[*(FIELDS[key].column for key in moved["fields"]), "id_digest"])


def _restore(other: Writing, before: dict[str, Any]) -> None:
    child = other.child
    other.note("state", child.state, before["state"])
    child.state, child.state_since, child.end_reason, child.merged_into = before["state"], before["state_since"], "", None
    child.save(update_fields=["state", "state_since", "end_reason", "merged_into"])
    Category.objects.filter(pk__in=before["categories"]).update(until=None, end_reason="")
