"""Every tier has its posts and its view: from the village to the province, and departments beside them (区、乡镇、村三级; 市县乡村四级)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.actions import grant_children
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child
from tongxing.ground.today import today
from tongxing.places import actions as places
from tongxing.places import lists
from tongxing.places.lists import Listed, PlaceList

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]

OTHER_TOWNSHIP_VILLAGE, OTHER_COUNTY_VILLAGE, OTHER_CITY_VILLAGE = 420506103001, 420502001001, 420102002003
WHERE = {
    VILLAGE: "张本村",
    NEXT_VILLAGE: "李邻村",
    OTHER_TOWNSHIP_VILLAGE: "王邻镇",
    OTHER_COUNTY_VILLAGE: "陈邻县",
    OTHER_CITY_VILLAGE: "刘邻市",
}


@pytest.fixture
def children(places: object) -> dict[int, Child]:
    """One child in the village, the next village, the next township, the next county and the next city."""
    found = PlaceList(
        "五处",
        [
            Listed(1, 420100000000, "武汉市"),
            Listed(2, 420102000000, "江岸区"),
            Listed(3, 420102002000, "大智街道"),
            Listed(4, OTHER_CITY_VILLAGE, "吉庆街社区居委会"),
            Listed(5, 420502000000, "西陵区"),
            Listed(6, 420502001000, "西陵街道"),
            Listed(7, OTHER_COUNTY_VILLAGE, "土街头社区居民委员会"),
            Listed(8, 420506103000, "分乡镇"),
            Listed(9, OTHER_TOWNSHIP_VILLAGE, "分乡场社区居民委员会"),
        ],
    )
    apply_list(found)
    return {place: make_child(place=place, name=name) for place, name in WHERE.items()}


def apply_list(found: PlaceList) -> None:
    places.apply_list(found=found, on=lists.EDITION, complete=False, by=None)


def seen(browser: Client) -> set[str]:
    """The children on the list page."""
    page = browser.get("/children/").content.decode()
    return {name for name in WHERE.values() if name in page or f"{name[0]}*{name[2:]}" in page}


@pytest.mark.req("YL-1b")
@pytest.mark.req("YC-15a")
def test_each_tier_has_its_posts_and_sees_its_own_children(children: dict[int, Child], browser_of: Browsers) -> None:
    expected = {
        ("child_director", VILLAGE): 1,
        ("supervisor", TOWNSHIP): 2,
        ("county_officer", COUNTY): 3,
        ("city_officer", 420500000000): 4,
        ("province_officer", 420000000000): 5,
    }
    for (role, place), count in expected.items():
        browser = browser_of(make_post(role, place))
        assert seen(browser) == set(list(WHERE.values())[:count]), role
        for number, child in enumerate(children.values()):
            status = browser.get(f"/children/{child.id}/").status_code
            assert (status == 200) is (number < count), (role, child.name)


@pytest.mark.req("P8-10d")
def test_departments_stand_beside_the_five_levels_and_see_whom_they_are_shown(children: dict[int, Child], officer: Post, browser_of: Browsers) -> None:
    department = make_post("department", COUNTY, name="公安联络员")
    browser = browser_of(department)
    assert seen(browser) == set()
    shown = children[NEXT_VILLAGE]
    grant_children(post=department, children={shown.id: shown.scope_place}, cause="letter", since=today(), by=officer)
    assert seen(browser) == {WHERE[NEXT_VILLAGE]}
    assert browser.get(f"/children/{children[VILLAGE].id}/").status_code == 404
