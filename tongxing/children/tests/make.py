"""A test builds its world by calling actions, so that no impossible record exists in any test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.identity import check_digit
from tongxing.children.models import Child
from tongxing.children.new import NewAbsence, NewCategory, NewChild, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.children.rules import anniversary
from tongxing.ground import scope
from tongxing.ground.today import today

_sequence = count(1)


@contextmanager
def seen_by(post: Post | None) -> Iterator[None]:
    """Work in the scope of a post; None is the whole country."""
    with transaction.atomic(), scope.active(post.scope()) if post else scope.whole_country(why="a test looks at everything"):
        yield


def years_ago(years: int, *, days: int = 0) -> date:
    """A birth date that makes somebody so old (``days`` more)."""
    day = anniversary(today(), -years)
    return date.fromordinal(day.toordinal() - days)


def id_number(born: date, *, sex: str = "1", division: int = 420506) -> str:
    """A correct number that no other test has."""
    sequence = next(_sequence) % 490 + 1
    first = f"{division}{born:%Y%m%d}{sequence * 2 - (sex == '1'):03d}"
    return first + check_digit(first)


def away(relation: str, name: str, since: date, where: str = "东莞", **more: Any) -> NewRelative:
    """A parent working away."""
    return NewRelative(relation=relation, name=name, absences=(NewAbsence(since=since, where=where),), **more)


def both_away(since: date) -> tuple[NewRelative, NewRelative]:
    """Father and mother working away: the child is left behind."""
    return away("51", "张强", since), away("52", "李梅", since)


def befallen(relation: str, name: str, kind: str, since: date | None = None, *, more: dict[str, Any] | None = None, **relative: Any) -> NewRelative:
    """A relative to whom something happened."""
    return NewRelative(relation=relation, name=name, circumstances=(NewCircumstance(kind=kind, since=since, **(more or {})),), **relative)


def new_child(
    *,
    place: int = VILLAGE,
    name: str = "张子轩",
    born: date | None = None,
    sex: str = "1",
    relatives: tuple[NewRelative, ...] = (),
    schooling: NewSchooling | None = None,
    guardianship: str = "",
    living_with: str = "",
    address: str = "",
    categories: tuple[NewCategory, ...] = (),
    consents: dict[str, str] | None = None,
    residence: NewResidence | None = None,
    household_of: Child | None = None,
    **fields: object,
) -> NewChild:
    born = born or years_ago(10)
    return NewChild(
        place=place,
        fields={"name": name, "born": born, "sex": sex} | fields,
        relatives=relatives,
        schooling=schooling,
        guardianship=NewGuardianship(kind=guardianship) if guardianship else None,
        residence=residence or NewResidence(since=today(), living_with=living_with, address=address),
        categories=categories,
        consents=consents or {},
        household_id=household_of.household_id if household_of else None,
    )


def make_child(*, by: Post | None = None, state: str = "current", **facts: Any) -> Child:
    """A child on the register, with the facts given. ``state``: draft, submitted, returned, current or ended."""
    with transaction.atomic(), scope.whole_country(why="the test makes a child"):
        child = actions.register(new=new_child(**facts), by=by, approved=state in ("current", "ended"))
        for act in {"submitted": ("submit",), "returned": ("submit", "return"), "ended": ("end",)}.get(state, ()):
            child = actions.advance(child_id=child.id, act=act, by=None, comment="测试" if act != "submit" else "", reason="moved_away" if act == "end" else "")
        return child


def make_siblings(number: int, **facts: Any) -> list[Child]:
    """Brothers and sisters in one household whose relatives are the same persons."""
    from tongxing.ground.ids import uuid7

    relatives = tuple(replace(each, person_key=each.person_key or uuid7()) for each in facts.pop("relatives", ()))
    first = make_child(relatives=relatives, name="张大", **facts)
    return [first, *(make_child(relatives=relatives, name=f"张{'二三四五'[at]}", household_of=first, **facts) for at in range(number - 1))]
