"""Reading promises: of a child, of whoever has to keep them, and how they stand in every place below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.calendars import workdays
from tongxing.caremodels.shapes import Duty as Shape
from tongxing.caremodels.shapes import Height
from tongxing.circles import queries as circles
from tongxing.circles.models import Membership
from tongxing.duties import entries, rules
from tongxing.duties.models import OPEN, Duty, Rule, overdue_at
from tongxing.duties.rulebook import by_id
from tongxing.ground.today import CHINA, now
from tongxing.places import codes
from tongxing.places.codes import SIZES, Level
from tongxing.units.models import SchoolClass

LOOK_BACK: Final = timedelta(days=62)  # missed promises stay on the list of whoever missed them for two months
AHEAD: Final = timedelta(days=7)


class Group(StrEnum):
    """Where a promise stands on somebody's list."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    COMING = "coming"
    RESTING = "resting"
    DONE = "done"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Task:
    """A promise with the rule that asks it, and where it stands at a moment. ``level``: up to whom it is shown as overdue."""

    duty: Duty
    rule: Rule
    group: Group
    level: Height | None

    @property
    def shape(self) -> Shape:
        return self.rule.shape

    @property
    def left(self) -> int:
        return self.duty.left


def task(duty: Duty, rule: Rule, at: datetime) -> Task:
    open_ = duty.is_open and duty.suspended_on is None
    return Task(duty, rule, group(duty, at), rules.level(rule.shape.escalate, duty.due, at, workdays.after) if open_ else None)


def group(duty: Duty, at: datetime) -> Group:
    """Where it stands at a moment."""
    day = at.astimezone(CHINA).date()
    if duty.done >= duty.need:
        return Group.DONE
    if not duty.is_open:
        return Group.ENDED
    if duty.suspended_on is not None:
        return Group.RESTING
    if duty.due <= at:
        return Group.OVERDUE
    if duty.due <= rules.end_of(day):
        return Group.TODAY
    return Group.WEEK if duty.due <= _end_of_week(day) else Group.COMING


def tasks(found: Iterable[Duty], at: datetime) -> list[Task]:
    """Promises with their rules, in the order given."""
    held = list(found)
    named = by_id({duty.rule_id for duty in held})
    return [task(duty, named[duty.rule_id], at) for duty in held]


def of_child(child_id: UUID, at: datetime | None = None) -> list[Task]:
    """A child's promises: those that run or are near, and those of the last two months."""
    moment = at or now()
    day = moment.astimezone(CHINA).date()
    rows = Duty.objects.filter(subject_id=child_id, due__gt=moment - LOOK_BACK, window_from__lte=day + AHEAD)
    return tasks(rows.order_by("due", "rule_id"), moment)


# Who has to keep them


@dataclass(frozen=True)
class Worklist:
    """What somebody has to do, the most urgent first."""

    tasks: Sequence[Task]

    def of(self, wanted: Group) -> list[Task]:
        return [each for each in self.tasks if each.group is wanted]

    @property
    def counts(self) -> dict[Group, int]:
        return {each: len(self.of(each)) for each in Group}


def worklist(post: Post, at: datetime | None = None) -> Worklist:
    """What the holder of a post has to keep: by office, as a member of circles, at a school, or given in person. Read under the post's scope."""
    moment = at or now()
    rows = Duty.unscoped if _by_unit(post) else Duty.objects
    found = rows.filter(_running(moment), mine(post, moment)).order_by("due", "window_from", "id")
    return Worklist(tasks(found, moment))


def _running(moment: datetime) -> Q:
    day = moment.astimezone(CHINA).date()
    return OPEN & Q(due__gt=moment - LOOK_BACK, window_from__lte=day + AHEAD)


def mine(post: Post, at: datetime) -> Q:
    """The condition on promises that a post answers for."""
    day = at.astimezone(CHINA).date()
    lo, hi = codes.span(post.place_id)
    offices = entries.roles_of_office(post.role)
    circle: dict[str, list[UUID]] = defaultdict(list)
    for role, child in Membership.objects.filter(circles.holding(day), person=post.person_id, peer=None).values_list("role", "child_id"):
        circle[role].append(child)
    numbers: dict[str, list[int]] = defaultdict(list)
    asked = Rule.objects.filter(Q(until=None) | Q(until__gt=day - LOOK_BACK), who__in=[*offices, *circle], lo__lte=hi, hi__gte=lo)
    for number, who in asked.values_list("id", "who"):
        numbers[who].append(number)
    found = Q(assigned_to=post.person_id)
    for role, children in circle.items():
        found |= Q(assigned_to=None, rule_id__in=numbers[role], subject_id__in=children)
    by_office = [number for role in offices for number in numbers[role]]
    if post.definition.sees is Sees.PLACE:
        found |= Q(assigned_to=None, rule_id__in=by_office, scope_place__range=(lo, hi)) & (~Q(subject_kind="post") | Q(subject_id=post.id))
    elif _by_unit(post):
        found |= Q(assigned_to=None, rule_id__in=by_office, subject_kind__in=("class", "school"), subject_id__in=_units(post))
    return found


