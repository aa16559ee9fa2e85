"""Reading people, posts and vacancies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.models import Place


def posts_of(person: Person) -> QuerySet[Post]:
    """The posts that a person holds today or will hold."""
    return Post.objects.filter(Q(until=None) | Q(until__gt=today()), person=person).select_related("place", "person").order_by("since", "id")


def office_of(person: Person) -> int:
    """Whose auditor reads about this person: the place of the post held, else of the last one, else none."""
    day = today()
    posts = list(Post.objects.filter(person=person).order_by("since", "id").only("place_id", "since", "until"))
    held = [post for post in posts if post.held(day)]
    return (held or posts[-1:])[0].place_id if posts else codes.COUNTRY


def managed_by(manager: Post) -> QuerySet[Post]:
    """The posts whose superior this post is, ended ones included: the SQL twin of `rules.stands_above`."""
    below = Post.objects.filter(place__code__range=codes.span(manager.place_id)).select_related("person", "person__user", "place")
    if manager.role == "security_admin":
        return below.exclude(role="security_admin", place=manager.place_id)
    if manager.definition.administrator:
        return below.none()
    return below.filter(role__in=[role.id for role in ROLES.values() if role.rank > manager.definition.rank and not role.administrator])


def people_managed_by(manager: Post) -> QuerySet[Person]:
    """The people who hold or held one of these posts."""
    return Person.objects.filter(Exists(managed_by(manager).filter(person=OuterRef("pk"))))


def is_superior(manager: Post, person: Person) -> bool:
    """Whether a post stands above everything that a person holds (or last held): one cannot be taken over from below or beside."""
    if manager.person_id == person.id:
        return False
    posts = list(posts_of(person)) or list(Post.objects.filter(person=person).order_by("-until", "-since")[:1])
    return bool(posts) and all(manager.stands_above(post) for post in posts)


def works_near(person: Person, place: int) -> bool:
    """Whether a person holds a post in the place's surroundings: in the place above it, or above that."""
    around = codes.parent(place) or place
    return any(codes.within(post.place_id, around) or codes.within(place, post.place_id) for post in posts_of(person) if post.held())


def vacant(role: str, *, lo: int, hi: int, on: date) -> QuerySet[Place]:
    """Places of the role's level where nobody holds it on that day."""
    held = Post.objects.held(on).filter(place=OuterRef("pk"), role=role, deputy_of=None)
    level = ROLES[role].level
    return Place.objects.valid(on).within(lo, hi).filter(~Exists(held), level=level).order_by("code")


def vacancies(manager: Post, on: date) -> dict[str, QuerySet[Place]]:
    """The places below that lack a director or a supervisor."""
    lo, hi = codes.span(manager.place_id)
    wanted = {"child_director": Level.VILLAGE, "supervisor": Level.TOWNSHIP}
    depth = codes.level(manager.place_id)
    return {role: vacant(role, lo=lo, hi=hi, on=on) for role, level in wanted.items() if level > depth}


def people_by_id(ids: Iterable[object]) -> dict[object, Person]:
    """Names for the lines of a log."""
    return {person.id: person for person in Person.objects.filter(id__in={each for each in ids if each})}
