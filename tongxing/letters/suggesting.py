"""Which children's files suggest a need: the words of ``codes/need.toml`` as conditions on the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongxing.children import codes as children
from tongxing.children.models import Category, Child, Circumstance, State
from tongxing.children.rules import anniversary
from tongxing.ground.toml import DataFileError
from tongxing.letters import codes
from tongxing.letters.models import Need

AGAIN = timedelta(days=365)
"""A file does not suggest again within a year what a department has answered."""


def _category(value: str, on: date) -> Q:
    scheme, _dot, kind = value.partition(".")
    rows = Category.objects.filter(child=OuterRef("pk"), scheme=scheme, kind=kind, state=Category.State.CONFIRMED, restricted=False, since__lte=on)
    return Q(Exists(rows.filter(Q(until=None) | Q(until__gt=on))))


def _status(value: str, on: date) -> Q:
    return Q(**{f"{value}_since__lte": on, f"{value}_until__gt": on})


def _parent(value: str, on: date) -> Q:
    rows = Circumstance.objects.filter(child=OuterRef("pk"), kind=value).filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))
    return Q(Exists(rows))


CONDITIONS: dict[str, tuple[Callable[[str], bool], Callable[[str, date], Q]]] = {
    "health": (lambda value: value in children.HEALTH, lambda value, on: Q(health=value)),
    "registration": (lambda value: value in children.REGISTRATION, lambda value, on: Q(registration=value)),
    "stage": (lambda value: value in children.SCHOOL_STAGE, lambda value, on: Q(school_stage=value)),
    "guardianship": (lambda value: value in children.GUARDIANSHIP, lambda value, on: Q(guardianship=value)),
    "status": (lambda value: value in ("left_behind", "unsupported"), _status),
    "category": (lambda value: (parts := value.split(".", 1))[0] in children.SCHEMES and parts[-1] in children.SCHEMES[parts[0]].kinds, _category),
    "parent": (lambda value: value in children.CIRCUMSTANCE, _parent),
}


def suggested(kind: str, on: date) -> Q:
    """Children whose files suggest the need. A need without conditions is only ever written down by hand."""
    need = codes.NEED[kind]
    if not need.when:
        return Q(pk__in=[])
    found = reduce(or_, (_condition(word, on) for word in need.when))
    if need.ages:
        first, after = need.ages
        found &= Q(born__lte=anniversary(on, -first), born__gt=anniversary(on, -after))
    return found


def _condition(word: str, on: date) -> Q:
    name, _colon, value = word.partition(":")
    return CONDITIONS[name][1](value, on)


def check() -> None:
    """Raises ``DataFileError`` for a word of ``when`` that means nothing. A test calls it."""
    for need in codes.NEED:
        if need.ages and (len(need.ages) != 2 or need.ages[0] >= need.ages[1]):
            raise DataFileError(f"need.toml: the ages of “{need.value}” are not [from, until]")
        for word in need.when:
            name, _colon, value = word.partition(":")
            if name not in CONDITIONS or not CONDITIONS[name][0](value):
                raise DataFileError(f"need.toml: “{need.value}” is suggested by “{word}”, which nothing in a file can be")


def with_need(kind: str, on: date) -> QuerySet[Child]:
    """Children on the register of the scope with an open need of a kind, and those whose files suggest it and who were not answered within a year."""
    own = Need.objects.filter(child=OuterRef("pk"), kind=kind)
    answered = Exists(own.filter(ended_on__gt=on - AGAIN))
    return Child.objects.filter(Q(Exists(own.filter(ended_on=None))) | (suggested(kind, on) & ~answered), state=State.CURRENT)
