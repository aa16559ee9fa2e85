"""The list of children who lack somebody in their circle: what an address asks, which places are vacant, the list as a workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.giving import Roll
from tongxing.children.models import Child
from tongxing.children.rules import age
from tongxing.circles import queries, roles, rules
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.crypto.masking import mask_name
from tongxing.ground import catalogues
from tongxing.ledgers.catalogue import Catalogue
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, parse, span

MOST = 5_000
COLUMNS = ("id", "name", "sort_key", "sex", "born", "scope_place", "school_id", "school_name", "household_id", "state")


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks of the vacancies: a role, a place, a school."""

    post: Post
    on: date
    role: str = ""
    place: int | None = None
    school: str = ""
    at: Mapping[int, Sequence[RoleAt]] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        found = {"role": self.role, "place": codes.show(self.place) if self.place else "", "school": self.school}
        return {key: value for key, value in found.items() if value}

    @property
    def asked(self) -> dict[str, RoleAt]:
        """The roles that somewhere in the scope at least one person must hold."""
        return {role.id: role for each in self.at.values() for role in each if role.least}

    def rows(self) -> QuerySet[Child]:
        """The children, in no order yet."""
        narrowed = Q(scope_place__range=span(self.place)) if self.place else Q()
        if self.school:
            narrowed &= Q(school_name__contains=self.school)
        return Child.objects.filter(narrowed, queries.to_care_for(self.on), queries.lacking(self.at, self.on, role=self.role)).only(*COLUMNS)


def question(params: Mapping[str, str], post: Post, on: date) -> Question:
    """Read an address; what means nothing is left out."""
    at = roles.of_places(queries.villages(), on)
    try:
        place = parse(params.get("place", "")) if params.get("place") else None
    except CodeError:
        place = None
    role = params.get("role", "")
    known = {each.id for asked in at.values() for each in asked}
    return Question(post, on, role if role in known else "", place, " ".join(params.get("school", "").split())[:60], at)


def vacant(children: Collection[Child], at: Mapping[int, Sequence[RoleAt]], on: date) -> dict[UUID, list[RoleAt]]:
    """The places of each child's circle that nobody (or too few) holds."""
    members: dict[UUID, list[rules.Member]] = {child.pk: [] for child in children}
    for row in Membership.objects.filter(child__in=members, until=None).select_related("person", "post"):
        members[row.child_id].append(queries.fact(row))
    found: dict[UUID, list[RoleAt]] = {}
    for child in children:
        asked = roles.of_child(at.get(child.scope_place, ()), schooled=bool(child.school_name))
        slots = {slot.role for slot in rules.slots(asked, members[child.pk], on) if slot.vacant}
        found[child.pk] = [role for role in asked if role.id in slots]
    return found


@cache
def catalogue() -> Catalogue:
    return catalogues.read(Path(__file__).with_name("columns.toml"), {"sex": child_codes.SEX})


def roll(asked: Question) -> Roll:
    """The list, to be given as a workbook. Raises CannotExport."""
    children = list(asked.rows().order_by("scope_place", "sort_key", "id")[: MOST + 1])
    if not children or len(children) > MOST:
        raise CannotExport(_("没有空缺，没有可以导出的。") if not children else _("一次最多导出%(most)d名儿童，请先缩小范围。") % {"most": MOST})
    return Roll(
        name="vacancies",
        title=_("结对包保空缺名单（%(place)s，%(count)s人）") % {"place": asked.post.place.short_name, "count": len(children)},
        file_name=_("结对包保空缺"),
        catalogue=catalogue(),
        keys=[column.key for column in catalogue().columns],
        lines=_lines(children, asked),
        asked=asked.address,
        children=len(children),
        count=len(children),
    )


def _lines(children: Sequence[Child], asked: Question) -> Iterable[dict[str, Any]]:
    lacking = vacant(children, asked.at, asked.on)
    villages = {child.scope_place for child in children}
    townships = {village: codes.at_level(village, Level.TOWNSHIP) for village in villages}
    names = places.short_names(villages | set(townships.values()))
    for child in children:
        yield {
            "name": child.name if sees_names(asked.post) else mask_name(child.name),
            "sex": child.sex,
            "age": age(child.born, asked.on).years,
            "township": names.get(townships[child.scope_place], ""),
            "village": names.get(child.scope_place, ""),
            "school": child.school_name,
            "vacant": "、".join(_(role.name) for role in lacking[child.pk]),
        }
