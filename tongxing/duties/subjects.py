"""Whom or what a rule asks after: the children, schools, classes, places or posts of a range of places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.caremodels import queries as caremodels
from tongxing.caremodels.expressions import evaluate
from tongxing.duties import facts
from tongxing.duties.facts import Values
from tongxing.duties.models import Rule
from tongxing.duties.rulebook import Book
from tongxing.ground.ids import place_id
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import school_year

LEVELS: Mapping[str, Level] = {"village": Level.VILLAGE, "township": Level.TOWNSHIP, "county": Level.COUNTY, "city": Level.CITY, "province": Level.PROVINCE}


@dataclass(frozen=True, slots=True)
class Found:
    """A subject that is not a child, and the place where it stands."""

    id: UUID
    place: int


def asked(rule: Rule, values: Values) -> str:
    """Of which children a rule asks, as SQL over ``children_child c``."""
    return f"(c.scope_place BETWEEN {values.put(rule.lo)} AND {values.put(rule.hi)} AND {facts.condition(rule.shape.for_, values)})"


def asked_of_children(book: Book, rule: Rule, values: Values, *, rows_of: bool = False) -> str:
    """Of whom a rule asks and no stricter rule of the same promise does. ``rows_of``: of those who have a row already, a stricter rule with the same windows takes it over."""
    stricter: Iterable[Rule] = book.stricter(rule)
    if rows_of:
        stricter = [each for each in stricter if not same_windows(each, rule)]
    terms = [asked(rule, values), *(f"NOT {asked(each, values)}" for each in stricter)]
    return " AND ".join(terms)


def same_windows(one: Rule, other: Rule) -> bool:
    first, second = one.shape.quota, other.shape.quota
    return first is not None and second is not None and (first.per, first.every, first.festivals, first.calendar) == (second.per, second.every, second.festivals, second.calendar)


def others(rule: Rule, lo: int, hi: int, on: date) -> list[Found]:
    """The subjects of a rule that is not about children, between two places on a day."""
    first, last = max(lo, rule.lo), min(hi, rule.hi)
    if first > last:
        return []
    match rule.about:
        case "place":
            level = LEVELS[rule.shape.level or _level_of(rule.who)]
            rows = Place.objects.valid(on).within(first, last).filter(level=level).values_list("code", flat=True)
            return [Found(place_id(code), code) for code in rows]
        case "post":
            posts = Post.objects.held(on).filter(role=office(rule.who), place__code__range=(first, last), deputy_of=None)
            return [Found(post, place) for post, place in posts.values_list("id", "place_id")]
        case "school":
            return [Found(unit, place) for unit, place in _schools(rule, first, last, on)]
        case "class":
            classes = SchoolClass.objects.filter(school__in=Unit.objects.valid(on).within(first, last), year=school_year(on))
            return [Found(each, place) for each, place in classes.values_list("id", "school__place_id")]
        case _:
            return [Found(unit, place) for unit, place in Unit.objects.valid(on).within(first, last).filter(kind=rule.about).values_list("id", "place_id")]


def _schools(rule: Rule, lo: int, hi: int, on: date) -> list[tuple[UUID, int]]:
    rows = Unit.objects.valid(on).within(lo, hi).filter(kind="school")
    if rule.shape.for_ is not None:
        return [(row.id, row.place_id) for row in rows if evaluate(rule.shape.for_, {"boarding_school": row.boarding})]
    return list(rows.values_list("id", "place_id"))


def _level_of(who: str) -> str:
    """The places of those who promise it."""
    held = office(who)
    return ROLES[held].level.name.lower() if held in ROLES else "village"


def office(who: str) -> str:
    """The office by which a role of a model is held; of any other role the role itself."""
    try:
        return caremodels.role(who).post or who
    except KeyError:
        return who
