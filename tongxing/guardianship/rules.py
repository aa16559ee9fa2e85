"""What an agreement is worth on a day and what it still lacks: pure functions of dated facts. No clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tongxing.children.rules.ages import add_months, age

ADULT = 18
NEVER_ALONE_UNTIL = 8  # complete years: 未成年人保护法第二十一条


class Standing(StrEnum):
    """How an agreement stands today; unlike its state it needs nobody to write it down."""

    WAITING = "waiting"
    RUNNING = "running"
    SOON = "soon"
    LAPSED = "lapsed"
    OVER = "over"


def standing(state: str, until: date, on: date, soon_days: int) -> Standing:
    """``until`` is the first day on which it does not hold any more."""
    match state:
        case "draft" | "printed":
            return Standing.WAITING
        case "signed" | "expired":
            if until <= on:
                return Standing.LAPSED
            return Standing.SOON if until <= on + timedelta(days=soon_days) else Standing.RUNNING
        case _:
            return Standing.OVER


def end_of(since: date, months: int) -> date:
    """The first day on which an agreement of so many months does not hold any more."""
    return add_months(since, months)


def renewed_from(until: date, on: date) -> date:
    """When a renewal begins: without a gap where the old one still runs, today where it has run out."""
    return max(until, on)


def must_be_heard(born: date, on: date, from_age: int) -> bool:
    """Whether a child is old enough to be asked what it wishes. Source: 未成年人保护法第二十二条; 民法典第十九条."""
    return born <= on and age(born, on).years >= from_age


@dataclass(frozen=True, slots=True)
class Child:
    """``heard``: None where nobody has asked."""

    name: str
    born: date
    heard: bool | None


class Lacking(StrEnum):
    """What stands between a paper and its signature."""

    UNANSWERED = "unanswered"
    UNFIT = "unfit"
    MINOR = "minor"
    BEFALLEN = "befallen"
    UNHEARD = "unheard"
    NO_PARENT = "no_parent"
    NO_GUARDIAN = "no_guardian"
    NO_WITNESS = "no_witness"


def lacking(
    *,
    declared: Mapping[str, bool],
    asked: Sequence[str],
    guardian_born: date | None,
    guardian_befallen: bool,
    children: Iterable[Child],
    signed: Mapping[str, int],
    on: date,
    heard_from_age: int,
) -> list[Lacking]:
    """What is missing before it may be signed, the gravest first.

    ``declared`` answers ``asked``, True where the ground against the guardian exists (article 22); ``signed`` counts signatures by party.
    A guardian whose birth is unknown declares to be an adult in the paper itself.
    """
    found = []
    if any(declared.get(each) for each in asked):
        found.append(Lacking.UNFIT)
    if guardian_born is not None and (guardian_born > on or age(guardian_born, on).years < ADULT):
        found.append(Lacking.MINOR)
    if guardian_befallen:
        found.append(Lacking.BEFALLEN)
    if any(each not in declared for each in asked):
        found.append(Lacking.UNANSWERED)
    if any(child.heard is None and must_be_heard(child.born, on, heard_from_age) for child in children):
        found.append(Lacking.UNHEARD)
    for party, lack in (("parent", Lacking.NO_PARENT), ("guardian", Lacking.NO_GUARDIAN), ("witness", Lacking.NO_WITNESS)):
        if not signed.get(party):
            found.append(lack)
    return found
