"""An entry counts for promises, and counts no more when it is void: in whatever order entries, corrections and voidings arrive, the same holds in the end.

An entry counts for every promise whose rule it fits: kind, sections, role of the doer, place; for a quota by the window in which its day
lies, for a deadline by days after the event. Beyond that it counts for what a fitting rule says in ``also_discharges``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.duties import entries, rulebook, rules, subjects
from tongxing.duties.entries import Doing
from tongxing.duties.facts import Values
from tongxing.duties.models import Discharge, Duty, EndReason, Rule
from tongxing.duties.rules import Done
from tongxing.duties.timing import workday_of
from tongxing.ground import bulk
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA, today
from tongxing.journal import actions as journal
from tongxing.journal.actions import Act

type Links = dict[UUID, list[tuple[UUID, date]]]

LATE: Final = timedelta(days=90)  # after its deadline an event's promise can still be kept for so long


@transaction.atomic(savepoint=False)
def discharge(doing: Doing, *, by: Post | None = None) -> list[Duty]:
    """Let an entry count; what it corrects counts no more. Repeated, it changes nothing. Returns the promises that it touched."""
    if doing.corrects:
        reopen(doing.corrects, by=by)
    if not doing.stands:
        return []
    held = _candidates(doing.subjects, doing.on, doing.on)
    return _count([doing], held, by=by)


@transaction.atomic(savepoint=False)
def reopen(entry_id: UUID, *, instead: UUID | None = None, named: Collection[tuple[str, UUID]] = (), by: Post | None = None) -> list[Duty]:
    """An entry is void or corrected: it counts for nothing any more, and what it had raised is asked no more.

    But for events (and whom they are about) that a correction names as well: their promises are ``instead``'s from now on, due as they were.
    Returns the promises that are open again, and those that are asked no more.
    """
    touched = sorted(Discharge.objects.filter(entry_id=entry_id).values_list("duty_id", flat=True))
    held = list(Duty.objects.select_for_update().filter(pk__in=touched).order_by("pk"))
    Discharge.objects.filter(entry_id=entry_id).delete()
    changed = recount(held, rulebook.by_id({duty.rule_id for duty in held}), by=by)
    return changed + _unraise(entry_id, instead, named, by)


def _unraise(entry_id: UUID, instead: UUID | None, named: Collection[tuple[str, UUID]], by: Post | None) -> list[Duty]:
    raised = list(Duty.objects.select_for_update().filter(opened_by=entry_id).order_by("pk"))
    kept = [duty.id for duty in raised if (rules.event_of(duty.window), duty.subject_id) in named]
    if kept:
        Duty.objects.filter(pk__in=kept).update(opened_by=instead)
    ended = [duty for duty in raised if duty.is_open and duty.id not in kept]
    for duty in ended:
        duty.ended_on, duty.end_reason = max(today(), duty.window_from), EndReason.VOID
        duty.save(update_fields=["ended_on", "end_reason"])
    journal.record_many(by=by, acts=[_act("duty_ended", duty, {"ended": [None, EndReason.VOID.value]}) for duty in ended])
    return ended


def raised_by(entry_id: UUID) -> set[tuple[str, UUID]]:
    """The events, and of whom, for which an entry has opened promises or took them over."""
    return {(rules.event_of(window), subject) for window, subject in Duty.objects.filter(opened_by=entry_id, known_at__isnull=False).values_list("window", "subject_id")}


@transaction.atomic(savepoint=False)
def open_for_event(
    event: str,
    child: UUID | None,
    entry: UUID | None,
    at: datetime,
    *,
    place: int,
    on: date | None = None,
    subject: tuple[str, UUID] | None = None,
    origin: UUID | None = None,
    by: Post | None = None,
    due: datetime | None = None,
    owner: UUID | None = None,
) -> list[Duty]:
    """Open what the rules of the place ask after an event about a child (or another subject), once an event and origin.

    ``entry`` says it, ``origin`` is the one by which it was first known, where that is another: ``at`` that moment, on the day ``on``.
    ``due`` and ``owner`` (a person): what a dated promise is opened with, instead of the usual time and the role's holder.
    What was done since then, and written down before, counts at once. What had ended because nothing named the event any more is asked again.
    """
    kind, subject_id = ("child", child) if child else subject or ("place", None)
    assert subject_id
    day = min(on or _day_of(at), _day_of(at))
    book = rulebook.in_force(place, place, day)
    made: list[Duty] = []
    for rule in book.rules:
        deadline = rule.shape.deadline
        if deadline is None or deadline.event != event or rule.about != kind or not rule.lo <= place <= rule.hi:
            continue
        key = rules.event_key(event, origin or entry or day.isoformat())
        row = Duty(
            id=rules.window_id(rule.obligation, subject_id, key, day),
            rule_id=rule.id,
            subject_kind=kind,
            subject_id=subject_id,
            child_id=child,
            place=place,
            scope_place=place,
            window=key,
            window_from=day,
            since=day,
            need=1,
            due=(deadline.dated and due) or rules.due_after(at, deadline.within, rule.shape.grace, workday_of(place)),
            opened_by=entry,
            known_at=at,
            assigned_to=owner if deadline.dated else None,
        )
        row.window_until = _day_of(row.due) + timedelta(days=1)
        if row.id not in {each.id for each in made} and (child is None or _concerned(rule, child, day)):
            made.append(row)
    if not made:
        return []
    held = {row.id: row for row in Duty.objects.filter(pk__in=[row.id for row in made])}
    fresh = [row for row in made if row.id not in held]
    again = [row for row in held.values() if row.end_reason == EndReason.VOID]
    Duty.objects.filter(pk__in=[row.id for row in again]).update(opened_by=entry, ended_on=None, end_reason="")
    journal.record_many(by=by, acts=[_act("duty_opened", duty, {"ended": [EndReason.VOID.value, None]}) for duty in again])
    Duty.unscoped.bulk_create(fresh, ignore_conflicts=True)
    journal.record_many(by=by, acts=[_act("duty_opened", duty, {"event": [None, event], "due": [None, duty.due.isoformat()]}) for duty in fresh])
    catch_up([subject_id], day, _day_of(max(row.due for row in made)) + LATE, by=by)
    return list(Duty.objects.filter(pk__in=[row.id for row in made]).order_by("due", "id"))


def _day_of(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _concerned(rule: Rule, child: UUID, on: date) -> bool:
    """Whether the rule asks of this child."""
    values = Values(on)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM children_child c WHERE c.id = {values.put(child)} AND c.state = 'current' AND {subjects.asked(rule, values)})", values.held)  # noqa: S608 — our own words
        return bool(cursor.fetchone()[0])


def catch_up(ids: Collection[UUID], since: date, until: date, *, by: Post | None = None) -> list[Duty]:
    """Let what stands in the log of these days count for promises that were opened afterwards."""
    doings = entries.of_subjects(ids, since, until)
    if not doings:
        return []
    held = _candidates([*dict.fromkeys(subject for doing in doings for subject in doing.subjects)], min(doing.on for doing in doings), max(doing.on for doing in doings))
    return _count(doings, held, by=by)


def _candidates(ids: Sequence[UUID], since: date, until: date) -> list[Duty]:
    """The promises about these subjects that touch these days, locked always in the same order."""
    if not ids:
        return []
    rows = Duty.objects.select_for_update().filter(Q(window_until__gt=since) | Q(known_at__isnull=False, window_until__gt=since - LATE), subject_id__in=ids, window_from__lte=until)
    return list(rows.order_by("pk"))


def _count(doings: Iterable[Doing], held: Sequence[Duty], *, by: Post | None) -> list[Duty]:
    """Write down which entries count for which of these promises; what stands already stays. Returns the promises that gained one."""
    found = rulebook.by_id({duty.rule_id for duty in held})
    of: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in held:
        of[duty.subject_id].append(duty)
    wanted: dict[tuple[UUID, UUID], Discharge] = {}
    for doing in doings:
        for subject, done in entries.done_to(doing).items():
            for duty in _discharged(done, of[subject], found):
                wanted[duty.id, doing.id] = Discharge(id=uuid7(), duty_id=duty.id, entry_id=doing.id, on=doing.on, child_id=duty.child_id, scope_place=duty.scope_place)
    links = _links({duty for duty, _entry in wanted})
    fresh = [link for (duty, entry), link in wanted.items() if (entry, link.on) not in links[duty]]
    bulk.create(Discharge, fresh)
    for link in fresh:
        links[link.duty_id].append((link.entry_id, link.on))
    gained = {link.duty_id for link in fresh}
    return _recount([duty for duty in held if duty.id in gained], found, links, by=by)


def _discharged(done: Done, held: Sequence[Duty], found: dict[int, Rule]) -> list[Duty]:
    """For which of a subject's promises it counts."""
    near = [duty for duty in held if _within(duty, done)]
    fitting = [duty for duty in near if rules.counts(found[duty.rule_id].shape.by, found[duty.rule_id].who, done)]
    also = {(found[duty.rule_id].model, other) for duty in fitting for other in found[duty.rule_id].shape.also_discharges}
    return [
        duty for duty in near if duty in fitting or (found[duty.rule_id].model, found[duty.rule_id].duty) in also or found[duty.rule_id].obligation in {name for _m, name in also}
    ]


