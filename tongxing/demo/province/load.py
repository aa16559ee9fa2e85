"""A register of so many children, from an empty database on: places, schools, posts, then county by county on every core, then the indexes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.demo import COUNTY
from tongxing.demo import staff as staffing
from tongxing.demo.life import on_day
from tongxing.demo.models import PASSWORD, Demo
from tongxing.demo.people import WOMAN, People
from tongxing.demo.province import check, counties, indexes, processes
from tongxing.demo.province.build import SEED, build
from tongxing.demo.province.counties import Part
from tongxing.demo.schools import open_offices
from tongxing.ground.today import today
from tongxing.places import actions as places
from tongxing.places import lists, package
from tongxing.places.models import Place

POLL = 0.5  # seconds

type Say = Callable[[str, int, int], None]


def load(say: Say, *, children: int, workers: int | None = None) -> None:
    """Make what is still missing. Cut off at any moment, the next run goes on behind the last county that was written."""
    mark = Demo.objects.get()
    now = today()
    if not mark.accounts:
        _places(say, children)
        parts = counties.parts(children)
        _schools(say, parts)
        mark.accounts = _staff(say, parts)
        mark.save(update_fields=["accounts"])
    parts = [part for part in counties.parts(children) if part.number not in mark.done]
    if parts:
        indexes.take_off()
        _children(say, parts, children, now, min(len(parts), os.cpu_count() or 1) if workers is None else workers)
    indexes.put_back(say)
    check.verify(say)


def _places(say: Say, children: int) -> None:
    """The county's own list is shipped; a register that needs more villages than it has takes the whole country's."""
    say("places", 0, 1)
    if not Place.objects.exists():
        places.apply_list(found=lists.shipped(), on=lists.EDITION, complete=False, by=None)
    if counties.room() < children:
        places.apply_list(found=lists.read(package.fetch()), on=lists.EDITION, complete=False, by=None, progress=lambda done, total: say("places", done, total))
    if counties.room() < children:
        raise ValueError(f"There are villages for {counties.room():,} children, not for {children:,}.")
    say("places", 1, 1)


def _schools(say: Say, parts: list[Part]) -> None:
    for done, part in enumerate(parts, 1):
        with transaction.atomic():
            counties.open_schools(Place.objects.get(code=part.county), counties.townships(part.county))
        say("schools", done, len(parts))


def _staff(say: Say, parts: list[Part]) -> list[dict[str, str]]:
    """Everybody of the demo's own county, and one officer in each of the others. In one transaction: a run that is cut off here begins here."""
    people = People(Random(SEED))  # noqa: S311 — the same people every time
    with on_day(today()):
        open_offices()
        staff = staffing.hire(people, counties.townships(COUNTY))
        hashed = make_password(PASSWORD)
        for done, part in enumerate(parts[1:], 1):
            name = people.adult(WOMAN, date(1980, 1, 1)).name
            _officer(name, part.county, hashed, people)
            say("posts", done, len(parts) - 1)
        return [{"role": str(post.definition.name), "username": post.person.user.username, "name": post.person.name, "place": post.place.full_name} for post in staff.known]


def _officer(name: str, county: int, hashed: str, people: People) -> Post:
    person = accounts.add_person(name=name, phone=people.phone(), by=None)
    accounts.give_sign_in(person=person, username=f"xian{county // 10**6}", password=PASSWORD, hashed=hashed, must_change=False, by=None)
    return accounts.appoint(person=person, role="county_officer", place=county, since=today(), by=None)


def _children(say: Say, parts: list[Part], children: int, now: date, workers: int) -> None:
    before = children - sum(part.children for part in parts)
    if workers < 2:
        count = _Count(before)
        for part in parts:
            build(part, now=now, tell=lambda more: say("children", count.add(more), children))
        return
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", before)
    for connection in connections.all(initialized_only=True):
        connection.close()
    with ProcessPoolExecutor(workers, context, processes.begin, (done, str(connections["default"].settings_dict["NAME"]))) as pool:
        waiting = {pool.submit(processes.work, part, now) for part in parts}
        while waiting:
            finished, waiting = wait(waiting, timeout=POLL, return_when=FIRST_COMPLETED)
            for each in finished:
                each.result()
            say("children", done.value, children)


class _Count:
    def __init__(self, start: int) -> None:
        self.value = start

    def add(self, more: int) -> int:
        self.value += more
        return self.value
