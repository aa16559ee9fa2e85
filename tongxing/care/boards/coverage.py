"""Whom care has reached and whom not: four masteries, five coaches, six protections, five goals (LZH-4, LZH-5, YC-11, P6-1), by place and child.

Who has a current file is counted; covered is who had an entry of the category within the last quarter. Each number leads to those who are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.care.boards import standing
from tongxing.care.timeline import LATELY, MASTERIES
from tongxing.children.finding.conditions import Asking, Condition, Filter, Group
from tongxing.children.models import State
from tongxing.forms.loading import TAGS
from tongxing.ground import scope
from tongxing.log.models import Entry, Participation
from tongxing.places import codes
from tongxing.places import queries as places

CONFIDENTIAL = frozenset({"counselling"})  # kinds of which only that they were done is told (WH-2)
SETS: dict[str, Promise] = {"mastery": _("四掌握"), "coach": _("五员"), "protection": _("六位一体"), "goal": _("五有")}


def columns(of: str) -> dict[str, str]:
    """The categories of a set by key, in order: ``coach.emotion``; masteries are sections of the forms."""
    if of == "mastery":
        return {f"mastery.{key}": _now(word) for key, word in MASTERIES.items()}
    return {tag.value: TAGS.text(tag.value) for tag in TAGS if tag.value.startswith(f"{of}.")}


def everything() -> dict[str, dict[str, str]]:
    return {of: columns(of) for of in SETS}


@dataclass(frozen=True, slots=True)
class Cell:
    """Of how many children it is known or done, and where the others are listed."""

    word: str
    covered: int
    children: int
    url: str

    @property
    def uncovered(self) -> int:
        return self.children - self.covered

    @property
    def percent(self) -> int | None:
        return standing.Counts(asked=self.children, kept=self.covered).percent


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    children: int
    url: str
    cells: Sequence[Cell]

    @property
    def worst(self) -> int:
        return max((cell.uncovered for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Table:
    """The places below one, those with most left out first, and their sum."""

    columns: Sequence[str]
    lines: Sequence[Line]
    total: Line
    since: date

    def paired(self) -> list[tuple[str, Cell]]:
        return list(zip(self.columns, self.total.cells, strict=True))


_CHILDREN = "SELECT c.scope_place - c.scope_place %% %(size)s, count(*) FROM children_child c WHERE c.state = 'current' AND c.scope_place BETWEEN %(lo)s AND %(hi)s GROUP BY 1"
_STANDS = "NOT p.dropped AND NOT p.attempt AND NOT e.void AND NOT EXISTS (SELECT FROM log_entry f WHERE f.corrects_id = e.id)"
_COVERED = f"""
SELECT c.scope_place - c.scope_place %% %(size)s, said.what, count(DISTINCT c.id)
FROM log_participation p JOIN log_entry e ON e.id = p.entry_id JOIN children_child c ON c.id = p.child_id CROSS JOIN LATERAL unnest({{what}}) AS said (what)
WHERE p.scope_place BETWEEN %(lo)s AND %(hi)s AND c.scope_place BETWEEN %(lo)s AND %(hi)s AND c.state = 'current' AND p."on" >= %(since)s AND said.what = ANY (%(wanted)s) AND {_STANDS}
GROUP BY 1, 2
"""  # noqa: S608 — our own words


def table(of: str, place: int, post: Post, on: date) -> Table:
    """The coverage of a place, by the places below it, as far as the active scope goes."""
    known = columns(of)
    active = scope.current()
    lo, hi = codes.span(place)
    values: dict[str, Any] = {
        "lo": max(lo, active.lo),
        "hi": min(hi, active.hi),
        "size": codes.SIZES[standing.below(place)],
        "since": on - LATELY,
        "wanted": [key.partition(".")[2] if of == "mastery" else key for key in known],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHILDREN, values)
        children = dict(cursor.fetchall())
        cursor.execute(_COVERED.format(what="p.sections" if of == "mastery" else "e.tags"), values)
        covered = {(spot, f"mastery.{what}" if of == "mastery" else what): number for spot, what, number in cursor.fetchall()}
    names = places.short_names(children)
    deeper = standing.below(place) < codes.Level.VILLAGE
    lines = [
        Line(
            name=names.get(spot, codes.show(spot)),
            children=number,
            url=f"{reverse('boards:coverage')}?{urlencode({'set': of, 'place': codes.show(spot)})}" if deeper and spot != place else "",
            cells=[_cell(key, word, spot, number, covered.get((spot, key), 0)) for key, word in known.items()],
        )
        for spot, number in children.items()
    ]
    lines.sort(key=lambda line: (-line.worst, line.name))
    whole = sum(children.values())
    total = Line("", whole, "", [_cell(key, word, place, whole, sum(number for (_spot, what), number in covered.items() if what == key)) for key, word in known.items()])
    return Table(list(known.values()), lines, total, on - LATELY)


def _cell(key: str, word: str, place: int, children: int, covered: int) -> Cell:
    return Cell(word, covered, children, f"{reverse('children:list')}?{urlencode({'left_out': key, 'state': 'current', 'place_code': codes.show(place)})}")


# The list of children asks the same.


def left_out(key: str, on: date) -> Q:
    """Children with a current file of whom a mastery is stale, or whom a category of work has not reached within a quarter."""
    followed = Entry.unscoped.filter(corrects=OuterRef("entry_id"))
    parts = Participation.objects.filter(~Exists(followed), child_id=OuterRef("pk"), on__gte=on - LATELY, dropped=False, attempt=False, entry__void=False)
    what = key.partition(".")[2]
    reached = parts.filter(sections__contains=[what]) if key.startswith("mastery.") else parts.filter(entry__tags__contains=[key])
    return Q(~Exists(reached), state=State.CURRENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Filter):
    """One category, grouped by set."""

    def condition(self, text: str, asking: Asking) -> Condition:
        known = {key: word for of in everything().values() for key, word in of.items()}
        if text not in known:
            raise self.wrong(text)
        return self.made(text, known[text], left_out(text, asking.on))

    def groups(self, asking: Asking) -> list[Group]:
        return [(str(word), list(columns(of).items())) for of, word in SETS.items()]


LEFT_OUT = LeftOut(key="left_out", label=_("三个月没有做到"), more=True)
