"""Windows are opened set-based, county by county: each a transaction of its own, and a handful of statements a rule.

Repeating it changes nothing, a run that was cut off is gone on with by the next, and two workers wait for each other at a county.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tongxing.duties import entries, rulebook, rules, subjects, timing
from tongxing.duties.actions import closing, discharging, shifting
from tongxing.duties.facts import Values
from tongxing.duties.models import Opening, Rule
from tongxing.duties.rulebook import Book
from tongxing.duties.windows import NO_END, Calendar, Window, windows
from tongxing.ground import scope
from tongxing.ground.scope import Scope
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.places.codes import SIZES, Level

LEAD = timedelta(days=7)  # the next window is open so long before it begins: phones carry it out of the network
DAY = timedelta(days=1)
LOCK = 4150
CHUNK = 5_000
CATCH = 500
WHY = "promises are opened for every child"

type Say = Callable[[int, int], None]

# The share of the window that is left for the subject, rounded half upwards: the twin of rules.need. What is done once is asked whole.
_NEED = "CASE WHEN %(endless)s THEN %(count)s ELSE (2 * %(count)s * LEAST(%(until)s::date - f.since, %(whole)s) + %(whole)s) / (2 * %(whole)s) END"
_COLUMNS = (
    "id, rule_id, subject_kind, subject_id, child_id, place, scope_place, window, window_from, window_until, since, need, done, due, "
    "end_reason, waive_reason, suspend_reason, suspended_on, rested, urged"
).replace(" window,", ' "window",')
_INSERT = f"""
INSERT INTO duties_duty ({_COLUMNS})
SELECT duty_id(%(obligation)s, f.id, %(key)s, %(anchor)s), %(rule)s, %(about)s, f.id, {{child}}, f.place, f.place, %(key)s, %(from)s, %(until)s, f.since, n.need, 0, %(due)s,
       '', '', coalesce(f.rests, ''), CASE WHEN f.rests IS NULL THEN NULL ELSE f.since END, 0, 0
FROM ({{found}}) f CROSS JOIN LATERAL (SELECT {_NEED} AS need) n
WHERE n.need > 0 AND f.since < %(until)s
ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 — our own words
_CHILDREN = """
SELECT c.id, c.scope_place AS place, GREATEST({since}, c.state_since)::date AS since, s.reason AS rests
FROM children_child c LEFT JOIN duties_suspension s ON s.child_id = c.id AND s.until IS NULL
WHERE c.state = 'current' AND c.scope_place BETWEEN {lo} AND {hi} AND {asked}
"""
_OTHERS = "SELECT g.id, g.place, %(first)s::date AS since, NULL::varchar AS rests FROM unnest(%(ids)s::uuid[], %(places)s::bigint[]) AS g (id, place)"
# Who has the promise already is left alone: a day on which nobody joins reads and does not write. The county's running promises are
# read once a rule, where they lie together; each by its id they would be strewn over the whole province. Who slips through is caught by the id.
_NEW = """ AND {mine} NOT IN (SELECT {theirs} FROM duties_duty d WHERE d.scope_place BETWEEN {lo} AND {hi} AND d.due >= {midnight} AND d."window" = {key} AND d.rule_id = ANY ({same}))"""
_ID = "duty_id({obligation}, c.id, {key}, {anchor})"


@dataclass
class Opened:
    """What a run did."""

    counties: int = 0
    duties: int = 0
    ended: int = 0
    by_rule: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _County:
    """What is read once for a county, or for a city or province of which only the place itself is opened."""

    place: int
    lo: int
    hi: int
    on: date
    book: Book
    calendar: Calendar
    opened: dict[tuple[int, str], tuple[date, date]]  # the bounds of windows, by rule and window
    before: frozenset[tuple[str, str]]  # promises and windows, under whatever rule
    promises: dict[int, str]  # by rule, those under which windows are open
    joined: dict[UUID, date] = field(default_factory=dict)  # who joined a window that was open, and since when it runs
    begun: list[date] = field(default_factory=list)  # beginnings of windows that were opened now


