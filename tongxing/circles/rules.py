"""Who holds a place of a circle, what is vacant, how much somebody carries, whom to propose. Pure: the day is an argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Asks(Protocol):
    """What a role asks for (a `RoleAt`)."""

    @property
    def id(self) -> str: ...

    @property
    def least(self) -> int: ...

    @property
    def most(self) -> int | None: ...


class Quota(Protocol):
    """How many children one person takes; with ``ceiling`` more is too many, otherwise it is a quota to fill (P3-2)."""

    @property
    def children(self) -> int: ...

    @property
    def ceiling(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A membership with what else decides whether its bearer serves: the post under which the child is seen, and the person.

    ``gone``: the person was merged into another. ``barred``: the record check of art. 62 found something.
    """

    role: str
    since: date
    until: date | None = None
    post_since: date | None = None
    post_until: date | None = None
    gone: bool = False
    barred: bool = False


def holds(member: Member, on: date) -> bool:
    """Whether a member answers for the place on that day. Somebody removed or barred, or whose post has ended, leaves a vacancy."""
    if member.gone or member.barred or not within(member.since, member.until, on):
        return False
    return member.post_since is None or within(member.post_since, member.post_until, on)


def within(since: date | None, until: date | None, on: date) -> bool:
    """Whether a span covers the day; one without a beginning covers none."""
    return since is not None and since <= on and (until is None or on < until)


def owed(*, current: bool, standing: bool, confirmed: bool) -> bool:
    """Whether a circle is to stand around a child (YL-2 每名留守儿童(困境儿童)): on the register, left behind or without support, or in a confirmed category."""
    return current and (standing or confirmed)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the circle: how many hold it."""

    role: str
    least: int
    most: int | None
    held: int

    @property
    def vacant(self) -> int:
        return max(0, self.least - self.held)

    @property
    def over(self) -> int:
        return 0 if self.most is None else max(0, self.held - self.most)


def slots(roles: Iterable[Asks], members: Iterable[Member], on: date) -> list[Slot]:
    """The places that the roles ask for, and how many hold each."""
    held = Counter(member.role for member in members if holds(member, on))
    return [Slot(role.id, role.least, role.most, held[role.id]) for role in roles]


class Fill(StrEnum):
    """How a person's load stands to the quota."""

    FREE = "free"
    MET = "met"
    OVER = "over"


def fill(children: int, quota: Quota | None) -> Fill:
    """Below the quota there is room; above a ceiling it is too many; above a quota to fill it is not."""
    if quota is None or children < quota.children:
        return Fill.FREE
    return Fill.OVER if quota.ceiling and children > quota.children else Fill.MET


class Near(StrEnum):
    """What brings a person (or another child) and a child together, the nearest first (就近就便, P4-3)."""

    SCHOOL_AND_VILLAGE = "school_and_village"
    SCHOOL = "school"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


DISTANCE = {near: number for number, near in enumerate(Near)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where somebody is: village and township by code, school by id or name."""

    places: frozenset[int] = frozenset()  # villages
    townships: frozenset[int] = frozenset()
    schools: frozenset[str] = frozenset()


def nearness(one: Spot, other: Spot) -> Near:
    """What two have in common at most."""
    school, village = bool(one.schools & other.schools), bool(one.places & other.places)
    if school:
        return Near.SCHOOL_AND_VILLAGE if village else Near.SCHOOL
    if village:
        return Near.VILLAGE
    return Near.TOWNSHIP if one.townships & other.townships else Near.COUNTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate[Key]:
    """Somebody who might take a child: where, and with how many already."""

    key: Key
    spot: Spot
    load: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Proposal[Key]:
    """Who might take a child, and why."""

    key: Key
    near: Near
    load: int
    full: bool


type _Rank = tuple[int, bool, int, str]


def _ranked[Key](child: Spot, each: Candidate[Key], load: int, quota: Quota | None) -> tuple[_Rank, Proposal[Key]] | None:
    """The nearest first; among equally near ones those with room, then those who carry least. None: a ceiling is reached."""
    full = quota is not None and load >= quota.children
    if quota is not None and quota.ceiling and full:
        return None
    near = nearness(child, each.spot)
    return (DISTANCE[near], full, load, each.name), Proposal(each.key, near, load, full)


def proposals[Key](child: Spot, candidates: Iterable[Candidate[Key]], quota: Quota | None) -> list[Proposal[Key]]:
    """Candidates for one child, best first.

    Who has reached a ceiling is left out; who has only filled a quota is not: nobody stays unpaired because teachers are full (P3-2).
    """
    ranked = [found for each in candidates if (found := _ranked(child, each, each.load, quota))]
    return [proposal for _rank, proposal in sorted(ranked, key=lambda one: one[0])]


def pair[Child, Key](children: Mapping[Child, Spot], candidates: Sequence[Candidate[Key]], quota: Quota | None) -> dict[Child, Proposal[Key]]:
    """One candidate for each child, the load growing as they are given; a child for whom nobody is left is missing."""
    loads = {each.key: each.load for each in candidates}
    found: dict[Child, Proposal[Key]] = {}
    for child, spot in children.items():
        ranked = (one for each in candidates if (one := _ranked(spot, each, loads[each.key], quota)))
        if best := min(ranked, key=lambda one: one[0], default=None):
            found[child] = best[1]
            loads[best[1].key] += 1
    return found
