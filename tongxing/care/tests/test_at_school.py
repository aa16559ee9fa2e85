"""What a teacher does at school keeps the school's promises: the post's scope holds no place, only granted children."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.caremodels.shapes import By
from tongxing.children.tests.make import make_child, seen_by
from tongxing.duties.actions import verifying
from tongxing.duties.models import Discharge, Duty
from tongxing.duties.tests.make import day, moment, opened, promise, promised, rows, rule
from tongxing.forms import queries as forms
from tongxing.ground.today import as_of
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Subject
from tongxing.places import codes
from tongxing.places.models import Place
from tongxing.units import actions as units
from tongxing.units.rules import ClassKey

pytestmark = pytest.mark.django_db
SINCE, NOV, ON = date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 5)
LESSON = By(kinds=("lesson",), role="any")
RULES = [rule(promise(f"{about}_lesson", about=about, by=LESSON)) for about in ("school", "class", "home")]


@pytest.fixture
def subjects(places: Any) -> dict[str, Subject]:
    with day(SINCE):
        make_child()  # a county without children opens nothing
        school = units.add_unit(kind="school", name="小溪塔街道中心小学", place=Place.objects.get(code=TOWNSHIP), stages=("primary",), since=date(2020, 1, 1), by=None)
        (class_,) = units.open_classes(school=school, year=2026, keys=[ClassKey("primary", 3, 1)], by=None)
        home = units.add_unit(kind="home", name="冯家湾儿童之家", place=Place.objects.get(code=VILLAGE), since=date(2020, 1, 1), by=None)
    return {"school": Subject("school", school.id, TOWNSHIP), "class": Subject("class", class_.id, TOWNSHIP), "home": Subject("home", home.id, VILLAGE)}


def lesson(by: Post, about: Subject) -> Entry:
    with as_of(moment(ON, 15)), seen_by(by):
        return care.log_entry(
            form=forms.definition("lesson"),
            subject=about,
            children=[],
            told=Circumstances(on=ON, where="school"),
            answers={"subject": "psychology", "title": "情绪", "hours": 1},
            by=by,
        )


def done(about: Subject) -> int:
    (row,) = rows(subject_id=about.id, window_from=NOV)
    return row.done


def differing() -> list[str]:
    with as_of(moment(ON, 23)):
        return [str(each) for each in verifying.verify(*codes.span(COUNTY), on=ON)[1]]


@pytest.mark.parametrize("role", ["teacher", "child_director"])
@pytest.mark.parametrize("kind", ["school", "class", "home"])
def test_what_is_done_at_a_school_a_class_or_a_home_counts_at_once(subjects: dict[str, Subject], role: str, kind: str) -> None:
    with day(SINCE):
        post = make_post(role, VILLAGE if role == "child_director" else TOWNSHIP)
    with promised(*RULES):
        opened(NOV)
        entry = lesson(post, subjects[kind])
        assert {each: done(about) for each, about in subjects.items()} == {each: int(each == kind) for each in subjects}
        assert not differing()
        with as_of(moment(ON, 16)), seen_by(post):
            care.void_entry(entry=entry, reason="没有上", by=post)
        assert not done(subjects[kind])
        assert not differing()


def test_a_stranger_reads_neither_the_promise_nor_what_kept_it(subjects: dict[str, Subject]) -> None:
    with day(SINCE):
        teacher, stranger = make_post("teacher", TOWNSHIP), make_post("teacher", TOWNSHIP, name="外校老师")
    with promised(*RULES):
        opened(NOV)
        lesson(teacher, subjects["school"])
    with seen_by(stranger):
        assert not Duty.objects.exists()
        assert not Discharge.unscoped.exists()
        assert not Entry.unscoped.exists()
