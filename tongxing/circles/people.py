"""Finding people for a circle: by name, and by what brings them near to a child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongxing.accounts.models import Person, Post
from tongxing.accounts.queries import phone_digest, with_phones
from tongxing.accounts.roles import ROLES
from tongxing.accounts.rules import RecordCheck
from tongxing.children.models import Child, State
from tongxing.circles import queries, roles, rules
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.circles.rules import Candidate, Proposal, Spot
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.queries import short_names

# Whose holders are proposed first for a role of the circle: a teacher for the paired teacher …
POOLS: Mapping[str, tuple[str, ...]] = {
    "case_social_worker": ("social_worker",),
    "counsellor": ("social_worker",),
    "village_owner": ("child_director",),
    "township_owner": ("supervisor",),
    "village_cadre": ("child_director",),
}
FOUND = 20
PROPOSED = 6
MOST = 2_000  # people who are compared with a child


@dataclass(slots=True)
class Known:
    """A person with what is known of where they work."""

    person: Person
    posts: list[Post] = field(default_factory=list)
    places: set[int] = field(default_factory=set)  # villages of the children in whose circles they stand
    villages: str = ""  # those in words

    @property
    def spot(self) -> Spot:
        at = {post.place_id for post in self.posts} | self.places
        schools = {name for post in self.posts for name in (str(post.unit_id or ""), post.unit_name) if name}
        return Spot(
            places=frozenset(code for code in at if codes.level(code) == Level.VILLAGE),
            townships=frozenset(codes.at_level(code, Level.TOWNSHIP) for code in at if codes.level(code) >= Level.TOWNSHIP),
            schools=frozenset(schools),
        )

    @property
    def words(self) -> str:
        """教师 · 夷陵区冯家湾小学; of somebody without a post, where they stand beside children."""
        posts = "；".join(" · ".join(filter(None, (str(post.definition.name), post.unit_name or post.place.short_name))) for post in self.posts)
        return posts or self.villages


def spot_of(child: Child) -> Spot:
    return Spot(
        places=frozenset({child.scope_place}),
        townships=frozenset({codes.at_level(child.scope_place, Level.TOWNSHIP)}),
        schools=frozenset(name for name in (str(child.school_id or ""), child.school_name) if name),
    )


def area(by: Post) -> tuple[int, int]:
    """Where people are looked for: the county of the post, or what lies below it."""
    county = codes.at_level(by.place_id, Level.COUNTY) if codes.level(by.place_id) >= Level.COUNTY else by.place_id
    return codes.span(county)


def within(by: Post, on: date) -> QuerySet[Person]:
    """People who hold a post in the area, or stand in a circle of the scope; those whom the record check bars are left out."""
    lo, hi = area(by)
    administrators = [role.id for role in ROLES.values() if role.administrator]
    posts = Post.objects.held(on).filter(person=OuterRef("pk"), place__code__range=(lo, hi)).exclude(role__in=administrators)
    circles = Membership.objects.filter(person=OuterRef("pk"))
    fit = Q(record_checked_on=None) | Q(record_check_clear=True)
    return Person.objects.filter(fit, Exists(posts) | Exists(circles), merged_into=None)


def search(text: str, by: Post, on: date) -> list[Known]:
    """People by the beginning of their name, its pinyin or initials, or by their whole telephone."""
    word = " ".join(text.split()).lower()
    if not word:
        return []
    spelled = word.replace(" ", "")
    named = Q(name__startswith=word) | Q(pinyin__startswith=spelled) | Q(initials__startswith=spelled) | Q(phone_digest=phone_digest(word))
    return known(within(by, on).filter(named).order_by("pinyin", "id")[:FOUND], on)


def known(people: Iterable[Person], on: date) -> list[Known]:
    """These people with the posts that they hold and the villages in which they stand beside children of the scope."""
    found = {person.pk: Known(person) for person in people}
    for post in Post.objects.held(on).filter(person__in=found).select_related("place", "person").order_by("since", "id"):
        found[post.person_id].posts.append(post)
    for person_id, place in Membership.objects.filter(queries.holding(on), person__in=found).order_by().values_list("person", "scope_place").distinct():
        found[person_id].places.add(place)
    named = short_names({place for each in found.values() if not each.posts for place in each.places})
    for each in found.values():
        each.villages = "、".join(named[place] for place in sorted(each.places) if place in named) if not each.posts else ""
    return list(found.values())


def pool(role: RoleAt, by: Post, on: date) -> list[Known]:
    """Whom one would ask for this role: holders of the posts that go with it, and who does it already. Without the yearly check nobody is proposed (art. 62)."""
    lo, hi = area(by)
    posts = Post.objects.held(on).filter(role__in=("teacher",) if roles.of_school(role) else POOLS.get(role.id, ()), place__code__range=(lo, hi), deputy_of=None)
    posts = posts.exclude(pk__in=Post.objects.withheld(on))
    serving = Membership.objects.filter(queries.holding(on), role=role.id, person__isnull=False)
    chosen = within(by, on).filter(Q(pk__in=posts.values("person")) | Q(pk__in=serving.values("person")))
    return [each for each in known(chosen.order_by("pinyin", "id")[:MOST], on) if fit(each, on)]


def fit(each: Known, on: date) -> bool:
    """Whether somebody may be proposed: nothing was found, and whoever's post needs the yearly check has it."""
    if each.person.record_check(on) is RecordCheck.FOUND:
        return False
    return not any(post.powers_withheld(on) for post in each.posts)


