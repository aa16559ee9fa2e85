"""What entries say in sum: how many, for how many children, and the answers that can be counted.

Left out are attempts, entries for named people only, sealed answers, texts, and what refers to places, people and children. An entry counts
where its subject stands now, a child where it lives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.base import Model

from tongxing.forms.shapes import Choice, Definition, Field
from tongxing.log.models import Entry, Participation
from tongxing.log.queries import standing
from tongxing.places import codes
from tongxing.places.codes import Level

CHOSEN, NUMBERS = ("choice", "choices"), ("number", "scale")


@dataclass(frozen=True, slots=True)
class Span:
    """Entries from ``lo`` to ``hi`` (places), from ``since`` to ``until`` (days), all included."""

    lo: int
    hi: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often a choice was given; None: hidden."""

    choice: Choice
    count: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how many answered it, and what. ``least`` and ``most`` are missing where they could point at somebody."""

    field: Field
    answered: int | None
    chosen: tuple[Chosen, ...] = ()
    average: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """Entries, and children who took part in them; None: hidden."""

    entries: int | None
    children: int | None


def countable(field: Field) -> bool:
    return field.type in CHOSEN + NUMBERS and not field.sensitive


def entries(span: Span, kind: str = "") -> QuerySet[Entry]:
    """Those that count."""
    found = standing(Entry.objects.filter(scope_place__range=(span.lo, span.hi), on__range=(span.since, span.until), restricted_to=None, attempt=False))
    return found.filter(kind=kind) if kind else found


def parts(span: Span, kind: str = "") -> QuerySet[Participation]:
    """What concerns single children of the places, in entries that count."""
    found = Participation.objects.filter(scope_place__range=(span.lo, span.hi), on__range=(span.since, span.until), restricted_to=None, dropped=False, attempt=False)
    held = standing(Entry.objects.filter(on__range=(span.since, span.until), restricted_to=None, **({"kind": kind} if kind else {})))
    return found.filter(entry__in=held.values("pk"), **({"kind": kind} if kind else {}))


def by_kind(span: Span) -> dict[str, Reached]:
    """Every kind of work that was done."""
    numbers = dict(entries(span).order_by().values_list("kind").annotate(Count("pk")))
    children = dict(parts(span).order_by().values_list("kind").annotate(Count("child_id", distinct=True)))
    return {kind: Reached(numbers.get(kind, 0), children.get(kind, 0)) for kind in sorted(numbers.keys() | children.keys(), key=lambda kind: (-numbers.get(kind, 0), kind))}


def total(span: Span, kind: str) -> Reached:
    return Reached(entries(span, kind).count(), parts(span, kind).aggregate(found=Count("child_id", distinct=True))["found"])


def by_place(span: Span, kind: str, level: Level) -> dict[int, Reached]:
    """The same for each place of a level below."""
    found: dict[int, Reached] = {}
    numbers = entries(span, kind).order_by().values_list("scope_place").annotate(Count("pk"))
    children = parts(span, kind).order_by().values_list("scope_place").annotate(Count("child_id", distinct=True))
    for place, count in numbers:
        at = codes.at_level(place, level)
        found[at] = _more(found.get(at), entries=count)
    for place, count in children:
        at = codes.at_level(place, level)
        found[at] = _more(found.get(at), children=count)
    return found


def _more(held: Reached | None, *, entries: int = 0, children: int = 0) -> Reached:
    held = held or Reached(0, 0)
    return Reached((held.entries or 0) + entries, (held.children or 0) + children)


def answers(span: Span, definition: Definition) -> list[Asked]:
    """Every question that can be counted, in the form's order. Joint questions count once an entry, own ones once a child."""
    chosen: dict[tuple[str, str], int] = {}
    numbers: dict[str, tuple[int, float, float, float]] = {}
    given: dict[str, int] = {}
    for rows, fields in ((entries(span, definition.id), definition.common), (parts(span, definition.id), definition.own)):
        if picked := [each.id for each in fields if each.type in CHOSEN and countable(each)]:
            chosen |= {(field, value): count for field, value, count in _asked(_CHOSEN, rows, picked)}
            given |= dict(_asked(_GIVEN, rows, picked))
        if measured := [each.id for each in fields if each.type in NUMBERS and countable(each)]:
            numbers |= {field: (count, float(average), float(least), float(most)) for field, count, average, least, most in _asked(_NUMBERS, rows, measured)}
    return [_one(each, chosen, numbers, given.get(each.id, 0)) for each in definition.fields() if countable(each)]


def _one(field: Field, chosen: Mapping[tuple[str, str], int], numbers: Mapping[str, tuple[int, float, float, float]], given: int) -> Asked:
    if field.type in NUMBERS:
        count, average, least, most = numbers.get(field.id, (0, 0.0, 0.0, 0.0))
        return Asked(field, count, average=average, least=least, most=most) if count else Asked(field, 0)
    return Asked(field, given, tuple(Chosen(choice, chosen.get((field.id, choice.value), 0)) for choice in field.choices))


_EACH = "FROM ({rows}) held, jsonb_each(held.answers) said WHERE said.key = ANY(%s)"
_GIVEN = f"SELECT said.key, count(*) {_EACH} GROUP BY 1"
_NUMBERS = (
    f"SELECT said.key, count(*), avg((said.value #>> '{{{{}}}}')::numeric), min((said.value #>> '{{{{}}}}')::numeric), max((said.value #>> '{{{{}}}}')::numeric) "
    f"{_EACH} AND jsonb_typeof(said.value) = 'number' GROUP BY 1"
)
_CHOSEN = (
    "SELECT said.key, one.value, count(*) FROM ({rows}) held, jsonb_each(held.answers) said, "
    "jsonb_array_elements_text(CASE jsonb_typeof(said.value) WHEN 'array' THEN said.value ELSE jsonb_build_array(said.value) END) one "
    "WHERE said.key = ANY(%s) GROUP BY 1, 2"
)


def _asked(statement: str, rows: QuerySet[Model], fields: Sequence[str]) -> list[tuple[Any, ...]]:
    sql, params = rows.order_by().values("answers").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=sql), [*params, list(fields)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


# For readers who may not see the children.


def hidden(asked: Asked, least: int) -> Asked:
    """Without what could point at somebody: small counts, what would reveal them, the extremes of numbers."""
    if asked.field.type in NUMBERS:
        small = asked.answered is None or asked.answered < least
        return Asked(asked.field, None if small and asked.answered else asked.answered, average=None if small else asked.average)
    counts = [each.count or 0 for each in asked.chosen]
    gone = {at for at, count in enumerate(counts) if 0 < count < least}
    for at in sorted((at for at, count in enumerate(counts) if count and at not in gone), key=lambda at: counts[at]):
        if gone and sum(counts[each] for each in gone) < least:  # the total would reveal them
            gone.add(at)
    alone = bool(gone) and sum(counts[each] for each in gone) < least
    answered = None if alone or (asked.answered is not None and 0 < asked.answered < least) else asked.answered
    return replace(asked, answered=answered, chosen=tuple(replace(each, count=None if at in gone else each.count) for at, each in enumerate(asked.chosen)))


def reached_hidden(reached: Reached, least: int) -> Reached:
    entries, children = reached.entries or 0, reached.children or 0
    return Reached(None if 0 < entries < least else entries, None if 0 < children < least else children)
