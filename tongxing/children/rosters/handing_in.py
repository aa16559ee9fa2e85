"""Rosters as they are handed in. The only writer of ``Roster``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.children.models import Roster
from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.ledgers.kinds import Accepted
from tongxing.units.models import Unit


class ClassKey(NamedTuple):
    """A class of a school; ``class_name`` as it is kept (三年级2班)."""

    school: UUID
    stage: str
    grade: int
    class_name: str


@transaction.atomic
def hand_in(counted: Mapping[ClassKey, Sequence[Accepted]], *, term: date, run: UUID, by: Post) -> list[Roster]:
    """One roster a class and term; what came before for the same class is replaced.

    A list of less than half of the class is a part of it, such as its mended rows, and replaces nothing.
    """
    schools = {unit.id: unit for unit in Unit.objects.filter(pk__in={key.school for key in counted})}
    held = {ClassKey(each.school_id, each.stage, each.grade, each.class_name): each.pupils for each in Roster.objects.filter(term=term, school__in=schools)}
    made = []
    for key, rows in counted.items():
        if 2 * len(rows) < held.get(key, 0):
            continue
        roster, _new = Roster.objects.update_or_create(
            school=schools[key.school],
            term=term,
            stage=key.stage,
            grade=key.grade,
            class_name=key.class_name,
            defaults={
                "scope_place": schools[key.school].place_id,
                "head_teacher": next((str(row.values["head_teacher"]) for row in rows if "head_teacher" in row.values), ""),
                "pupils": len(rows),
                "left_behind": sum(row.values.get("left_behind") is True for row in rows),
                "on_register": sum(row.subject is not None for row in rows),
                "run": run,
                "at": now(),
            },
        )
        made.append(roster)
    for school, unit in schools.items():
        diff: dict[str, list[object]] = {"classes": [None, [each.class_name for each in made if each.school_id == school]], "term": [None, term.isoformat()]}
        journal.record(by=by, verb="rosters_handed_in", subject_kind="unit", subject_id=school, place=unit.place_id, diff=diff)
    return made
