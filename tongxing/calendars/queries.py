"""Reading the calendar of a place: its school terms and vacations, its working days.

What a place states holds for all below it, and the nearest statement wins. All dates `until` are excluded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from tongxing.calendars import models, workdays
from tongxing.calendars import terms as rules
from tongxing.calendars.terms import Term, Vacation
from tongxing.calendars.workdays import STATUTORY, Calendar
from tongxing.places import codes

DAY = timedelta(days=1)


def stated_terms(place: int, years: Iterable[int]) -> dict[tuple[int, int], models.Term]:
    """The terms that hold at a place by year and number: those of the nearest place above it (or its own) that states them."""
    rows = models.Term.objects.filter(place__in=codes.chain(place), year__in=list(years)).select_related("place")
    return {(row.year, row.number): row for row in sorted(rows, key=lambda row: row.place.level)}


def terms(place: int, since: date, until: date) -> list[Term]:
    """The terms at a place that touch the days from ``since`` until the day before ``until``, in order; those that nobody has stated are assumed and say so."""
    years = range(rules.school_year(since) - 1, rules.school_year(until) + 2)
    stated = stated_terms(place, years).values()
    return rules.complete([Term(row.since, row.until, row.year, row.number) for row in stated], since, until)


def vacations(place: int, since: date, until: date) -> list[Vacation]:
    """The vacations at a place that touch these days, in order."""
    around = terms(place, date(since.year - 1, 1, 1), date(until.year + 2, 1, 1))
    return [each for each in rules.vacations(around) if each.since < until and since < each.until]


def term(place: int, on: date) -> Term | None:
    """The term in which a day lies, None in a vacation."""
    return next((each for each in terms(place, on, on + DAY) if on in each), None)


def vacation(place: int, on: date) -> Vacation | None:
    """The vacation in which a day lies, None in a term."""
    return next((each for each in vacations(place, on, on + DAY) if on in each), None)


def stated_holidays(place: int, year: int) -> list[models.Holiday]:
    """What a place and those above it state about a year's holidays, in order of time."""
    return list(models.Holiday.objects.filter(place__in=codes.chain(place), year=year).select_related("place").order_by("since", "place__level"))


def calendar(place: int) -> Calendar:
    """The working days of a place, read once: ask it for many days."""
    return calendars([place])[place]


def calendars(places: Collection[int]) -> dict[int, Calendar]:
    """The working days of each of these places, in one question."""
    chains = {place: set(codes.chain(place)) for place in places}
    rows = sorted(models.Holiday.objects.filter(place__in=set().union(*chains.values())).select_related("place"), key=lambda row: row.place.level)
    return {place: _calendar([row for row in rows if row.place_id in chain]) for place, chain in chains.items()}


def stating(lo: int, hi: int) -> list[int]:
    """The places of a range that state holidays of their own."""
    return list(models.Holiday.objects.filter(place__code__range=(lo, hi)).order_by("place").values_list("place", flat=True).distinct())


def _calendar(rows: Iterable[models.Holiday]) -> Calendar:
    days: dict[date, bool] = {}
    named: dict[int, set[str]] = {}
    for row in rows:
        named.setdefault(row.year, set()).update(row.names)
        days |= {row.since + DAY * number: False for number in range((row.until - row.since).days)}
        days |= dict.fromkeys(row.worked, True)
    return Calendar(days, frozenset(year for year, names in named.items() if names >= set(STATUTORY)))


def missing(place: int, year: int) -> list[str]:
    """The statutory holidays of a year that nobody has named for this place; none where the year is known."""
    if workdays.known(year):
        return []
    stated = {name for row in stated_holidays(place, year) for name in row.names}
    return [name for name in STATUTORY if name not in stated]
