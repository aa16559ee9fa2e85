"""School years, grades and class names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.units import codes, rules
from tongxing.units.rules import ClassKey

keys = st.sampled_from(codes.STAGE.codes).flatmap(lambda stage: st.builds(ClassKey, st.just(stage.value), st.integers(1, stage.grades), st.integers(1, 60)))


@pytest.mark.parametrize(("on", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2026, 1, 1), 2025), (date(2026, 12, 31), 2026)])
def test_a_school_year_begins_in_september(on: date, year: int) -> None:
    assert rules.school_year(on) == year
    first, after = rules.bounds(year)
    assert first <= on < after


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (ClassKey("primary", 3, 2), "三年级2班"),
        (ClassKey("junior", 2, 4), "初二4班"),
        (ClassKey("kindergarten", 2, 1), "中1班"),
        (ClassKey("special", 1, 1), "培智一年级1班"),
    ],
)
def test_class_names(key: ClassKey, name: str) -> None:
    assert rules.class_name(key) == name


@given(keys)
def test_a_class_moves_up_until_it_leaves_its_stage(key: ClassKey) -> None:
    assert rules.valid(key)
    moved: ClassKey | None = key
    steps = 0
    while moved is not None:
        assert rules.valid(moved)
        moved = rules.next_year(moved)
        steps += 1
    assert steps == codes.STAGE[key.stage].grades - key.grade + 1


@pytest.mark.parametrize(
    ("stage", "born", "year", "grade"),
    [
        ("primary", date(2019, 8, 31), 2025, 1),
        ("primary", date(2019, 9, 1), 2026, 1),
        ("primary", date(2015, 3, 5), 2025, 5),
        ("junior", date(2012, 3, 5), 2025, 2),
        ("kindergarten", date(2021, 3, 5), 2025, 2),
    ],
)
def test_the_grade_of_a_child_who_entered_on_time(stage: str, born: date, year: int, grade: int) -> None:
    assert rules.entry_grade(stage, born=born, year=year) == grade
