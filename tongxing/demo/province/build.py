"""One county of the register: households are told, registered on some day of the past year, confirmed this quarter, and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, batched
from random import Random
from uuid import UUID

from django.db import connection, transaction

from tongxing.accounts.models import Post
from tongxing.children.actions import opening
from tongxing.children.models import Confirmation
from tongxing.children.new import NewChild
from tongxing.crypto import actions as crypto
from tongxing.demo.county import SIZES, County
from tongxing.demo.province.counties import CountyPeople, CountySchools, Part, homes, townships
from tongxing.demo.province.life import Life
from tongxing.ground import bulk, scope
from tongxing.ground.today import CHINA, as_of
from tongxing.journal.actions import COLUMNS
from tongxing.units.rules import school_year

SEED = 420506
CHUNK = 500
PAST = 420  # days in which the files were opened
SOURCE = "摸底排查台账"

type Tell = Callable[[int], object]


def build(part: Part, *, now: date, tell: Tell) -> None:
    """Write the county's children in one transaction, and that they are written. ``tell`` hears how many more were."""
    chance = Random(f"{SEED}:{part.number}")  # noqa: S311 — the same county every time
    year = school_year(now)
    by = Post.objects.select_related("person", "place").filter(role="county_officer", place=part.county).order_by("id")[0]
    schools = CountySchools.entered(chance, part.county, year=year, now=now)
    county = County(CountyPeople(chance, part.number), schools, now, now, townships(part.county), part.children)
    with transaction.atomic(), scope.whole_country(why="the demo fills a province"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        for chunk in batched(_told(county, part.children), CHUNK, strict=False):
            _write(chance, chunk, now=now, by=by)
            tell(len(chunk))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE demo_demo SET done = done || to_jsonb(%s::int)", [part.number])


def _told(county: County, wanted: int) -> Iterator[tuple[datetime, NewChild]]:
    """Children with the moment at which their file was opened, exactly so many. Most live in hill villages."""
    rng = county.rng
    codes = [place.code for place in homes(county.townships)]
    weights = list(accumulate(rng.uniform(0.4, 1.7) for _code in codes))
    made = 0
    while True:
        moment = _moment(rng, county.now)
        (home,) = rng.choices(codes, cum_weights=weights)
        (size,) = rng.choices(*SIZES)
        for child in county.household(home, size, on=moment.date()).children:
            yield moment, replace(child, id=_id(rng, moment))
            made += 1
            if made == wanted:
                return


def _moment(rng: Random, now: date) -> datetime:
    """Some working hour of the past."""
    return datetime.combine(now - timedelta(days=rng.randint(1, PAST)), time(rng.randint(8, 17), rng.randint(0, 59), rng.randint(0, 59)), CHINA)


def _id(rng: Random, moment: datetime) -> UUID:
    """A UUIDv7 of that moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))


def _write(rng: Random, told: Sequence[tuple[datetime, NewChild]], *, now: date, by: Post | None) -> None:
    data_keys = crypto.make_keys([child.id for _moment, child in told if child.id])
    made, confirmed, lines = [], [], []
    for moment, child in told:
        assert child.id
        with as_of(moment):
            each = opening.one(child, data_keys[child.id], by=by, approved=True, source=SOURCE)
            life = Life(rng, each.file, by, moment, now)
            life.opened()
        life.live()
        opening.settle(each.file, now)
        made.append(each)
        confirmed += life.confirmations
        lines += life.lines
    opening.write(made)
    bulk.create(Confirmation, confirmed)
    bulk.insert("journal_record", COLUMNS, lines)