def open_windows(lo: int, hi: int, on: date | None = None, *, say: Say = lambda done, total: None) -> Opened:
    """Bring the promises of these places up to a day: windows that are on or near are opened, newcomers join, what is asked no more ends.

    A county is opened whole, also where less of it was asked for; what cities and provinces promise themselves, where the places hold them.
    """
    day = on or today()
    done = Opened()
    parts = spans(lo, hi)
    for number, (first, last) in enumerate(parts, 1):
        with transaction.atomic(), scope.planned_for_values(), scope.active(Scope(None, first, last)):
            _open_county(first, first, last, day, done)
        done.counties += first < last
        say(number, len(parts))
    return done


def spans(lo: int, hi: int) -> list[tuple[int, int]]:
    """What is opened one by one between two places: each county with all below it, then each city and province above them, for itself alone."""
    held = counties(lo, hi)
    above = {codes.at_level(county, level) for county in held for level in (Level.CITY, Level.PROVINCE)} - set(held)
    return [*((county, county + SIZES[Level.COUNTY] - 1) for county in held), *((place, place) for place in sorted(above) if lo <= place <= hi)]


def counties(lo: int, hi: int) -> list[int]:
    """The counties with children that lie between two places or hold them; a city without counties counts as one."""
    size = SIZES[Level.COUNTY]
    first, last = lo - lo % size, hi - hi % size + size - 1
    with transaction.atomic(), scope.active(Scope(None, first, last)), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT scope_place / %s * %s FROM children_child WHERE scope_place BETWEEN %s AND %s ORDER BY 1", [size, size, first, last])
        return [int(code) for (code,) in cursor.fetchall()]


def _open_county(place: int, lo: int, hi: int, on: date, done: Opened) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, place // SIZES[Level.COUNTY]])
    book = rulebook.in_force(lo, hi, on)
    held = Opening.objects.filter(county=place, window_until__gt=on).values_list("rule_id", "window", "window_from", "window_until")
    before = {(rule_id, window): (since, until) for rule_id, window, since, until in held}
    promises = {rule.id: rule.obligation for rule in rulebook.by_id({rule_id for rule_id, _window in before}).values()}
    county = _County(place, lo, hi, on, book, timing.calendar_of(place, on), before, frozenset((promises[rule_id], window) for rule_id, window in before), promises)
    ended = closing.review(book, lo, hi, on)
    opened: dict[int, int] = {}
    for rule in book.rules:
        if rule.shape.quota is not None and (lo < hi or _of_itself(rule, place, on)):
            opened[rule.id] = _open_rule(county, rule)
    _catch_up(county)
    done.duties += sum(opened.values())
    done.ended += ended
    for rule_id, number in opened.items():
        done.by_rule[rule_id] = done.by_rule.get(rule_id, 0) + number
    if any(opened.values()) or ended:
        diff = {str(rule_id): [0, number] for rule_id, number in opened.items() if number} | {"ended": [0, ended]}
        journal.record(by=None, verb="duties_opened", subject_kind="place", subject_id=place, place=place, diff=diff)


def _of_itself(rule: Rule, place: int, on: date) -> bool:
    """Whether a rule asks something of a city or province itself, or of a post or house that belongs to no county."""
    return rule.about != "child" and bool(subjects.others(rule, place, place, on))


def _open_rule(county: _County, rule: Rule) -> int:
    shape = rule.shape
    assert shape.quota
    until = county.on + LEAD + DAY
    if shape.quota.per == "birthday":
        return sum(_open_window(county, rule, window, born) for window, born in _birthdays(county, rule, until))
    return sum(_open_window(county, rule, window, None) for window in _touching(county, rule, until))


def _touching(county: _County, rule: Rule, until: date) -> Iterator[Window]:
    """The windows that are on, or begin soon, while the rule is in force. What is done once begins with the rule."""
    quota = rule.shape.quota
    assert quota
    if quota.per == "once":
        yield from windows(quota, rule.since, county.on + DAY, county.calendar)
        return
    for window in windows(quota, county.on, until, county.calendar):
        if (rule.until is None or window.since < rule.until) and rule.since < window.until:
            yield window


def _birthdays(county: _County, rule: Rule, until: date) -> Iterator[tuple[Window, list[date]]]:
    """The windows of birthdays, and which days of birth have each."""
    quota = rule.shape.quota
    assert quota
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT born FROM children_child WHERE state = 'current' AND scope_place BETWEEN %s AND %s", [max(county.lo, rule.lo), min(county.hi, rule.hi)])
        days = [born for (born,) in cursor.fetchall()]
    found: dict[Window, list[date]] = {}
    for born in days:
        for window in windows(quota, county.on, until, county.calendar, born=born):
            found.setdefault(window, []).append(born)
    yield from sorted(found.items())


