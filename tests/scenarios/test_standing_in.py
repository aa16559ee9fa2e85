"""Whoever stands in, teaches the class, or is given a post late: each finds the promises that are hers, and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import COUNTY, TOWNSHIP, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.care.boards import holding
from tongxing.caremodels import actions as caremodels
from tongxing.caremodels.shapes import By
from tongxing.children.models import Child
from tongxing.children.tests.make import seen_by
from tongxing.circles.queries import OF_THE_CLASS
from tongxing.circles.tests.make import SCHOOL, joined, left_behind
from tongxing.duties import queries, rulebook, seeing
from tongxing.duties.models import Duty
from tongxing.duties.tests.make import moment, opened, promise, promised, rows, rule
from tongxing.forms import queries as forms
from tongxing.ground.models import Grant
from tongxing.ground.today import as_of, today
from tongxing.log.shapes import Circumstances, Subject
from tongxing.log.tests.make import of_visit
from tongxing.units import actions as units
from tongxing.units.rules import ClassKey, school_year

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
ON = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with as_of(moment(ON)):
        yield


@pytest.fixture
def yiling(places: Any) -> None:
    caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=today() - timedelta(days=365), by=None)


def teacher_of(school: str, name: str) -> Post:
    person = make_post("teacher", COUNTY, name=name).person
    accounts.end_post(post=person.posts.get(), on=today(), reason="调整单位", by=None)
    return accounts.appoint(person=person, role="teacher", place=COUNTY, since=today(), unit_name=school, by=None)


def own(post: Post) -> list[Duty]:
    with seen_by(post):
        return [task.duty for task in queries.worklist(post, moment(ON)).tasks]


def answering(duty: Duty) -> list[tuple[str, bool]]:
    with seen_by(None):
        return [(each.name, each.deputy) for each in holding.of_duties([duty], rulebook.by_id([duty.rule_id]), today()).get(duty.id, [])]


def test_a_deputy_of_a_paired_teacher_finds_her_children_on_the_list_and_keeps_the_promise(yiling: None, director: Post, browser_of: Browsers) -> None:
    child: Child = left_behind()
    teacher, colleague, other = (make_post("teacher", COUNTY, name=name) for name in ("赵老师", "钱老师", "孙老师"))
    joined(child, "paired_teacher", teacher.person, since=date(2026, 11, 1))
    with promised(rule(promise("care", who="paired_teacher", by=By(kinds=("home_visit",))))):
        opened(ON)
        deputy = accounts.deputise(principal=teacher, person=colleague.person, since=ON, last=ON + timedelta(days=6), by=None)
        (duty,) = rows()
        assert [each.id for each in own(teacher)] == [each.id for each in own(deputy)] == [duty.id]
        assert own(colleague) == own(other) == []  # by her own post she sees no child of his
        assert answering(duty) == [("赵老师", False), ("钱老师", True)]
        assert child.name in browser_of(deputy).get("/duties/").content.decode()
        with as_of(moment(ON, 15)), seen_by(deputy):
            care.log_entry(**of_visit(deputy, child, on=ON))
        assert own(teacher) == own(deputy) == []
        with as_of(moment(ON + timedelta(days=7))):
            opened(ON + timedelta(days=7))
            assert answering(duty) == [("赵老师", False)]


def test_a_deputy_of_a_class_teacher_answers_for_the_children_of_the_class(yiling: None, director: Post) -> None:
    child: Child = left_behind()
    teacher, other = teacher_of(SCHOOL, "赵老师"), teacher_of("另一所小学", "孙老师")
    colleague = make_post("teacher", COUNTY, name="钱老师")
    Grant.objects.create(post_id=teacher.id, child_id=child.id, cause=OF_THE_CLASS, since=ON)
    with promised(rule(promise("talk", who="class_teacher", by=By(kinds=("school_talk",), role="any")))):
        opened(ON)
        deputy = accounts.deputise(principal=teacher, person=colleague.person, since=ON, last=ON + timedelta(days=6), by=None)
        (duty,) = rows()
        assert [each.id for each in own(teacher)] == [each.id for each in own(deputy)] == [duty.id]
        assert own(colleague) == own(other) == own(director) == []
        assert answering(duty) == [("赵老师", False), ("钱老师", True)]
        with as_of(moment(ON + timedelta(days=7))):
            opened(ON + timedelta(days=7))
            assert answering(duty) == [("赵老师", False)]


def test_a_class_promises_through_the_teachers_of_its_school(places: Any, director: Post, browser_of: Browsers) -> None:
    left_behind()  # a county without children is not opened
    school = units.add_unit(kind="school", name=SCHOOL, place=places[TOWNSHIP], stages=("primary",), by=None)
    units.open_classes(school=school, year=school_year(today()), keys=[ClassKey("primary", 3, 1)], by=None)
    teacher, stranger = teacher_of(SCHOOL, "赵老师"), teacher_of("另一所小学", "钱老师")
    with promised(rule(promise("roster", about="class", who="class_teacher", by=By(kinds=("lesson",), role="any")))):
        opened(ON)
        (duty,) = rows(subject_kind="class")
        assert [each.id for each in own(teacher)] == [duty.id]
        assert own(stranger) == own(director) == []
        assert answering(duty) == [("赵老师", False)]
        assert "小学" in browser_of(teacher).get("/duties/").content.decode()
        form = forms.definition("lesson")
        with as_of(moment(ON, 15)), seen_by(teacher):
            care.log_entry(
                form=form,
                subject=Subject("class", duty.subject_id, duty.place),
                children=[],
                told=Circumstances(on=ON, where="school"),
                answers={"subject": "safety", "title": "安全第一课", "hours": 1},
                by=teacher,
            )
        assert rows(subject_kind="class")[0].done == 1
        assert own(teacher) == []


def test_the_schools_of_many_teachers_are_looked_up_at_once(places: Any, director: Post, django_assert_num_queries: Any) -> None:
    school = units.add_unit(kind="school", name=SCHOOL, place=places[TOWNSHIP], stages=("primary",), by=None)
    other = units.add_unit(kind="school", name="另一所小学", place=places[TOWNSHIP], stages=("primary",), by=None)
    keys = [ClassKey("primary", 3, 1), ClassKey("primary", 3, 2)]
    classes = units.open_classes(school=school, year=school_year(today()), keys=keys, by=None)
    (third,) = units.open_classes(school=other, year=school_year(today()), keys=keys[:1], by=None)
    here, too, there = teacher_of(SCHOOL, "赵老师"), teacher_of(SCHOOL, "钱老师"), teacher_of("另一所小学", "孙老师")
    with django_assert_num_queries(1):
        found = seeing.units([here, too, there, director])
    assert found == {here.id: {school.id, *(each.id for each in classes)}, too.id: found[here.id], there.id: {other.id, third.id}}
    with django_assert_num_queries(0):
        assert seeing.units([director]) == {}


def test_a_post_that_is_given_after_joining_opens_the_childs_file(yiling: None, director: Post, browser_of: Browsers) -> None:
    child = left_behind()
    person = make_post("teacher", COUNTY, name="赵老师").person
    accounts.end_post(post=person.posts.get(), on=today(), reason="调离", by=None)
    row = joined(child, "paired_teacher", person)
    assert row.post is None
    post = accounts.appoint(person=person, role="teacher", place=COUNTY, since=today(), unit_name=SCHOOL, by=None)
    with seen_by(post):
        assert list(Child.objects.values_list("pk", flat=True)) == [child.id]
    assert browser_of(post).get(f"/children/{child.id}/").status_code == 200
    again = accounts.end_post(post=post, on=today() + timedelta(days=1), reason="调离", by=None)
    with as_of(moment(ON + timedelta(days=1))):
        back = accounts.appoint(person=again.person, role="teacher", place=COUNTY, since=today(), unit_name="另一所小学", by=None)
        with seen_by(back):
            assert list(Child.objects.values_list("pk", flat=True)) == [child.id]
