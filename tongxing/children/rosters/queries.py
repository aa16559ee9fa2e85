"""Which classes have handed in their roster, and which are missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from tongxing.children.models import Roster
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import school_year, term


@dataclass(slots=True)
class Line:
    """A class: its roster, or None where it is missing; ``opened`` False where the school has not entered the class."""

    name: str
    stage: str
    grade: int
    roster: Roster | None = None
    opened: bool = True


@dataclass(slots=True)
class School:
    """A school's rosters of one term."""

    unit: Unit
    lines: list[Line] = field(default_factory=list)

    @property
    def rosters(self) -> list[Roster]:
        return [line.roster for line in self.lines if line.roster]

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.roster is None]

    @property
    def pupils(self) -> int:
        return sum(roster.pupils for roster in self.rosters)

    @property
    def left_behind(self) -> int:
        return sum(roster.left_behind for roster in self.rosters)

    @property
    def on_register(self) -> int:
        return sum(roster.on_register for roster in self.rosters)

    @property
    def last(self) -> datetime | None:
        return max((roster.at for roster in self.rosters), default=None)

    @property
    def percent(self) -> int:
        """Classes that have handed in, of all; 100 only where none is missing."""
        return 100 * len(self.rosters) // len(self.lines) if self.lines else 0


def schools(first: date) -> list[School]:
    """Every school of the active scope that has classes or rosters in the term that begins on that day, by name."""
    active = scope.current()
    found: dict[object, School] = {}
    units = Unit.objects.within(active.lo, active.hi).valid(today()).filter(kind="school").order_by("name", "id")
    for unit in units:
        found[unit.id] = School(unit)
    handed: dict[object, list[Roster]] = defaultdict(list)
    for roster in Roster.objects.filter(term=first, school__in=list(found)):
        handed[roster.school_id].append(roster)
    for each in SchoolClass.objects.filter(school__in=list(found), year=school_year(first)):
        found[each.school_id].lines.append(Line(each.name, each.stage, each.grade))
    for school_id, rosters in handed.items():
        _meet(found[school_id], rosters)
    for school in found.values():
        order = {stage: number for number, stage in enumerate(school.unit.stages)}
        school.lines.sort(key=lambda line: (order.get(line.stage, 9), line.grade, len(line.name), line.name))
    return [school for school in found.values() if school.lines]


def _meet(school: School, rosters: list[Roster]) -> None:
    by_class = {(roster.stage, roster.grade, roster.class_name): roster for roster in rosters}
    for line in school.lines:
        line.roster = by_class.pop((line.stage, line.grade, line.name), None)
    school.lines += [Line(roster.class_name, roster.stage, roster.grade, roster, opened=False) for roster in by_class.values()]


def terms(on: date, *, count: int = 4) -> list[date]:
    """The first days of this term and those before it."""
    found = [term(on)]
    while len(found) < count:
        found.append(term(date.fromordinal(found[-1].toordinal() - 1)))
    return found
