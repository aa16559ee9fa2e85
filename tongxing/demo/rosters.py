"""A school's rosters as it would hand them in: every class of one grade, with pupils of the register among invented classmates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children.models import Child, State
from tongxing.children.queries.files import files
from tongxing.children.rosters.catalogue import CATALOGUE
from tongxing.demo import TOWN
from tongxing.demo.county import County, villages
from tongxing.ground.folders import var
from tongxing.ledgers.cells import Value
from tongxing.ledgers.writing import write_list
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.units.rules import entry_grade, grade_name, school_year

SCHOOL: Final = "小溪塔街道中心小学"
NAME: Final = "小溪塔街道中心小学花名册.xlsx"
ABOUT: Final = gettext_noop("一所小学一个年级的两个班：在册儿童的班级随之更新，两名学校摸底的留守儿童还没有档案")
CLASSES: Final = 2
CLASSMATES: Final = 28
MISSED: Final = 2  # pupils whom the school knows to be left behind and the register does not

type Row = dict[str, Value]


def write(county: County, folder: Path) -> list[Path]:
    """Write the roster into the folder; return its path."""
    year = school_year(county.now)
    pupils = [child for child in Child.objects.filter(school_name=SCHOOL, state=State.CURRENT).exclude(id_digest="").order_by("born", "id") if child.born]
    grades = sorted({entry_grade("primary", born=child.born, year=year) for child in pupils}) or [3]
    grade = max(grades, key=lambda each: (sum(entry_grade("primary", born=child.born, year=year) == each for child in pupils), -each))
    ours = [child for child in pupils if entry_grade("primary", born=child.born, year=year) == grade]
    rows = [*_ours(county, ours, grade), *_classmates(county, grade, year)]
    rows.sort(key=lambda row: (str(row["class_name"]), str(row["name"])))
    path = folder / NAME
    with path.open("wb") as out:
        write_list(CATALOGUE, rows, out, title=f"{SCHOOL}学生花名册")
    return [path]


def offered(kind: str, post: Post) -> list[tuple[str, str, Path]]:
    """The sample, for posts within whose range the school stands."""
    lo, hi = codes.span(post.place_id)
    path = var() / "demo" / NAME
    return [(NAME, ABOUT, path)] if kind == CATALOGUE.id and lo <= TOWN <= hi and path.exists() else []


def _ours(county: County, children: Sequence[Child], grade: int) -> list[Row]:
    """Children of the register, with the class that the school says today."""
    held = files([child.id for child in children], ())
    return [
        _row(county, grade, number % CLASSES) | {"name": file.child.name, "sex": file.child.sex, "id_number": file.open(file.child, "id_number"), "left_behind": True}
        for number, file in enumerate(held.values())
    ]


def _classmates(county: County, grade: int, year: int) -> list[Row]:
    """Pupils of whom the register knows nothing; the first ones are left behind, as the school knows."""
    township = places.by_code(TOWN)
    assert township
    homes = sorted(village.short_name for village in villages([township]))
    rows = []
    for number in range(CLASSES * CLASSMATES):
        sex, born = county.rng.choice("12"), date(year - 6 - grade + 1, county.rng.randint(1, 8), county.rng.randint(1, 28))
        surname = county.people.surname()
        missed = number < MISSED
        row = _row(county, grade, number % CLASSES) | {
            "name": county.people.child_name(surname, sex),
            "sex": sex,
            "id_number": county.people.id_number(born, sex),
            "left_behind": missed,
        }
        if missed:
            row |= {"township": "小溪塔街道", "village": county.rng.choice(homes), "guardian": surname + "奶奶", "phone": county.people.phone()}
        rows.append(row)
    return rows


def _row(county: County, grade: int, number: int) -> Row:
    return {
        "school": SCHOOL,
        "class_name": f"{grade_name('primary', grade)}{number + 1}班",
        "head_teacher": ("刘敏", "陈刚")[number],
        "boarding": county.rng.choice(["no", "no", "weekdays"]),
    }
