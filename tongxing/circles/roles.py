"""Which roles stand around a child of a place: what the care models in force there ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.roles import ROLES

CIRCLE = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many children one person takes. ``ceiling``: more is too many; otherwise it is a quota to fill."""

    children: int
    ceiling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAt:
    """A role as it holds at one place."""

    id: str
    name: str
    kind: Literal["post", "circle", "unit", "family", "outside"] = "circle"
    post: str = ""
    ring: int | None = None
    least: int = 0
    most: int | None = None
    load: Load | None = None
    first_informant: bool = False
    team: bool = False
    qualifications: tuple[str, ...] = ()
    models: tuple[str, ...] = field(default=())


YILING = (
    RoleAt(id="loving_neighbour", name=noop("爱心邻居"), ring=1, least=1, most=1),
    RoleAt(id="paired_teacher", name=noop("结对老师"), ring=2, least=1, most=1, load=Load(children=2), first_informant=True),
    RoleAt(id="village_cadre", name=noop("包保村干部"), ring=3, least=1, most=1),
    RoleAt(id="case_social_worker", name=noop("专业社工"), ring=4, least=1, most=1),
    RoleAt(id="care_team", name=noop("爱心团队"), ring=5, least=1, most=1, team=True),
    RoleAt(id="proxy_parent", name=noop("代理家长"), ring=1, first_informant=True),
    RoleAt(id="peer", name=noop("手拉手伙伴"), ring=2, qualifications=("child",)),
)


def asked(place: int, on: date) -> tuple[RoleAt, ...]:
    """Every role of the models in force at a place on a day."""
    return YILING


def at(place: int, on: date) -> tuple[RoleAt, ...]:
    """The roles of the circle at a place on a day, the nearest ring first."""
    return tuple(sorted((role for role in asked(place, on) if role.kind == CIRCLE), key=lambda role: role.ring or 9))


def of_places(places: Iterable[int], on: date) -> Mapping[int, tuple[RoleAt, ...]]:
    """The roles of the circle at each of these places."""
    return {place: at(place, on) for place in set(places)}


def office(role_id: str) -> str:
    """The role of accounts by which a role is held; of a role of the circle the empty string."""
    if role_id in ROLES:
        return role_id
    return next((each.post for each in YILING if each.id == role_id and each.kind == "post"), "")


def of_peers(role: RoleAt) -> bool:
    """Whether the member is a child too (手拉手)."""
    return "child" in role.qualifications


def name(role: RoleAt | None, role_id: str) -> str:
    """The role in words; a role that no model asks for any more by what it was called."""
    return _(role.name) if role else known_name(role_id)


def known_name(role_id: str) -> str:
    found = next((each for each in YILING if each.id == role_id), None)
    return _(found.name) if found else role_id
