"""The turn of the school year: previewed, then written child by child in chunks. Repeating it moves nobody twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongxing.accounts.models import Post
from tongxing.children.actions.facts import replace
from tongxing.children.actions.writing import begin_many, finish_many
from tongxing.children.models import Child, Schooling, State
from tongxing.children.rules.school_year import Schooled, Turn, turn
from tongxing.ground.today import today
from tongxing.units.rules import bounds

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Promotion:
    """One line of the preview."""

    child: Child
    turn: Turn
    now: Schooled
    then: Schooled


def schooled_in(year: int) -> QuerySet[Schooling]:
    """What began in that school year: whose it is was moved up, or came since."""
    first, after = bounds(year)
    return Schooling.objects.filter(since__gte=first, since__lt=after)


def promotions(children: Iterable[Child], *, year: int) -> list[Promotion]:
    """What the turn into the school year that begins in ``year`` does to these children; those already turned are left out."""
    children = list(children)
    turned = set(schooled_in(year).filter(child__in=children).values_list("child_id", flat=True))
    found = []
    for child in children:
        if child.id not in turned and child.school_stage:
            now = Schooled(child.school_stage, child.enrolment, child.grade, child.class_name)
            found.append(Promotion(child, *_turned(now)))
    return found


def _turned(now: Schooled) -> tuple[Turn, Schooled, Schooled]:
    what, then = turn(now)
    return what, now, then


def roll_over(*, child_ids: Sequence[UUID], year: int, by: Post | None) -> int:
    """Move these children into the school year that begins in ``year``; return how many. Whoever must be asked about is left alone.

    A chunk a transaction: cut off, a repetition goes on with the rest.
    """
    return sum(_roll_over(child_ids[start : start + CHUNK], year, by) for start in range(0, len(child_ids), CHUNK))


@transaction.atomic
def _roll_over(child_ids: Sequence[UUID], year: int, by: Post | None) -> int:
    first: date = min(bounds(year)[0], today())
    due = {one.child.id: one for one in promotions(Child.objects.filter(pk__in=child_ids, state=State.CURRENT), year=year) if one.turn != Turn.ASK}
    writings = begin_many(list(due), by=by, states=[State.CURRENT]) if due else []
    ended: list[UUID] = []
    begun: list[Schooling] = []
    for written in writings:
        child, then = written.child, due[written.child.id].then
        entering = due[child.id].turn == Turn.ENTERS
        row = Schooling(
            child_id=child.id,
            scope_place=child.scope_place,
            since=first,
            stage=then.stage,
            enrolment=then.enrolment,
            grade=then.grade,
            class_name=then.class_name,
            school_id=None if entering else child.school_id,
            school_name="" if entering else child.school_name,
            boarding="" if entering else child.boarding,
        )
        written.note("schooling", [child.school_stage, child.school_name, child.grade], [row.stage, row.school_name, row.grade])
        if any(old.since >= first for old in written.file.schoolings):
            replace(written.file.schoolings, row)
        else:
            ended += [old.pk for old in written.file.schoolings if old.until is None or old.until > first]
            begun.append(row)
    Schooling.objects.filter(pk__in=ended).update(until=first)
    Schooling.unscoped.bulk_create(begun)
    finish_many(writings, verb="rolled_over")
    return len(writings)
