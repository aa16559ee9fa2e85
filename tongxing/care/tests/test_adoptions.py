"""The pages of an adoption: changed and ended after reading what follows, left by a place below with the leave of the one above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.caremodels import actions, queries
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.models import Adoption, OptOutRequest
from tongxing.children.tests.make import seen_by
from tongxing.circles.tests.make import left_behind
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty, Rule
from tongxing.duties.tests.make import day, moment, opened
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
GIVEN = {"school_talk_per": "month", "visit_within": "3d", "mastery_per": "quarter"}
ASKED = {"since": today().isoformat(), "p-school_talk_per": "month", "p-visit_within": "2", "p-mastery_per": "quarter", "reason": "上级要求"}


@pytest.fixture
def adoption(places: Any) -> Adoption:
    return actions.adopt(place=COUNTY, model="liangzihu", parameters=GIVEN, since=today() - timedelta(days=20), by=None)


def address(adoption: Adoption, more: str = "") -> str:
    return f"/care-models/adoptions/{adoption.id}/{more}"


def stands(duty: str) -> list[tuple[bool, str]]:
    with seen_by(None):
        return [(row.is_open, row.end_reason) for row in Duty.objects.filter(rule_id__in=list(Rule.objects.filter(duty=duty).values_list("id", flat=True))).order_by("window_from")]


def test_three_people_and_a_stranger_and_the_next_county(adoption: Adoption, director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    for post in (director, supervisor, officer):
        browser = browser_of(post)
        page = browser.get(address(adoption)).content.decode()
        assert "谁在什么时候决定了什么" in page
        assert ("申请不采用" in page) == (post == supervisor)
        assert ("变更" in page) == (post == officer)
        for more, right in (("change/", post == officer), ("end/", post == officer), ("leave/", post != director)):
            assert browser.get(address(adoption, more)).status_code == (200 if right else 403), (post, more)
    elsewhere = actions.adopt(place=420500000000, model="plan-5", parameters={}, since=today(), by=None)
    assert browser_of(officer).get(address(elsewhere, "change/")).status_code == 404
    assert browser_of(officer).get(address(elsewhere)).status_code == 200  # it holds in the county too
    assert Client().get(address(adoption))["Location"].startswith("/sign-in/")
    assert Client().post(address(adoption, "end/"), {"on": today().isoformat(), "reason": "x"})["Location"].startswith("/sign-in/")


def test_a_change_is_read_before_it_is_made(adoption: Adoption, officer: Post, browser_of: Browsers):
    left_behind()
    browser = browser_of(officer)
    page = browser.post(address(adoption, "change/"), ASKED | {"parts": ["eight_ones", "five_visits"]}).content.decode()
    assert "有什么不同" in page
    assert "八个一、五必访" in page
    assert "3天" in page
    assert "2天" in page
    assert "还没有办结的任务怎么办" in page
    adoption.refresh_from_db()
    assert adoption.until is None
    answer = browser.post(address(adoption, "change/"), ASKED | {"step": "change"})
    after = Adoption.objects.get(until=None)
    assert answer["Location"] == address(after)
    assert (after.parameters["visit_within"], after.replaces_id, after.adopted_by) == ("2d", adoption.id, officer.id)
    page = browser.get(address(after)).content.decode()
    assert "上级要求" in page
    assert "周局长" in page
    assert "按新的内容执行" in browser.get(address(adoption)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"p-visit_within": "40"}, "不能大于15"),
        ({"p-visit_within": ""}, "请填写“五必访的时限”"),
        ({"p-visit_within": "3"}, "没有改变任何内容"),
        ({"reason": ""}, "变更原因"),
        ({"since": (today() - timedelta(days=20)).isoformat()}, "变更日期应晚于采用日期"),
        ({"since": (today() + timedelta(days=900)).isoformat()}, "两年以内"),
    ],
    ids=["bound", "unset", "nothing", "no reason", "not later", "far away"],
)
def test_a_change_that_cannot_stand_is_refused_in_words(adoption: Adoption, officer: Post, browser_of: Browsers, wrong: dict[str, str], sentence: str):
    answer = browser_of(officer).post(address(adoption, "change/"), ASKED | {"step": "change"} | wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    adoption.refresh_from_db()
    assert adoption.until is None


def test_an_adoption_ends_and_what_becomes_of_open_promises_is_said(adoption: Adoption, officer: Post, browser_of: Browsers):
    page = browser_of(officer).get(address(adoption, "end/")).content.decode()
    assert "每月一封亲人家书" in page
    assert "已经逾期的和由情形引起的仍要办结" in page
    assert browser_of(officer).post(address(adoption, "end/"), {"on": today().isoformat(), "reason": ""}).status_code == 422
    assert browser_of(officer).post(address(adoption, "end/"), {"on": today().isoformat(), "reason": "改用别的模式"}).status_code == 302
    assert "改用别的模式" in browser_of(officer).get(address(adoption)).content.decode()
    assert browser_of(officer).get(address(adoption, "end/")).status_code == 404


def test_when_a_part_goes_running_promises_end_and_those_of_events_stay(places: Any, officer: Post, director: Post):
    with day(date(2026, 10, 1)):
        held = actions.adopt(place=COUNTY, model="liangzihu", parameters=GIVEN, since=date(2026, 10, 1), by=None)
        child = left_behind()
    opened(date(2026, 11, 1))
    with day(date(2026, 11, 5)), seen_by(None):
        discharging.open_for_event("quarrel", child.id, None, moment(date(2026, 11, 5)), place=VILLAGE, on=date(2026, 11, 5), subject=None, by=None)
    with day(date(2026, 11, 6)):
        actions.change_adoption(adoption=held, parts=["four_masteries"], parameters={"mastery_per": "quarter"}, since=date(2026, 11, 6), reason="只留四掌握", by=None)
    opened(date(2026, 11, 6))
    assert stands("letter")[-1] == (False, "rule")
    assert stands("visit_when_quarrel") == [(True, "")]
    assert stands("masteries")[0][0]


def ask(browser: Client, adoption: Adoption, **more: object) -> Any:
    return browser.post(address(adoption, "leave/"), {"place": TOWNSHIP, "parts": ["five_visits"], "since": today().isoformat(), "reason": "由学校承担"} | more)


def request_of() -> OptOutRequest:
    return OptOutRequest.objects.latest("asked_at")


def duties() -> set[str]:
    return {rule.duty.id for rule in queries.rules(VILLAGE, VILLAGE, today())}


def test_a_township_asks_and_the_county_grants(adoption: Adoption, supervisor: Post, officer: Post, browser_of: Browsers):
    township, county = browser_of(supervisor), browser_of(officer)
    assert ask(township, adoption).status_code == 302
    assert "visit_when_ill" in duties()  # asking changes nothing
    assert "小溪塔街道申请不采用" in county.get("/messages/").content.decode()
    assert "由学校承担" in county.get(address(adoption)).content.decode()
    answer = f"/care-models/requests/{request_of().id}/"
    assert township.get(answer).status_code == 403
    assert county.post(answer, {"decision": "grant", "answer": ""}).status_code == 302
    assert "visit_when_ill" not in duties()
    assert "letter" in duties()
    assert "已同意" in township.get("/messages/").content.decode()
    page = township.get(address(adoption)).content.decode()
    assert page.index("周局长") < page.rindex("陈督导")  # the newest first
    leave = adoption.opt_outs.get()
    assert township.post(f"/care-models/leaves/{leave.id}/end/", {"on": today().isoformat()}).status_code == 403
    assert county.post(f"/care-models/leaves/{leave.id}/end/", {"on": today().isoformat()}).status_code == 302
    assert "visit_when_ill" in duties()
    assert "恢复采用五必访" in county.get(address(adoption)).content.decode()


def test_the_county_refuses_with_its_reason(adoption: Adoption, supervisor: Post, officer: Post, browser_of: Browsers):
    ask(browser_of(supervisor), adoption)
    address_of = f"/care-models/requests/{request_of().id}/"
    assert browser_of(officer).post(address_of, {"decision": "refuse", "answer": ""}).status_code == 422
    assert browser_of(officer).post(address_of, {"decision": "refuse", "answer": "五必访是重点"}).status_code == 302
    assert browser_of(officer).get(address_of).status_code == 404
    assert "visit_when_ill" in duties()
    assert "未同意" in browser_of(supervisor).get("/messages/").content.decode()
    assert "五必访是重点" in browser_of(supervisor).get(address(adoption)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": ""}, "请填写"),
        ({"place": COUNTY}, "请从列出的选项里选"),
        ({"since": "2001-01-01"}, "开始日期不能早于采用日期"),
        ({"parts": ["six_visits"]}, "请从列出的选项里选"),
    ],
    ids=["reason", "place", "before", "part"],
)
def test_a_request_that_cannot_stand_is_refused_in_words(adoption: Adoption, supervisor: Post, browser_of: Browsers, wrong: dict[str, object], sentence: str):
    answer = ask(browser_of(supervisor), adoption, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OptOutRequest.objects.exists()


def test_nobody_asks_twice_or_for_a_neighbour(adoption: Adoption, supervisor: Post, browser_of: Browsers):
    township = browser_of(supervisor)
    assert ask(township, adoption).status_code == 302
    answer = ask(township, adoption)
    assert answer.status_code == 422
    assert "还没有答复" in answer.content.decode()
    with pytest.raises(NotAdopted):
        actions.ask_opt_out(adoption=adoption, place=COUNTY + 2000, since=today(), reason="x", by=supervisor)


def test_the_county_gives_leave_unasked(adoption: Adoption, officer: Post, browser_of: Browsers):
    assert ask(browser_of(officer), adoption, parts=[]).status_code == 302
    assert "letter" not in duties()
    assert "已获准不采用" in ask(browser_of(officer), adoption).content.decode()


def test_a_village_is_let_off_by_its_township(adoption: Adoption, supervisor: Post, officer: Post, browser_of: Browsers):
    """The township asks for its village; where the township adopted a model itself it still cannot decide: a county does."""
    assert ask(browser_of(supervisor), adoption, place=VILLAGE).status_code == 302
    assert request_of().place_id == VILLAGE


def test_leaves_and_requests_go_over_to_what_changed(adoption: Adoption, supervisor: Post, officer: Post, browser_of: Browsers):
    actions.grant_opt_out(adoption=adoption, place=VILLAGE, parts=["five_visits"], since=today() - timedelta(days=3), reason="移民搬迁", by=officer)
    ask(browser_of(supervisor), adoption, parts=["eight_ones"])
    browser_of(officer).post(address(adoption, "change/"), ASKED | {"step": "change"})
    after = Adoption.objects.get(until=None)
    assert "visit_when_ill" not in duties()
    assert request_of().adoption_id == after.id
    page = browser_of(officer).get(address(after)).content.decode()
    assert page.count("移民搬迁") == 2  # among the leaves, and once in the history
    assert UUID(str(after.opt_outs.get().granted_by)) == officer.id


def test_a_supervisor_of_another_township_neither_sees_nor_asks(adoption: Adoption, officer: Post, browser_of: Browsers):
    other = actions.adopt(place=TOWNSHIP, model="plan-5", parameters={}, since=today(), by=None)
    city = make_post("city_officer", 420500000000)
    assert browser_of(city).get(address(other)).status_code == 200
    assert browser_of(city).get(address(other, "change/")).status_code == 200  # what stands below it, it may change
