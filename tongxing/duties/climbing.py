"""Overdue climbs: from a day on it is shown to a level above. Nothing is stored; the working days are those of the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tongxing.calendars import queries as calendars
from tongxing.calendars import workdays
from tongxing.caremodels.shapes import Escalation, Height, Lapse
from tongxing.duties import packing, rules, timing
from tongxing.duties.models import Duty, Rule
from tongxing.duties.rules import HEIGHTS, LOOK_BACK, Climb, Workday
from tongxing.ground.today import CHINA
from tongxing.places import codes
from tongxing.places.codes import Level

type _Asking = Mapping[tuple[Lapse, ...], list[int]]  # rules by the times after which they reach a level


def height(level: Level) -> Height:
    """The level of a place as escalations name it."""
    return HEIGHTS[Level.VILLAGE - level]


def climbs(found: Iterable[Duty], known: Mapping[int, Rule], at: datetime) -> dict[UUID, Climb]:
    """How far each of these has climbed; what is shown to nobody above is missing."""
    late = {duty.id: (duty, _above(known[duty.rule_id].shape.escalate, duty.scope_place)) for duty in found if duty.overdue(at)}
    held = timing.workdays_of(duty.scope_place for duty, steps in late.values() if _by_workdays(each.after for each in steps))
    reached = {key: rules.climbed(steps, duty.due, at, held.get(timing.county(duty.scope_place), workdays.after)) for key, (duty, steps) in late.items()}
    return {key: climb for key, climb in reached.items() if climb}


def _above(steps: Iterable[Escalation], place: int) -> list[Escalation]:
    """Nothing climbs to the place that it is about, or below it."""
    own = HEIGHTS.index(height(codes.level(place)))
    return [step for step in steps if HEIGHTS.index(step.to) > own]


def reached(place: int, to: Height, at: datetime) -> Q:
    """The condition on overdue promises of a place that they have climbed to a level, or above it. Those about a place of that level itself have not."""
    asking = _asking(place, to, at)
    regions = _regions(place) if any(map(_by_workdays, asking)) else [(place, (), workdays.after)]
    found = Q(pk__in=[])
    for region, deeper, workday in regions:
        inside = Q(pk__in=[])
        for lapses, ids in asking.items():
            inside |= Q(rule_id__in=ids, due__lte=max(rules.earlier(at, lapse, workday) for lapse in lapses))
        if region != place:
            inside &= Q(scope_place__range=codes.span(region))
        for each in deeper:
            inside &= ~Q(scope_place__range=codes.span(each))
        found |= inside
    return found & ~Q(scope_place=place) if height(codes.level(place)) == to else found


def _asking(place: int, to: Height, at: datetime) -> _Asking:
    lo, hi = codes.span(place)
    rows = Rule.objects.filter(Q(until=None) | Q(until__gt=at.astimezone(CHINA).date() - LOOK_BACK), lo__lte=hi, hi__gte=lo)
    found: dict[tuple[Lapse, ...], list[int]] = defaultdict(list)
    for number, said in rows.values_list("id", "spec__escalate"):
        steps: tuple[Escalation, ...] = packing.unpack(said or [])
        if lapses := tuple(step.after for step in steps if HEIGHTS.index(step.to) >= HEIGHTS.index(to)):
            found[lapses].append(number)
    return found


def _by_workdays(lapses: Iterable[Lapse]) -> bool:
    return any(lapse.span is None for lapse in lapses)


def _regions(place: int) -> list[tuple[int, tuple[int, ...], Workday]]:
    """The parts of a place that have working days of their own, each without the parts inside it."""
    stating = {timing.county(each) for each in calendars.stating(*codes.span(place))}
    held = calendars.calendars({timing.county(place), *stating})
    roots = {place} | (stating - {timing.county(place)})
    return [(root, tuple(each for each in roots if each != root and codes.within(each, root)), held[timing.county(root)].after) for root in sorted(roots)]
