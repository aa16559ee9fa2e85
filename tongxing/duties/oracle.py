"""Promises computed on reading, child by child, from rules, facts and the log: what the stored rows must agree with.

Slow and plain on purpose. It shares with the set-based statements the pure rules alone: expressions are evaluated in Python, not as SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tongxing.caremodels.expressions import Known, evaluate
from tongxing.children.models import Child, State
from tongxing.duties import entries, facts, rulebook, rules, subjects, timing
from tongxing.duties.actions.discharging import LATE
from tongxing.duties.models import Duty, EndReason, Rule
from tongxing.duties.rulebook import Book
from tongxing.duties.windows import NO_END, Calendar, Window, windows
from tongxing.ground.today import CHINA

DAY = timedelta(days=1)
type Facts = Mapping[UUID, Mapping[str, Known]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored promise says otherwise than the oracle: ``what`` differs. ``stored`` and ``wanted`` name no child."""

    duty_id: UUID
    what: str
    stored: object
    wanted: object

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.what} is {self.stored}, should be {self.wanted}"


@dataclass(frozen=True)
class _Look:
    """What is read once for a range of places."""

    on: date
    book: Book
    calendar: Calendar
    children: Mapping[UUID, Child]
    today: Facts
    others: Mapping[int, frozenset[UUID]]  # the subjects of rules that are not about children


def differences(lo: int, hi: int, county: int, on: date) -> tuple[int, list[Difference]]:
    """Hold every running promise between two places of a county against what it should be; how many were looked at, and what differs.

    The scope must cover the places. Call when the day's tick has run.
    """
    book = rulebook.in_force(lo, hi, on)
    children = {child.id: child for child in Child.objects.filter(scope_place__range=(lo, hi), state=State.CURRENT)}
    stored = list(Duty.objects.filter(scope_place__range=(lo, hi), window_until__gt=on))
    events = list(Duty.objects.filter(scope_place__range=(lo, hi), window_until__lte=on, window_until__gt=on - LATE, known_at__isnull=False))
    calendar = timing.calendar_of(county, on)
    others = {rule.id: frozenset(each.id for each in subjects.others(rule, lo, hi, on)) for rule in book.rules if rule.about != "child"}
    look = _Look(on, book, calendar, children, facts.of_children(children, on), others)
    found = rulebook.by_id({duty.rule_id for duty in (*stored, *events)})
    wrong: list[Difference] = []
    for duty in stored:
        wrong += _of_row(look, duty, found[duty.rule_id])
    wrong += _of_counts([*stored, *events], found)
    wrong += _missing(look, {duty.id for duty in stored})
    return len(stored) + len(events), wrong


def _of_row(look: _Look, duty: Duty, rule: Rule) -> list[Difference]:
    """Its id, its need and its end by the rule under which it was opened, and whether it is asked."""
    wrong: list[Difference] = []
    shape = rule.shape
    if shape.deadline:
        assert duty.known_at
        wanted_id = rules.window_id(rule.obligation, duty.subject_id, duty.window, duty.window_from)
        due = rules.due_after(duty.known_at, shape.deadline.within, shape.grace, look.calendar.workday) + timedelta(days=duty.rested)
        wrong += _differ(duty, "id", duty.id, wanted_id)
        return wrong if shape.deadline.dated else wrong + _differ(duty, "due", duty.due, due)
    window = timing.window_of(duty, rule)
    assert shape.quota
    left = max(rules.need(shape.quota.count, window, since=duty.since, rested=duty.rested), 1)
    wrong += _differ(duty, "need", duty.need, left)
    wrong += _differ(duty, "due", duty.due, rules.due_of_window(window, duty.since, shape.grace, look.calendar.workday))
    wrong += _differ(duty, "id", duty.id, rules.window_id(rule.obligation, duty.subject_id, duty.window, _anchor(duty)))
    if duty.is_open:
        wrong += _differ(duty, "asked", True, _still_asked(look, duty, rule))
    elif duty.end_reason in (EndReason.CONDITION, EndReason.LEFT):
        wrong += _differ(duty, "asked", False, _still_asked(look, duty, rule))
    return wrong


def _anchor(duty: Duty) -> date:
    kind, _colon, rest = duty.window.partition(":")
    if kind == "once":
        return date(1970, 1, 1)
    if kind.startswith(("term", "vacation")):
        year, half = map(int, rest.split("-"))
        return date(year, 9, 1) if half == 1 else date(year + 1, 2, 1)
    if kind == "birthday":
        return duty.window_until - DAY
    return date.fromisoformat(rest[-10:])


