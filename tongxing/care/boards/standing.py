"""How the promises of a place stand, by place below it and by duty, read from the tallies (a minute old at most); by person, read from the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import F, IntegerField, Q, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.care.boards import holding, words
from tongxing.care.boards.periods import BACK, Period, start
from tongxing.duties import rulebook, seeing
from tongxing.duties.models import OPEN_SQL, Duty, Rule, Tally
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

type By = Literal["place", "duty", "person"]
BYS: tuple[By, ...] = ("place", "duty", "person")


@dataclass(frozen=True, slots=True)
class Counts:
    """``asked`` = kept + open + overdue + resting; the waived are beside it."""

    asked: int = 0
    kept: int = 0
    overdue: int = 0
    resting: int = 0
    waived: int = 0
    urged: int = 0

    @property
    def open(self) -> int:
        """Not done, and in time."""
        return self.asked - self.kept - self.overdue - self.resting

    @property
    def undone(self) -> int:
        return self.open + self.overdue

    @property
    def percent(self) -> int | None:
        """Kept of those asked for; 99 and not 100 while one is missing."""
        if not self.asked:
            return None
        return min(round(100 * self.kept / self.asked), 99 if self.kept < self.asked else 100)

    @property
    def overdue_percent(self) -> int:
        """Overdue of those asked for; a bar that has any shows it."""
        return max(round(100 * self.overdue / self.asked), 1) if self.overdue else 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.asked + other.asked, self.kept + other.kept, self.overdue + other.overdue, self.resting + other.resting, self.waived + other.waived, self.urged + other.urged
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board: a place, a duty or a person. ``key`` is what addresses say of it.

    ``vacant``: a seat that nobody holds, or a village without a director. ``withheld``: the person, or whoever is director of the village,
    lacks the record check of art. 62 and may not work with children.
    """

    key: str
    name: str
    counts: Counts
    beside: str = ""
    vacant: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The lines, who is behind first, and all together."""

    rows: Sequence[Row]
    total: Counts
    rules: Mapping[int, Rule]

    @property
    def duties(self) -> list[tuple[str, str]]:
        """Each duty that is asked here, by its key."""
        return sorted({words.key(rule): words.name(rule) for rule in self.rules.values()}.items(), key=lambda each: each[1])


def below(place: int) -> Level:
    """The level of a board's lines."""
    return Level(min(codes.level(place) + 1, Level.VILLAGE))


def by_place(place: int, period: Period, at: datetime, *, duty: str = "") -> Board:
    rules, found = _tallied(place, period, at, below(place), duty)
    together: dict[int, Counts] = defaultdict(Counts)
    for (spot, _rule), counts in found.items():
        together[spot] += counts
    names = places.short_names(together)
    able = _directors([spot for spot in together if _is_village(spot)], period.on)
    rows = [
        Row(codes.show(spot), names.get(spot, codes.show(spot)), counts, vacant=_is_village(spot) and spot not in able, withheld=not able.get(spot, True))
        for spot, counts in together.items()
    ]
    return _board(rows, rules)


def _is_village(place: int) -> bool:
    return codes.level(place) is Level.VILLAGE


def _directors(villages: Collection[int], on: date) -> dict[int, bool]:
    """Of villages with a director: whether one, or whoever stands in, may work with children."""
    found: dict[int, bool] = {}
    posts = Post.objects.held(on).filter(role="child_director", place__in=villages).select_related("person")
    for post in posts if villages else ():
        found[post.place_id] = found.get(post.place_id, False) or not post.powers_withheld(on)
    return found


def by_duty(place: int, period: Period, at: datetime) -> Board:
    rules, found = _tallied(place, period, at, None, "")
    together: dict[str, Counts] = defaultdict(Counts)
    named: dict[str, Rule] = {}
    for (_spot, rule_id), counts in found.items():
        together[words.key(rules[rule_id])] += counts
        named[words.key(rules[rule_id])] = rules[rule_id]
    rows = [Row(key, words.name(named[key]), counts, beside=holding.role_word(named[key])) for key, counts in together.items()]
    return _board(rows, rules)


