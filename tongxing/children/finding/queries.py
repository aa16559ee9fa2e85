"""The list: what an address asks for, the children it shows, and the counts on top. Everything under the active scope.

Under row-level security only `=`, ranges and ``^@`` keep an index, so nothing here finds rows any other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _lazy

from tongxing.children import codes
from tongxing.children.finding.conditions import Asking, Condition, NotUnderstood, Params
from tongxing.children.finding.filters import BY_KEY, LIVING, STATE, catalogue, running
from tongxing.children.finding.search import Search, understand
from tongxing.children.models import Category, Child, Leave, Transfer
from tongxing.children.page import alarms
from tongxing.children.page.alarms import Alarm
from tongxing.ground import scope
from tongxing.ground.pages import EXACT_TO
from tongxing.places import queries as places
from tongxing.places.codes import Level, at_level

ORDERS: Mapping[str, tuple[str, ...]] = {
    "name": ("sort_key", "id"),
    "-name": ("-sort_key", "-id"),
    "age": ("-born", "-id"),
    "-age": ("born", "id"),
    "complete": ("completeness", "id"),
    "-complete": ("-completeness", "-id"),
    "updated": ("updated_at", "id"),
    "-updated": ("-updated_at", "-id"),
}
DEFAULT_ORDER = "name"
COLUMNS = (
    "id",
    "name",
    "sort_key",
    "sex",
    "ethnic_group",
    "born",
    "born_estimated",
    "state",
    "end_reason",
    "scope_place",
    "registration",
    "school_stage",
    "enrolment",
    "school_name",
    "grade",
    "class_name",
    "boarding",
    "guardianship",
    "living_with",
    "left_behind_since",
    "left_behind_until",
    "unsupported_since",
    "unsupported_until",
    "migrant_since",
    "migrant_until",
    "completeness",
    "confirmed_on",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks for: filters in force, search, order, and sentences about what it holds beyond understanding."""

    asking: Asking
    conditions: tuple[Condition, ...] = ()
    search: Search = field(default_factory=lambda: Search("", Q()))
    sort: str = DEFAULT_ORDER
    problems: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        return ORDERS[self.sort]

    @property
    def q(self) -> Q:
        """All conditions. Without a choice of state, files that have ended are left out; a search finds them too, but not those merged into another."""
        q = reduce(and_, (condition.q for condition in self.conditions), self.search.q)
        if any(condition.key == STATE.key for condition in self.conditions):
            return q
        return q & (Q(merged_into=None) if self.search.asks else LIVING)

    @property
    def filters(self) -> dict[str, str]:
        """The filters alone, as an address would name them: what can be saved."""
        return {key: value for condition in self.conditions for key, value in condition.address.items()}

    @property
    def address(self) -> dict[str, str]:
        """All that makes the list what it is, without the place in it."""
        own = {"q": self.search.text} if self.search.asks else {}
        return own | self.filters | ({"sort": self.sort} if self.sort != DEFAULT_ORDER else {})

    def value(self, key: str) -> str:
        return self.filters.get(key, "")

    def without(self, *keys: str) -> Question:
        return replace(self, conditions=tuple(condition for condition in self.conditions if condition.key not in keys))

    def unsearched(self) -> Question:
        return replace(self, search=Search("", Q()))

    def narrowed(self, condition: Condition) -> Question:
        """The same question with this condition in place of the one with its key."""
        return replace(self, conditions=(*self.without(condition.key).conditions, condition))

    def link(self) -> str:
        return f"?{urlencode(self.address)}"


def asked(params: Params, asking: Asking) -> Question:
    """Read an address. What it does not know is left out; what means nothing becomes a sentence."""
    conditions, problems = [], []
    for each in catalogue():
        try:
            if (condition := each.read(params, asking)) is not None:
                conditions.append(condition)
        except NotUnderstood as problem:
            problems.append(str(problem))
    search = understand(str(params.get("q") or ""), asking)
    if search.problem:
        problems.append(search.problem)
    sort = str(params.get("sort") or "")
    return Question(asking, tuple(conditions), search, sort if sort in ORDERS else DEFAULT_ORDER, tuple(problems))


def listed(question: Question) -> QuerySet[Child]:
    """The children of the list, in no order yet (``ground.pages.cut`` orders and cuts)."""
    return Child.objects.filter(question.q).only(*COLUMNS)


