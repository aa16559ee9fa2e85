"""What adopting a model would cost before anybody signs it: how often a child is asked after, hours of each director, villages beyond a person, empty places.

Counted from the register as it is and the calendar of the next twelve months. Promises that follow an event have no number: nobody knows
how often it will happen. Minutes are estimates of ours unless the model says its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count

from tongxing.caremodels import efforts
from tongxing.caremodels import queries as caremodels
from tongxing.caremodels.loading import library
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Duty, Role
from tongxing.children.models import Child, State
from tongxing.circles import queries as circles
from tongxing.circles.models import Membership
from tongxing.duties import packing, rulebook, rules, subjects, timing
from tongxing.duties.facts import Values
from tongxing.duties.models import Rule
from tongxing.duties.windows import Calendar, windows
from tongxing.ground.today import today
from tongxing.places import codes

YEAR: Final = timedelta(days=365)
WEEKS_A_MONTH: Final = 365 / 12 / 7
CAPACITY: Final = 8.0  # hours a week that a director, mostly in a concurrent post, is taken to have; an estimate of ours, shown as one


@dataclass(frozen=True, slots=True)
class Line:
    """One promise of the model: of how many it is asked, how often a month in all, and what that takes. ``new`` is what is not asked already.

    ``entries_a_month``: an activity for fifteen children is kept fifteen times and held once.
    """

    duty: Duty
    subjects: int
    a_month: float
    new_a_month: float
    minutes: int
    entries_a_month: float = 0.0
    after_event: bool = False

    @property
    def hours_a_month(self) -> float:
        return self.entries_a_month * self.minutes / 60


@dataclass(frozen=True, slots=True)
class Village:
    """The hours a week of a village's director, now and with the model."""

    place: int
    children: int
    now: float
    then: float


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Places of the circle that would be empty: ``asked`` for all children to care for, ``held`` already."""

    role: Role
    asked: int
    held: int

    @property
    def empty(self) -> int:
        return max(self.asked - self.held, 0)


@dataclass(frozen=True)
class Cost:
    """Everything that the preview shows. ``children`` are those on the register, ``cared_for`` those around whom a circle is to stand."""

    children: int
    cared_for: int
    lines: Sequence[Line]
    villages: Sequence[Village]
    vacancies: Sequence[Vacancy]
    capacity: float

    @property
    def per_child_and_month(self) -> float:
        """Promises about children that the model asks, for a child on the register."""
        asked = sum(line.a_month for line in self.lines if line.duty.about == "child")
        return asked / self.children if self.children else 0.0

    @property
    def hours_a_week(self) -> tuple[float, float]:
        """Of the director in the middle, now and then."""
        return _middle([each.now for each in self.villages]), _middle([each.then for each in self.villages])

    @property
    def beyond(self) -> list[Village]:
        """Villages with more work than one person has time for, the fullest first."""
        return sorted((each for each in self.villages if each.then > self.capacity), key=lambda each: -each.then)


def of(
    model: str,
    place: int,
    parts: Collection[str] | None = None,
    parameters: Mapping[str, Setting] | None = None,
    *,
    instead_of: UUID | None = None,
    on: date | None = None,
    capacity: float = CAPACITY,
) -> Cost:
    """What a place takes on with a model, or with parts of it; ``instead_of`` an adoption that would be gone then. The scope must cover the place.

    What needs a parameter that is not given is left out. Raises ``KeyError`` for an unknown model.
    """
    asked, roles = asks(model, parts or (), parameters or {})
    return _counted(place, asked, roles, instead_of, on or today(), capacity)


def without(adoption: UUID, place: int, *, on: date | None = None, capacity: float = CAPACITY) -> Cost:
    """What a place is left with when an adoption is gone."""
    return _counted(place, [], [], adoption, on or today(), capacity)


def _counted(place: int, asked: Sequence[Duty], roles: Sequence[Role], instead_of: UUID | None, day: date, capacity: float) -> Cost:
    lo, hi = codes.span(place)
    calendar = timing.calendar_of(place, day)
    held = rulebook.looked_up(lo, hi, day)
    kept = held if instead_of is None else rulebook.looked_up(lo, hi, day, without=instead_of)
    wanted = [_rule(duty, lo, hi, number) for number, duty in enumerate(asked, 1)]
    both = rulebook.Book(day, rulebook.ordered([*kept.rules, *wanted]))
    children = dict(Child.objects.filter(state=State.CURRENT, scope_place__range=(lo, hi)).order_by().values_list("scope_place").annotate(Count("pk")))
    now, then = _Work(held, calendar, lo, hi, day), _Work(both, calendar, lo, hi, day)
    before: dict[str, float] = defaultdict(float)
    for rule in held.rules:
        before[rule.obligation] += sum(now.a_month(rule).values())
    lines = []
    for rule in wanted:
        places = then.a_month(rule)
        total = sum(places.values())
        lines.append(
            Line(
                rule.shape,
                sum(then.concerned(rule).values()),
                total,
                max(total - before[rule.obligation], 0.0),
                minutes(rule.shape),
                entries_a_month=sum(then.entries(rule).values()),
                after_event=rule.shape.deadline is not None,
            )
        )
    hours_now, hours_then = now.hours(children), then.hours(children)
    villages = [Village(each, children[each], hours_now[each], hours_then[each]) for each in sorted(children)]
    cared_for = Child.objects.filter(circles.to_care_for(day), scope_place__range=(lo, hi)).count()
    return Cost(sum(children.values()), cared_for, lines, villages, _vacancies(roles, lo, hi, day, cared_for), capacity)


def minutes(duty: Duty) -> int:
    """What keeping it once takes."""
    return duty.minutes or efforts.minutes(duty.by.kinds)


def a_month(duty: Duty, calendar: Calendar, on: date) -> float:
    """How often a month it is asked of one subject, by the calendar of the next year. After an event: unknown, so none."""
    quota = duty.quota
    if quota is None or quota.per == "once":
        return 0.0
    found = windows(quota, on, on + YEAR, calendar, born=on - timedelta(days=3000))
    return sum(rules.need(quota.count, window, since=max(window.since, on), until=min(window.until, on + YEAR)) for window in found) / 12


def asks(model: str, parts: Collection[str], given: Mapping[str, Setting]) -> tuple[list[Duty], list[Role]]:
    """The promises and roles of the model and of those on which it stands; the national one holds by law already unless it is the one."""
    duties: list[Duty] = []
    roles: dict[str, Role] = {}
    for name in library().lineage(model):
        if name == caremodels.NATIONAL and name != model:
            continue
        draft, chosen = library().draft(name), set(parts) if name == model else set()
        defaults = {each.id: each.default for each in draft.parameters if each.default is not None}
        filled = draft.without(defaults | (dict(given) if name == model else {}))
        duties += [duty for duty in filled.duties if not duty.asked_by and (not duty.part or not chosen or duty.part in chosen)]
        roles |= {role.id: role for role in filled.roles if not role.part or not chosen or role.part in chosen}
    return duties, list(roles.values())


def _rule(duty: Duty, lo: int, hi: int, number: int) -> Rule:
    """A rule that is not written: numbers below zero, so that it is none that is."""
    return Rule(id=-number, lo=lo, hi=hi, model="", duty=duty.id, obligation=duty.obligation, who=duty.who, about=duty.about, spec=packing.pack(duty), since=duty.since)


class _Work:
    """What the rules of a book ask in every village."""

    def __init__(self, book: rulebook.Book, calendar: Calendar, lo: int, hi: int, on: date) -> None:
        self.book, self.calendar, self.lo, self.hi, self.on = book, calendar, lo, hi, on
        self._concerned: dict[int, dict[int, int]] = {}

    def concerned(self, rule: Rule) -> dict[int, int]:
        """How many subjects it has in each place."""
        if rule.id not in self._concerned:
            self._concerned[rule.id] = self._children(rule) if rule.about == "child" else self._others(rule)
        return self._concerned[rule.id]

    def _children(self, rule: Rule) -> dict[int, int]:
        values = Values(self.on)
        asked = subjects.asked_of_children(self.book, rule, values)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT c.scope_place, count(*) FROM children_child c WHERE c.state = 'current' AND c.scope_place BETWEEN {values.put(self.lo)} AND {values.put(self.hi)} AND {asked} GROUP BY 1",  # noqa: S608 — our own words
                values.held,
            )
            return dict(cursor.fetchall())

    def _others(self, rule: Rule) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for each in subjects.others(rule, self.lo, self.hi, self.on):
            found[each.place] += 1
        return found

    def a_month(self, rule: Rule) -> dict[int, float]:
        often = a_month(rule.shape, self.calendar, self.on)
        return {place: number * often for place, number in self.concerned(rule).items()} if often else {}

    def entries(self, rule: Rule) -> dict[int, float]:
        """The entries a month that this takes in each place."""
        often = a_month(rule.shape, self.calendar, self.on)
        return {place: efforts.entries(rule.shape.by.kinds, number) * often for place, number in self.concerned(rule).items()} if often else {}

    def hours(self, places: Iterable[int]) -> dict[int, float]:
        """Hours a week of the director of each village."""
        found = dict.fromkeys(places, 0.0)
        for rule in self.book.rules:
            if subjects.office(rule.who) == "child_director":
                for place, number in self.entries(rule).items():
                    if place in found:
                        found[place] += number * minutes(rule.shape) / 60 / WEEKS_A_MONTH
        return found


def _vacancies(roles: Sequence[Role], lo: int, hi: int, on: date, cared_for: int) -> list[Vacancy]:
    asked = [role for role in roles if role.kind == "circle" and role.least]
    children = Child.objects.filter(circles.to_care_for(on), scope_place__range=(lo, hi)).values("pk")
    rows = Membership.objects.filter(circles.holding(on), role__in=[role.id for role in asked], child__in=children).order_by().values_list("role", "child").annotate(Count("pk"))
    least = {role.id: role.least for role in asked}
    held: dict[str, int] = defaultdict(int)
    for role, _child, number in rows:
        held[role] += min(number, least[role])
    return [Vacancy(role, role.least * cared_for, held[role.id]) for role in asked]


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