def _board(rows: Iterable[Row], rules: Mapping[int, Rule]) -> Board:
    """Who is behind first: the most overdue, then the smallest share kept."""
    ordered = sorted(rows, key=lambda row: (-row.counts.overdue, row.counts.percent if row.counts.percent is not None else 101, -row.counts.asked, row.key))
    total = Counts()
    for row in ordered:
        total += row.counts
    return Board(ordered, total, rules)


def _sum(column: Any, where: Q) -> Coalesce:
    return Coalesce(Sum(column, filter=where), 0, output_field=IntegerField())


def _tallied(place: int, period: Period, at: datetime, level: Level | None, duty: str) -> tuple[dict[int, Rule], dict[tuple[int, int], Counts]]:
    """The rules that ask something here, and counts by place of that level (0 without one) and rule."""
    lo, hi = codes.span(place)
    tallies = Tally.objects.filter(period.running | period.missed, scope_place__range=(lo, hi))
    if duty:
        wanted = [rule.id for rule in holding.rules_of(place) if words.key(rule) == duty]
        tallies = tallies.filter(rule_id__in=wanted)
    spot: CombinedExpression | Any = F("scope_place") - F("scope_place") % codes.SIZES[level] if level is not None else F("rule_id") * 0
    late = F("asked") - F("kept") - F("resting")
    is_late = Q(due__lte=at)
    rows = (
        tallies.annotate(spot=spot)
        .values_list("spot", "rule_id")
        .order_by()
        .annotate(
            running_asked=_sum("asked", period.running),
            running_kept=_sum("kept", period.running),
            running_resting=_sum("resting", period.running),
            running_waived=_sum("waived", period.running),
            running_urged=_sum("urged", period.running),
            running_late=_sum(late, period.running & is_late),
            missed_late=_sum(late, period.missed & is_late & ~period.running),
            missed_urged=_sum("urged", period.missed & is_late & ~period.running),
        )
    )
    found: dict[tuple[int, int], Counts] = {}
    for spot_code, rule_id, asked, kept, resting, waived, urged, running_late, missed_late, missed_urged in rows:
        numbers = (asked + missed_late, kept, running_late + missed_late, resting, waived, urged + missed_urged)
        if any(numbers):
            found[int(spot_code), rule_id] = Counts(*numbers)
    return rulebook.by_id({rule_id for _spot, rule_id in found}), found


# By person: from the rows, so that what was given to somebody else counts for that person.

_BY_PERSON = f"""
SELECT d.rule_id, d.scope_place, coalesce(d.assigned_to, m.person_id) AS person,
  count(*) FILTER (WHERE r.running AND (d.ended_on IS NULL OR d.done >= d.need) AND d.waived_on IS NULL),
  count(*) FILTER (WHERE r.running AND d.done >= d.need AND d.waived_on IS NULL),
  count(*) FILTER (WHERE {OPEN_SQL} AND d.suspended_on IS NULL AND d.due <= %(at)s),
  count(*) FILTER (WHERE r.running AND {OPEN_SQL} AND d.suspended_on IS NOT NULL),
  count(*) FILTER (WHERE r.running AND d.waived_on IS NOT NULL),
  count(*) FILTER (WHERE {OPEN_SQL} AND d.urged > 0 AND (r.running OR d.due <= %(at)s)),
  count(*) FILTER (WHERE NOT r.running AND {OPEN_SQL} AND d.suspended_on IS NULL AND d.due <= %(at)s),
  d.id = ANY (%(lost)s) AS lost
FROM duties_duty d
CROSS JOIN LATERAL (SELECT {{running}} AS running) r
LEFT JOIN circles_membership m ON d.assigned_to IS NULL AND d.rule_id = ANY (%(circle)s) AND m.child_id = d.child_id AND m.role = (%(roles)s::jsonb ->> d.rule_id::text)
  AND m.person_id IS NOT NULL AND m.since <= %(on)s AND (m.until IS NULL OR m.until > %(on)s)
WHERE d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.rule_id = ANY (%(rules)s) AND (r.running {{missed}})
GROUP BY 1, 2, 3, lost
"""  # noqa: S608 — our own words
_RUNNING_NOW = "d.window_from <= %(on)s AND d.window_until > %(on)s"
_RUNNING_THEN = "d.window_until > %(first)s AND d.window_until <= %(until)s"
_MISSED = "OR (d.window_until <= %(on)s AND d.due > %(back)s)"


