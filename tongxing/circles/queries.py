"""Reading circles: who holds which place, what is vacant, how much somebody carries. The SQL twin of `rules`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.children.finding.conditions import any_of
from tongxing.children.models import Category, Child, State
from tongxing.circles import roles, rules
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.places import codes

STATUSES = ("left_behind", "unsupported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who answers for a role of a child: by a membership of the circle, or by office (``membership_id`` None).

    ``deputy``: stands in for the holder. ``withheld``: lacks the record check of art. 62 and may not work with children.
    """

    person_id: UUID
    name: str
    post_id: UUID | None = None
    membership_id: UUID | None = None
    team: str = ""
    deputy: bool = False
    withheld: bool = False


def holding(on: date) -> Q:
    """Memberships whose bearer answers for the place on that day (`rules.holds`)."""
    within = Q(Q(until=None) | Q(until__gt=on), since__lte=on)
    in_post = Q(post=None) | Q(Q(post__until=None) | Q(post__until__gt=on), post__since__lte=on)
    serving = Q(person__merged_into=None) & (Q(person__record_checked_on=None) | Q(person__record_check_clear=True))
    return within & in_post & (Q(person=None) | serving)


def answered_by(post: Post) -> Q:
    """The memberships for which the holder of a post answers: the own ones; a deputy's (AB岗) those of the principal, too, by that post or without any."""
    own = Q(person=post.person_id)
    principal = post.deputy_of
    return own | Q(Q(post=principal) | Q(post=None), person=principal.person_id) if principal else own


def fact(row: Membership) -> rules.Member:
    """A membership as the rules see it; person and post must be at hand."""
    person, post = row.person, row.post
    return rules.Member(
        role=row.role,
        since=row.since,
        until=row.until,
        post_since=post.since if post else None,
        post_until=post.until if post else None,
        gone=person is not None and person.merged_into_id is not None,
        barred=person is not None and person.record_checked_on is not None and not person.record_check_clear,
    )


def members(children: Collection[UUID], on: date) -> QuerySet[Membership]:
    """Memberships that run on that day, also of those who no longer serve; person and post at hand."""
    running = Q(Q(until=None) | Q(until__gt=on), since__lte=on)
    return Membership.objects.filter(running, child__in=children).select_related("person", "post").order_by("since", "id")


OF_THE_CLASS = "class"  # why a child is shown to a teacher


def holders(children: Sequence[UUID], role: str, on: date) -> dict[UUID, list[Holder]]:
    """Who answers for a role of these children on a day. Children outside the scope, or for whom nobody does, are missing.

    A role of office (``child_director``, ``supervisor`` …) is held by the posts at the child's village, township or county; a role of
    the circle by its members; one of a class or school by the teachers to whom the child is shown as one of the class.
    """
    if roles.of_a_unit(role):
        return _by_grant(children, "teacher", on, cause=OF_THE_CLASS)
    definition = ROLES.get(roles.office(role))
    if definition is None:
        return _of_the_circle(children, role, on)
    return _by_office(children, definition.id, on) if definition.sees is Sees.PLACE else _by_grant(children, definition.id, on)


def _of_the_circle(children: Sequence[UUID], role: str, on: date) -> dict[UUID, list[Holder]]:
    found: dict[UUID, list[Holder]] = defaultdict(list)
    rows = list(members(children, on).filter(holding(on), role=role, person__isnull=False))
    deputies = _deputies({row.person_id for row in rows if row.person_id}, on)
    for row in rows:
        assert row.person
        withheld = row.post is not None and _withheld(row.post, row, on)
        found[row.child_id].append(Holder(person_id=row.person.pk, name=row.person.name, post_id=row.post_id, membership_id=row.pk, team=row.team, withheld=withheld))
    for row in rows:
        for post in deputies.get(row.person_id, ()):
            if row.post_id in (None, post.deputy_of_id) and post.person_id not in {each.person_id for each in found[row.child_id]}:
                found[row.child_id].append(_in_office(post, on))
    return dict(found)


def _deputies(people: Collection[UUID], on: date) -> dict[UUID | None, list[Post]]:
    """Who stands in for these people that day (AB岗), by the person."""
    found: dict[UUID | None, list[Post]] = defaultdict(list)
    for post in Post.objects.held(on).filter(deputy_of__person__in=people).select_related("person", "deputy_of").order_by("since", "id") if people else ():
        assert post.deputy_of
        found[post.deputy_of.person_id].append(post)
    return found


def _withheld(post: Post, row: Membership, on: date) -> bool:
    assert row.person
    return post.definition.record_check and not row.person.record_check_holds(on)


def _by_office(children: Sequence[UUID], role: str, on: date) -> dict[UUID, list[Holder]]:
    level = ROLES[role].level
    seats = {child_id: codes.at_level(place, level) for child_id, place in Child.objects.filter(pk__in=children).values_list("pk", "scope_place")}
    here: dict[int, list[Holder]] = defaultdict(list)
    for post in _posts(role, on).filter(place__in=set(seats.values())):
        here[post.place_id].append(_in_office(post, on))
    return {child_id: here[seat] for child_id, seat in seats.items() if seat in here}


