"""The demo county, from an empty database to today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Child
from tongxing.children.new import NewChild
from tongxing.demo import COUNTY, cases, guardianship, hotline, letters, notices, plans, promises, returns, samples
from tongxing.demo import life as lives
from tongxing.demo import staff as staffing
from tongxing.demo.county import CHILDREN, County, Household, township_of, townships_of
from tongxing.demo.life import CHUNK, Life, on_day
from tongxing.demo.people import People
from tongxing.demo.schools import Schools
from tongxing.demo.staff import Staff
from tongxing.ground import scope
from tongxing.ground.folders import var
from tongxing.ground.today import today
from tongxing.places import actions as places
from tongxing.places import lists
from tongxing.units.rules import bounds, school_year

SEED = 420506
FIRST_DAY = timedelta(days=20)  # after the beginning of the last school year but one
NEWCOMERS = 70

type Say = Callable[[str, int, int], None]


def load(say: Say, *, share: float = 1) -> Staff:
    """Make everything. ``say(step, done, total)`` is called as the work goes on; ``share`` makes a smaller county for tests."""
    now = today()
    year = school_year(now) - 1
    start = bounds(year)[0] + FIRST_DAY
    people = People(Random(SEED))  # noqa: S311 - the same county every time
    say("places", 0, 1)
    places.apply_list(found=lists.shipped(), on=lists.EDITION, complete=False, by=None)
    schools = Schools(people.rng, year)
    townships = townships_of(COUNTY, share=share)
    with on_day(start - timedelta(days=2)):
        staff = staffing.hire(people, townships)
    with on_day(start - timedelta(days=1)):
        schools.open(townships)
    county = County(people, schools, start, now, townships, round(CHILDREN * share))
    households = list(county.households())
    _register(households, staff, start, say)
    with on_day(now):
        children = list(Child.objects.order_by("scope_place", "id"))
    life = Life(county, staff)
    for days in range(300, (now - start).days, 300):
        life.plan(start + timedelta(days=days), lambda: staffing.renew_checks(staff, people))
    lives.plan_everything(life, children)
    lives.newcomers(life, _newcomers(county, households, round(NEWCOMERS * share)))
    returns.plan(life)
    notices.plan(life)
    promises.plan(life)
    guardianship.plan(life, children)
    life.live()
    with on_day(now):
        everybody = list(Child.objects.order_by("scope_place", "id"))
        lives.report_categories(life, everybody)
        lives.determine(life, everybody)
        lives.merge_duplicates(life, everybody)
        lives.show_to_others(life, everybody)
    lives.hand_over(life, everybody)
    lives.go_on_leave(life, everybody)
    hotline.answer(staff, everybody, now)
    with on_day(now):
        actions.recompute([child.id for child in everybody])
        promises.finish()
        plans.make(life)
        guardianship.admonish(life, list(Child.objects.order_by("scope_place", "id")))
    letters.make(life)
    with transaction.atomic(), scope.whole_country(why="cases are told forward from hours ago until now"):
        cases.make(life)
    with on_day(now):
        samples.write(county, var() / "demo")
    return staff


def _register(households: list[Household], staff: Staff, start: date, say: Say) -> None:
    """The first registration, township by township; what needs the county's confirmation comes with the county's list."""
    by_post: dict[tuple[int, bool], list[NewChild]] = {}
    for household in households:
        for child in household.children:
            by_post.setdefault((township_of(household.village), bool(child.categories)), []).append(child)
    total = sum(len(household.children) for household in households)
    done = 0
    for (township, county_wide), new in sorted(by_post.items()):
        by: Post = staff.officer if county_wide else staff.supervisors[township]
        for at in range(0, len(new), CHUNK):
            part = new[at : at + CHUNK]
            with on_day(start):
                actions.register_many(new=part, by=by, approved=True, source="摸底排查台账")
            done += len(part)
            say("children", done, total)


def _newcomers(county: County, households: list[Household], count: int) -> list[tuple[date, list[NewChild]]]:
    """Households found later, most of them months ago, some in the last days."""
    rng = county.rng
    found = []
    for number in range(count):
        day = county.now - timedelta(days=rng.randint(0, 12) if number % 3 == 0 else rng.randint(13, (county.now - county.on).days))
        village = rng.choice(households).village if number > 4 else 420506001001
        household = county.household(village, rng.choice([1, 1, 2]), story=rng.choice(["both_away", "divorced", "one_away", "unsupported", "just_left"]), on=day)
        found.append((day, household.children))
    return found
