"""Which roles stand around a child of a place: what the care models in force there ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.roles import ROLES
from tongxing.caremodels import queries
from tongxing.caremodels.shapes import Load, Role, RoleAt

__all__ = ["Load", "RoleAt", "at", "known_name", "names", "of_peers", "of_places", "office"]

CIRCLE: Final = "circle"
PEER = "peer"
TEACHERS = frozenset({"paired_teacher"})
CHILD = "child"  # the qualification of a role whose member is a child
# Companions may be found for every child; a model that asks for them says so with a role of the same id (P3-2, P4-3).
COMPANION = RoleAt(id=PEER, name=noop("手拉手伙伴"), kind=CIRCLE, ring=2, qualifications=(CHILD,))


def at(place: int, on: date) -> tuple[RoleAt, ...]:
    """The roles of the circle at a place on a day, the nearest ring first."""
    found = [role for role in queries.roles(place, on) if role.kind == CIRCLE]
    if not any(of_peers(role) for role in found):
        found.append(COMPANION)
    return tuple(sorted(found, key=lambda role: role.ring or 9))


def of_places(places: Collection[int], on: date) -> Mapping[int, tuple[RoleAt, ...]]:
    """The roles of the circle at each of these places. Places under the same adoptions are asked for once."""
    if not places:
        return {}
    alike: dict[tuple[bool, ...], list[int]] = defaultdict(list)
    in_force = queries.models_in_force(min(places), max(places), on)
    for place in sorted(set(places)):
        held = (each.lo <= place <= each.hi for each in in_force)
        left = (out.lo <= place <= out.hi for each in in_force for out in each.without)
        alike[*held, *left].append(place)
    return {place: roles for group in alike.values() for roles in [at(group[0], on)] for place in group}


def of_school(role: RoleAt) -> bool:
    """Whether the member is a teacher of the child's school: a child that goes to none lacks no teacher."""
    return role.id in TEACHERS


def of_child(asked: Iterable[RoleAt], *, schooled: bool) -> tuple[RoleAt, ...]:
    """The roles as they hold for one child."""
    return tuple(replace(role, least=0) if of_school(role) and not schooled else role for role in asked)


def office(role_id: str) -> str:
    """The role of accounts by which a role is held; of a role of the circle the empty string (a social worker may be either: the model says)."""
    known = _known(role_id)
    if known is None:
        return role_id if role_id in ROLES else ""
    return known.post if known.kind == "post" else ""


def of_a_unit(role_id: str) -> bool:
    """Whether teachers hold it for the children of their class (班主任, 校长)."""
    known = _known(role_id)
    return known is not None and known.kind == "unit"


def of_peers(role: RoleAt) -> bool:
    """Whether the member is a child too (手拉手)."""
    return role.id == PEER or CHILD in role.qualifications


def known_name(role_id: str) -> str:
    """A role in words, also one that no model in force asks for any more."""
    if role_id == PEER:
        return _(COMPANION.name)
    known = _known(role_id)
    return _(known.name) if known else role_id


def names(role_ids: Iterable[str]) -> dict[str, str]:
    """Roles with their words."""
    return {role_id: known_name(role_id) for role_id in sorted(set(role_ids))}


def _known(role_id: str) -> Role | None:
    try:
        return queries.role(role_id)
    except KeyError:
        return None