def in_class(post: Post, on: date) -> QuerySet[Grant]:
    """The children of a teacher's class, by what shows them to the post; to a deputy (AB岗), those of the principal's."""
    return Grant.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, post_id=post.grantee, cause=OF_THE_CLASS)


def _by_grant(children: Sequence[UUID], role: str, on: date, cause: str = "") -> dict[UUID, list[Holder]]:
    """Posts that see single children: those to whom the child was granted, and their deputies."""
    visible = set(Child.objects.filter(pk__in=children).values_list("pk", flat=True))
    granted: dict[UUID, set[UUID]] = defaultdict(set)
    running = Grant.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, child_id__in=visible, **({"cause": cause} if cause else {}))
    for child_id, post_id in running.values_list("child_id", "post_id"):
        granted[child_id].add(post_id)
    asked = {post_id for each in granted.values() for post_id in each}
    posts: dict[UUID, list[Post]] = defaultdict(list)
    for post in _posts(role, on).filter(Q(pk__in=asked) | Q(deputy_of__in=asked)):
        posts[post.grantee].append(post)
    found = {child_id: [_in_office(post, on) for each in sorted(ids) for post in posts[each]] for child_id, ids in granted.items()}
    return {child_id: each for child_id, each in found.items() if each}


def _posts(role: str, on: date) -> QuerySet[Post]:
    """Those who hold a role, the principal before the deputies."""
    return Post.objects.held(on).filter(role=role).select_related("person").order_by(F("deputy_of").asc(nulls_first=True), "since", "id")


def _in_office(post: Post, on: date) -> Holder:
    return Holder(person_id=post.person_id, name=post.person.name, post_id=post.pk, deputy=post.deputy_of_id is not None, withheld=post.powers_withheld(on))


def to_care_for(on: date) -> Q:
    """Children around whom a circle is to stand (YL-2 每名留守儿童(困境儿童)): left behind, de-facto unsupported, or in a confirmed category."""
    standing = any_of(Q(**{f"{status}_since__lte": on, f"{status}_until__gt": on}) for status in STATUSES)
    confirmed = Category.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, state=Category.State.CONFIRMED).values("child_id")
    return Q(state=State.CURRENT) & (standing | Q(pk__in=confirmed))


def lacking(at: Mapping[int, Sequence[RoleAt]], on: date, *, role: str = "") -> Q:
    """Children of these places who lack somebody in a place of the circle; ``role``: in that one. Says nothing of who is to have a circle."""
    wanted: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, asked in at.items():
        for each in asked:
            if each.least > 0 and role in ("", each.id):
                wanted[each.id, each.least].append(place)
    everywhere, schooled = len(at), ~Q(school_name="")
    of_school = {each.id for asked in at.values() for each in asked if roles.of_school(each)}
    return any_of(
        _fewer(role_id, least, places, on) & (Q() if len(places) == everywhere else Q(scope_place__in=places)) & (schooled if role_id in of_school else Q())
        for (role_id, least), places in sorted(wanted.items())
    )


def _fewer(role: str, least: int, places: Sequence[int], on: date) -> Q:
    """Children of these places for whom fewer than ``least`` people hold the role."""
    if least == 1:
        return Q(~Exists(Membership.objects.filter(holding(on), child=OuterRef("pk"), role=role)))
    held = Membership.objects.filter(holding(on), child=OuterRef("pk"), role=role).order_by().values("child").annotate(n=Count("pk")).values("n")
    counted = Child.objects.filter(scope_place__in=places).annotate(held=Coalesce(Subquery(held, output_field=IntegerField()), 0))
    return Q(pk__in=counted.filter(held__lt=least).values("pk"))


def villages() -> list[int]:
    """The places of the scope that have children, in order."""
    return sorted(Child.objects.filter(state=State.CURRENT).order_by().values_list("scope_place", flat=True).distinct())


def held_by(people: Iterable[UUID], on: date) -> QuerySet[Membership]:
    """What these people hold that day, of children on the register."""
    return Membership.objects.filter(holding(on), person__in=list(people), child__state=State.CURRENT)


def loads(people: Iterable[UUID], on: date) -> dict[UUID, Counter[str]]:
    """How many children each person has, by role, in the whole country: a number reveals no child."""
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    with scope.whole_country(why="a person's load counts every child; the number reveals none"):
        counted = held_by(people, on).order_by().values_list("person", "role").annotate(n=Count("child", distinct=True))
        for person, role, number in counted:
            found[person][role] = number
    return found


def load_of(person: UUID, on: date) -> Counter[str]:
    """How many children one person has, by role."""
    return loads([person], on).get(person, Counter())
