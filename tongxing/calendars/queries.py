"""Reading the calendar of a place."""

from __future__ import annotations

from datetime import date

from tongxing.calendars import terms as rules
from tongxing.calendars.terms import Term, Vacation


def terms(place: int, since: date, until: date) -> list[Term]:
    """The terms at a place that touch the days from ``since`` until the day before ``until``, in order; those that nobody has stated are assumed and say so."""
    return rules.complete((), since, until)


def vacations(place: int, since: date, until: date) -> list[Vacation]:
    """The vacations at a place that touch these days, in order."""
    around = rules.complete((), since.replace(day=1, month=1, year=since.year - 1), until.replace(day=1, month=1, year=until.year + 2))
    return [each for each in rules.vacations(around) if each.since < until and since < each.until]


def term(place: int, on: date) -> Term | None:
    """The term in which a day lies, None in a vacation."""
    return next((each for each in terms(place, on, date.fromordinal(on.toordinal() + 1)) if on in each), None)


def vacation(place: int, on: date) -> Vacation | None:
    """The vacation in which a day lies, None in a term."""
    return next((each for each in vacations(place, on, date.fromordinal(on.toordinal() + 1)) if on in each), None)
