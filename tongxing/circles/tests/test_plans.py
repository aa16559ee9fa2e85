"""One child, one plan (YC-14): items, reviews, and who reads what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child, seen_by
from tongxing.circles import actions
from tongxing.circles.models import Plan, PlanItem, PlanReview
from tongxing.circles.tests.make import joined, left_behind, make_person
from tongxing.ground.today import today
from tongxing.journal.models import Access, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yiling")]
type Browsers = Callable[[Post], Client]
GOAL = "本学期数学及格，每周辅导一次"


def added(child: Child, by: Post, *, days: int = 30, goal: str = GOAL) -> PlanItem:
    with seen_by(by):
        return actions.add_item(child_id=child.id, area="study", goal=goal, owner=by.person, review_on=today() + timedelta(days=days), by=by)


def late(item: PlanItem, days: int = 3) -> None:
    with seen_by(None):
        PlanItem.objects.filter(pk=item.pk).update(review_on=today() - timedelta(days=days), since=today() - timedelta(days=40))


def test_a_child_has_one_plan_with_any_number_of_items(director: Post):
    child = left_behind()
    for goal in ("学会游泳安全", GOAL):
        added(child, director, goal=goal)
    with seen_by(director):
        actions.write_needs(child_id=child.id, needs="父母都在外，晚上没人辅导", by=director)
        assert Plan.objects.count() == 1
        assert PlanItem.objects.count() == 2


def test_the_words_of_a_plan_are_sealed_also_in_the_journal(director: Post):
    child = left_behind()
    item = added(child, director)
    with seen_by(None):
        assert GOAL.encode() not in bytes(PlanItem.objects.get().goal_sealed)
        line = Record.objects.get(verb="plan_item_added")
        assert GOAL not in str(line.diff)
        assert line.subject_id == str(item.pk)


def test_an_item_is_reviewed_until_it_is_closed(director: Post):
    child = left_behind()
    item = added(child, director)
    with seen_by(director):
        actions.review_item(item_id=item.id, words="进步明显", next_on=today() + timedelta(days=20), version=1, by=director)
        actions.review_item(item_id=item.id, words="及格了", result="reached", version=2, by=director)
        row = PlanItem.objects.get()
        assert (row.result, row.closed_on, row.review_on) == ("reached", today(), None)
        assert PlanReview.objects.count() == 2
        with pytest.raises(CannotDo, match="完成"):
            actions.review_item(item_id=item.id, words="再看", next_on=today() + timedelta(days=20), version=3, by=director)


def test_what_an_item_cannot_be(director: Post, next_director: Post):
    child = left_behind()
    for wrong in ({"area": "x"}, {"goal": " "}, {"review_on": today() - timedelta(days=1)}, {"review_on": today() + timedelta(days=800)}):
        given = {"area": "study", "goal": GOAL, "review_on": today() + timedelta(days=30)} | wrong
        with seen_by(director), pytest.raises(FieldErrors):
            actions.add_item(child_id=child.id, owner=director.person, by=director, **given)  # type: ignore[arg-type]
    item = added(child, director)
    with seen_by(director), pytest.raises(FieldErrors):
        actions.review_item(item_id=item.id, words="", version=1, by=director)
    with seen_by(next_director), pytest.raises(PlanItem.DoesNotExist):
        actions.review_item(item_id=item.id, words="越界", result="reached", version=1, by=next_director)
    ended = make_child(name="李小雨", state="ended")
    with seen_by(None), pytest.raises(CannotDo, match="已退出"):
        actions.add_item(child_id=ended.id, area="study", goal=GOAL, owner=director.person, review_on=today(), by=None)


def test_two_tabs_do_not_overwrite_each_other(director: Post, browser_of: Browsers):
    child = left_behind()
    item = added(child, director)
    browser, address = browser_of(director), f"/circles/child/{child.id}/plan/items/{item.id}/"
    sent = {"area": "study", "goal": "先改的", "owner": str(director.person_id), "review_on": (today() + timedelta(days=9)).isoformat(), "version": "1"}
    assert browser.post(address, sent).status_code == 302
    second = browser.post(address, sent | {"goal": "后改的"})
    assert second.status_code == 422
    assert "别人改过" in second.content.decode()
    browser.get(address)
    with seen_by(None):
        assert Access.objects.filter(child_id=child.id, path=address, outcome="read").exists()
    assert "先改的" in browser.get(f"/circles/child/{child.id}/plan/").content.decode()


def test_the_plan_page_has_four_fixed_places_and_the_items(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃婶"), by=director)
    late(added(child, director))
    browser = browser_of(director)
    shown = browser.get(f"/circles/child/{child.id}/plan/").content.decode()
    for said in ("村干部", "爱心邻居", "结对老师", "爱心团队", "覃婶", GOAL, "应于", "学业有教"):
        assert said in shown, said
    item = f"/circles/child/{child.id}/plan/items/"
    assert browser.get(item + "new/").status_code == 200
    answer = browser.post(item + "new/", {"area": "safety", "goal": "学会自护", "owner": str(director.person_id), "review_on": (today() + timedelta(days=9)).isoformat()})
    assert answer.status_code == 302
    assert browser.post(item + "new/", {"area": "safety"}).status_code == 422


def test_the_review_is_done_on_the_page(director: Post, browser_of: Browsers):
    child = left_behind()
    item = added(child, director)
    browser, address = browser_of(director), f"/circles/child/{child.id}/plan/items/{item.id}/review/"
    assert browser.post(address, {"words": "好转", "closing": "go_on", "version": "1"}).status_code == 422
    assert browser.post(address, {"words": "好转", "closing": "close", "version": "1"}).status_code == 422
    assert browser.post(address, {"words": "好转", "closing": "close", "result": "partly", "version": "1"}).status_code == 302
    assert "部分实现" in browser.get(f"/circles/child/{child.id}/plan/").content.decode()


def test_late_reviews_are_listed(director: Post, supervisor: Post, browser_of: Browsers):
    late(added(left_behind(), director), days=3)
    added(left_behind(name="李小雨"), director, days=5)
    browser = browser_of(supervisor)
    shown = browser.get("/circles/reviews/").content.decode()
    assert "张子轩" in shown
    assert "逾期3天" in shown
    assert "李小雨" not in shown
    assert "李小雨" in browser.get("/circles/reviews/?state=soon").content.decode()
    assert "张子轩" not in browser.get(f"/circles/reviews/?place={NEXT_VILLAGE:012d}").content.decode()


def test_three_people_and_a_stranger_at_the_plan(director: Post, officer: Post, next_director: Post, client: Client, browser_of: Browsers):
    child = left_behind()
    late(added(child, director))
    address = f"/circles/child/{child.id}/plan/"
    for post in (director, officer):
        assert GOAL in browser_of(post).get(address).content.decode()
    assert browser_of(next_director).get(address).status_code == 404
    assert client.get(address).status_code == 302
    assert "张子轩" not in browser_of(next_director).get("/circles/reviews/").content.decode()
    figures = browser_of(make_post("city_officer", 420500000000)).get(address).content.decode()
    assert GOAL not in figures
    assert "张子轩" not in figures
    assert browser_of(make_post("teacher", COUNTY)).get(address).status_code == 403


def test_the_plan_follows_the_child_and_goes_with_an_erased_file(supervisor: Post, director: Post):
    child = left_behind()
    item = added(child, director)
    with seen_by(supervisor):
        move = children.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="搬家", by=supervisor)
        children.answer_transfer(transfer_id=move.id, act="accept", by=supervisor)
        assert PlanItem.objects.get(pk=item.pk).scope_place == NEXT_VILLAGE != VILLAGE
    with seen_by(None):
        children.erase(child_id=child.id, why="监护人要求", by=None)
        assert not Plan.objects.exists()
        assert not PlanItem.objects.exists()
