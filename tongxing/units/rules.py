"""School years, grades and the names of classes, without a database."""

from dataclasses import dataclass
from datetime import date

from tongxing.units import codes

FEBRUARY = 2
SEPTEMBER = 9  # 义务教育法 art. 11 with 教基〔2019〕: the school year begins on the first of September


@dataclass(frozen=True, slots=True)
class ClassKey:
    """A class within a school and a school year: its stage, its grade within the stage (from 1), its number (from 1)."""

    stage: str
    grade: int
    number: int


def school_year(on: date) -> int:
    """The year in which the school year of that day began."""
    return on.year if on.month >= SEPTEMBER else on.year - 1


def bounds(year: int) -> tuple[date, date]:
    """First day of a school year, and the first day after it."""
    return date(year, SEPTEMBER, 1), date(year + 1, SEPTEMBER, 1)


def term(on: date) -> date:
    """The first day of the term of that day: the first of September, or the first of February (the terms as the state counts them; a county's days differ)."""
    spring = date(on.year, FEBRUARY, 1)
    if on < spring:
        return date(on.year - 1, SEPTEMBER, 1)
    return spring if on.month < SEPTEMBER else date(on.year, SEPTEMBER, 1)


def grade_name(stage: str, grade: int) -> str:
    """三年级, 初二, 中班."""
    return codes.STAGE[stage].grade_names[grade - 1]


def class_name(key: ClassKey) -> str:
    """三年级2班, 初二4班; a kindergarten's 中班2班 is 中2班."""
    name = grade_name(key.stage, key.grade)
    return f"{name.removesuffix('班')}{key.number}班"


def next_year(key: ClassKey) -> ClassKey | None:
    """The class one school year later; None where it leaves its stage."""
    return ClassKey(key.stage, key.grade + 1, key.number) if key.grade < codes.STAGE[key.stage].grades else None


def valid(key: ClassKey) -> bool:
    return key.stage in codes.STAGE and 1 <= key.grade <= codes.STAGE[key.stage].grades and 1 <= key.number <= 60


def entry_grade(stage: str, *, born: date, year: int) -> int:
    """The grade of a child who entered school on time: six years old before the school year begins (义务教育法 art. 11)."""
    age = year - born.year - ((born.month, born.day) > (8, 31))
    starts = {"kindergarten": 3, "primary": 6, "junior": 12, "senior": 15, "vocational": 15, "special": 6}[stage]
    return min(max(age - starts + 1, 1), codes.STAGE[stage].grades)