def by_person(place: int, period: Period, at: datetime) -> Board:
    """Who answers for what is asked: the holder of the office, the member of the circle, or whom it was given to. A seat that nobody holds is a line of its own, and so is what was given to people who cannot see it."""
    import json

    rules = {rule.id: rule for rule in holding.rules_of(place)}
    circle = [rule.id for rule in rules.values() if holding.in_circle(rule)]
    lo, hi = codes.span(place)
    statement = _BY_PERSON.format(running=_RUNNING_NOW if period.key == "now" else _RUNNING_THEN, missed=_MISSED if period.key == "now" else "")
    values: dict[str, Any] = {
        "lo": lo,
        "hi": hi,
        "at": at,
        "on": period.on,
        "first": period.first,
        "until": period.until,
        "back": start(period.on - BACK),
        "rules": list(rules),
        "circle": circle,
        "lost": list(seeing.unseen(Duty.objects.filter(assigned_to__isnull=False, scope_place__range=(lo, hi), due__gt=start(period.on - BACK)), period.on)),
        "roles": json.dumps({str(rule_id): rules[rule_id].who for rule_id in circle}),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        counted = cursor.fetchall()
    persons: dict[UUID, Counts] = defaultdict(Counts)
    seats: dict[tuple[str, int], Counts] = defaultdict(Counts)
    asked: dict[int, Rule] = {}
    lost = Counts()
    for rule_id, spot, person, running, kept, overdue, resting, waived, urged, missed, is_lost in counted:
        counts = Counts(running + missed, kept, overdue, resting, waived, urged)
        if counts == Counts():
            continue
        rule = asked[rule_id] = rules[rule_id]
        if is_lost:
            lost += counts
        elif person:
            persons[person] += counts
        else:
            seats[rule.who if holding.in_circle(rule) else holding.office(rule) or rule.who, holding.seat(rule, spot)] += counts
    people = _people(persons, seats, period, asked.values())
    if lost != Counts():
        people.append(Row("", _("移交后接手人看不到"), lost, vacant=True))
    return _board(people, asked)


def _people(persons: dict[UUID, Counts], seats: Mapping[tuple[str, int], Counts], period: Period, rules: Iterable[Rule]) -> list[Row]:
    words_of = {holding.office(rule) or rule.who: holding.role_word(rule) for rule in rules}
    beside: dict[UUID, str] = {}
    vacant: list[Row] = []
    names = places.short_names({spot for _role, spot in seats})
    held: dict[tuple[str, int], list[UUID]] = defaultdict(list)
    posts = Post.objects.held(period.on).filter(role__in={role for role, _spot in seats}, place__in={spot for _role, spot in seats}, deputy_of=None)
    for role, spot, person in posts.order_by("since", "id").values_list("role", "place_id", "person_id"):
        held[role, spot].append(person)
    for (role, spot), counts in seats.items():
        if people := held.get((role, spot)):
            persons[people[0]] = persons.get(people[0], Counts()) + counts
            beside[people[0]] = f"{names.get(spot, '')} {words_of.get(role, '')}".strip()
        else:
            vacant.append(Row("", f"{names.get(spot, '')} {words_of.get(role, role)}".strip(), counts, vacant=True))
    named = dict(Person.objects.filter(pk__in=persons).values_list("id", "name"))
    withheld = set(Post.objects.held(period.on).withheld(period.on).filter(person__in=persons).values_list("person", flat=True))
    return [*(Row(str(person), named.get(person, ""), counts, beside=beside.get(person, ""), withheld=person in withheld) for person, counts in persons.items()), *vacant]


def hidden(board: Board, least: int) -> Board:
    """For readers who may not see the children: without the lines of which a number is small and not none, and without the sum that would reveal them."""
    open_to = [row for row in board.rows if not any(0 < number < least for number in _parts(row.counts))]
    if len(open_to) == len(board.rows) and not any(0 < number < least for number in _parts(board.total)):
        return board
    return replace(board, rows=open_to, total=Counts())


def _parts(counts: Counts) -> tuple[int, ...]:
    return (counts.asked, counts.kept, counts.open, counts.overdue, counts.resting, counts.waived, counts.urged)
