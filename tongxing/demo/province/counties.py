"""The counties of the register: which there are, who lives there, where the children go to school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

from tongxing.children.identity import PROVINCES, check_digit
from tongxing.children.new import NewSchooling
from tongxing.demo import COUNTY
from tongxing.demo.county import villages
from tongxing.demo.people import MAN, PHONES, People
from tongxing.demo.schools import Schools
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.units import actions
from tongxing.units.models import Unit
from tongxing.units.rules import ClassKey, bounds, class_name

CHILDREN = 10_000  # of a county
CITY, PROVINCE = 420500000000, 420000000000
BLOCK = 10_000_000  # telephones that begin with 1540
STRIDE = 100_003
OF_A_TOWNSHIP = (("中心幼儿园", "kindergarten"), ("中心小学", "primary"), ("初级中学", "junior"))
OF_A_COUNTY = (("高级中学", "senior"), ("职业教育中心", "vocational"), ("特殊教育学校", "special"))


@dataclass(frozen=True, slots=True)
class Part:
    """The work of one transaction: ``number`` children of a county. The same part with the same seed gives the same children."""

    number: int
    county: int
    children: int


def parts(total: int) -> list[Part]:
    """The first county is the demo's own, then those of its city, of its province, of the others: every county has as many children, however many there are."""
    chosen = _counties()[: -(-total // CHILDREN)]
    return [Part(number, county, min(CHILDREN, total - number * CHILDREN)) for number, county in enumerate(chosen)]


def room() -> int:
    """How many children the places that are loaded can have."""
    return CHILDREN * len(_counties())


def _counties() -> list[int]:
    """Counties whose villages are known."""
    with_villages = {place_codes.at_level(code, Level.COUNTY) for code in Place.objects.filter(level=Level.TOWNSHIP, valid_until=None).values_list("code", flat=True)}
    return sorted(with_villages, key=lambda code: (code != COUNTY, not place_codes.within(code, CITY), not place_codes.within(code, PROVINCE), code))


def townships(county: int) -> list[Place]:
    """The townships of a county in whose villages families live."""
    below = places.children_of(county)
    settled = {village.parent_id for village in homes(below)}
    return [place for place in below if place.code in settled]


def homes(below: list[Place]) -> list[Place]:
    """The villages of these townships in which families live; where the list calls none of them a committee's, all of them."""
    return villages(below) or list(Place.objects.filter(parent__in=below, level=Level.VILLAGE).order_by("code"))


class CountyPeople(People):
    """People of one county: their id numbers stand in a division that was never given out (…99), one for each county; their telephones do not repeat soon."""

    def __init__(self, rng: Random, number: int) -> None:
        super().__init__(rng)
        self._number = number
        provinces = sorted(PROVINCES, key=lambda province: (province != "42", province))
        self._division = f"{provinces[number // 99]}{number % 99 + 1:02d}99"

    def id_number(self, born: date, sex: str) -> str:
        count = self._numbers[(born, sex)] = self._numbers.get((born, sex), 0) + 1
        first = f"{self._division}{born:%Y%m%d}{count * 2 - (sex == MAN):03d}"
        return first + check_digit(first)

    def phone(self) -> str:
        self._phones += 1
        return str(PHONES + (self._number * STRIDE + self._phones) % BLOCK)


@dataclass(slots=True)
class CountySchools(Schools):
    """The schools of a county as they were entered; a child's place at school is that of today, whenever the file was opened."""

    county: int = COUNTY
    now: date = field(default=date.min)

    @classmethod
    def entered(cls, rng: Random, county: int, *, year: int, now: date) -> CountySchools:
        found = cls(rng, year, county=county, now=now)
        lo, hi = place_codes.span(county)
        by_place: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        for school in Unit.objects.filter(kind="school", place__code__range=(lo, hi), valid_until=None).order_by("pinyin", "id"):
            for stage in school.stages:
                near = place_codes.at_level(school.place_id, Level.TOWNSHIP) if any(school.name.endswith(name) for name, _stage in OF_A_TOWNSHIP) else county
                by_place[near, stage].append(school)
        found.by_place = by_place
        return found

    def schooling(self, born: date, *, township: int, on: date, year: int, since: date, disability: str = "") -> NewSchooling:
        since = max(born, bounds(self.year)[0])
        return super(CountySchools, self).schooling(born, township=township, on=self.now, year=self.year, since=since, disability=disability)

    def _special(self, township: int) -> Unit:
        return self._choose("special", township)

    def _choose(self, stage: str, township: int) -> Unit:
        near = self.by_place.get((township, stage)) or self.by_place.get((self.county, stage))
        return self.rng.choice(near) if near else _nameless(stage)

    def _at(self, school: Unit, stage: str, grade: int, *, since: date, year: int, enrolment: str, boarding: str = "") -> NewSchooling:
        return NewSchooling(
            stage=stage,
            since=since,
            enrolment=enrolment,
            school_id=school.id,
            school_name=school.name,
            grade=grade,
            class_name=class_name(ClassKey(stage, grade, self.rng.randint(1, 3))),
            boarding=boarding or (self.rng.choices(["weekdays", "no"], [3, 1] if stage != "primary" else [1, 2])[0] if school.boarding else "no"),
        )


def _nameless(stage: str) -> Any:
    """A school of which only its kind is known."""
    return SimpleNamespace(id=None, name={each: name for name, each in (*OF_A_TOWNSHIP, *OF_A_COUNTY)}[stage], boarding=False)


def open_schools(county: Place, below: Sequence[Place]) -> None:
    """Enter a county's schools: three a township, three for all."""
    for township in below:
        for name, stage in OF_A_TOWNSHIP:
            _enter(f"{township.short_name}{name}", township, stage)
    for name, stage in OF_A_COUNTY:
        _enter(f"{county.short_name}{name}", county, stage)


def _enter(name: str, place: Place, stage: str) -> None:
    if not Unit.objects.filter(kind="school", place=place, name=name).exists():
        actions.add_unit(kind="school", name=name, place=place, stages=[stage], boarding=stage not in ("kindergarten", "primary"), by=None)
