"""Pupils who dropped out as a register and as figures: found, persuaded, back at school (P8-4, YN-9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import sees_names
from tongxing.crypto.masking import mask_name
from tongxing.places import queries as places
from tongxing.places.codes import span
from tongxing.places.models import Place
from tongxing.protection import codes
from tongxing.protection.cases import finding, seeing, words
from tongxing.protection.models import Case, Line
from tongxing.protection.states import ENDED

KIND = "dropout"
SEPTEMBER = 9
YEARS = 5


def register(cases: Iterable[Case], post: Post, at: datetime) -> list[dict[str, Any]]:
    """Cases as lines of the register."""
    rows = list(cases)
    ids = [case.pk for case in rows]
    done = Counter(Line.objects.filter(case__in=ids, verb__in=["persuaded", "reported_in_writing", "legal_measure"]).values_list("case_id", "verb"))
    last = dict(Line.objects.filter(case__in=ids, verb="persuaded").order_by().values_list("case_id").annotate(last=Max("at")))
    children, full = seeing.children_of(ids), sees_names(post)
    named = places.short_names({case.scope_place for case in rows})
    return [
        {
            "case": case,
            "who": _("、").join(child.name if full else mask_name(child.name) for child in children.get(case.pk, [])),
            "school": _("、").join(dict.fromkeys(child.school_name for child in children.get(case.pk, []) if child.school_name)),
            "place": named.get(case.scope_place, ""),
            "persuaded": done[case.pk, "persuaded"],
            "last": last.get(case.pk),
            "written": bool(done[case.pk, "reported_in_writing"]),
            "legal": bool(done[case.pk, "legal_measure"]),
            "state": words.state(case),
            "outcome": codes.OUTCOME.text(case.outcome) if case.outcome else "",
        }
        for case in rows
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in one line of the figures."""

    area: Place | None
    found: int
    persuaded: int
    back: int
    other: int
    open: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.back / self.found) if self.found else None


def school_year(on: date) -> int:
    """The year in which the school year began."""
    return on.year if on.month >= SEPTEMBER else on.year - 1


def years(on: date) -> Sequence[int]:
    return range(school_year(on), school_year(on) - YEARS, -1)


def found_and_back(post: Post, year: int) -> list[Found]:
    """By place right below (or one's own): registered in the school year, and what became of them. Restricted cases are not counted."""
    begin, end = finding.midnight(date(year, SEPTEMBER, 1)), finding.midnight(date(year + 1, SEPTEMBER, 1))
    rows = Case.objects.filter(kind=KIND, restricted=False, opened_at__gte=begin, opened_at__lt=end)
    areas = places.children_of(post.place_id) or [post.place]
    persuaded = set(Line.objects.filter(verb="persuaded", case__in=rows.values("pk")).values_list("case_id", flat=True))
    known = list(_facts(rows))
    return [_count(area, [row for row in known if span(area.code)[0] <= row[1] <= span(area.code)[1]], persuaded) for area in areas]


def _facts(rows: QuerySet[Case]) -> Iterable[tuple[Any, int, str, str]]:
    return rows.values_list("pk", "scope_place", "state", "outcome")


def _count(area: Place | None, rows: Sequence[tuple[Any, int, str, str]], persuaded: set[Any]) -> Found:
    back = sum(row[3] == "back_at_school" for row in rows)
    ended = sum(row[2] in ENDED for row in rows)
    return Found(area, len(rows), sum(row[0] in persuaded for row in rows), back, ended - back, len(rows) - ended)


def total(rows: Sequence[Found]) -> Found:
    return Found(None, *(sum(getattr(row, name) for row in rows) for name in ("found", "persuaded", "back", "other", "open")))
