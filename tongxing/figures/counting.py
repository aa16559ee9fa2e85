"""A return counted from the facts as of its statistical date, and read back as it was frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tongxing.accounts.models import Person
from tongxing.children.models import StatusPeriod
from tongxing.children.rules import anniversary
from tongxing.figures import facts, movement, queries, rules
from tongxing.figures.definition import TABLES, Table
from tongxing.figures.models import Member, Movement, Return, ReturnRow
from tongxing.figures.movement import CATEGORIES, MOVEMENT, Category
from tongxing.figures.queries import Counted, Row
from tongxing.figures.rules import Move, Story
from tongxing.figures.states import State
from tongxing.ground import scope
from tongxing.journal.models import Record
from tongxing.places import codes
from tongxing.places.codes import Level

type Cells = dict[str, int]  # column key → number
type Rows = dict[str, dict[int, Cells]]  # table → place → cells
DAY = timedelta(days=1)
# Acts on a file by which nobody comes or goes.
QUIET = (
    *("confirmed", "registered", "schooling_recorded", "rolled_over", "guardianship_recorded", "residence_recorded", "photo_set"),
    *("left", "returned_home", "household_joined", "told_apart", "telling_apart_undone", "consent_given", "consent_withdrawn", "consent_refused"),
)


@dataclass(slots=True)
class Draft:
    """Everything that a return says. ``members``: category → child → place; ``moves`` by category. Only a township's has the latter two."""

    rows: Rows = field(default_factory=dict)
    members: dict[str, dict[UUID, int]] = field(default_factory=dict)
    moves: dict[str, list[Move]] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Over all rows, in one order."""
        said = [[table, place, sorted(cells.items())] for table, found in sorted(self.rows.items()) for place, cells in sorted(found.items())]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def total(self, table: str) -> Cells:
        found: Cells = {}
        for cells in self.rows.get(table, {}).values():
            for key, number in cells.items():
                found[key] = found.get(key, 0) + number
        return found


def draft(report: Return) -> Draft:
    """The return as it would be sent now: a township's from the facts, one above from those below it."""
    return of_township(report) if codes.level(report.scope_place) >= Level.TOWNSHIP else of_those_below(report)


def of_those_below(report: Return) -> Draft:
    """The sums of the returns right below, as far as they have been sent."""
    found = Draft({table: {} for table in _tables()})
    for row in ReturnRow.objects.filter(report__in=[each for each in below(report) if each.stored]).values_list("report__scope_place", "table", "cells"):
        place, table, cells = row
        at = found.rows.setdefault(table, {}).setdefault(place, {})
        for key, number in cells.items():
            at[key] = at.get(key, 0) + number
    return found


def _tables() -> list[str]:
    return [*TABLES, *(each.table for each in CATEGORIES.values())]


def below(report: Return) -> list[Return]:
    """The returns of the same period right below, in the order of their places."""
    lo, hi = codes.span(report.scope_place)
    level = queries.below(report.scope_place)
    found = Return.objects.filter(kind=report.kind, on=report.on, scope_place__range=(lo + 1, hi)).order_by("scope_place")
    return [each for each in found if codes.level(each.scope_place) == level]


def of_township(report: Return) -> Draft:
    """Counted from the facts as of the end of the statistical date.

    Children who have moved away since are found at the place they left: so the whole country is looked at, and only what lies
    in the return's own place is counted.
    """
    lo, hi = codes.span(report.scope_place)
    found = Draft()
    if not report.stored:  # it may have been opened before the last one was confirmed
        report.previous = previous_of(report)
    with scope.whole_country(why="whoever has moved since the statistical date is counted where the child lived then"):
        for table in TABLES.values():
            rows = queries.by_place(table, report.on, Level.VILLAGE, facts.past_rows(table.uses, report.on, lo, hi))
            found.rows[table.id] = {place: dict(zip(table.keys, cells, strict=True)) for place, cells in rows.items()}
        previous = report.previous
        before_on = previous.on if previous else report.since - DAY
        for category in CATEGORIES.values():
            before = kept_members(previous, category) if previous else members(category, before_on, lo, hi)
            after = members(category, report.on, lo, hi)
            changed = {child for child in before.keys() | after.keys() if before.get(child) != after.get(child)}
            moves = rules.moves(before, after, stories(category, changed, report.on), previous=before_on, on=report.on)
            found.members[category.key], found.moves[category.key] = after, moves
            found.rows[category.table] = {place: movement.cells(measures) for place, measures in rules.tally(before, after, moves).items()}
    return found


def kept_members(report: Return, category: Category) -> dict[UUID, int]:
    return dict(Member.objects.filter(report=report, category=category.key).values_list("child_id", "place"))


def members(category: Category, on: date, lo: int, hi: int) -> dict[UUID, int]:
    """Who is counted in a category at the end of a day, and where."""
    sql, values = facts.past_rows(category.who.uses, on, lo, hi)
    who, who_values = category.who.sql(on)
    return dict(_fetched(f"SELECT id, place FROM ({sql}) AS kid WHERE {who}", [*values, *who_values]))  # noqa: S608 - names are ours


_CHILDREN = """SELECT c.id, c.state, c.state_since, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date, c.born,
 (SELECT r.since FROM children_residence r WHERE r.child_id = c.id AND r.since <= %s AND (r.until IS NULL OR r.until > %s)
   AND EXISTS (SELECT 1 FROM children_residence e WHERE e.child_id = c.id AND e.since < r.since AND e.place <> r.place))
 FROM children_child c WHERE c.id = ANY(%s)"""