@dataclass(frozen=True, slots=True)
class Facet:
    """A count on top of the list, and the link that sets its filter (or takes it off again)."""

    word: str
    count: int
    exact: bool
    link: str
    current: bool
    tone: str


FACETS: tuple[tuple[str, str, Promise, str], ...] = (
    ("status", "left_behind", _lazy("留守"), "blue"),
    ("category", "confirmed", _lazy("困境（已认定）"), "blue"),
    ("category", "waiting", _lazy("困境（待审）"), "amber"),
    ("status", "de_facto_unsupported", _lazy("事实无人抚养（待认定）"), "amber"),
    ("registration", "none", _lazy("无户籍"), "red"),
    ("stage", "dropout", _lazy("辍学"), "red"),
    ("state", "draft", _lazy("草稿"), "blue"),
    ("state", "submitted", _lazy("待审核"), "amber"),
    ("unconfirmed", "1", _lazy("本季未核实"), "amber"),
)


def facets(question: Question) -> list[Facet]:
    """How many children of the list each of the usual questions leaves, in one round trip; exact to 10,000."""
    narrowed = []
    for key, value, _word, _tone in FACETS:
        condition = BY_KEY[key].condition(value, question.asking)
        narrowed.append(question.narrowed(condition))
    numbers = counts([Child.objects.filter(each.q) for each in narrowed])
    found = []
    for (key, value, word, tone), each, count in zip(FACETS, narrowed, numbers, strict=True):
        current = question.value(key) == value
        link = question.without(key).link() if current else each.link()
        found.append(Facet(str(word), min(count, EXACT_TO), count <= EXACT_TO, link, current, tone if count else "grey"))
    return found


def counts(querysets: Iterable[QuerySet[Child]]) -> list[int]:
    """Counts that stop behind 10,000, asked for together."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in querysets:
        try:
            sql, params = rows.order_by().values("pk")[: EXACT_TO + 1].query.sql_with_params()
        except EmptyResultSet:  # nothing can match: Django asks no database
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 — Django's own SQL
        values += params
    with scope.planned_for_values(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return [int(count) for count in cursor.fetchone()]


@dataclass(frozen=True, slots=True)
class Details:
    """What the rows of one page need beside their own columns."""

    places: Mapping[int, str]
    townships: Mapping[int, str]  # by village
    categories: Mapping[UUID, Mapping[str, bool]]  # by label: whether it is recognised, or waits for it
    away: frozenset[UUID]
    moving: frozenset[UUID]
    alarms: Mapping[UUID, list[Alarm]]


def details(children: Iterable[Child], asking: Asking) -> Details:
    """Place names, categories that may stand in a list, who is on leave, whose file is being moved."""
    shown = list(children)
    ids = [child.id for child in shown]
    away = Leave.objects.filter(child__in=ids, returned_on=None, left_on__lte=asking.on)
    moving = Transfer.objects.filter(child__in=ids, state=Transfer.State.REQUESTED)
    villages = {child.scope_place for child in shown}
    townships = {village: at_level(village, Level.TOWNSHIP) for village in villages}
    names = places.short_names(villages | set(townships.values()))
    return Details(
        places=names,
        townships={village: names[township] for village, township in townships.items() if township != village and township in names},
        categories=categories_of(ids, asking),
        away=frozenset(away.values_list("child_id", flat=True)),
        moving=frozenset(moving.values_list("child_id", flat=True)),
        alarms=alarms.of(asking.post, ids),
    )


def categories_of(ids: Iterable[UUID], asking: Asking) -> dict[UUID, dict[str, bool]]:
    """The labels of the categories that run today and whether they are recognised, without those that a list must not show (real-life 7)."""
    rows = Category.objects.filter(running(asking), child__in=list(ids), restricted=False).exclude(state=Category.State.REFUSED).order_by("since", "id")
    found: dict[UUID, dict[str, bool]] = {}
    for child_id, scheme, kind, state in rows.values_list("child_id", "scheme", "kind", "state"):
        code = codes.SCHEMES[scheme].kinds[kind]
        label = codes.SCHEMES[scheme].kinds.text(kind)
        if not code.restricted and not code.discreet:
            held = found.setdefault(child_id, {})
            held[label] = held.get(label, False) or state == Category.State.CONFIRMED
    return found
