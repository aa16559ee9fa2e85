"""Pages of moves: transfers between places, temporary leaves, duplicates, households, what waits for recognition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Category, Child, Distinct, Leave, Merge, Transfer
from tongxing.children.new import NewCategory, NewRelative
from tongxing.children.tests.make import away, id_number, make_child, seen_by
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
    page = browser.get(f"/children/{one.id}/household/").content.decode()
    assert "已经在一户的：" in page
    assert "张二" in page
    assert f'href="/children/{one.id}/?tab=family">关闭' in page  # as a page of its own it leads back


def test_the_comparison_offers_which_file_is_kept(officer: Post, browser_of: Browsers) -> None:
    one = make_child(name="陈小明", born=date(2015, 5, 5))
    two = make_child(name="陈小明", born=date(2015, 5, 5), ethnic_group="15")
    browser = browser_of(officer)
    page = browser.get(f"/children/{one.id}/merge/?with={two.id}").content.decode()
    assert "凭什么认定是同一个孩子" in page
    assert "经办人会看到" not in page  # that is said where a file is returned
    other_way = f"/children/{two.id}/merge/?with={one.id}"
    assert f'href="{other_way}"' in page
    assert browser.post(other_way, {"comment": "已核对户口簿"}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert Child.objects.get(pk=one.pk).merged_into_id == two.id


def test_two_children_are_told_apart_until_a_file_says_something_else(officer: Post, supervisor: Post, director: Post, next_director: Post, browser_of: Browsers) -> None:
    one = make_child(name="陈小明", born=date(2015, 5, 5))
    two = make_child(name="陈小明", born=date(2015, 5, 5))
    browser, address = browser_of(officer), f"/children/{two.id}/apart/?with={one.id}"
    for post in (supervisor, director, next_director):
        assert browser_of(post).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert f"/children/{one.id}/apart/?with={two.id}" in browser.get(f"/children/{one.id}/merge/?with={two.id}").content.decode()
    assert browser.post(address, {"comment": ""}, headers=HTMX).status_code == 422
    assert browser.post(address, {"comment": "双胞胎，户口簿两页"}, headers=HTMX).status_code == 204
    page = browser.get("/children/duplicates/").content.decode()
    assert "没有疑似重复的档案" in page
    assert "双胞胎，户口簿两页" in page
    for child in (one, two):
        history = browser.get(f"/children/{child.id}/?tab=history").content.decode()
        assert "判定不是同一个孩子" in history
        assert "双胞胎，户口簿两页" in history

    with seen_by(officer):
        actions.change_fields(child_id=one.id, fields={"ethnic_group": "15"}, by=officer)
    assert "没有疑似重复的档案" in browser.get("/children/duplicates/").content.decode()  # says nothing else of who the child is
    with seen_by(officer):
        actions.change_fields(child_id=one.id, fields={"id_number": id_number(one.born)}, by=officer)
    assert f"with={two.id}" in browser.get("/children/duplicates/").content.decode()
    assert browser.post(address, {"comment": "仍是两个孩子"}, headers=HTMX).status_code == 204
    with seen_by(None):
        row = Distinct.objects.get(undone_on=None)
    assert browser_of(supervisor).post(f"/children/distinct/{row.id}/undo/", {"sure": "1"}).status_code == 403
    assert browser.post(f"/children/distinct/{row.id}/undo/", {"sure": "1"}, headers=HTMX).status_code == 204
    page = browser.get("/children/duplicates/").content.decode()
    assert f"with={two.id}" in page
    assert "已判定不是同一个孩子" not in page


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
