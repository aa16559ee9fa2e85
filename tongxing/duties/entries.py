"""The log as duties see it: one shape for what counts, whatever an entry's form is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.db import connection

from tongxing.caremodels import queries as caremodels
from tongxing.children.models import Child
from tongxing.duties.facts import BOARDS
from tongxing.duties.rules import Done
from tongxing.log import queries as log
from tongxing.log.models import Entry, Participation

VISIT: Final = "visit"  # what a home visit counts as: at school it is one for boarders only
TEACHER: Final = "teacher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """An entry of the log. ``children`` are those who took part; ``roles`` what the doer is by post; ``doer`` the person."""

    id: UUID
    kind: str
    on: date
    at: datetime
    place: int
    subject_kind: str = "child"
    subject_id: UUID | None = None
    children: tuple[UUID, ...] = ()
    doer: UUID | None = None
    roles: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    at_school: bool = False
    own_sections: Mapping[UUID, frozenset[str]] = field(default_factory=dict)  # what was answered for each child alone
    events: tuple[str, ...] = ()
    corrects: UUID | None = None
    stands: bool = True  # neither void nor corrected by a later one

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """Whose promises it may discharge."""
        own = () if self.subject_id is None or self.subject_id in self.children else (self.subject_id,)
        return (*self.children, *own)


def done_to(doing: Doing) -> dict[UUID, Done]:
    """The entry for each of its subjects: with the roles in which the doer stands to that child on that day."""
    in_circle = _circle_roles(doing)
    boarders = set(Child.objects.filter(pk__in=doing.children, boarding__in=BOARDS).values_list("pk", flat=True)) if doing.at_school else set()
    return {
        subject: Done(
            id=doing.id,
            on=doing.on,
            kind=doing.kind,
            sections=doing.own_sections.get(subject) or doing.sections,
            roles=doing.roles | in_circle.get(subject, frozenset()),
            at_school=doing.at_school,
            boarder=subject in boarders,
            at=doing.at,
        )
        for subject in doing.subjects
    }


# A deputy (AB岗) stands where the principal does, by that post or without any.
_ROLES = """
SELECT m.child_id, array_agg(DISTINCT m.role) FROM circles_membership m
WHERE m.child_id = ANY (%(children)s) AND m.since <= %(on)s AND (m.until IS NULL OR m.until > %(on)s) AND (m.person_id = %(doer)s OR EXISTS (
  SELECT FROM accounts_post d JOIN accounts_post p ON p.id = d.deputy_of_id
  WHERE d.person_id = %(doer)s AND p.person_id = m.person_id AND (m.post_id IS NULL OR m.post_id = p.id) AND d.since <= %(on)s AND (d.until IS NULL OR d.until > %(on)s)))
GROUP BY m.child_id
"""


def _circle_roles(doing: Doing) -> dict[UUID, frozenset[str]]:
    if doing.doer is None or not doing.children:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _ROLES,
            {"doer": doing.doer, "children": list(doing.children), "on": doing.on},
        )
        return {child: frozenset(roles) for child, roles in cursor.fetchall()}


def of_entry(entry: Entry, parts: Sequence[Participation]) -> Doing:
    """An entry of the log, with those of its participants that are given; for whom it was an attempt only, it fulfils nothing."""
    children = tuple(part.child_id for part in parts if not part.attempt)
    return Doing(
        id=entry.id,
        kind=entry.kind,
        on=entry.on,
        at=entry.at,
        place=entry.place,
        subject_kind=entry.subject_kind,
        subject_id=None if entry.child_id or entry.attempt else entry.subject_id,
        children=children,
        doer=entry.doer,
        roles=roles_of_office(entry.doer_role),
        sections=frozenset(entry.sections),
        own_sections={part.child_id: frozenset(part.sections) for part in parts},
        at_school=entry.at_school and VISIT in entry.counts_as,
        events=tuple(entry.events),
        corrects=entry.corrects_id,
        stands=not entry.void,
    )


@cache
def roles_of_office(role: str) -> frozenset[str]:
    """The roles of care models in which somebody acts who holds this office: a teacher for the roles of school and class."""
    found = {role} if role else set()
    for model in caremodels.known_models().values():
        for each in model.roles:
            if (each.kind == "post" and each.post == role) or (each.kind == "unit" and role == TEACHER):
                found.add(each.id)
    return frozenset(found)


def of_subjects(subjects: Collection[UUID], since: date, until: date) -> Sequence[Doing]:
    """What stands in the log about these subjects, of days from ``since`` until the day before ``until``."""
    parts = log.standing_parts(subjects).filter(on__gte=since, on__lt=until).select_related("entry")
    taking_part: dict[UUID, list[Participation]] = defaultdict(list)
    held: dict[UUID, Entry] = {}
    for part in parts:
        taking_part[part.entry_id].append(part)
        held[part.entry_id] = part.entry
    about = log.standing(Entry.objects.filter(subject_id__in=list(subjects), child_id=None, on__gte=since, on__lt=until))
    held |= {entry.id: entry for entry in about}
    return [of_entry(entry, taking_part[entry.id]) for entry in sorted(held.values(), key=lambda entry: (entry.on, entry.id))]


def subjects_between(lo: int, hi: int, since: date, until: date) -> list[UUID]:
    """About whom something stands in the log of these places and days."""
    found = Entry.objects.filter(scope_place__range=(lo, hi), on__gte=since, on__lt=until)
    children = Participation.objects.filter(entry__in=found).values_list("child_id", flat=True).distinct()
    others = found.filter(child_id=None).values_list("subject_id", flat=True).distinct()
    return [*children, *others]
