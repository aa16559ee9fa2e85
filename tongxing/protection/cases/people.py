"""To whom something can be given: posts near a case, grouped by role or department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES
from tongxing.circles import queries as circles
from tongxing.ground import scope
from tongxing.ground.today import CHINA
from tongxing.places.codes import Level, chain, level
from tongxing.protection.cases.seeing import WHY
from tongxing.protection.models import Case, CaseChild, Involved
from tongxing.units.codes import DEPARTMENT
from tongxing.units.models import Unit

ORDER = ("supervisor", "county_officer", "child_director", "teacher", "social_worker", "department")
SCHOOL = ("class_teacher", "paired_teacher", "principal")

type Groups = list[tuple[str, list[tuple[str, str]]]]


def near(case: Case, at: datetime) -> list[Post]:
    """Whoever could work on a case: the offices of its place and above up to the county, the county's departments and social workers,
    the teachers of its children, and those who are involved."""
    day = at.astimezone(CHINA).date()
    places = [code for code in chain(case.scope_place) if level(code) >= Level.COUNTY]
    with scope.whole_country(why=WHY):
        children = list(CaseChild.objects.filter(case=case).values_list("child_id", flat=True))
        teachers: set[UUID] = set()
        for role in SCHOOL:
            for held in circles.holders(children, role, day).values():
                teachers |= {each.post_id for each in held if each.post_id}
        named = set(Involved.objects.filter(case=case, until=None).values_list("post", flat=True))
        offices = [role.id for role in ROLES.values() if role.id in ORDER and role.id != "teacher"]
        here = PostQuerySet(Post).held(day).filter(role__in=offices, place__in=places)
        more = PostQuerySet(Post).held(day).filter(pk__in=teachers | named)
        found = {post.pk: post for rows in (here, more) for post in rows.filter(deputy_of=None).select_related("person", "place")}
        return [post for post in found.values() if not post.powers_withheld(day) and post.may("cases.view")]


def groups(case: Case, at: datetime, *, without: Sequence[UUID] = ()) -> Groups:
    """The same for a list to choose from."""
    rows = [post for post in near(case, at) if post.pk not in without]
    kinds = _departments(rows)
    found: dict[str, list[tuple[str, str]]] = {}
    for post in sorted(rows, key=lambda post: (ORDER.index(post.role) if post.role in ORDER else 9, -post.place.level, post.person.name)):
        title = kinds.get(post.pk) or str(post.definition.name)
        where = post.unit_name or post.place.short_name
        found.setdefault(title, []).append((str(post.pk), f"{post.person.name}（{where}）"))
    return list(found.items())


def _departments(rows: Sequence[Post]) -> Mapping[UUID, str]:
    """The authority of each contact of a department."""
    units = dict(Unit.objects.filter(pk__in={post.unit_id for post in rows if post.role == "department" and post.unit_id}).values_list("pk", "department"))
    return {
        post.pk: DEPARTMENT.text(units[post.unit_id]) if units.get(post.unit_id) in DEPARTMENT else _("部门")
        for post in rows
        if post.role == "department" and post.unit_id in units
    }


def chosen(case: Case, at: datetime, post_id: str) -> Post | None:
    """The post that was picked, if it is one of those that were offered."""
    return next((post for post in near(case, at) if str(post.pk) == post_id), None)
