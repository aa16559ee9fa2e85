"""School terms and vacations. A school year is named by the calendar year in which it begins; its autumn term is 1, its spring term 2.

A county states its own terms (``calendars.queries.terms``). Where it has not, the usual dates are assumed and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal

from tongxing.calendars import lunar

AUTUMN, SPRING = 1, 2
BEFORE_FESTIVAL = timedelta(days=10)  # schools close some ten days before the Spring Festival at the latest
MONDAY, SATURDAY = 0, 5


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A term of the school year ``year``, from ``since`` until the day before ``until``. ``assumed``: nobody has stated it."""

    since: date
    until: date
    year: int
    number: int
    assumed: bool = False

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True, order=True)
class Vacation:
    """What lies between two terms: the winter or the summer vacation of the school year ``year``."""

    since: date
    until: date
    year: int
    kind: Literal["winter", "summer"]
    assumed: bool = False

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


@cache
def assumed(year: int) -> tuple[Term, Term]:
    """The usual terms of a school year: 1 September until the Saturday ten days before the Spring Festival; from the Monday after the
    Lantern Festival until the first Saturday of July. So the terms of Hubei lay from 2024 to 2026; a county corrects them.
    """
    festival = lunar.solar(year + 1, 1, 1)
    winter = _on_or_before(festival - BEFORE_FESTIVAL, SATURDAY)
    spring = _after(lunar.solar(year + 1, 1, 15), MONDAY)
    summer = _after(date(year + 1, 6, 30), SATURDAY)
    return Term(date(year, 9, 1), winter, year, AUTUMN, assumed=True), Term(spring, summer, year, SPRING, assumed=True)


def school_year(day: date) -> int:
    """The school year of a day; it turns on 1 September, so that the summer vacation belongs to the year that ends."""
    return day.year if day.month >= 9 else day.year - 1


def complete(stated: Iterable[Term], since: date, until: date) -> list[Term]:
    """The terms that touch the days from ``since`` until the day before ``until``, in order: the stated ones, and for each that is missing the assumed one.

    An assumed term gives way to the stated ones beside it: it never overlaps them.
    """
    known = {(term.year, term.number): term for term in stated}
    years = range(school_year(since) - 1, school_year(until) + 2)
    terms = [known.get((term.year, term.number), term) for year in years for term in assumed(year)]
    fitted = []
    for place, term in enumerate(terms):
        if term.assumed:
            before = max((each.until for each in terms[:place] if not each.assumed), default=term.since)
            behind = min((each.since for each in terms[place + 1 :] if not each.assumed), default=term.until)
            term = Term(max(term.since, before), min(term.until, behind), term.year, term.number, assumed=True)  # noqa: PLW2901
        if term.since < term.until:
            fitted.append(term)
    return [term for term in fitted if term.since < until and since < term.until]


def vacations(terms: Sequence[Term]) -> list[Vacation]:
    """The vacations between terms that follow one another."""
    return [
        Vacation(before.until, behind.since, before.year, "winter" if before.number == AUTUMN else "summer", before.assumed or behind.assumed)
        for before, behind in pairwise(sorted(terms))
        if before.until < behind.since and (before.year, before.number) in ((behind.year, AUTUMN), (behind.year - 1, SPRING))
    ]


def _on_or_before(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)
