"""An import is taken back: files that it opened go as if never opened, files that it changed get their former values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

from django.db import models, transaction

from tongxing.accounts.models import Post
from tongxing.children.actions.writing import Writing, begin, finish
from tongxing.children.errors import CannotDo
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Consent,
    Guardianship,
    Relative,
    Residence,
    Review,
    Schooling,
    SearchKey,
    StatusPeriod,
)
from tongxing.children.traces import CHILD
from tongxing.crypto import actions as crypto
from tongxing.ground import images
from tongxing.ground.images import Change, Image
from tongxing.ground.models import Grant
from tongxing.journal import actions as journal

# Tables in an order in which rows may go: what refers to a relative goes before the relative.
OF_A_NEW_FILE: Final[Sequence[type[models.Model]]] = (
    *(Guardianship, Schooling, Residence, Consent, Absence, Circumstance, Relative),
    *(Category, Review, StatusPeriod, SearchKey, Grant),
)
PARTS: Final[Mapping[str, type[models.Model]]] = {
    "guardianships": Guardianship,
    "schoolings": Schooling,
    "residences": Residence,
    "consents": Consent,
    "absences": Absence,
    "circumstances": Circumstance,
    "relatives": Relative,
}
WHOLE: Final = frozenset({"guardianships", "schoolings", "residences", "consents", "absences"})  # one of a kind holds at a time: all come back or none
IN_THE_JOURNAL: Final = {  # part → what the journal calls it, and the columns whose values it says
    "guardianships": ("guardianship", ("kind",)),
    "schoolings": ("schooling", ("stage", "school_name", "grade")),
    "residences": ("living_with", ("living_with",)),
    "consents": ("consent", ("kind",)),
    "absences": ("absence", ("where",)),
    "circumstances": ("circumstance", ()),
    "relatives": ("relative", ("name",)),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was not taken back, because somebody has changed it since. ``part`` "": the whole file cannot be changed now; ``column`` "": the row."""

    child: UUID
    part: str
    column: str = ""
    relative: UUID | None = None


@transaction.atomic
def unregister(*, ids: Collection[UUID], why: str, by: Post | None) -> None:
    """Remove files that nobody has worked on, as if they had never been opened; their keys are destroyed. Raises IntegrityError where other rows speak of one."""
    found = list(Child.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    known = [child.id for child in found]
    for model in OF_A_NEW_FILE:
        model._default_manager.filter(child_id__in=known).delete()  # noqa: SLF001
    Child.objects.filter(pk__in=known).delete()
    crypto.destroy_many(known)
    journal.record_many(
        by=by,
        acts=[
            {
                "verb": "unregistered",
                "subject_kind": "child",
                "subject_id": child.id,
                "child_id": child.id,
                "place": child.scope_place,
                "diff": {"state": [child.state, None], "why": [None, why], "version": [child.version, child.version + 1]},
            }
            for child in found
        ],
    )


@transaction.atomic
def take_back(*, child_id: UUID, changes: Sequence[Change], why: str, by: Post | None) -> tuple[bool, list[Kept]]:
    """Give a file its former values, field by field: whether anything came back, and what stays because somebody has changed it since."""
    try:
        written = begin(child_id, by=by)
    except (Child.DoesNotExist, CannotDo):
        return False, [Kept(child_id, "")]
    kept: list[Kept] = []
    for part, model in PARTS.items():
        of_part = [change for change in changes if change.part == part]
        for group in _groups(written, part, of_part):
            if images.take_back(model, group, fixed={"scope_place": written.child.scope_place}):
                _note(written, part, group)
            else:
                kept.append(_kept(written, part, group))
    kept += _of_the_child(written, [change for change in changes if change.part == CHILD])
    taken_back = bool(written.diff)
    if taken_back:
        written.diff["why"] = [None, why]
        written.keys_changed = True
        finish(written, verb="import_undone")
    return taken_back, kept


def _groups(written: Writing, part: str, changes: Sequence[Change]) -> Iterable[list[Change]]:
    """What comes back together: a dated part as a whole (of a parent's absences each parent's), else each column of a row by itself."""
    if part == "absences":
        relatives = {str(row.id): str(row.relative_id) for row in written.file.absences}

        def of(change: Change) -> str:
            whole = change.before if change.after is None else change.after
            return relatives.get(change.pk) or str((whole or {}).get("relative_id", ""))

        return [list(group) for _relative, group in groupby(sorted(changes, key=of), of)]
    if part in WHOLE:
        return [list(changes)] if changes else []
    return [[each] for change in changes for each in images.by_value(change)]


def _of_the_child(written: Writing, changes: Sequence[Change]) -> list[Kept]:
    kept, child = [], written.child
    columns: list[str] = []
    for change in (each for whole in changes for each in images.by_value(whole)):
        before, after = change.before or {}, change.after or {}
        if images.differs(child, after):
            kept.append(Kept(child.id, CHILD, next(iter(after)).removesuffix("_sealed")))
            continue
        images.restore(child, before)
        columns += before
        for name in before:
            if not name.endswith("_digest"):
                written.note(name.removesuffix("_sealed"), after[name], before[name])
    if columns:
        child.save(update_fields=columns)
    return kept


def _note(written: Writing, part: str, group: Sequence[Change]) -> None:
    """What goes and what comes back, in the words of the journal."""
    name, columns = IN_THE_JOURNAL[part]
    rows = {str(row.id): row for row in getattr(written.file, part)}

    def value(change: Change, whole: Image | None) -> object:
        known = whole or {}
        said = [known[column] if column in known else getattr(rows.get(change.pk), column, None) for column in columns]
        return said if len(said) > 1 else next(iter(said), None)

    gone = next((value(change, change.after) for change in group if change.before is None), None)
    back = next((value(change, change.before) for change in group if change.before is not None), None)
    written.note(name, gone, back)


def _kept(written: Writing, part: str, group: Sequence[Change]) -> Kept:
    change = group[0]
    whole = change.before if change.after is None else change.after
    column = next(iter(change.after)).removesuffix("_sealed") if part == "relatives" and change.before is not None and change.after is not None else ""
    rows = {str(row.id): row.relative_id for row in written.file.absences} | {str(row.id): row.relative_id for row in written.file.circumstances}
    relative = change.pk if part == "relatives" else rows.get(change.pk) or (whole or {}).get("relative_id")
    return Kept(written.child.id, part, column, UUID(str(relative)) if relative else None)