_PERIODS = f"""SELECT DISTINCT ON (child_id) child_id, since, until FROM children_statusperiod
 WHERE child_id = ANY(%s) AND origin = '{StatusPeriod.Origin.STANDS}' AND status = %s AND since <= %s ORDER BY child_id, since DESC"""  # noqa: S608 - our own words
_CATEGORIES = """SELECT DISTINCT ON (c.child_id) c.child_id,
 greatest(c.since, (SELECT max((r.at AT TIME ZONE 'Asia/Shanghai')::date) FROM children_review r WHERE r.category_id = c.id AND r.verb = 'approve')), c.until
 FROM children_category c WHERE c.child_id = ANY(%s) AND NOT c.restricted AND c.state = 'confirmed' AND c.scheme = %s AND c.kind = %s AND c.since <= %s
 ORDER BY c.child_id, c.since DESC"""


def stories(category: Category, children: Iterable[UUID], on: date) -> dict[UUID, Story]:
    """What explains that these children are counted otherwise than before."""
    ids = list(children)
    if not ids:
        return {}
    if category.status:
        stretches = _fetched(_PERIODS, [ids, category.status, on])
    else:
        scheme, _colon, kind = category.category.partition(":")
        stretches = _fetched(_CATEGORIES, [ids, scheme, kind, on])
    spans = {child: (since, until) for child, since, until in stretches}
    found = {}
    for child, state, state_since, created, born, moved in _fetched(_CHILDREN, [on, on, ids]):
        since, until = spans.get(child, (None, None))
        found[child] = Story(
            registered=created if state == "ended" else state_since,
            ended=state_since if state == "ended" else None,
            began=since,
            ceased=until,
            aged=anniversary(born, category.until_age),
            moved=moved,
        )
    return found


def _fetched(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def stored(report: Return) -> Draft:
    """The rows as they were frozen."""
    found = Draft()
    for table, place, cells in ReturnRow.objects.filter(report=report).values_list("table", "place", "cells"):
        found.rows.setdefault(table, {})[place] = cells
    return found


def read(report: Return) -> Draft:
    """What the return says: as it was sent, or as it would be sent now."""
    return stored(report) if report.stored else draft(report)


def intact(report: Return) -> bool:
    """Whether the rows are those over which the digest was taken."""
    return not report.stored or stored(report).sha256 == report.sha256


def previous_of(report: Return) -> Return | None:
    """The last confirmed return of the same place and kind before this one."""
    earlier = Return.objects.filter(scope_place=report.scope_place, kind=report.kind, on__lt=report.on, state=State.CONFIRMED)
    return earlier.order_by("-on").first()


def table_of(report: Return, table_id: str) -> Table:
    """The table's definition: as kept in the return, else the present one."""
    kept = report.definitions.get(table_id)
    return movement.restored(table_id, kept) if kept else MOVEMENT if table_id == MOVEMENT.id else TABLES[table_id]


def counted(report: Return, found: Draft, table_id: str, rows_of: str = "") -> Counted:
    """One table of a return by the places below. ``rows_of`` names the category where it is the movement."""
    table = table_of(report, table_id)
    cells = {place: _in_order(table, row) for place, row in found.rows.get(rows_of or table_id, {}).items()}
    return queries.counted(table, report.scope_place, report.on, cells)


def by_category(report: Return, found: Draft) -> Counted:
    """The movement with a row a category."""
    table = table_of(report, MOVEMENT.id)
    rows = [Row(0, heading, _in_order(table, found.total(movement.PREFIX + key))) for key, heading in categories_of(report).items()]
    return Counted(table, report.scope_place, report.on, tuple(rows))


def categories_of(report: Return) -> dict[str, str]:
    """The categories that the return follows, in order: key → heading."""
    return dict(report.definitions.get("categories") or [(each.key, each.heading) for each in CATEGORIES.values()])


def _in_order(table: Table, cells: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(cells.get(key, 0) for key in table.keys)


def corrections(report: Return, found: Draft | None = None) -> list[Movement]:
    """What happened before the period and was recorded after the last one was frozen. Of those below, for a place above a township."""
    if found is not None and found.moves:
        listed = [as_row(report, category, move) for category, moves in found.moves.items() for move in moves if move.correction]
        tell_who(report, listed)
        return listed
    lo, hi = codes.span(report.scope_place)
    rows = Movement.objects.filter(report__kind=report.kind, report__on=report.on, scope_place__range=(lo, hi), correction=True)
    return list(rows.order_by("category", "place", "child_id")[:500])


def as_row(report: Return, category: str, move: Move) -> Movement:
    return Movement(
        report=report,
        scope_place=report.scope_place,
        category=category,
        child_id=move.child,
        place=move.place,
        direction="in" if move.came else "out",
        reason=move.reason,
        effective=move.effective,
        correction=move.correction,
    )


def tell_who(report: Return, corrections: Sequence[Movement]) -> None:
    """Who recorded it, when and as what: the last thing that the journal holds of the child since the last period was frozen."""
    since = report.previous.submitted_at if report.previous else None
    if not corrections or since is None:
        return
    with scope.whole_country(why="whoever has moved was changed by another place"):
        records = Record.objects.filter(child_id__in={each.child_id for each in corrections}, at__gt=since, diff__has_key="version").exclude(verb__in=QUIET)
        last: dict[Any, Record] = {record.child_id: record for record in records.order_by("seq")}
    names = dict(Person.objects.filter(pk__in={record.by for record in last.values() if record.by}).values_list("pk", "name"))
    for each in corrections:
        if record := last.get(each.child_id):
            each.recorded_at, each.recorded_by, each.recorded = record.at, names.get(record.by, "") if record.by else "", record.verb
