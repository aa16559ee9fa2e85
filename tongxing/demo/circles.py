"""Who stands around the children of the demo county: neighbours, teachers, cadres, social workers and teams, joined the day the model was adopted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Person, Post
from tongxing.children.models import Child
from tongxing.circles import actions, queries
from tongxing.demo import COUNTY
from tongxing.demo.life import Life
from tongxing.demo.people import MAN, WOMAN
from tongxing.demo.staff import Account
from tongxing.ground.today import today
from tongxing.places.models import Place

VACANT = 0.06  # seats that nobody has taken
NEIGHBOURS = 3  # of a village
TEACHERS = 5  # of a school
WORKERS = 9  # social workers of the county
OF_A_TEACHER = 2  # 每位教师两位 (P3-2)
FILL = 400
WORKER = "case_social_worker"


@dataclass(slots=True)
class Helpers:
    """Those who can be asked: by village, by school, and the social workers of the county."""

    neighbours: dict[int, list[Person]] = field(default_factory=dict)
    cadres: dict[int, Person] = field(default_factory=dict)
    leaders: dict[int, Person] = field(default_factory=dict)
    teachers: dict[UUID, list[Person]] = field(default_factory=lambda: defaultdict(list))
    workers: list[Person] = field(default_factory=list)
    posts: dict[UUID, Post] = field(default_factory=dict)  # of the workers, by person


def surround(life: Life) -> Helpers:
    """Give every child whom the model speaks of its circle; some seats stay empty, and one village has nobody yet."""
    children = list(Child.objects.filter(queries.to_care_for(today())).order_by("scope_place", "sort_key", "id"))
    helpers = _found(life, children)
    by = life.staff.officer
    pairs: dict[str, dict[UUID, UUID]] = defaultdict(dict)
    teams: dict[int, list[UUID]] = defaultdict(list)
    taught: dict[UUID, int] = defaultdict(int)
    bare = children[-1].scope_place if children else 0
    for number, child in enumerate(children):
        village = child.scope_place
        if village == bare:
            continue
        asked = {"loving_neighbour": life.rng.choice(helpers.neighbours[village]), "village_cadre": helpers.cadres[village], WORKER: helpers.workers[number % WORKERS]}
        if child.school_id and (teacher := _least_taken(helpers.teachers[child.school_id], taught)):
            asked["paired_teacher"] = teacher
            taught[teacher.id] += 1
        for role, person in asked.items():
            if life.rng.random() > VACANT:
                pairs[role][child.id] = person.id
        if life.rng.random() > VACANT:
            teams[village].append(child.id)
    for role, given in pairs.items():
        for part in _parts(given):
            actions.assign_many(pairs=part, role=role, by=by)
    names = dict(Place.objects.filter(code__in=teams).values_list("code", "short_name"))
    for village, ids in sorted(teams.items()):
        actions.assign_many(pairs=dict.fromkeys(ids, helpers.leaders[village].id), role="care_team", team=f"{names[village]}爱心服务队", by=by)
    return helpers


def _parts(pairs: dict[UUID, UUID]) -> Iterable[dict[UUID, UUID]]:
    items = sorted(pairs.items())
    return (dict(items[at : at + FILL]) for at in range(0, len(items), FILL))


def _least_taken(teachers: Sequence[Person], taught: dict[UUID, int]) -> Person | None:
    """Two children each first; nobody stays unpaired because all have two."""
    return min(teachers, key=lambda person: (taught[person.id] >= OF_A_TEACHER, taught[person.id]), default=None)


def _found(life: Life, children: Sequence[Child]) -> Helpers:
    """People of each village and school that has such children."""
    helpers = Helpers()
    for village in sorted({child.scope_place for child in children}):
        helpers.neighbours[village] = [_person(life, WOMAN if number else MAN) for number in range(NEIGHBOURS)]
        helpers.cadres[village] = _person(life, MAN)
        helpers.leaders[village] = _person(life, WOMAN)
    known = {post.role: post for post in life.staff.known}
    for school_id, school in sorted({(child.school_id, child.school_name) for child in children if child.school_id}, key=lambda each: each[1]):
        helpers.teachers[school_id] = [_person(life, WOMAN) for _ in range(TEACHERS)]
        if school == known["teacher"].unit_name:
            helpers.teachers[school_id].insert(0, known["teacher"].person)
    helpers.workers = [known["social_worker"].person, *(_worker(life, number, helpers) for number in range(1, WORKERS))]
    helpers.posts[known["social_worker"].person_id] = known["social_worker"]
    return helpers


def _person(life: Life, sex: str) -> Person:
    adult = life.county.people.adult(sex, life.now - timedelta(days=365 * life.rng.randint(30, 58)))
    return accounts.add_person(name=adult.name, phone=adult.phone, by=None)


def _worker(life: Life, number: int, helpers: Helpers) -> Person:
    """A social worker with a post, so that she sees the files of her children and logs her own visits."""
    person = _person(life, WOMAN if number % 3 else MAN)
    accounts.record_check(person=person, on=today() - timedelta(days=life.rng.randint(5, 60)), clear=True, by=None)
    account = Account("", person.name, "social_worker", COUNTY, "青山社会工作服务中心")
    helpers.posts[person.id] = accounts.appoint(person=person, role=account.role, place=account.place, since=today() - timedelta(days=200), unit_name=account.unit, by=None)
    return person
