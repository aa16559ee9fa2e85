"""What a new day brings by itself: ages and thresholds end and begin statuses; at eighteen the file ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongxing.children import codes
from tongxing.children.actions.categories import end_category
from tongxing.children.actions.life import ADULT, advance
from tongxing.children.actions.moving import follow_merger, merged_villages
from tongxing.children.actions.writing import recompute
from tongxing.children.derive import COLUMNS
from tongxing.children.lifecycle import LIFE
from tongxing.children.models import Category, Child, State, StatusPeriod
from tongxing.children.rules import latest_birth
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.journal.models import Record

CHUNK = 500
LOOK_BACK = timedelta(days=31)  # a server that stood still for a month catches up


def turn_day(*, on: date | None = None, progress: Callable[[int], None] = lambda done: None) -> int:
    """Bring every file up to a day, in chunks each of its own transaction. Run twice, the second changes nothing. Returns how many files."""
    day = on or today()
    touched = 0
    for work, found in ((_follow, _merged), (_tell, _turned), (_refresh, _stale), (_end_adults, _adults), (_end_categories, _outgrown)):
        with transaction.atomic(), scope.whole_country(why="the day turns for every child"):
            ids = list(found(day))
        for chunk in _chunks(ids):
            with transaction.atomic(), scope.whole_country(why="the day turns for every child"):
                work(chunk, day)
            touched += len(chunk)
            progress(touched)
    return touched


def _chunks(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def _merged(day: date) -> Iterator[UUID]:
    """Children of villages that merged within the last month and whose files still stand at the old one."""
    if ended := merged_villages(day - LOOK_BACK + timedelta(days=1), day):
        yield from Child.objects.filter(scope_place__in=ended).values_list("pk", flat=True)


def _follow(ids: Sequence[UUID], day: date) -> None:
    successors = merged_villages(day - LOOK_BACK + timedelta(days=1), day)
    for child_id, place in Child.objects.filter(pk__in=ids).values_list("pk", "scope_place"):
        to, since = successors[place]
        follow_merger(child_id=child_id, to=to, on=since)


def _events(day: date) -> Q:
    return Q(origin=StatusPeriod.Origin.STANDS) & (Q(since__gt=day - LOOK_BACK, since__lte=day) | Q(until__gt=day - LOOK_BACK, until__lte=day))


def _turned(day: date) -> Iterator[UUID]:
    return iter(StatusPeriod.objects.filter(_events(day)).values_list("child_id", flat=True).distinct())


def _tell(ids: Sequence[UUID], day: date) -> None:
    """Write the beginnings and ends of statuses into the journal, each once."""
    told = {
        (record.child_id, record.verb, record.diff["status"][1], record.diff["since"][1])
        for record in Record.objects.filter(child_id__in=ids, verb__in=("status_began", "status_ended"))
    }
    acts: list[journal.Act] = []
    for period in StatusPeriod.objects.filter(_events(day), child_id__in=ids).order_by("since"):
        for verb, at in (("status_began", period.since), ("status_ended", period.until)):
            if day - LOOK_BACK < at <= day and (period.child_id, verb, period.status, at.isoformat()) not in told:
                diff = {"status": [None, period.status], "since": [None, at.isoformat()]}
                acts.append({"verb": verb, "subject_kind": "child", "subject_id": period.child_id, "child_id": period.child_id, "place": period.scope_place, "diff": diff})
    journal.record_many(by=None, acts=acts)


def _stale(day: date) -> Iterator[UUID]:
    ended = Q()
    for column in COLUMNS.values():
        ended |= Q(**{f"{column}_until__lte": day}) | Q(**{f"{column}_since": day})
    return iter(Child.objects.filter(ended).values_list("pk", flat=True))


def _refresh(ids: Sequence[UUID], day: date) -> None:
    recompute(ids)


def _adults(day: date) -> Iterator[UUID]:
    return iter(Child.objects.filter(state__in=LIFE["end"].origins, born__lte=latest_birth(day, ADULT)).values_list("pk", flat=True))


def _end_adults(ids: Sequence[UUID], day: date) -> None:
    for child_id in ids:
        advance(child_id=child_id, act="end", reason="adult", on=day, by=None)


def _outgrown(day: date) -> Iterator[UUID]:
    young = {name: scheme.about.until_age for name, scheme in codes.SCHEMES.items() if scheme.about.until_age < ADULT}
    for name, years in young.items():
        rows = Category.objects.filter(scheme=name, until=None, child__born__lte=latest_birth(day, years)).exclude(child__state=State.ENDED)
        yield from rows.values_list("pk", flat=True)


def _end_categories(ids: Sequence[UUID], day: date) -> None:
    for category_id in ids:
        end_category(category_id=category_id, on=day, reason="已满年龄", by=None)
