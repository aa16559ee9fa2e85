"""The cost of a model before it is adopted is what it asks afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import both_away, make_child
from tongxing.duties import cost
from tongxing.duties.models import Duty, Rule
from tongxing.duties.tests.make import day, logged, moment, opened
from tongxing.ground import scope
from tongxing.ground.today import as_of

pytestmark = pytest.mark.django_db
PARAMETERS = {"visit_within": "3d", "mastery_per": "month", "school_talk_per": "term"}
PARENTS = both_away(date(2025, 3, 1))
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def register(places: Any, director: Any) -> None:
    with day(date(2026, 9, 1)):
        for name in ("张一", "张二", "张三"):
            make_child(name=name.translate(str.maketrans("一二三", "大二三")), relatives=PARENTS)
        make_child(name="王四", place=NEXT_VILLAGE)


def test_the_preview_is_what_a_month_then_asks(register: Any) -> None:
    with day(OCTOBER):
        preview = cost.of("liangzihu", COUNTY, None, PARAMETERS)
        assert (preview.children, preview.cared_for) == (4, 3)
        visits = next(line for line in preview.lines if line.duty.id == "home_visit")
        assert (visits.subjects, visits.a_month, visits.new_a_month) == (3, 3.0, 3.0)
        assert {line.duty.id for line in preview.lines if line.after_event} == {f"visit_when_{event}" for event in ("ill", "low_mood", "grade_dropped", "quarrel", "late_or_early")}
        assert all(line.a_month == 0 for line in preview.lines if line.after_event)
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters=PARAMETERS, since=OCTOBER, by=None)
    with logged():
        opened(OCTOBER)
    monthly = {line.duty.id: round(line.a_month) for line in preview.lines if line.duty.about == "child" and line.duty.quota and line.duty.quota.per == "month"}
    assert len(monthly) >= 4
    with day(OCTOBER):
        names = dict(Rule.objects.filter(model="liangzihu").values_list("id", "duty"))
        asked = [names[rule] for rule in Duty.objects.filter(window="month:2026-10-01", subject_kind="child", rule_id__in=names).values_list("rule_id", flat=True)]
        assert {name: asked.count(name) for name in monthly} == monthly


def test_hours_rise_where_the_children_are(register: Any) -> None:
    with day(OCTOBER):
        preview = cost.of("liangzihu", COUNTY, None, PARAMETERS, capacity=1.0)
        here, there = (next(each for each in preview.villages if each.place == place) for place in (VILLAGE, NEXT_VILLAGE))
        assert here.then > here.now
        assert here.then > there.then
        assert [each.place for each in preview.beyond][:1] == [VILLAGE]
        assert not cost.of("liangzihu", COUNTY, None, PARAMETERS, capacity=1000.0).beyond
        part = cost.of("liangzihu", COUNTY, ["four_masteries"], PARAMETERS)
        assert [line.duty.id for line in part.lines] == ["masteries"]


def test_an_activity_for_many_children_is_held_once(register: Any) -> None:
    with day(OCTOBER):
        activity = next(line for line in cost.of("liangzihu", COUNTY, None, PARAMETERS).lines if line.duty.by.kinds[:1] == ("activity",))
    assert (activity.a_month, activity.entries_a_month, activity.hours_a_month) == (3.0, 1.0, 2.0)


def test_what_is_asked_already_is_no_new_work(register: Any) -> None:
    with day(OCTOBER):
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters=PARAMETERS, since=OCTOBER, by=None)
        again = cost.of("liangzihu", COUNTY, None, PARAMETERS)
        assert sum(line.new_a_month for line in again.lines) == 0
        assert all(each.now == pytest.approx(each.then) for each in again.villages)


def test_a_circle_says_how_many_places_are_empty(register: Any) -> None:
    with day(OCTOBER):
        preview = cost.of("yiling", COUNTY, None, {"link_within": "30m"})
        assert [(vacancy.asked, vacancy.held, vacancy.empty) for vacancy in preview.vacancies] == [(3, 0, 3)] * 5


def test_a_page_may_ask_it_that_may_not_write(register: Any, officer: Any) -> None:
    with as_of(moment(OCTOBER)), transaction.atomic(), scope.active(officer.scope(), read_only=True):
        assert cost.of("liangzihu", COUNTY, None, PARAMETERS).lines
