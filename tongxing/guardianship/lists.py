"""The list of agreements, and the list of children who have none: what an address asks, and both as workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.giving import Roll
from tongxing.children.models import Child
from tongxing.children.rules import age
from tongxing.crypto.masking import mask_name
from tongxing.ground import catalogues
from tongxing.guardianship import codes, queries, rules, sentences
from tongxing.guardianship.models import Agreement
from tongxing.guardianship.rules import Standing
from tongxing.ledgers.catalogue import Catalogue
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, parse, span

MOST = 5_000
STANDINGS = {
    Standing.SOON: gettext_lazy("将到期"),
    Standing.LAPSED: gettext_lazy("已过期"),
    Standing.WAITING: gettext_lazy("待签字"),
    Standing.RUNNING: gettext_lazy("有效"),
    Standing.OVER: gettext_lazy("已结束"),
}
UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks: how the paper stands, a place, whose name."""

    post: Post
    on: date
    standing: str = ""
    place: int | None = None
    text: str = ""

    @property
    def days(self) -> int:
        return queries.soon_days(self.place or self.post.place_id, self.on)

    @property
    def address(self) -> dict[str, str]:
        found = {"standing": self.standing, "place": place_codes.show(self.place) if self.place else "", "q": self.text}
        return {key: value for key, value in found.items() if value}

    def narrowed(self) -> Q:
        return Q(scope_place__range=span(self.place)) if self.place else Q()

    def rows(self, standing: str | None = None) -> QuerySet[Agreement]:
        """The papers, in no order yet."""
        wanted = self.standing if standing is None else standing
        rows = Agreement.objects.filter(self.narrowed())
        if wanted == UNTOLD:
            rows = rows.filter(state="signed").filter(Q(told_school_on=None) | Q(told_village_on=None))
        elif wanted:
            rows = rows.filter(queries.standing_q(Standing(wanted), self.on, self.days))
        if self.text:
            rows = rows.filter(Q(guardian_name__contains=self.text) | Q(number__iexact=self.text) | Q(pk__in=_called(self.text)))
        return rows

    def without(self) -> QuerySet[Child]:
        """Children without a paper, in no order yet."""
        rows = queries.without(self.on).filter(self.narrowed())
        return rows.filter(name__contains=self.text) if self.text else rows


def _called(text: str) -> QuerySet[Any]:
    from tongxing.guardianship.models import Covered

    return Covered.objects.filter(child__name__contains=text).values("agreement_id")


def question(params: Mapping[str, str], post: Post, on: date) -> Question:
    """Read an address; what means nothing is left out."""
    try:
        place = parse(params.get("place", "")) if params.get("place") else None
    except CodeError:
        place = None
    standing = params.get("standing", "")
    known = {*Standing, UNTOLD}
    text = "".join(char for char in params.get("q", "") if char.isprintable()).strip()[:30]
    return Question(post, on, standing if standing in known else "", place, text)


@dataclass(frozen=True, slots=True)
class Line:
    """A paper as lists show it."""

    row: Agreement
    names: str
    village: str
    tone: str
    word: str
    standing: Standing


def lines(rows: Sequence[Agreement], asked: Question) -> list[Line]:
    named = queries.names(rows)
    villages = places.short_names({row.scope_place for row in rows})
    clear = sees_names(asked.post)
    found = []
    for row in rows:
        stands = rules.standing(row.state, row.until, asked.on, queries.soon_days(row.scope_place, asked.on))
        called = [name if clear else mask_name(name) for name in named.get(row.pk, [])]
        word = sentences.standing(stands, (row.until - asked.on).days) if stands not in (Standing.WAITING, Standing.OVER) else str(row.get_state_display())
        found.append(Line(row, _("、").join(called), villages.get(row.scope_place, ""), sentences.TONES[stands], word, stands))
    return found


@cache
def catalogue() -> Catalogue:
    return catalogues.read(Path(__file__).with_name("columns.toml"), {"relation": child_codes.RELATION, "paper": codes.PAPER})


@cache
def catalogue_without() -> Catalogue:
    return catalogues.read(Path(__file__).with_name("columns_without.toml"), {"sex": child_codes.SEX})


def roll(asked: Question) -> Roll:
    """The list of agreements, to be given as a workbook. Raises CannotExport."""
    rows = list(asked.rows().order_by("scope_place", "until", "id")[: MOST + 1])
    if not rows or len(rows) > MOST:
        raise CannotExport(_("没有可以导出的确认书。") if not rows else _("一次最多导出%(most)d份，请先缩小范围。") % {"most": MOST})
    return Roll(
        name="agreements",
        title=_("监护确认书名单（%(place)s，%(count)s份）") % {"place": asked.post.place.short_name, "count": len(rows)},
        file_name=_("监护确认书"),
        catalogue=catalogue(),
        keys=[column.key for column in catalogue().columns],
        lines=_written(lines(rows, asked), asked),
        asked=asked.address,
        children=sum(len(each) for each in queries.names(rows).values()),
        count=len(rows),
    )


def _written(found: Sequence[Line], asked: Question) -> Iterable[dict[str, Any]]:
    townships = {line.row.scope_place: place_codes.at_level(line.row.scope_place, Level.TOWNSHIP) for line in found}
    named = places.short_names(set(townships.values()))
    for line in found:
        yield {
            "number": line.row.number,
            "kind": line.row.kind,
            "children": line.names,
            "guardian": line.row.guardian_name if sees_names(asked.post) else mask_name(line.row.guardian_name),
            "relation": line.row.guardian_relation,
            "township": named.get(townships[line.row.scope_place], ""),
            "village": line.village,
            "since": line.row.since,
            "until": line.row.until,
            "standing": line.word,
            "told_school_on": line.row.told_school_on,
            "told_village_on": line.row.told_village_on,
        }


def roll_without(asked: Question) -> Roll:
    """The list of children without a paper. Raises CannotExport."""
    rows = list(asked.without().order_by("scope_place", "sort_key", "id")[: MOST + 1])
    if not rows or len(rows) > MOST:
        raise CannotExport(_("没有可以导出的孩子。") if not rows else _("一次最多导出%(most)d名儿童，请先缩小范围。") % {"most": MOST})
    return Roll(
        name="agreements_without",
        title=_("没有监护确认书的孩子（%(place)s，%(count)s人）") % {"place": asked.post.place.short_name, "count": len(rows)},
        file_name=_("没有监护确认书的孩子"),
        catalogue=catalogue_without(),
        keys=[column.key for column in catalogue_without().columns],
        lines=_written_without(rows, asked),
        asked=asked.address,
        children=len(rows),
        count=len(rows),
    )


def _written_without(rows: Sequence[Child], asked: Question) -> Iterable[dict[str, Any]]:
    townships = {child.scope_place: place_codes.at_level(child.scope_place, Level.TOWNSHIP) for child in rows}
    named = places.short_names(set(townships) | set(townships.values()))
    for child in rows:
        yield {
            "name": child.name if sees_names(asked.post) else mask_name(child.name),
            "sex": child.sex,
            "age": age(child.born, asked.on).years,
            "township": named.get(townships[child.scope_place], ""),
            "village": named.get(child.scope_place, ""),
            "living_with": child_codes.LIVING_WITH.text(child.living_with),
            "guardianship": child_codes.GUARDIANSHIP.text(child.guardianship),
        }