def _differ(duty: Duty, what: str, stored: object, wanted: object) -> list[Difference]:
    return [] if stored == wanted else [Difference(duty.id, what, stored, wanted)]


def _still_asked(look: _Look, duty: Duty, rule: Rule) -> bool:
    """Whether a rule asks today of whom this row is about: its own while it is in force, else any of the same promise."""
    current = next((each for each in look.book.rules if each.id == rule.id), None)
    if duty.subject_kind != "child":
        return bool(look.book.same(rule))
    if duty.subject_id not in look.children:
        return False
    if current is None:
        return any(_asks(look, each, duty.subject_id, look.today) for each in look.book.same(rule))
    stricter = [each for each in look.book.stricter(current) if not subjects.same_windows(each, current)]
    return _asks(look, current, duty.subject_id, look.today) and not any(_asks(look, each, duty.subject_id, look.today) for each in stricter)


def _asks(look: _Look, rule: Rule, child: UUID, known: Facts) -> bool:
    return rule.lo <= look.children[child].scope_place <= rule.hi and (rule.shape.for_ is None or evaluate(rule.shape.for_, known[child]))


def _of_counts(stored: Sequence[Duty], found: Mapping[int, Rule]) -> list[Difference]:
    """What the log says was done, without looking at the links."""
    if not stored:
        return []
    of: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in stored:
        of[duty.subject_id].append(duty)
    first, last = min(duty.window_from for duty in stored), max(min(duty.window_until, duty.window_from + timedelta(days=800)) for duty in stored) + LATE
    done: dict[UUID, list[tuple[UUID, date]]] = defaultdict(list)
    for doing in entries.of_subjects(list(of), first, last):
        for subject, each in entries.done_to(doing).items():
            for duty in _counting(each, of[subject], found):
                done[duty.id].append((each.id, each.on))
    return [difference for duty in stored for difference in _differ(duty, "done", duty.done, rules.counted(done[duty.id], found[duty.rule_id].shape.by.max_per_day))]


def _counting(done: rules.Done, held: Sequence[Duty], found: Mapping[int, Rule]) -> list[Duty]:
    near = [
        duty
        for duty in held
        if duty.window_from <= done.on < (duty.window_until + LATE if duty.known_at else duty.window_until) and not (duty.known_at and duty.opened_by == done.id)
    ]
    direct = [duty for duty in near if rules.counts(found[duty.rule_id].shape.by, found[duty.rule_id].who, done)]
    also = {(found[duty.rule_id].model, name) for duty in direct for name in found[duty.rule_id].shape.also_discharges}
    return [duty for duty in near if duty in direct or (found[duty.rule_id].model, found[duty.rule_id].duty) in also]


def _missing(look: _Look, held: set[UUID]) -> list[Difference]:
    """Promises that today's rules ask and of which there is no row."""
    wrong: list[Difference] = []
    for rule in look.book.about("child"):
        if rule.shape.quota and rule.shape.quota.per not in ("birthday", "once"):
            for window in windows(rule.shape.quota, look.on, look.on + DAY, look.calendar):
                if rule.since < window.until:
                    wrong += _missing_of(look, rule, window, held)
    return wrong


def _missing_of(look: _Look, rule: Rule, window: Window, held: set[UUID]) -> list[Difference]:
    quota = rule.shape.quota
    assert quota
    assert window.until != NO_END
    concerned = [child for child in look.children if _asks(look, rule, child, look.today) and not any(_asks(look, each, child, look.today) for each in look.book.stricter(rule))]
    absent = {child: found for child in concerned if (found := rules.window_id(rule.obligation, child, window.key, window.anchor)) not in held}
    if not absent:
        return []
    then = facts.of_children(absent, window.since)
    began = datetime.combine(window.since, datetime.min.time(), CHINA)
    wrong = []
    for child, duty_id in absent.items():
        file = look.children[child]
        always = file.updated_at < began and file.state_since <= window.since and _asks(look, rule, child, then)
        since = max(window.since, rule.since) if always else look.on
        if rules.need(quota.count, window, since=since):
            wrong.append(Difference(duty_id, "row", None, f"{rule} {window.key}"))
    return wrong