def _by_unit(post: Post) -> bool:
    return post.definition.sees is Sees.GRANTED and post.unit_id is not None


def _units(post: Post) -> list[UUID]:
    """The school or class of a teacher, and the classes of the school."""
    assert post.unit_id
    return [post.unit_id, *SchoolClass.objects.filter(school=post.unit_id).values_list("id", flat=True)]


def holders(found: Sequence[Task], on: date) -> dict[UUID, list[circles.Holder]]:
    """Who answers for each of these promises about children on a day; nobody is an empty list. Keys are duties."""
    children: dict[str, set[UUID]] = defaultdict(set)
    for each in found:
        if each.duty.child_id and each.duty.assigned_to is None:
            children[each.rule.who].add(each.duty.child_id)
    answering = {who: circles.holders(sorted(ids), who, on) for who, ids in children.items()}
    return {each.duty.id: answering.get(each.rule.who, {}).get(each.duty.child_id, []) if each.duty.child_id else [] for each in found}


# How they stand below


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a board. ``asked`` leaves out what was waived or ended; ``key`` is a place, a rule's number or a person."""

    key: object
    asked: int
    kept: int
    overdue: int
    resting: int
    waived: int
    urged: int

    @property
    def open(self) -> int:
        return self.asked - self.kept

    @property
    def share(self) -> int | None:
        """Per cent kept; None where nothing is asked."""
        return round(100 * self.kept / self.asked) if self.asked else None


type By = Literal["place", "duty", "place_and_duty"]
_SUMS = "sum(asked)::bigint, sum(kept)::bigint, coalesce(sum(asked - kept - resting) FILTER (WHERE due <= %(at)s), 0)::bigint, sum(resting)::bigint, sum(waived)::bigint, sum(urged)::bigint"
_BOARD = f"""
SELECT {{key}} AS key, {_SUMS} FROM duties_tally
WHERE scope_place BETWEEN %(lo)s AND %(hi)s AND window_until > %(since)s AND window_from < %(until)s {{which}} GROUP BY {{key}} ORDER BY 1
"""  # noqa: S608 — our own words


