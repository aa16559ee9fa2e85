"""Children are found and listed, and leave the list when what was wrong is put right."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.children import actions, codes
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db


def listed(browser: Client, query: str) -> list[str]:
    html = browser.get(f"/children/{query}").content.decode()
    return re.findall(r'class="main"[^>]*>([^<]+)<', html)


def counted(browser: Client, word: str) -> int:
    """The number over a word on top of the list."""
    found = re.search(rf"<b>(\d+)</b><span>{re.escape(word)}</span>", browser.get("/children/").content.decode())
    assert found
    return int(found[1])


@pytest.mark.req("P8-10b")
def test_the_five_key_groups_are_found_and_listed(officer, director, browser_of):
    for number, kind in enumerate(codes.SCHEMES["suxian"].kinds):
        make_child(name=f"王{'一二三四五'[number]}", place=VILLAGE if number % 2 else NEXT_VILLAGE, categories=(NewCategory(scheme="suxian", kind=kind.value),))
    make_child(name="李六")
    browser = browser_of(officer)
    assert len(listed(browser, "?category=suxian")) == 5
    for number, kind in enumerate(codes.SCHEMES["suxian"].kinds):
        assert listed(browser, f"?category=suxian:{kind.value}") == [f"王{'一二三四五'[number]}"]
    assert len(listed(browser_of(director), "?category=suxian")) == 2
    assert counted(browser, "困境（已认定）") == 5


@pytest.mark.req("YN-9b")
def test_children_without_registration_are_found_until_they_are_registered(officer, director, browser_of):
    child = make_child(name="张子轩", registration="none", born=years_ago(7))
    make_child(name="李雨涵", registration="registered", id_number=id_number(years_ago(8)), born=years_ago(8))
    browser = browser_of(officer)
    assert counted(browser, "无户籍") == 1
    assert listed(browser, "?registration=none") == ["张子轩"]
    with seen_by(director):
        number = id_number(years_ago(7))
        actions.change_fields(child_id=child.id, fields={"registration": "registered", "id_number": number}, by=director)
    assert counted(browser, "无户籍") == 0
    assert listed(browser, "?registration=none") == []
    assert listed(browser, f"?q={number[-4:]}") == ["张子轩"]


@pytest.mark.req("YN-9c")
def test_children_who_dropped_out_are_found_until_they_are_back_at_school(officer, director, browser_of):
    child = make_child(name="张子轩", born=years_ago(13), schooling=NewSchooling(stage="dropout", since=years_ago(0, days=60)))
    browser = browser_of(officer)
    assert listed(browser, "?stage=dropout") == ["张子轩"]
    with seen_by(director):
        actions.record_schooling(child_id=child.id, new=NewSchooling(stage="junior", school_name="小溪塔初中", grade=1, since=today()), by=director)
    assert counted(browser, "辍学") == 0
    assert listed(browser, "?stage=junior&school=小溪塔") == ["张子轩"]


@pytest.mark.req("P2-2b")
def test_incomplete_files_are_listed_and_say_what_is_missing(officer, browser_of):
    child = make_child(name="张子轩")
    browser = browser_of(officer)
    assert listed(browser, f"?complete_below={child.completeness + 1}&sort=complete") == ["张子轩"]
    html = browser.get(f"/children/{child.id}/").content.decode()
    assert f"{child.completeness}" in html
    assert "户籍地" in html


def test_every_post_finds_its_own_children_only(officer, director, next_director, browser_of):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="赵紫萱", place=NEXT_VILLAGE)
    assert listed(browser_of(officer), "?q=zzx") == ["张子轩", "赵紫萱"]
    assert listed(browser_of(director), "?q=zzx") == ["张子轩"]
    assert listed(browser_of(next_director), "?q=zzx") == ["赵紫萱"]
