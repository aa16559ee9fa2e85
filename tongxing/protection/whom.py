"""Who holds a role of a chain where something happened: by office, by the child's circle or class, by another department."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES, Role
from tongxing.caremodels import queries as caremodels
from tongxing.children.models import Child
from tongxing.circles import queries as circles
from tongxing.circles import roles as circle_roles
from tongxing.ground.today import CHINA
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.protection.branches import Step
from tongxing.protection.models import OnCall
from tongxing.units.models import Unit


def holders(role: str, *, place: int, child_id: UUID | None, at: datetime) -> list[Post]:
    """The posts that answer for a role: of the child, where it is known and the role is one of its circle or class; else of the place."""
    on = at.astimezone(CHINA).date()
    if role == PRINCIPAL and child_id is not None and (heads := _heads(child_id, at)):
        return heads
    if child_id is not None:
        found = circles.holders([child_id], role, on).get(child_id, [])
        posts = [holder.post_id for holder in found if holder.post_id and not holder.withheld]
        if posts:
            return list(Post.objects.filter(pk__in=posts).select_related("person", "place"))
    office = ROLES.get(circle_roles.office(role))
    if office is not None:
        return [post for post in at_office(office, place, at) if not post.powers_withheld(on)]
    department = department_of(role)
    return department_posts(department, place, at) if department else []


PRINCIPAL = "principal"
HEADS = ("校长", "园长")  # as a teacher's post says beside the subject (兼任职务)


def _heads(child_id: UUID, at: datetime) -> list[Post]:
    """Who heads the child's school. Where no post says so, the school's teachers answer for it as the circle knows them."""
    child = Child.objects.filter(pk=child_id).exclude(school_name="").first()
    if child is None:
        return []
    county = codes.at_level(child.scope_place, Level.COUNTY)
    posts = _held(at).filter(role="teacher", unit_name=child.school_name, place__code__range=codes.span(county))
    return [post for post in posts if any(word in post.concurrent for word in HEADS) and not post.powers_withheld(at.astimezone(CHINA).date())]


def without_a_post(role: str, *, child_id: UUID | None, at: datetime) -> list[str]:
    """The names of those of a child's circle who hold a role and have no sign-in: a grandmother's neighbour, a village cadre. They have a telephone."""
    if child_id is None:
        return []
    return [holder.name for holder in circles.holders([child_id], role, at.astimezone(CHINA).date()).get(child_id, []) if holder.post_id is None]


def who_does(step: Step, *, place: int, child_id: UUID | None, at: datetime) -> list[Post]:
    """The posts that usually do a step of a checklist."""
    if step.department:
        return department_posts(step.department, place, at)
    return holders("principal" if step.who == "school" else step.who, place=place, child_id=child_id, at=at)


def at_office(role: Role, place: int, at: datetime) -> list[Post]:
    """Who holds an office at a place's own level of it; nobody where the place is above that level."""
    if codes.level(place) < role.level:
        return []
    return list(_held(at).filter(role=role.id, place=codes.at_level(place, role.level)))


def department_posts(department: str, place: int, at: datetime) -> list[Post]:
    """The contacts of an authority that serves a place: of its township, else of its county."""
    chain = [code for code in codes.chain(place) if codes.level(code) >= Level.COUNTY]
    units = {unit.pk: unit.place_id for unit in Unit.objects.valid(at.astimezone(CHINA).date()).filter(kind="department", department=department, place__in=chain)}
    posts = list(_held(at).filter(role="department", unit_id__in=list(units)))
    nearest = max((codes.level(post.place_id) for post in posts), default=None)
    return [post for post in posts if codes.level(post.place_id) == nearest]


def department_of(role: str) -> str:
    """The authority (a code of units) that a role outside is; empty where it is none."""
    try:
        return caremodels.role(role).department
    except KeyError:
        return ""


def outside(role: str) -> bool:
    """Whether nobody of the house holds the role, and it is told by hand where no contact has a post."""
    try:
        return caremodels.role(role).kind in ("outside", "family")
    except KeyError:
        return False


def on_call(place: int, at: datetime) -> list[Post]:
    """Who is on duty (值班表) where something happened: at the township, else the county; where no roster says, the county's officers."""
    chain = [code for code in codes.chain(place) if codes.level(code) in (Level.COUNTY, Level.TOWNSHIP)]
    rows = [
        row
        for row in OnCall.objects.filter(place__in=chain, since__lte=at, until__gt=at).select_related("post__person", "post__place")
        if row.post.held(at.astimezone(CHINA).date())
    ]
    county = [row.post for row in rows if codes.level(row.place) == Level.COUNTY]
    township = [row.post for row in rows if codes.level(row.place) == Level.TOWNSHIP]
    return [*township, *county] if county else [*township, *officers(place, at, "county_officer")]


def officers(place: int, at: datetime, role: str) -> list[Post]:
    """Those who hold an office above a place (督导员, 县民政干部 …)."""
    return at_office(ROLES[role], place, at)


def roles_of(post: Post, *, child_id: UUID | None, at: datetime) -> set[str]:
    """The roles in which somebody reports: by office, and those that the child's circle gives."""
    found = {post.role}
    for role in caremodels.roles(post.place_id, at.astimezone(CHINA).date()):
        if role.kind == "post" and role.post == post.role:
            found.add(role.id)
    if child_id is not None:
        on = at.astimezone(CHINA).date()
        found |= set(circles.held_by([post.person_id], on).filter(child=child_id).values_list("role", flat=True))
        if post.role == "teacher" and any(holder.post_id == post.pk for holder in circles.holders([child_id], "class_teacher", on).get(child_id, [])):
            found.add("class_teacher")
    return found


def anyone(place: int, at: datetime) -> set[str]:
    """The roles of care models in which everybody reports: the law's reporter."""
    return {role.id for role in caremodels.roles(place, at.astimezone(CHINA).date()) if role.kind == "anyone"}


def _held(at: datetime) -> QuerySet[Post]:
    return PostQuerySet(Post).held(at.astimezone(CHINA).date()).filter(Q(deputy_of=None) | Q(deputy_of__isnull=False)).select_related("person", "place")