def candidates(role: RoleAt, by: Post, on: date) -> tuple[dict[UUID, Known], list[Candidate[UUID]]]:
    found = {each.person.pk: each for each in pool(role, by, on)}
    carried = queries.loads(found, on)
    return found, [
        Candidate(key=person_id, spot=each.spot, load=carried[person_id][role.id] if person_id in carried else 0, name=each.person.pinyin) for person_id, each in found.items()
    ]


def proposed(child: Child, role: RoleAt, by: Post, on: date) -> list[tuple[Known, Proposal[UUID]]]:
    """Who might take one child, best first; who stands there already is left out."""
    found, offered = candidates(role, by, on)
    there = set(Membership.objects.filter(child=child, role=role.id, until=None).values_list("person_id", flat=True))
    ranked = rules.proposals(spot_of(child), [each for each in offered if each.key not in there], role.load)
    return [(found[each.key], each) for each in ranked[:PROPOSED]]


@dataclass(frozen=True, slots=True)
class Companion:
    """A child who might be another's companion."""

    child: Child
    near: rules.Near
    years: int
    companions: int


YEARS_APART = 3


def companions(child: Child, role: str, on: date, *, limit: int = 30) -> list[Companion]:
    """Children of the scope who might be companions, the nearest first (P4-3): same village or school before the township, of about the same age."""
    spot = spot_of(child)
    (township,) = spot.townships
    near = Q(scope_place__range=codes.span(township)) | (Q(school_id=child.school_id) if child.school_id else Q(pk__in=[]))
    born = Q(born__range=(_years(child.born, -YEARS_APART), _years(child.born, YEARS_APART)))
    taken = Membership.objects.filter(child=child, role=role, until=None).values("peer")
    others = list(Child.objects.filter(near, born, state=State.CURRENT).exclude(pk=child.pk).exclude(pk__in=taken).exclude(household_id=child.household_id)[:MOST])
    counted = peers_of([each.pk for each in others], role, on)
    found = [Companion(each, rules.nearness(spot, spot_of(each)), abs(each.born.year - child.born.year), counted.get(each.pk, 0)) for each in others]
    return sorted(found, key=lambda one: (rules.DISTANCE[one.near], one.companions > 0, one.years, one.child.sort_key))[:limit]


def peers_of(children: Collection[UUID], role: str, on: date) -> dict[UUID, int]:
    """How many companions each of these children has."""
    found: dict[UUID, int] = defaultdict(int)
    for child_id in Membership.objects.filter(queries.holding(on), child__in=children, role=role, peer__isnull=False).values_list("child", flat=True):
        found[child_id] += 1
    return found


def _years(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def reached(name: str, phone: str) -> Person | None:
    """Somebody with this very name and telephone who is known already, so that nobody is written down twice."""
    digest = phone_digest(phone) if phone.strip() else ""
    return Person.objects.filter(name=" ".join(name.split()), phone_digest=digest, merged_into=None).first() if digest else None


def phones(people: Sequence[Known]) -> None:
    """Open the telephones of many at once."""
    with_phones([each.person for each in people])


def matched(role: str, on: date, picked: Sequence[UUID], *, limit: int) -> list[tuple[Child, Child, rules.Near]]:
    """Children who are to have a circle (or those picked) and have no companion, each beside the nearest other one without: nobody twice."""
    taken = Membership.objects.filter(queries.holding(on), role=role, peer__isnull=False).values("child")
    free = list(Child.objects.filter(state=State.CURRENT).exclude(pk__in=taken).order_by("scope_place", "sort_key", "id")[:MOST])
    first = set(picked) or set(Child.objects.filter(queries.to_care_for(on), pk__in=[child.pk for child in free]).values_list("pk", flat=True))
    spots = {child.pk: spot_of(child) for child in free}
    gone: set[UUID] = set()
    found: list[tuple[Child, Child, rules.Near]] = []
    for child in free:
        if child.pk not in first or child.pk in gone or len(found) >= limit:
            continue
        others = [
            (rules.DISTANCE[near], abs(child.born.year - other.born.year), other.sort_key, other)
            for other in free
            if other.pk not in gone and other.pk != child.pk and other.household_id != child.household_id and abs(child.born.year - other.born.year) <= YEARS_APART
            for near in [rules.nearness(spots[child.pk], spots[other.pk])]
            if near is not rules.Near.COUNTY
        ]
        if others:
            other = min(others, key=lambda one: one[:3])[3]
            found.append((child, other, rules.nearness(spots[child.pk], spots[other.pk])))
            gone |= {child.pk, other.pk}
    return found
