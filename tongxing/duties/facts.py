"""Which SQL stands for each fact that a care model may name; and the same facts read child by child, the twin that tests hold it against.

Facts are those of the day: the columns that the list shows. Categories count once they are confirmed; restricted ones never do, so that
a duty gives nobody away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tongxing.caremodels.expressions import Known
from tongxing.caremodels.shapes import And, Compare, Expression, Fact, In, Not, Or
from tongxing.children import codes
from tongxing.children.models import Category, Child
from tongxing.children.rules import age, latest_birth

NOT_DIFFICULTY: Final = "six_risks"  # a screening finds risks; it recognises nobody as a child in difficulty
UNSUPPORTED: Final = "de_facto_unsupported"
ENROLLED: Final = sorted(codes.SCHOOL_STAGE.where(lambda stage: stage.enrolled))
AT_SCHOOL: Final = sorted({"", *codes.ENROLMENT.where(lambda kind: kind.counts_as_schooled)})
BOARDS: Final = ["full", "weekdays"]


@dataclass
class Values:
    """The values that a statement is sent with, each under a name of its own. ``on`` is the day that is asked about."""

    on: date
    held: dict[str, Any] = field(default_factory=dict)

    def put(self, value: object) -> str:
        name = f"v{len(self.held)}"
        self.held[name] = value
        return f"%({name})s"


type Compiled = Callable[[Values], str]

_HELD = "EXISTS (SELECT FROM children_category k WHERE k.child_id = c.id AND k.state = 'confirmed' AND NOT k.restricted AND k.since <= {on} AND (k.until IS NULL OR k.until > {on}) AND {which})"
_CIRCLE = "EXISTS (SELECT FROM circles_membership m WHERE m.child_id = c.id AND m.since <= {on} AND (m.until IS NULL OR m.until > {on}) AND m.role = ANY ({which}))"


def _period(column: str) -> Compiled:
    return lambda values: f"coalesce(c.{column}_since <= {values.put(values.on)} AND c.{column}_until > {values.put(values.on)}, false)"


def _held(values: Values, which: str) -> str:
    return _HELD.format(on=values.put(values.on), which=which)


FLAGS: Final[Mapping[str, Compiled]] = {
    "left_behind": _period("left_behind"),
    "migrant": _period("migrant"),
    "in_difficulty": lambda values: _held(values, f"k.scheme <> {values.put(NOT_DIFFICULTY)}"),
    "unsupported": lambda values: _held(values, f"k.kind = {values.put(UNSUPPORTED)}"),
    "in_school": lambda values: f"(c.school_stage = ANY ({values.put(ENROLLED)}) AND c.enrolment = ANY ({values.put(AT_SCHOOL)}))",
    "boards": lambda values: f"c.boarding = ANY ({values.put(BOARDS)})",
    "boarding_school": lambda _values: "u.boarding",
}
COLUMNS: Final[Mapping[str, str]] = {
    "grade": "c.grade",
    "sex": "c.sex",
    "stage": "c.school_stage",
    "enrolment": "c.enrolment",
    "boarding": "c.boarding",
    "guardianship": "c.guardianship",
    "living_with": "c.living_with",
    "registration": "c.registration",
    "health": "c.health",
}
SETS: Final[Mapping[str, Callable[[Values, str], str]]] = {
    "aid": lambda _values, which: f"c.aid && {which}::varchar[]",
    "category": lambda values, which: _held(values, f"k.scheme || '.' || k.kind = ANY ({which})"),
    "circle": lambda values, which: _CIRCLE.format(on=values.put(values.on), which=which),
}
NAMES: Final = frozenset({*FLAGS, *COLUMNS, *SETS, "age"})


def condition(expression: Expression | None, values: Values) -> str:
    """The expression as SQL over ``children_child c`` (of a school, ``units_unit u``): true or false, never unknown."""
    match expression:
        case None:
            found = "true"
        case Fact(name):
            found = FLAGS[name](values)
        case Compare() | In():
            found = _comparison(expression, values)
        case Not(term):
            found = f"NOT ({condition(term, values)})"
        case And(terms):
            found = f"({' AND '.join(condition(term, values) for term in terms)})"
        case Or(terms):
            found = f"({' OR '.join(condition(term, values) for term in terms)})"
    return found


def _comparison(expression: Compare | In, values: Values) -> str:
    match expression:
        case Compare("age", op, int(years)):
            return _age(op, years, values)
        case Compare(name, op, value):
            return f"coalesce({COLUMNS[name]} {'=' if op == '==' else op} {values.put(value)}, false)"
        case In("age", wanted):
            return f"({' OR '.join(_age('==', int(years), values) for years in wanted)})"
        case In(name, wanted) if name in SETS:
            return SETS[name](values, values.put(list(wanted)))
        case In(name, wanted):
            return f"coalesce({COLUMNS[name]} = ANY ({values.put(list(wanted))}), false)"


def _age(op: str, years: int, values: Values) -> str:
    """Complete years, as a comparison of birth dates."""
    if op in (">", "<="):
        op, years = (">=" if op == ">" else "<"), years + 1
    from_ = f"c.born <= {values.put(latest_birth(values.on, years))}"
    match op:
        case ">=":
            return from_
        case "<":
            return f"c.born > {values.put(latest_birth(values.on, years))}"
        case _:
            return f"({from_} AND c.born > {values.put(latest_birth(values.on, years + 1))})"


def of_children(ids: Iterable[UUID], on: date) -> dict[UUID, dict[str, Known]]:
    """The facts of each child of the scope, as ``caremodels.expressions.evaluate`` takes them. What is not filled in is missing."""
    children = list(Child.objects.filter(pk__in=list(ids)))
    held: dict[UUID, list[tuple[str, str]]] = {}
    for row in Category.objects.filter(child_id__in=[child.id for child in children], state=Category.State.CONFIRMED, restricted=False):
        if row.since <= on and (row.until is None or row.until > on):
            held.setdefault(row.child_id, []).append((row.scheme, row.kind))
    roles = _roles([child.id for child in children], on)
    return {child.id: _facts(child, on, held.get(child.id, []), roles.get(child.id, set())) for child in children}


def _facts(child: Child, on: date, held: list[tuple[str, str]], roles: set[str]) -> dict[str, Known]:
    found: dict[str, Known | None] = {
        "left_behind": _covers(child.left_behind_since, child.left_behind_until, on),
        "migrant": _covers(child.migrant_since, child.migrant_until, on),
        "in_difficulty": any(scheme != NOT_DIFFICULTY for scheme, _kind in held),
        "unsupported": any(kind == UNSUPPORTED for _scheme, kind in held),
        "in_school": child.school_stage in ENROLLED and child.enrolment in AT_SCHOOL,
        "boards": child.boarding in BOARDS,
        "age": age(child.born, on).years if child.born <= on else None,
        "grade": child.grade,
        "sex": child.sex,
        "stage": child.school_stage,
        "enrolment": child.enrolment,
        "boarding": child.boarding,
        "guardianship": child.guardianship,
        "living_with": child.living_with,
        "registration": child.registration,
        "health": child.health,
        "aid": frozenset(child.aid),
        "category": frozenset(f"{scheme}.{kind}" for scheme, kind in held),
        "circle": frozenset(roles),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _covers(since: date | None, until: date | None, on: date) -> bool:
    return since is not None and until is not None and since <= on < until


def _roles(ids: list[UUID], on: date) -> dict[UUID, set[str]]:
    """The roles of each child's circle that are held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child_id, array_agg(DISTINCT role) FROM circles_membership WHERE child_id = ANY (%s) AND since <= %s AND (until IS NULL OR until > %s) GROUP BY child_id",
            [ids, on, on],
        )
        return {child: set(roles) for child, roles in cursor.fetchall()}
