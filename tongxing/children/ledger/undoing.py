"""Imported rows taken back: what is kept is said by the column in which the ledger says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Person, Post
from tongxing.children import actions, traces
from tongxing.children.actions import Kept
from tongxing.children.ledger import memory
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.ledger.meaning import RELATIONS
from tongxing.children.models import Child, Relative
from tongxing.children.traces import CHILD, Trace
from tongxing.journal import queries as journal
from tongxing.ledgers.kinds import Context, Outcome, TakenBack, Written
from tongxing.ledgers.problems import Problem, declare

NEW: Final = None  # what is noted of a row that opened a file: its subject says all
_COLUMNS: Final[Mapping[str, str]] = {
    "guardianships": "guardianship",
    "schoolings": "school_stage",
    "residences": "residence_address",
    "consents": "optional_consent_by",
}
_OF_A_RELATIVE: Final[Mapping[str, str]] = {"absences": "place", "circumstances": "circumstance"}
_GROUPS: Final = {relation: group for group, relation in RELATIONS.items()}


def changed(trace: Trace) -> object:
    """What an import notes of a row that changed files."""
    return trace.as_data()


def undo(rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
    """The last row first. New files go with a handful of statements."""
    done = {row.number: _take_back(row, why, context) for row in rows if row.trace is not NEW}
    done |= _unregister([row for row in rows if row.trace is NEW], why, context)
    return [done[row.number] for row in rows]


def _take_back(row: Written, why: str, context: Context[Post]) -> TakenBack:
    kept: list[Kept] = []
    any_taken_back = False
    for child, changes in reversed(traces.read(row.trace or []).items()):  # type: ignore[arg-type]
        taken_back, left = actions.take_back(child_id=child, changes=changes, why=why, by=context.by)
        any_taken_back |= taken_back
        kept += left
    return TakenBack(Outcome.UNDONE if not kept else Outcome.PARTLY if any_taken_back else Outcome.KEPT, _sentences(row, kept))


def _sentences(row: Written, kept: Sequence[Kept]) -> tuple[Problem, ...]:
    relatives = {relative.id: relative for relative in Relative.objects.filter(pk__in={each.relative for each in kept if each.relative})}
    found: dict[tuple[str, str], Problem] = {}
    for each in kept:
        code = "children.undo_changed_since" if each.part else "children.undo_not_here"
        column = _column(each, relatives)
        found.setdefault((column, code), Problem(row.number, column, "", code))
    return tuple(found.values())


def _column(kept: Kept, relatives: Mapping[UUID, Relative]) -> str:
    column = kept.column if kept.part == CHILD else _COLUMNS.get(kept.part, "")
    if relative := relatives.get(kept.relative) if kept.relative else None:
        group = _GROUPS.get(relative.relation, "entrusted")
        column = f"{group}_{_OF_A_RELATIVE.get(kept.part, kept.column or 'name')}"
        if column not in CATALOGUE.by_key:
            column = f"{group}_name"
    return column if column in CATALOGUE.by_key else ""


def _unregister(rows: Sequence[Written], why: str, context: Context[Post]) -> dict[int, TakenBack]:
    """Files that this import opened (their source says so) and nobody has worked on since are removed; the others stay and say who has."""
    ids = {row.subject: row.number for row in rows if row.subject}
    here = set(Child.objects.filter(pk__in=ids, source=memory.source(context)).values_list("pk", flat=True))
    acts = journal.worked_on(here, besides=context.transactions)
    names = dict(Person.objects.filter(pk__in={act.by for act in acts.values()}).values_list("pk", "name"))
    done: dict[int, TakenBack] = {}
    for child, number in ids.items():
        if child not in here:
            done[number] = TakenBack(Outcome.KEPT, (Problem(number, "", "", "children.undo_not_here"),))
        elif child in acts:
            said: dict[str, str | int] = {"who": names.get(acts[child].by, ""), "at": localtime(acts[child].at).strftime("%Y-%m-%d %H:%M")}
            done[number] = TakenBack(Outcome.KEPT, (Problem(number, "", "", "children.undo_worked_on", said),))
    going = {child: number for child, number in ids.items() if number not in done}
    if not going or _remove(list(going), why, context):
        return done | {number: TakenBack(Outcome.UNDONE) for number in going.values()}
    for child, number in going.items():  # one of them cannot go: one by one
        removed = _remove([child], why, context)
        done[number] = TakenBack(Outcome.UNDONE) if removed else TakenBack(Outcome.KEPT, (Problem(number, "", "", "children.undo_referred_to"),))
    return done


def _remove(children: Sequence[UUID], why: str, context: Context[Post]) -> bool:
    try:
        with transaction.atomic():
            actions.unregister(ids=children, why=why, by=context.by)
            connection.check_constraints()  # now, not when the whole chunk is committed
    except IntegrityError:
        return False
    return True


declare(
    {
        "children.undo_changed_since": gettext_noop("导入以后有人改过，保留现在的内容"),
        "children.undo_not_here": gettext_noop("档案已经退出、转移或者删除，不能撤销"),
        "children.undo_worked_on": gettext_noop("导入以后%(who)s在 %(at)s 办理过这份档案，档案保留"),
        "children.undo_referred_to": gettext_noop("别的登记用到这份档案，档案保留"),
    }
)
