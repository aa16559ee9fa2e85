"""The pages of care models: who reads, who adopts, and that the cost is read first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import COUNTY, TOWNSHIP
from tongxing.accounts.models import Post
from tongxing.caremodels import actions
from tongxing.caremodels.models import Adoption
from tongxing.circles.tests.make import left_behind
from tongxing.ground.today import today
from tongxing.places.models import Place

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
PAGE = "/care-models/liangzihu/adopt/"


def filled(**more: object) -> dict[str, object]:
    return {"place": COUNTY, "since": today().isoformat(), "p-school_talk_per": "month", "p-visit_within": "3", "p-mastery_per": "quarter", "step": "adopt"} | more


def test_three_people_and_a_stranger(director: Post, officer: Post, next_director: Post, browser_of: Browsers):
    for post in (director, next_director, officer):
        browser = browser_of(post)
        assert "梁子湖模式" in browser.get("/care-models/").content.decode()
        page = browser.get("/care-models/liangzihu/").content.decode()
        assert "每月一封亲人家书" in page
        assert "LZH-2：每月一次家访活动" in page
        assert browser.get(PAGE).status_code == (200 if post == officer else 403)
        assert browser.post(PAGE, filled()).status_code == (302 if post == officer else 403)
    assert Client().get("/care-models/")["Location"].startswith("/sign-in/")
    assert Adoption.objects.count() == 1


def test_the_cost_is_read_before_it_is_adopted(officer: Post, browser_of: Browsers):
    left_behind()
    browser = browser_of(officer)
    assert "看要花多少力气" in browser.get(PAGE).content.decode()
    page = browser.post(PAGE, filled(step="")).content.decode()
    assert "每名儿童每月的任务" in page
    assert "每月一封亲人家书" in page
    assert not Adoption.objects.exists()
    assert browser.post(PAGE, filled()).status_code == 302
    adoption = Adoption.objects.get()
    assert (adoption.place_id, adoption.parts, adoption.parameters["visit_within"]) == (COUNTY, [], "3d")
    assert "夷陵区已采用" in browser.get("/care-models/").content.decode()


def test_what_the_source_leaves_open_is_asked_for(officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    page = browser.post(PAGE, filled(**{"p-visit_within": "", "step": ""})).content.decode()
    assert "还没有填写" in page
    answer = browser.post(PAGE, filled(**{"p-visit_within": ""}))
    assert answer.status_code == 422
    assert "请填写“五必访的时限”" in answer.content.decode()
    assert browser.post(PAGE, filled(**{"p-visit_within": "99"})).status_code == 422
    assert not Adoption.objects.exists()


def test_a_part_needs_its_own_parameters_only(officer: Post, browser_of: Browsers):
    assert browser_of(officer).post(PAGE, {"place": TOWNSHIP, "since": today().isoformat(), "parts": ["eight_ones"], "step": "adopt"}).status_code == 302
    assert Adoption.objects.get().parts == ["eight_ones"]


def test_an_adoption_ends_with_a_reason(officer: Post, browser_of: Browsers):
    given = {"school_talk_per": "month", "visit_within": "3d", "mastery_per": "quarter"}
    adoption = actions.adopt(place=COUNTY, model="liangzihu", parameters=given, since=today(), by=None)
    browser = browser_of(officer)
    address = f"/care-models/adoptions/{adoption.id}/end/"
    assert browser.post(address, {"on": today().isoformat(), "reason": ""}).status_code == 422
    assert browser.post(address, {"on": today().isoformat(), "reason": "改用别的模式"}).status_code == 302
    assert "改用别的模式" in browser.get("/care-models/liangzihu/").content.decode()
    assert browser.get(address).status_code == 404


def test_nobody_ends_what_another_county_adopted(places: dict[int, Place], officer: Post, browser_of: Browsers):
    adoption = actions.adopt(place=420500000000, model="plan-5", parameters={}, since=today(), by=None)
    assert browser_of(officer).get(f"/care-models/adoptions/{adoption.id}/end/").status_code == 404


def test_no_model_of_that_name(officer: Post, browser_of: Browsers):
    assert browser_of(officer).get("/care-models/yilin/").status_code == 404
