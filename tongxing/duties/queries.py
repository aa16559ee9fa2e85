"""Reading promises: of a child, of whoever has to keep them, and how they stand in every place below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Manager, Q

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.caremodels.shapes import Duty as Shape
from tongxing.circles import queries as circles
from tongxing.circles.models import Membership
from tongxing.duties import climbing, entries, rules, seeing
from tongxing.duties.models import OPEN, Duty, Rule, Suspension
from tongxing.duties.rulebook import by_id
from tongxing.duties.rules import LOOK_BACK
from tongxing.ground.today import CHINA, now
from tongxing.places import codes
from tongxing.units.models import SchoolClass

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
    """A promise with the rule that asks it, and where it stands at a moment. ``climb``: up to whom it is shown as overdue."""

    duty: Duty
    rule: Rule
    group: Group
    climb: rules.Climb | None

    @property
    def shape(self) -> Shape:
        return self.rule.shape

    @property
    def left(self) -> int:
        return self.duty.left


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
    return Group.WEEK if duty.due <= end_of_week(day) else Group.COMING


def end_of_week(day: date) -> datetime:
    """The moment at which Sunday is over."""
    return rules.end_of(day + timedelta(days=7 - day.isoweekday()))


def tasks(found: Iterable[Duty], at: datetime, known: Mapping[int, Rule] | None = None) -> list[Task]:
    """Promises with their rules, in the order given."""
    held = list(found)
    named = by_id({duty.rule_id for duty in held}) if known is None else known
    climbs = climbing.climbs(held, named, at)
    return [Task(duty, named[duty.rule_id], group(duty, at), climbs.get(duty.id)) for duty in held]


def of_child(child_id: UUID, at: datetime | None = None) -> list[Task]:
    """A child's promises: those that run or are near, and those of the last two months."""
    moment = at or now()
    day = moment.astimezone(CHINA).date()
    rows = Duty.objects.filter(subject_id=child_id, due__gt=moment - LOOK_BACK, window_from__lte=day + AHEAD)
    return tasks(rows.order_by("due", "rule_id"), moment)


def resting(children: Collection[UUID]) -> dict[UUID, Suspension]:
    """By child: why its promises rest, and until when as far as one knows."""
    return {each.child_id: each for each in Suspension.objects.filter(child_id__in=children, until=None)} if children else {}


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
    found = rows_of(post).filter(_running(moment), mine(post, moment)).order_by("due", "window_from", "id")
    return Worklist(tasks(found, moment))


def rows_of(post: Post) -> Manager[Duty]:
    """Where the promises of a post are looked for: those of schools and classes, which name no child, lie outside the scope of a teacher."""
    return Duty.unscoped if seeing.by_unit(post) else Duty.objects


def _running(moment: datetime) -> Q:
    day = moment.astimezone(CHINA).date()
    return OPEN & Q(due__gt=moment - LOOK_BACK, window_from__lte=day + AHEAD)


def mine(post: Post, at: datetime) -> Q:
    """The condition on promises that a post answers for."""
    day = at.astimezone(CHINA).date()
    lo, hi = codes.span(post.place_id)
    offices = entries.roles_of_office(post.role)
    circle: dict[str, list[UUID]] = defaultdict(list)
    for role, child in Membership.objects.filter(circles.holding(day), circles.answered_by(post), peer=None).values_list("role", "child_id"):
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
    elif by_office:
        found |= Q(assigned_to=None, rule_id__in=by_office, subject_kind="child", subject_id__in=circles.in_class(post, day).values("child_id"))
    for units in seeing.units([post]).values():
        found |= Q(assigned_to=None, rule_id__in=by_office, subject_kind__in=("class", "school"), subject_id__in=units)
    return found


def teachers(found: Collection[Duty], on: date) -> dict[UUID, list[Post]]:
    """Who teaches at the schools that these promises are about, or at the schools of the classes; by duty."""
    school_of = dict(SchoolClass.objects.filter(pk__in=[duty.subject_id for duty in found if duty.subject_kind == "class"]).values_list("id", "school_id"))
    school_of |= {duty.subject_id: duty.subject_id for duty in found if duty.subject_kind == "school"}
    at: dict[UUID, list[Post]] = defaultdict(list)
    posts = Post.objects.held(on).filter(unit_id__in=set(school_of.values()), role=entries.TEACHER).select_related("person").order_by("since", "id")
    for post in posts if school_of else ():
        if post.unit_id:
            at[post.unit_id].append(post)
    return {duty.id: at[school_of[duty.subject_id]] for duty in found if school_of.get(duty.subject_id) in at}


def holders(found: Collection[Duty], known: Mapping[int, Rule], on: date) -> dict[UUID, list[circles.Holder]]:
    """Who answers for each of these promises about children on a day; nobody is an empty list. Keys are duties."""
    children: dict[str, set[UUID]] = defaultdict(set)
    for duty in found:
        if duty.child_id and duty.assigned_to is None:
            children[known[duty.rule_id].who].add(duty.child_id)
    answering = {who: circles.holders(sorted(ids), who, on) for who, ids in children.items()}
    return {duty.id: answering.get(known[duty.rule_id].who, {}).get(duty.child_id, []) if duty.child_id else [] for duty in found}


def offices_of(who: str) -> str:
    """The office by which a role of a model is held; of a role of the circle the empty text."""
    if who in ROLES:
        return who if ROLES[who].sees is Sees.PLACE else ""
    return next((office for office, role in ROLES.items() if role.sees is Sees.PLACE and who in entries.roles_of_office(office)), "")