def _within(duty: Duty, done: Done) -> bool:
    if duty.known_at is not None:
        return duty.window_from <= done.on < duty.window_until + LATE and duty.opened_by != done.id
    return duty.window_from <= done.on < duty.window_until


def recount(held: Sequence[Duty], found: dict[int, Rule], *, by: Post | None) -> list[Duty]:
    """Count anew what each promise has, from its links alone."""
    return _recount(held, found, _links([duty.id for duty in held]), by=by)


def _links(duties: Collection[UUID]) -> Links:
    """Which entries count for these promises, with their days."""
    links: Links = defaultdict(list)
    for duty_id, entry_id, on in Discharge.objects.filter(duty_id__in=duties).values_list("duty_id", "entry_id", "on"):
        links[duty_id].append((entry_id, on))
    return links


def _recount(held: Sequence[Duty], found: dict[int, Rule], links: Links, *, by: Post | None) -> list[Duty]:
    acts: list[Act] = []
    changed: dict[int, list[UUID]] = defaultdict(list)
    for duty in held:
        done = rules.counted(links[duty.id], found[duty.rule_id].shape.by.max_per_day)
        if done != duty.done:
            acts.append(_act("duty_discharged" if done > duty.done else "duty_reopened", duty, {"done": [duty.done, done], "need": [duty.need, duty.need]}))
            duty.done = done
            changed[done].append(duty.id)
    for done, ids in changed.items():
        Duty.objects.filter(pk__in=ids).update(done=done)
    journal.record_many(by=by, acts=acts)
    return list(held)


def _act(verb: str, duty: Duty, diff: dict[str, list[object]]) -> Act:
    return {"verb": verb, "subject_kind": "duty", "subject_id": duty.id, "child_id": duty.child_id, "place": duty.scope_place, "diff": diff}
