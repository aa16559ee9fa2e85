"""What every act on a file begins and ends with: the lock and the version, then what follows from the change, then the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.children import derive, history, traces
from tongxing.children.errors import CannotDo, Change, StaleFile
from tongxing.children.file import File
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Child, SearchKey, State, StatusPeriod
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.children.rules.periods import Period
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.journal.models import Record

type Diff = dict[str, list[object]]


@dataclass
class Writing:
    """A file that an act has locked. ``diff`` collects [old, new] by field; sealed values and personal words enter it as ciphertext."""

    file: File
    by: Post | None
    diff: Diff = field(default_factory=dict)
    keys_changed: bool = False  # the search keys must be made anew

    @property
    def child(self) -> Child:
        return self.file.child

    def note(self, name: str, old: object, new: object) -> None:
        key = self.file.key
        self.diff[name] = [_plain(old), _plain(new)] if key is None else [history.sealed(key, name, _plain(old)), history.sealed(key, name, _plain(new))]


def _plain(value: object) -> object:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value


def begin(child_id: UUID, *, by: Post | None, version: int | None = None, states: Iterable[str] = EDITABLE, parts: Sequence[str] = NEEDED_BY_RULES) -> Writing:
    """Lock a file. Raises ``Child.DoesNotExist`` outside the scope, ``StaleFile`` after a change by somebody else, ``CannotDo`` in another state."""
    (written,) = begin_many([child_id], by=by, states=states, parts=parts)
    if version is not None and written.child.version != version:
        raise StaleFile(changes_since(written.child, version))
    return written


def begin_many(ids: Sequence[UUID], *, by: Post | None, states: Iterable[str] = EDITABLE, parts: Sequence[str] = NEEDED_BY_RULES) -> list[Writing]:
    """Lock several files, always in the same order so that two acts never wait for each other."""
    locked = {child.id for child in Child.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    if missing := set(ids) - locked:
        raise Child.DoesNotExist(str(next(iter(missing))))
    found = files(ids, parts)
    for each in found.values():
        if each.child.state not in set(states):
            raise CannotDo(_("这份档案%(state)s，不能这样操作。") % {"state": State(each.child.state).label})
        traces.locked(each)
    return [Writing(found[child_id], by) for child_id in dict.fromkeys(ids)]


def changes_since(child: Child, version: int) -> list[Change]:
    """What others changed after that version, from the journal."""
    records = list(Record.objects.filter(child_id=child.id, diff__version__1__gt=version).order_by("seq"))
    names = dict(Person.objects.filter(pk__in={record.by for record in records if record.by}).values_list("pk", "name"))
    return [Change(record.at, names.get(record.by, "") if record.by else "", history.labels(record)) for record in records]


@transaction.atomic
def finish(written: Writing, *, verb: str, subject_kind: str = "child", subject_id: object = None) -> Child:
    """Derive, raise the version, write the journal. Nothing at all where nothing changed."""
    finish_many([written], verb=verb, subject_kind=subject_kind, subject_id=subject_id)
    return written.child


def finish_many(writings: Sequence[Writing], *, verb: str, subject_kind: str = "child", subject_id: object = None) -> None:
    changed = [each for each in writings if each.diff]
    if not changed:
        return
    again = files([each.child.id for each in changed], NEEDED_BY_RULES)
    moment = now()
    same: list[UUID] = []  # the list shows them as before: one statement for all
    for each in changed:
        child = each.file.child = again[each.child.id].child
        traces.left(again[child.id])
        shown = derive.list_columns_of(child)
        _rewrite(again[each.child.id], keys=each.keys_changed)
        each.diff["version"] = [child.version, child.version + 1]
        child.version, child.updated_at = child.version + 1, moment
        if derive.list_columns_of(child) == shown:
            same.append(child.id)
        else:
            child.save(update_fields=[*derive.LIST_COLUMNS, "version", "updated_at"])
    Child.objects.filter(pk__in=same).update(version=F("version") + 1, updated_at=moment)
    journal.record_many(
        by=changed[0].by,
        acts=[
            {
                "verb": verb,
                "subject_kind": subject_kind,
                "subject_id": subject_id or each.child.id,
                "child_id": each.child.id,
                "place": each.child.scope_place,
                "diff": each.diff,
            }
            for each in changed
        ],
    )


def _rewrite(file: File, *, keys: bool) -> None:
    """Status periods, list columns and, where asked, search keys of one file; the child itself is left for the caller to save."""
    found = derive.derive(file, today())
    for name, value in found.columns.items():
        setattr(file.child, name, value)
    wanted = period_rows(file.child, found.periods)
    if [_shape(row) for row in wanted] != sorted((_shape(row) for row in file.status_periods), key=lambda shape: shape[:3]):
        StatusPeriod.objects.filter(child_id=file.child.id).delete()
        StatusPeriod.unscoped.bulk_create(wanted)
    if keys:
        rewrite_keys(file)


def _shape(row: StatusPeriod) -> tuple[Any, ...]:
    return (row.origin, row.status, row.since, row.until, row.why)


def period_rows(child: Child, periods: Mapping[str, Sequence[Period]]) -> list[StatusPeriod]:
    """The rows of a child's status periods, in order."""
    rows = [
        StatusPeriod.fresh(
            child_id=child.id,
            scope_place=child.scope_place,
            origin=origin,
            status=period.status,
            since=period.since,
            until=period.until,
            why=[reason.as_json() for reason in period.why],
        )
        for origin, found in periods.items()
        for period in found
    ]
    return sorted(rows, key=lambda row: (row.origin, row.status, row.since))


def rewrite_keys(file: File) -> None:
    """Make the search keys of one file anew."""
    SearchKey.objects.filter(child_id=file.child.id).delete()
    SearchKey.unscoped.bulk_create(key_rows(file))


def key_rows(file: File) -> list[SearchKey]:
    return [SearchKey(key=key, child_id=file.child.id, scope_place=file.child.scope_place) for key in sorted(derive.keys_of(file))]


@transaction.atomic
def recompute(ids: Sequence[UUID], *, keys: bool = False) -> int:
    """Derive these files anew (after a change of a parameter or a code table); return how many changed. No version is raised: no fact changed."""
    changed = 0
    for file in files(ids, NEEDED_BY_RULES).values():
        before = derive.list_columns_of(file.child)
        _rewrite(file, keys=keys)
        if before != derive.list_columns_of(file.child):
            file.child.save(update_fields=list(derive.LIST_COLUMNS))
            changed += 1
    return changed
