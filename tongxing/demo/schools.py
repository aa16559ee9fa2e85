"""Invented schools of the county, and the one that a child goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from tongxing.children.new import NewSchooling
from tongxing.children.rules.ages import age
from tongxing.demo import COUNTY, TOWN
from tongxing.places import queries as places
from tongxing.places.models import Place
from tongxing.units import actions
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import ClassKey, class_name, entry_grade

DEPARTMENTS = (
    ("夷陵区民政局", "civil_affairs"),
    ("夷陵区公安分局", "police"),
    ("夷陵区教育局", "education"),
    ("夷陵区卫生健康局", "health"),
    ("夷陵区残疾人联合会", "disabled"),
    ("夷陵区司法局", "justice"),
    ("夷陵区人民检察院", "procuratorate"),
    ("夷陵区妇女联合会", "women"),
    ("共青团夷陵区委", "youth"),
    ("夷陵区人力资源和社会保障局", "labour"),
    ("夷陵区农业农村局", "agriculture"),
    ("夷陵区医疗保障局", "medical_insurance"),
)
HOMES = 3  # villages with a children's home
FAR = 0.12  # pupils of a township school who go to one in the county's town


def open_offices() -> None:
    """Enter the county's departments and one organisation."""
    county = Place.objects.get(code=COUNTY)
    for name, department in DEPARTMENTS:
        actions.add_unit(kind="department", name=name, place=county, department=department, by=None)
    actions.add_unit(kind="organisation", name="青山社会工作服务中心", place=county, by=None)
    for village in places.children_of(TOWN)[:HOMES]:
        actions.add_unit(kind="home", name=f"{village.short_name}儿童之家", place=village, by=None)


@dataclass(slots=True)
class Schools:
    """The schools by township and stage, with the classes of two school years."""

    rng: Random
    year: int  # the school year of the first registrations; the next one is opened too
    by_place: dict[tuple[int, str], list[Unit]] = field(default_factory=dict)
    classes: dict[tuple[str, int, str], list[SchoolClass]] = field(default_factory=dict)

    def open(self, townships: list[Place]) -> None:
        """Enter the schools and their classes, the county's departments and one organisation."""
        open_offices()
        for township in townships:
            villages = [place for place in places.children_of(township.code) if place.name.endswith("委员会")]
            seat = villages[0]
            stem = township.short_name
            self._school(f"{stem}中心幼儿园", seat, ["kindergarten"], number=1)
            self._school(f"{stem}中心小学", seat, ["primary"], number=2, boarding=True)
            self._school(f"{stem}初级中学", seat, ["junior"], number=3, boarding=True)
            for village in self.rng.sample(villages[1:], k=min(2, len(villages) - 1)):
                self._school(f"{village.short_name.removesuffix('村').removesuffix('社区')}小学", village, ["primary"], number=1)
        seat = places.children_of(TOWN)[0]
        for name, stages, number in (
            ("夷陵区机关幼儿园", ["kindergarten"], 2),
            ("夷陵区第一实验小学", ["primary"], 4),
            ("夷陵区青山学校", ["primary", "junior"], 2),
            ("夷陵区第三初级中学", ["junior"], 4),
            ("夷陵区第二高级中学", ["senior"], 4),
            ("夷陵区职业教育中心", ["vocational"], 3),
            ("夷陵区特殊教育学校", ["special"], 1),
        ):
            self._school(name, seat, stages, number=number, boarding=stages[0] not in ("primary", "kindergarten"), near=COUNTY)

    def _school(self, name: str, place: Place, stages: list[str], *, number: int, boarding: bool = False, near: int = 0) -> None:
        school = actions.add_unit(kind="school", name=name, place=place, stages=stages, boarding=boarding, by=None)
        for stage in stages:
            self.by_place.setdefault((near or place.parent_id or 0, stage), []).append(school)
            grades = {"kindergarten": 3, "primary": 6, "special": 9}.get(stage, 3)
            keys = [ClassKey(stage, grade, each) for grade in range(1, grades + 1) for each in range(1, number + 1)]
            for year in (self.year, self.year + 1):
                self.classes[school.name, year, stage] = actions.open_classes(school=school, year=year, keys=keys, by=None)

    def schooling(self, born: date, *, township: int, on: date, year: int, since: date, disability: str = "") -> NewSchooling:
        """Where a child of that age goes to school: on time mostly, a few a year late, a few not at all. ``disability`` is its grade."""
        years = age(born, on).years
        if years < 3:
            return NewSchooling(stage="not_enrolled", since=since)
        grade = (year - born.year - ((born.month, born.day) > (8, 31))) - 5
        if self.rng.random() < 0.06:
            grade -= 1
        if disability in ("1", "2") and grade >= 1:
            home = self.rng.random() < 0.3
            return self._at(self._special(township), "special", min(grade, 9), since=since, year=year, enrolment="home_lessons" if home else "attending", boarding="weekdays")
        stage, grade = self._stage(grade, born, year)
        if stage in ("junior", "primary") and years >= 12 and self.rng.random() < 0.012:
            stage, grade = "dropout", 0
        if not grade:
            return NewSchooling(stage=stage, since=since)
        enrolment = "regular_class" if disability else self.rng.choices(["attending", "suspended", "elsewhere"], [195, 3, 2])[0]
        if stage == "kindergarten":
            enrolment = "attending"
        if enrolment == "elsewhere":
            town = self.rng.choice(["东莞市", "深圳市", "温州市"])
            return NewSchooling(stage=stage, since=since, enrolment=enrolment, school_name=f"{town}务工地学校", grade=grade)
        return self._at(self._choose(stage, township), stage, grade, since=since, year=year, enrolment=enrolment)

    def _stage(self, year_of_school: int, born: date, year: int) -> tuple[str, int]:
        """The stage and the grade within it of the first, second … year of school; below the first a kindergarten, mostly."""
        match year_of_school:
            case below if below < 1:
                return ("kindergarten", entry_grade("kindergarten", born=born, year=year)) if self.rng.random() < 0.85 else ("not_enrolled", 0)
            case primary if primary <= 6:
                return "primary", primary
            case junior if junior <= 9:
                return "junior", junior - 6
            case senior if senior <= 12:
                return self.rng.choice(["senior", "vocational"]), senior - 9
            case _:
                return "not_in_school", 0

    def _special(self, township: int) -> Unit:
        return self.by_place[COUNTY, "special"][0]

    def _choose(self, stage: str, township: int) -> Unit:
        near, town = self.by_place.get((township, stage), []), self.by_place.get((COUNTY, stage), [])
        return self.rng.choice(town if not near or (town and self.rng.random() < FAR) else near)

    def _at(self, school: Unit, stage: str, grade: int, *, since: date, year: int, enrolment: str, boarding: str = "") -> NewSchooling:
        mine = [each.key for each in self.classes[school.name, year, stage] if each.grade == grade]
        return NewSchooling(
            stage=stage,
            since=since,
            enrolment=enrolment,
            school_id=school.id,
            school_name=school.name,
            grade=grade,
            class_name=class_name(self.rng.choice(mine)) if mine else "",
            boarding=boarding or (self.rng.choices(["weekdays", "no"], [3, 1] if stage != "primary" else [1, 2])[0] if school.boarding else "no"),
        )