def board(place: int, since: date, until: date, *, by: By = "place", rule_ids: Collection[int] = (), at: datetime | None = None) -> list[Standing]:
    """How the promises whose windows touch these days stand: line by line for the places right below, or for each rule.

    From the tallies, which stand at most a minute behind. Promises that concern the place itself are a line under its own code.
    """
    lo, hi = codes.span(place)
    level = codes.level(place)
    size = SIZES[Level(min(level + 1, Level.VILLAGE))]
    keys: Mapping[str, str] = {
        "place": "scope_place / %(size)s * %(size)s",
        "duty": "rule_id",
        "place_and_duty": "ARRAY[scope_place / %(size)s * %(size)s, rule_id]",
    }
    values: dict[str, Any] = {"lo": lo, "hi": hi, "since": since, "until": until, "size": size, "at": at or now(), "rules": list(rule_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_BOARD.format(key=keys[by], which="AND rule_id = ANY (%(rules)s)" if rule_ids else ""), values)
        return [Standing(tuple(key) if isinstance(key, list) else key, *sums) for key, *sums in cursor.fetchall()]


_BY_SEAT = f"""
SELECT rule_id, scope_place, {_SUMS} FROM duties_tally
WHERE scope_place BETWEEN %(lo)s AND %(hi)s AND window_until > %(since)s AND window_from < %(until)s GROUP BY 1, 2
"""  # noqa: S608 — our own words
_BY_MEMBER = """
SELECT m.person_id, count(*), count(*) FILTER (WHERE d.done >= d.need),
  count(*) FILTER (WHERE d.done < d.need AND d.suspended_on IS NULL AND d.due <= %(at)s), count(*) FILTER (WHERE d.done < d.need AND d.suspended_on IS NOT NULL), 0,
  count(*) FILTER (WHERE d.done < d.need AND d.urged > 0)
FROM duties_duty d JOIN duties_rule r ON r.id = d.rule_id LEFT JOIN LATERAL (
  SELECT person_id FROM circles_membership m WHERE m.child_id = d.child_id AND m.role = r.who AND m.person_id IS NOT NULL AND m.since <= %(on)s AND (m.until IS NULL OR m.until > %(on)s)
  ORDER BY m.since, m.id LIMIT 1) m ON true
WHERE d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.rule_id = ANY (%(rules)s) AND d.window_until > %(since)s AND d.window_from < %(until)s
  AND d.waived_on IS NULL AND (d.ended_on IS NULL OR d.done >= d.need)
GROUP BY 1
"""


def by_person(place: int, since: date, until: date, *, at: datetime | None = None) -> list[Standing]:
    """The same line by line for those who answer today; the key None stands for places that nobody holds.

    By office from the tallies; of circles from the rows, so ask it of a county at most.
    """
    moment = at or now()
    day = moment.astimezone(CHINA).date()
    lo, hi = codes.span(place)
    values: dict[str, Any] = {"lo": lo, "hi": hi, "since": since, "until": until, "at": moment, "on": day}
    sums: dict[object, list[int]] = defaultdict(lambda: [0] * 6)
    with connection.cursor() as cursor:
        cursor.execute(_BY_SEAT, values)
        lines = cursor.fetchall()
        asked = by_id({rule_id for rule_id, *_rest in lines})
        offices = {who: offices_of(who) for who in {rule.who for rule in asked.values()}}
        seats = _seats({office for office in offices.values() if office}, lo, hi, day)
        for rule_id, at_place, *numbers in lines:
            if office := offices[asked[rule_id].who]:
                _add(sums[seats.get((office, codes.at_level(at_place, ROLES[office].level)))], numbers)
        in_circles = [number for number, rule in asked.items() if not offices[rule.who]]
        if in_circles:
            cursor.execute(_BY_MEMBER, values | {"rules": in_circles})
            for person, *numbers in cursor.fetchall():
                _add(sums[person], numbers)
    return sorted((Standing(person, *numbers) for person, numbers in sums.items()), key=lambda line: (-line.overdue, -line.open, str(line.key)))


def _add(sums: list[int], numbers: Sequence[int]) -> None:
    for index, number in enumerate(numbers):
        sums[index] += number


def offices_of(who: str) -> str:
    """The office by which a role of a model is held; of a role of the circle the empty text."""
    if who in ROLES:
        return who if ROLES[who].sees is Sees.PLACE else ""
    return next((office for office, role in ROLES.items() if role.sees is Sees.PLACE and who in entries.roles_of_office(office)), "")


def _seats(offices: Collection[str], lo: int, hi: int, on: date) -> dict[tuple[str, int], UUID]:
    """Who holds which office at which place; where several do, the first appointed."""
    held = Post.objects.held(on).filter(role__in=offices, place__code__range=(lo, hi), deputy_of=None).order_by("-since", "-id")
    return {(role, place): person for role, place, person in held.values_list("role", "place_id", "person_id")}


def listed(place: int, *, at: datetime | None = None, rule_ids: Collection[int] = (), wanted: Group | None = None, person: UUID | None = None) -> QuerySet[Duty]:
    """The promises behind a line of a board, for a list with pages."""
    moment = at or now()
    rows = Duty.objects.filter(scope_place__range=codes.span(place), due__gt=moment - LOOK_BACK)
    if rule_ids:
        rows = rows.filter(rule_id__in=list(rule_ids))
    if person is not None:
        rows = rows.filter(_of_person(person, moment))
    return _in_group(rows, wanted, moment).order_by("due", "scope_place", "id")


def _of_person(person: UUID, at: datetime) -> Q:
    """What a person answers for, by all posts held and in all circles."""
    day = at.astimezone(CHINA).date()
    found = Q(assigned_to=person)
    for post in Post.objects.held(day).filter(person=person).select_related("person", "place"):
        found |= mine(post, at)
    return found


def _in_group(rows: QuerySet[Duty], wanted: Group | None, at: datetime) -> QuerySet[Duty]:
    day = at.astimezone(CHINA).date()
    today, week = rules.end_of(day), _end_of_week(day)
    open_ = OPEN & Q(suspended_on=None)
    conditions = {
        Group.DONE: Q(done__gte=F("need")),
        Group.ENDED: ~OPEN & Q(done__lt=F("need")),
        Group.RESTING: OPEN & Q(suspended_on__isnull=False),
        Group.OVERDUE: overdue_at(at),
        Group.TODAY: open_ & Q(due__gt=at, due__lte=today),
        Group.WEEK: open_ & Q(due__gt=max(at, today), due__lte=week),
        Group.COMING: open_ & Q(due__gt=week, window_from__lte=day + AHEAD),
    }
    return rows.filter(conditions[wanted]) if wanted else rows


def _end_of_week(day: date) -> datetime:
    return rules.end_of(day + timedelta(days=7 - day.isoweekday()))


def escalated(place: int, to: Height, at: datetime | None = None) -> QuerySet[Duty]:
    """What is overdue in a place so long that it is shown to this level."""
    moment = at or now()
    lo, hi = codes.span(place)
    late = Duty.objects.filter(overdue_at(moment), scope_place__range=(lo, hi), due__gt=moment - LOOK_BACK)
    numbers: dict[datetime, list[int]] = defaultdict(list)
    for rule in Rule.objects.filter(Q(until=None) | Q(until__gt=moment.astimezone(CHINA).date() - LOOK_BACK), lo__lte=hi, hi__gte=lo):
        steps = [each for each in rule.shape.escalate if rules.HEIGHTS.index(each.to) >= rules.HEIGHTS.index(to)]
        if steps:
            numbers[max(rules.earlier(moment, step.after, workdays.after) for step in steps)].append(rule.id)
    reached = Q(pk__in=[])
    for latest, ids in numbers.items():
        reached |= Q(due__lte=latest, rule_id__in=ids)
    return late.filter(reached).order_by("due", "id")
