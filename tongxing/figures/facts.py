"""The facts that conditions of tables may use, and where they stand in the database: today's, and those of a past day.

Categories count once they are confirmed, and never those of a restricted kind: it has no fact by which a table could ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tongxing.children import codes
from tongxing.children.models import Category, StatusPeriod
from tongxing.figures.expressions import Compiled, Name
from tongxing.ground.codes import Table

CATEGORIES: Final = frozenset(f"{name}:{kind.value}" for name, scheme in codes.SCHEMES.items() for kind in scheme.kinds if not kind.restricted)
AWAY: Final = ("away", "back_for_short", "back_until")  # reasons (children.rules.left_behind) that say a parent is away


def _coded(table: Table[Any]) -> Name:
    return Name("code", frozenset(table.values()))


NAMES: Final[Mapping[str, Name]] = {
    "sex": _coded(codes.SEX),
    "age": Name("age"),
    "health": _coded(codes.HEALTH),
    "registration": _coded(codes.REGISTRATION),
    "stage": _coded(codes.SCHOOL_STAGE),
    "boarding": _coded(codes.BOARDING),
    "guardianship": _coded(codes.GUARDIANSHIP),
    "living_with": _coded(codes.LIVING_WITH),
    "income": Name("codes", frozenset(codes.INCOME.values())),
    "aid": Name("codes", frozenset(codes.AID.values())),
    "left_behind": Name("flag"),
    "both_away": Name("flag"),
    "one_away": Name("flag"),
    "unsupported_candidate": Name("flag"),
    "migrant": Name("flag"),
    "categories": Name("codes", CATEGORIES),
}


@dataclass(frozen=True, slots=True)
class _Source:
    """``sql`` of the column, and the join that it needs; ``%s`` in both stand for the day."""

    sql: str
    join: str = ""
    days: int = 0  # in sql


_WHY = """LEFT JOIN children_statusperiod why ON why.child_id = c.id AND why.origin = 'stands' AND why.status = 'left_behind' AND why.since <= %s AND why.until > %s{why}"""
_AWAY = f"""jsonb_array_length(jsonb_path_query_array(why.why, '$[*] ? ({" || ".join(f'@.code == "{code}"' for code in AWAY)})'))"""
_HELD = f"""LEFT JOIN (SELECT child_id, array_agg(scheme || ':' || kind) AS kinds FROM children_category
 WHERE state = '{Category.State.CONFIRMED}' AND NOT restricted AND since <= %s AND (until IS NULL OR until > %s){{held}} GROUP BY child_id) held ON held.child_id = c.id"""  # noqa: S608 - our own words


# On a past day a category counts once it had been confirmed by then.
_HELD_THEN = _HELD.replace(
    "GROUP BY",
    "AND NOT EXISTS (SELECT 1 FROM children_review r WHERE r.category_id = children_category.id AND r.verb = 'approve' AND (r.at AT TIME ZONE 'Asia/Shanghai')::date > %s) GROUP BY",
)


def _at(table: str) -> str:
    """The row of a dated fact that holds on the day."""
    return f"LEFT JOIN children_{table} {table} ON {table}.child_id = c.id AND {table}.since <= %s AND ({table}.until IS NULL OR {table}.until > %s)"


def _status(name: str) -> str:
    return f"EXISTS (SELECT 1 FROM children_statusperiod p WHERE p.child_id = c.id AND p.origin = '{StatusPeriod.Origin.STANDS}' AND p.status = '{name}' AND p.since <= %s AND p.until > %s)"  # noqa: S608 - our own words


def _now(column: str) -> _Source:
    return _Source(f"coalesce(c.{column}_since <= %s AND c.{column}_until > %s, false)", days=2)


_SAME: Final[Mapping[str, _Source]] = {
    "sex": _Source("c.sex"),
    "age": _Source("c.born"),
    "health": _Source("c.health"),
    "registration": _Source("c.registration"),
    "income": _Source("c.income"),
    "aid": _Source("c.aid"),
    "both_away": _Source(f"coalesce({_AWAY} >= 2, false)", _WHY),
    "one_away": _Source(f"coalesce({_AWAY} = 1, false)", _WHY),
    "categories": _Source("coalesce(held.kinds, '{}')", _HELD),
}
_TODAY: Final[Mapping[str, _Source]] = {
    **_SAME,
    "stage": _Source("c.school_stage"),
    "boarding": _Source("c.boarding"),
    "guardianship": _Source("c.guardianship"),
    "living_with": _Source("c.living_with"),
    "left_behind": _now("left_behind"),
    "unsupported_candidate": _now("unsupported"),
    "migrant": _now("migrant"),
}
_PAST: Final[Mapping[str, _Source]] = {
    **_SAME,
    "categories": _Source("coalesce(held.kinds, '{}')", _HELD_THEN),
    "stage": _Source("coalesce(schooling.stage, '')", _at("schooling")),
    "boarding": _Source("coalesce(schooling.boarding, '')", _at("schooling")),
    "guardianship": _Source("coalesce(guardianship.kind, '')", _at("guardianship")),
    "living_with": _Source("coalesce(residence.living_with, '')", _at("residence")),
    "left_behind": _Source(_status("left_behind"), days=2),
    "unsupported_candidate": _Source(_status("de_facto_unsupported"), days=2),
    "migrant": _Source(_status("migrant"), days=2),
}
_COLUMN: Final = {"age": "born"}  # an age is told by the birth date
_REVIEW: Final = "FROM children_review {0} WHERE {0}.child_id = c.id AND {0}.category_id IS NULL AND {0}.verb"
_APPROVED: Final = f"{_REVIEW.format('ok')} = 'approve' AND (ok.at AT TIME ZONE 'Asia/Shanghai')::date <= %s"
_BACK: Final = f"{_REVIEW.format('back')} = 're_enter' AND back.ended_on"
# On the register before it ended and came back: approved by then, ended after it, with no other coming back between the two.
_BEFORE_IT_CAME_BACK: Final = f"""EXISTS (SELECT 1 {_BACK} > %s AND EXISTS (SELECT 1 {_APPROVED} AND ok.at < back.at
 AND NOT EXISTS (SELECT 1 {_REVIEW.format("earlier")} = 're_enter' AND earlier.at > ok.at AND earlier.at < back.at)))"""
# Ended by then, come back, and not approved again by then.
_NOT_BACK_YET: Final = f"EXISTS (SELECT 1 {_BACK} <= %s AND NOT EXISTS (SELECT 1 {_APPROVED} AND ok.at > back.at))"
_ON_REGISTER: Final = f"""(c.state = 'current' AND c.state_since <= %s)
 OR (c.state = 'ended' AND c.state_since > %s AND (c.created_at AT TIME ZONE 'Asia/Shanghai')::date <= %s AND NOT {_NOT_BACK_YET})
 OR {_BEFORE_IT_CAME_BACK}"""


def today_rows(uses: Iterable[str], on: date, lo: int, hi: int) -> Compiled:
    """Children on the register today in a range of places: ``id``, ``place`` and the facts, by the columns that the list shows too."""
    return _rows(_TODAY, "c.scope_place", "", "c.state = 'current' AND c.scope_place BETWEEN %s AND %s", uses, on, [lo, hi], _bounds(lo, hi))


def past_rows(uses: Iterable[str], on: date, lo: int, hi: int) -> Compiled:
    """Children on the register on a day, at the place where they lived then, by the dated facts.

    Facts without a date (sex, health, income, aid, registration) are those recorded now. Who has moved since is looked for at
    the place they left, so the scope must be the whole country.
    """
    place = "coalesce(residence.place, c.scope_place)"
    where = f"({_ON_REGISTER}) AND {place} BETWEEN %s AND %s AND (c.scope_place BETWEEN %s AND %s OR c.id IN (SELECT child_id FROM children_transfer WHERE from_place BETWEEN %s AND %s))"  # noqa: S608 - our own words
    return _rows(_PAST, place, _at("residence"), where, uses, on, [*[on] * _ON_REGISTER.count("%s"), lo, hi, lo, hi, lo, hi])


def _bounds(lo: int, hi: int) -> dict[str, str]:
    """The range for the joins too: their rows stand at the child's place, and the index is on it."""
    return {"why": f" AND why.scope_place BETWEEN {lo:d} AND {hi:d}", "held": f" AND scope_place BETWEEN {lo:d} AND {hi:d}"}


def _rows(
    sources: Mapping[str, _Source], place: str, first_join: str, where: str, uses: Iterable[str], on: date, values: list[Any], bounds: Mapping[str, str] | None = None
) -> Compiled:
    wanted = [(name, sources[name]) for name in sorted(uses)]
    columns = ["c.id", f"{place} AS place", *(f"{source.sql} AS {_COLUMN.get(name, name)}" for name, source in wanted)]
    joins = [each for each in dict.fromkeys([first_join, *(source.join for _name, source in wanted)]) if each]
    for name in ("why", "held"):
        joins = [each.replace(f"{{{name}}}", (bounds or {}).get(name, "")) for each in joins]
    days = [on] * (sum(source.days for _name, source in wanted) + sum(join.count("%s") for join in joins))
    return f"SELECT {', '.join(columns)} FROM children_child c {' '.join(joins)} WHERE {where}", [*days, *values]  # noqa: S608 - names are ours
