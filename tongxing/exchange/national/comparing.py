"""The 差异表 as it is worked through: which rows an address asks for, how many of each kind there are, by place and by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, F, Func, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.exchange.national.agreeing import COMPARED
from tongxing.exchange.national.catalogue import EXPORT
from tongxing.imports import queries
from tongxing.imports.models import CHOICES, ImportRow, ImportRun
from tongxing.ledgers.kinds import Choice, Verdict
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

UNDECIDED: Final = "none"
SIDES: Final[Mapping[Verdict, Promise]] = {
    Verdict.CHANGED: _("内容不同"),
    Verdict.NEW: _("仅全国系统有"),
    Verdict.ABSENT: _("仅本系统有"),
    Verdict.PROBABLE: _("可能是同一人"),
    Verdict.SAME: _("相同"),
    Verdict.WRONG: _("有错误"),
}
TONES: Final = {Verdict.CHANGED: "blue", Verdict.NEW: "amber", Verdict.ABSENT: "amber", Verdict.PROBABLE: "amber", Verdict.SAME: "green", Verdict.WRONG: "red"}
WORDS: Final[Mapping[Choice, Promise]] = {**CHOICES, Choice.THEIRS: _("以全国系统为准"), Choice.OURS: _("以本系统为准")}


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for, as far as it makes sense."""

    verdict: str = ""
    place: int | None = None
    column: str = ""
    choice: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str], by: Post) -> Filters:
        choice = asked.get("choice", "")
        return cls(
            verdict=asked["verdict"] if asked.get("verdict") in Verdict else "",
            place=_place(asked.get("place", ""), by),
            column=asked["column"] if asked.get("column") in COMPARED else "",
            choice=choice if choice == UNDECIDED or choice in (Choice.THEIRS, Choice.OURS, Choice.LATER) else "",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.place or self.column or self.choice)

    def address(self, **other: str) -> str:
        """The query of an address that asks for this, some of it otherwise."""
        own = {"verdict": self.verdict, "place": str(self.place or ""), "column": self.column, "choice": self.choice} | other
        return "?" + urlencode({key: value for key, value in own.items() if value})


def comparisons(post: Post) -> QuerySet[ImportRun]:
    """The comparisons of the active scope."""
    return queries.runs(post, kind=EXPORT.id)


def rows(run: ImportRun, filters: Filters) -> QuerySet[ImportRow]:
    """The rows of a comparison that are asked for."""
    found = queries.rows(run, filters.verdict)
    if filters.place:
        found = found.filter(place__range=codes.span(filters.place))
    if filters.column:
        found = found.filter(differs__contains=[filters.column])
    if filters.choice == UNDECIDED:
        return found.filter(choice="", outcome="", verdict__in=(Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT))
    return found.filter(choice=filters.choice) if filters.choice else found


def tabs(run: ImportRun, filters: Filters) -> list[dict[str, object]]:
    """The kinds of rows with their numbers under the other filters."""
    found = dict(rows(run, replace(filters, verdict="")).order_by().values_list("verdict").annotate(rows=Count("id")))
    listed: list[dict[str, object]] = [{"key": "", "word": _("全部"), "count": sum(found.values()), "url": filters.address(verdict="")}]
    return listed + [{"key": each.value, "word": word, "count": found.get(each, 0), "url": filters.address(verdict=each)} for each, word in SIDES.items()]


def chosen(run: ImportRun) -> dict[str, int]:
    """How many rows are to be taken from them, how many go into the upload file, how many wait."""
    said = ImportRow.objects.filter(run=run, verdict__in=(Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT)).order_by()
    found: Counter[str] = Counter()
    for choice, outcome, number in said.values_list("choice", "outcome").annotate(rows=Count("id")):
        if not outcome:
            found[choice or UNDECIDED] += number
        found["written"] += number if outcome == "imported" else 0
    return {key: found[key] for key in (Choice.THEIRS, Choice.OURS, Choice.LATER, UNDECIDED, "written")}


def columns(run: ImportRun) -> list[tuple[str, int]]:
    """The columns that differ and in how many rows, the most frequent first."""
    each = Func(F("differs"), function="unnest")
    found = ImportRow.objects.filter(run=run, verdict=Verdict.CHANGED).order_by().annotate(column=each).values_list("column").annotate(rows=Count("id"))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def townships(run: ImportRun) -> list[tuple[int, str]]:
    """The townships that the comparison speaks of."""
    found = ImportRow.objects.filter(run=run).exclude(place=None).order_by().values_list("place", flat=True).distinct()
    wanted = {codes.at_level(place, Level.TOWNSHIP) for place in found if place}
    return sorted(places.short_names(wanted).items())


def upload_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """What goes into the upload file: rows for which our word was chosen."""
    return ImportRow.objects.filter(Q(verdict__in=(Verdict.CHANGED, Verdict.NEW, Verdict.ABSENT)), run=run, choice=Choice.OURS).order_by("number")


def _place(text: str, by: Post) -> int | None:
    try:
        code = codes.parse(text) if text else None
    except codes.CodeError:
        return None
    return code if code is not None and codes.within(code, by.place_id) else None