def _open_window(county: _County, rule: Rule, window: Window, born: list[date] | None) -> int:
    name = f"{window.key}|{window.anchor}"
    again = (rule.obligation, name) in county.before
    stood = county.opened.get((rule.id, name))
    if stood is None:
        county.opened[rule.id, name] = (window.since, window.until)
        Opening.objects.create(county=county.place, rule_id=rule.id, window=name, window_from=window.since, window_until=window.until, on=county.on)
    elif stood != (window.since, window.until) and window.until != NO_END:
        shifting.shift(rule, window, county.lo, county.hi, county.calendar)
        Opening.objects.filter(county=county.place, rule_id=rule.id, window=name).update(window_from=window.since, window_until=window.until)
    begins = max(window.since, rule.since)
    if again or window.until == NO_END:  # a promise to be kept once is asked from the day on which it is known
        begins = max(begins, county.on)
    number = _insert(county, rule, window, begins, born, again=again)
    if number and not again and window.since <= county.on:
        county.begun.append(begins if window.until == NO_END else window.since)
    return number


def _catch_up(county: _County) -> None:
    """What stands in the log already counts for what was opened now."""
    tomorrow = county.on + DAY
    for ids in batched(county.joined, CATCH, strict=False):
        discharging.catch_up(ids, min(county.joined[each] for each in ids), tomorrow)
    if county.begun:
        since = min(county.begun)
        for ids in batched(entries.subjects_between(county.lo, county.hi, since, tomorrow), CATCH, strict=False):
            discharging.catch_up(ids, since, tomorrow)


def _insert(county: _County, rule: Rule, window: Window, begins: date, born: Sequence[date] | None, *, again: bool) -> int:
    quota = rule.shape.quota
    assert quota
    held = {
        "obligation": rule.obligation,
        "key": window.key,
        "anchor": window.anchor,
        "rule": rule.id,
        "about": rule.about,
        "from": window.since,
        "until": window.until,
        "count": quota.count,
        "whole": window.whole,
        "endless": window.until == NO_END,
        "due": rules.due_of_window(window, begins, rule.shape.grace, county.calendar.workday),
        "first": begins,
    }
    if rule.about == "child":
        statement = _INSERT.format(child="f.id", found=_children(county, rule, window, begins, born, held, again=again))
        return _join(county, statement, held, window) if again else _execute(statement, held)
    found = subjects.others(rule, county.lo, county.hi, county.on)
    taken = {each.id for stricter in county.book.stricter(rule) for each in subjects.others(stricter, county.lo, county.hi, county.on)}
    number = 0
    for part in batched((each for each in found if each.id not in taken), CHUNK, strict=False):
        values = held | {"ids": [each.id for each in part], "places": [each.place for each in part]}
        number += _execute(_INSERT.format(child="NULL::uuid", found=_OTHERS), values)
    return number


def _children(county: _County, rule: Rule, window: Window, begins: date, born: Sequence[date] | None, held: dict[str, Any], *, again: bool) -> str:
    values = Values(max(county.on, window.since) if window.until != NO_END else county.on, held)
    text = _CHILDREN.format(
        since=values.put(begins), lo=values.put(max(county.lo, rule.lo)), hi=values.put(min(county.hi, rule.hi)), asked=subjects.asked_of_children(county.book, rule, values)
    )
    if born is not None:
        text += f" AND c.born = ANY ({values.put(list(born))})"
    if again:
        key = values.put(window.key)
        text += _NEW.format(
            mine="c.id" if born is None else _ID.format(obligation=values.put(rule.obligation), key=key, anchor=values.put(window.anchor)),
            theirs="d.subject_id" if born is None else "d.id",
            lo=values.put(county.lo),
            hi=values.put(county.hi),
            midnight=values.put(rules.end_of(county.on - DAY)),
            key=key,
            same=values.put([number for number, promise in county.promises.items() if promise == rule.obligation]),
        )
    return text


def _join(county: _County, statement: str, values: dict[str, Any], window: Window) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING subject_id", values)
        found = [subject for (subject,) in cursor.fetchall()]
    since = county.on if window.until == NO_END else window.since
    county.joined.update({each: min(since, county.joined.get(each, since)) for each in found})
    return len(found)


def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
