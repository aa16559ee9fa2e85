"""Who answers for promises, in words and people: by office where the promise lies, by a place in the child's circle, or because it was given to somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Person as Somebody
from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.circles import queries as circles
from tongxing.circles import roles as circle_roles
from tongxing.circles.models import Membership
from tongxing.duties import queries as duties
from tongxing.duties import seeing
from tongxing.duties.models import Duty, Rule
from tongxing.places import codes


def office(rule: Rule) -> str:
    """The role of accounts that promises it by office; of a promise of the circle the empty text."""
    return duties.offices_of(rule.who)


def in_circle(rule: Rule) -> bool:
    """Whether a member of the child's circle promises it."""
    return rule.about == "child" and not office(rule)


def role_word(rule: Rule) -> str:
    return str(ROLES[rule.who].name) if rule.who in ROLES else circle_roles.known_name(rule.who)


def rules_of(place: int) -> list[Rule]:
    """Every rule that has asked something of the places below one, or of it."""
    lo, hi = codes.span(place)
    return list(Rule.objects.filter(lo__lte=hi, hi__gte=lo).order_by("model", "duty", "id"))


def seat(rule: Rule, place: int) -> int:
    """Where whoever holds the office sits who answers for a promise at a place."""
    role = ROLES.get(office(rule))
    return codes.at_level(place, role.level) if role else place


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers for a promise, or stands in for whoever does (AB岗)."""

    id: UUID
    name: str
    deputy: bool = False
    withheld: bool = False  # lacks the record check of art. 62 and may not work with children


def principals(people: Sequence[Person]) -> list[Person]:
    """Without those who stand in, unless nobody else is there."""
    return [each for each in people if not each.deputy] or list(people)


def of_duties(found: Collection[Duty], rules: Mapping[int, Rule], on: date) -> dict[UUID, list[Person]]:
    """Who answers for each of these promises on a day. What nobody holds, or was given to somebody who cannot see it, is missing."""
    names = dict(Somebody.objects.filter(pk__in={duty.assigned_to for duty in found if duty.assigned_to}).values_list("id", "name"))
    lost = seeing.unseen(found, on)
    people = {duty.id: [Person(duty.assigned_to, names[duty.assigned_to])] for duty in found if duty.assigned_to in names and duty.id not in lost}
    left = [duty for duty in found if duty.id not in people and duty.id not in lost]
    about_children = [duty for duty in left if duty.child_id]
    for duty_id, holders in duties.holders(about_children, rules, on).items() if about_children else ():
        if holders:
            people[duty_id] = [Person(each.person_id, each.name, each.deputy, each.withheld) for each in holders]
    others = [duty for duty in left if not duty.child_id]
    taught = duties.teachers([duty for duty in others if not office(rules[duty.rule_id])], on)
    people |= {duty_id: [_seated(post, on) for post in posts] for duty_id, posts in taught.items()}
    return people | _in_office([duty for duty in others if office(rules[duty.rule_id])], rules, on)


def _in_office(found: Sequence[Duty], rules: Mapping[int, Rule], on: date) -> dict[UUID, list[Person]]:
    """Those about places, schools and posts: who sits where the promise lies, or above it."""
    if not found:
        return {}
    wanted = {duty.id: (office(rules[duty.rule_id]), seat(rules[duty.rule_id], duty.scope_place)) for duty in found}
    held: dict[tuple[str, int], list[Person]] = defaultdict(list)
    posts = Post.objects.held(on).filter(role__in={role for role, _place in wanted.values()}, place__in={place for _role, place in wanted.values()})
    for post in posts.select_related("person").order_by("since", "id"):
        held[post.role, post.place_id].append(_seated(post, on))
    return {duty_id: held[spot] for duty_id, spot in wanted.items() if spot in held}


def _seated(post: Post, on: date) -> Person:
    return Person(post.person_id, post.person.name, post.deputy_of_id is not None, post.powers_withheld(on))


def of_person(person: UUID, rules: Iterable[Rule], at: datetime, on: date) -> Q:
    """The promises of a person in all posts and circles, as far as the active scope goes."""
    found = Q(assigned_to=person)
    for post in Post.objects.held(on).filter(person=person).select_related("person", "place"):
        if post.definition.sees is not Sees.NOTHING:
            found |= duties.mine(post, at)
    children: dict[str, list[UUID]] = defaultdict(list)
    for role, child in Membership.objects.filter(circles.holding(on), person=person).values_list("role", "child_id"):
        children[role].append(child)
    known = list(rules)
    for role, ids in children.items():
        found |= Q(rule_id__in=[rule.id for rule in known if in_circle(rule) and rule.who == role], subject_id__in=ids, assigned_to=None)
    return found
