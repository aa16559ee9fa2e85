"""Pages of moves: transfers between places, temporary leaves, duplicates, households, what waits for recognition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.models import Category, Child, Leave, Merge, Transfer
from tongxing.children.new import NewCategory, NewRelative
from tongxing.children.tests.make import away, make_child, seen_by
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
HTMX = {"HX-Request": "true"}
NEXT = "湖北省宜昌市夷陵区小溪塔街道兴安社区"


def test_a_file_moves_when_the_other_village_accepts(director: Post, supervisor: Post, next_director: Post, browser_of: Browsers) -> None:
    child = make_child()
    asked = browser_of(director).post(f"/children/{child.id}/transfer/", {"to_place": NEXT, "reason": "随母亲改嫁"}, headers=HTMX)
    assert asked.status_code == 204, asked.content.decode()
    with seen_by(None):
        transfer = Transfer.objects.get()
    assert "正在转出" in browser_of(director).get(f"/children/{child.id}/").content.decode()
    accept = f"/children/transfers/{transfer.id}/accept/"
    assert browser_of(director).get(accept).status_code == 404
    page = browser_of(supervisor).get("/children/transfers/").content.decode()
    assert accept in page
    assert browser_of(supervisor).post(accept, {"sure": "1"}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert Child.objects.get(pk=child.pk).scope_place == NEXT_VILLAGE
    assert browser_of(next_director).get(f"/children/{child.id}/").status_code == 200
    assert browser_of(director).get(f"/children/{child.id}/").status_code == 404


def test_refusing_needs_words(director: Post, supervisor: Post, browser_of: Browsers) -> None:
    child = make_child()
    browser_of(director).post(f"/children/{child.id}/transfer/", {"to_place": NEXT, "reason": "搬家"}, headers=HTMX)
    with seen_by(None):
        transfer = Transfer.objects.get()
    address = f"/children/transfers/{transfer.id}/refuse/"
    assert browser_of(supervisor).post(address, {"comment": ""}, headers=HTMX).status_code == 422
    assert browser_of(supervisor).post(address, {"comment": "查无此人"}, headers=HTMX).status_code == 204


def test_children_leave_and_return_together(director: Post, next_director: Post, browser_of: Browsers) -> None:
    children = [make_child(name=name) for name in ("陈一", "陈二")]
    query = "&".join(f"child={child.id}" for child in children)
    browser = browser_of(director)
    assert browser.post(f"/children/leaves/new/?{query}", {"kind": "summer", "left_on": today().isoformat(), "where_text": "东莞"}, headers=HTMX).status_code == 204
    assert "陈一" in browser.get("/children/leaves/").content.decode()
    assert browser_of(next_director).get(f"/children/leaves/back/?{query}").status_code == 404
    assert browser.post(f"/children/leaves/back/?{query}", {"returned_on": today().isoformat()}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert not Leave.objects.filter(returned_on=None).exists()


def test_who_is_not_on_the_register_is_named_before_the_others_leave(director: Post, browser_of: Browsers) -> None:
    on, draft = make_child(name="陈一"), make_child(name="陈二", state="submitted", by=director)
    assert "陈二还不是在册档案，不登记" in browser_of(director).get(f"/children/leaves/new/?child={on.id}&child={draft.id}").content.decode()


def test_a_forged_child_in_the_address_is_not_found(director: Post, browser_of: Browsers) -> None:
    assert browser_of(director).get("/children/leaves/new/?child=x").status_code == 404
    assert browser_of(director).get("/children/leaves/new/").status_code == 404


def test_two_files_are_compared_merged_and_parted(officer: Post, director: Post, browser_of: Browsers) -> None:
    one = make_child(name="陈小明", born=date(2015, 5, 5))
    two = make_child(name="陈小明", born=date(2015, 5, 5), ethnic_group="15")
    browser = browser_of(officer)
    assert f"with={two.id}" in browser.get("/children/duplicates/").content.decode()
    assert str(two.id) in browser.get(f"/children/{one.id}/merge/").content.decode()
    address = f"/children/{one.id}/merge/?with={two.id}"
    assert "土家族" in browser.get(address).content.decode()
    assert browser_of(director).get(address).status_code == 403
    assert browser.post(address, {"comment": "同一个孩子"}, headers=HTMX).status_code == 204
    with seen_by(None):
        merge = Merge.objects.get()
        assert Child.objects.get(pk=one.pk).ethnic_group == "15"
    assert "撤销合并" in browser.get(f"/children/{one.id}/").content.decode()
    assert browser.post(f"/children/merges/{merge.id}/undo/", {"sure": "1"}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert Child.objects.get(pk=two.pk).state == "current"


def test_brothers_and_sisters_become_one_household(director: Post, browser_of: Browsers) -> None:
    one = make_child(name="张一", relatives=(away("51", "张强", date(2024, 1, 1), phone="13812345678"),))
    two = make_child(name="张二", relatives=(NewRelative(relation="51", name="张强", phone="13812345678"),))
    alone = make_child(name="李三")
    browser = browser_of(director)
    page = browser.get(f"/children/{one.id}/household/").content.decode()
    assert "张二" in page
    assert "李三" not in page
    assert "没有找到" in browser.get(f"/children/{alone.id}/household/").content.decode()
    assert browser.post(f"/children/{one.id}/household/", {"children": [str(two.id)]}, headers=HTMX).status_code == 204
    with seen_by(None):
        first, second = Child.objects.get(pk=one.pk), Child.objects.get(pk=two.pk)
        assert first.household_id == second.household_id
    assert "张二" in browser.get(f"/children/{one.id}/").content.decode()


def test_what_waits_for_recognition_is_listed_for_the_level_whose_turn_it_is(director: Post, supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    make_child(name="陈一", by=director, categories=(NewCategory(scheme="state", kind="poverty", reason="父亲失业"),))
    assert "父亲失业" in browser_of(supervisor).get("/children/recognitions/").content.decode()
    assert browser_of(director).get("/children/recognitions/").status_code == 403
    assert browser_of(make_post("city_officer", 420500000000)).get("/children/transfers/").status_code == 403
    county = browser_of(officer)
    assert "没有等您办理的" in county.get("/children/recognitions/").content.decode()
    assert "父亲失业" in county.get("/children/recognitions/", {"what": "below"}).content.decode()
    assert "陈一" not in county.get("/children/recognitions/", {"what": "below", "text": "李"}).content.decode()


def test_the_county_that_steps_in_for_the_township_says_why(director: Post, officer: Post, browser_of: Browsers) -> None:
    child = make_child(by=director, categories=(NewCategory(scheme="state", kind="poverty", reason="父亲失业"),))
    with seen_by(None):
        category = Category.objects.get(child=child)
    browser, address = browser_of(officer), f"/children/{child.id}/categories/{category.id}/"
    assert "乡镇还没有审核" in browser.get(address).content.decode()
    assert browser.post(address, {"yes": "1", "comment": ""}, headers=HTMX).status_code == 422
    assert browser.post(address, {"yes": "1", "comment": "急需医疗救助"}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert Category.objects.get(pk=category.id).state == "confirmed"


def test_files_chosen_in_the_list_are_approved_together(supervisor: Post, director: Post, browser_of: Browsers) -> None:
    waiting = [make_child(name=name, state="submitted") for name in ("陈一", "陈二")]
    standing = make_child(name="陈三")
    query = "&".join(f"pick={child.id}" for child in [*waiting, standing])
    browser = browser_of(supervisor)
    assert "approve/" in browser.get("/children/").content.decode()
    assert browser.post(f"/children/approve/?{query}", {"comment": ""}, headers=HTMX).status_code == 204
    assert "没有可以办理" in browser.get(f"/children/approve/?pick={standing.id}").content.decode()
    assert browser_of(director).get(f"/children/approve/?{query}").status_code == 403
    with seen_by(None):
        assert {child.state for child in Child.objects.all()} == {"current"}
