"""The page of the school year's turn, as the county officer uses it."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
import time_machine

from tongxing.children import actions
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.rules.school_year import Turn
from tongxing.children.tests.make import make_child, seen_by
from tongxing.children.views.school_year import _schools
from tongxing.units import codes

pytestmark = pytest.mark.django_db


def test_the_ticked_move_up_and_the_others_stay(officer, browser_of):
    with time_machine.travel(date(2026, 3, 2), tick=False):
        up = make_child(name="陈雨桐", schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3, class_name="三年级2班"))
        repeats = make_child(name="赵思源", schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3, class_name="三年级2班"))
    with time_machine.travel(date(2026, 9, 3), tick=False):
        browser = browser_of(officer)
        preview = browser.get("/children/school-year/", {"school": "中心小学"}).content.decode()
        assert "小学 三年级2班 → 小学 四年级2班" in preview
        browser.post("/children/school-year/", {"school": "中心小学", "pick": [str(up.id)]})
    with seen_by(officer):
        assert {child.name: child.grade for child in Child.objects.filter(pk__in=[up.id, repeats.id])} == {"陈雨桐": 4, "赵思源": 3}


def test_the_page_lists_the_schools_that_are_left(officer, browser_of):
    with time_machine.travel(date(2026, 3, 2), tick=False):
        pupils = [make_child(schooling=NewSchooling(stage="primary", school_name=school, grade=3, class_name="三年级2班")) for school in ("中心小学", "希望小学")]
    with time_machine.travel(date(2026, 9, 3), tick=False):
        browser = browser_of(officer)
        assert "2所，共2所" in browser.get("/children/school-year/").content.decode()
        browser.post("/children/school-year/", {"school": "中心小学", "pick": [str(pupils[0].id)]})
        page = browser.get("/children/school-year/").content.decode()
    assert "1所，共2所" in page
    assert "中心小学（已升级）" in page
    assert "希望小学（待升级1/1）" in page


def test_who_must_be_asked_about_does_not_keep_a_school_on_the_list(officer):
    """The count on the page and the rule say the same of everyone."""
    with time_machine.travel(date(2026, 3, 2), tick=False):
        for stage, grade, enrolment in product(("kindergarten", "primary", "junior", "senior", "vocational"), (1, 3, 6), ("attending", "suspended", "home_lessons")):
            if codes.STAGE[stage].grades >= grade:
                make_child(schooling=NewSchooling(stage=stage, school_name="中心小学", grade=grade, enrolment=enrolment))
    with time_machine.travel(date(2026, 9, 3), tick=False), seen_by(officer):
        found = actions.promotions(Child.objects.all(), year=2026)
        ((_school, count, left),) = _schools(2026)
    assert (count, left) == (len(found), sum(one.turn != Turn.ASK for one in found))
    assert 0 < left < count


def test_a_director_may_not(director, browser_of):
    assert browser_of(director).get("/children/school-year/").status_code == 403
