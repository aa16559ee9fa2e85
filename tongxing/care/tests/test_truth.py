"""What did not come about is not counted as done, and what was written down late says so."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.people import COUNTY, TOWNSHIP, make_post
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.care import records
from tongxing.care.tests.test_pages import filled, log_url
from tongxing.care.tests.test_promises import NOV, PARENTS, stands
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import make_child, make_siblings, seen_by
from tongxing.duties import oracle
from tongxing.duties.tests.make import day, moment, opened
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.today import as_of, today
from tongxing.log import queries as log
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Subject
from tongxing.log.tests.make import COMMON, OWN
from tongxing.places import codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted(places: Any, director: Post, officer: Post) -> None:
    with day(date(2026, 10, 1)):
        caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=date(2026, 10, 1), by=None)
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters={"visit_within": "3d", "mastery_per": "quarter", "school_talk_per": "term"}, since=date(2026, 10, 1), by=None)


def logged(by: Post, kind: str, children: list[Any], told: Circumstances, answers: dict[str, object], own: dict[Any, dict[str, object]] | None = None) -> Entry:
    first = children[0]
    with as_of(moment(told.on, 15)), seen_by(by):
        return care.log_entry(
            form=forms.definition(kind),
            subject=Subject("child", first.id, first.scope_place),
            children=[child.id for child in children],
            told=told,
            answers=answers,
            own_answers=own,
            by=by,
        )


def test_a_visit_counts_only_for_the_children_that_were_seen(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        here, gone = make_siblings(2, relatives=PARENTS)
    opened(NOV)
    told = Circumstances(on=date(2026, 11, 4), where="home", seen={here.id: True, gone.id: False}, spoken_to=("carer",))
    entry = logged(director, "home_visit", [gone, here], told, dict(COMMON), {here.id: dict(OWN), gone.id: {}})
    assert (stands(here).done, stands(gone).done) == (1, 0)
    assert not entry.attempt
    with seen_by(director):
        assert log.balance(here.id)
        assert not log.balance(gone.id)
        assert not log.mastered(gone.id)
        assert log.timeline(gone.id).count() == 1  # it is kept and shown
    with as_of(moment(date(2026, 11, 5))), seen_by(None):
        looked, wrong = oracle.differences(*codes.span(COUNTY), COUNTY, date(2026, 11, 5))
    assert looked
    assert not wrong


def test_a_call_that_nobody_answered_leaves_the_promise_open(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    for on, reached in ((4, "no_answer"), (5, "wrong_number")):
        entry = logged(director, "parent_contact", [child], Circumstances(on=date(2026, 11, on)), {"means": "phone", "reached": reached})
        assert entry.attempt
        assert stands(child, "contact_asked").is_open
    logged(director, "parent_contact", [child], Circumstances(on=date(2026, 11, 6), spoken_to=("mother",)), {"means": "phone", "reached": "yes"})
    assert not stands(child, "contact_asked").is_open


def test_after_saving_the_page_says_what_it_closed_and_what_not(adopted: None, director: Post, browser_of: Any) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    browser = browser_of(director)
    with as_of(moment(date(2026, 11, 4), 15)):
        duty = stands(child)
        unseen = {"on": "2026-11-04", "spoken_to": ["nobody"], f"{child.id.hex}-seen": "no"}
        page = browser.post(f"{log_url('home_visit', child)}&duty={duty.id}", filled(child, **unseen), follow=True).content.decode()
        assert "没见到人，不算完成。" in page
        assert "还开着" in page
        listed = browser.get("/duties/").content.decode()
        address = next(each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', listed) if str(duty.id) in each and "home_visit" in each)
        answer = browser.post(address, filled(child, on="2026-11-04"), follow=True)
        assert answer.redirect_chain[-1][0].startswith("/duties/")
        assert "办结：" in answer.content.decode()
        assert re.search(r"还有\d+项。|这里的都办完了。", answer.content.decode())
        elsewhere = browser.post(f"{log_url('home_visit', child)}&next=https://example.org/", filled(child, on="2026-11-04"))
        assert elsewhere.headers["Location"].startswith("/")


def test_the_form_of_a_past_window_says_which_one_it_is(adopted: None, director: Post, browser_of: Any) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    duty = stands(child)
    with as_of(moment(date(2026, 11, 30))):
        assert "这项任务是" not in browser_of(director).get(f"{log_url('home_visit', child)}&duty={duty.id}").content.decode()
    with as_of(moment(date(2026, 12, 3))):
        page = browser_of(director).get(f"{log_url('home_visit', child)}&duty={duty.id}").content.decode()
    assert "这项任务是2026年11月的" in page
    assert "今天做的算2026年12月的" in page


def test_of_an_unseen_child_nothing_is_asked_and_contradictions_are_refused(director: Post, browser_of: Any) -> None:
    child, browser = make_child(), browser_of(director)
    empty = browser.post(log_url("home_visit", child), {"entry_id": str(uuid7()), "on": today().isoformat()}).content.decode()
    assert "请写明有没有见到孩子本人" in empty
    refused = browser.post(log_url("home_visit", child), filled(child, **{f"{child.id.hex}-seen": "no", "spoken_to": ["child"]})).content.decode()
    assert "写了没见到孩子，就不能选“孩子本人”" in refused
    kept = browser.post(log_url("home_visit", child), filled(child, **{f"{child.id.hex}-seen": "no"}), follow=True).content.decode()
    assert "没见到人，不算完成" in kept
    with seen_by(director):
        assert not Entry.objects.get().participations.get().answers


def test_what_was_written_down_long_afterwards_says_so(director: Post, browser_of: Any) -> None:
    child, browser = make_child(), browser_of(director)
    ago = today() - timedelta(days=58)
    browser.post(log_url("home_visit", child), filled(child, on=ago.isoformat()))
    assert "补登（迟58天）" in browser.get(f"/children/{child.id}/?tab=timeline").content.decode()
    with seen_by(director):
        entry = Entry.objects.get()
    assert "补登（迟58天）" in browser.get(f"/log/{entry.id}/").content.decode()
    with seen_by(director):
        item, _named = records._work(director.person_id, "李秀英", "儿童主任", ago, today())
    assert "补登（迟58天）" in item["rows"][0][3]
    assert "见到孩子本人 · 谈过：日常照看人" in item["rows"][0][3]


def test_a_date_long_past_is_asked_for_once_more(director: Post, browser_of: Any) -> None:
    child, browser = make_child(), browser_of(director)
    data = filled(child, on=(today() - timedelta(days=300)).isoformat())
    answer = browser.post(log_url("home_visit", child), data)
    assert answer.status_code == 422
    assert "到现在已经300天了" in answer.content.decode()
    assert browser.post(log_url("home_visit", child), data | {"late": "on"}).status_code == 302
    with seen_by(director):
        assert Entry.objects.get().late == 300


def test_the_sentence_says_of_which_child_and_an_activity_without_children_is_asked_about(director: Post, browser_of: Any) -> None:
    one, two = make_siblings(2)
    browser = browser_of(director)
    refused = browser.post(log_url("home_visit", one), filled(one, two, **{f"{two.id.hex}-body": ""})).content.decode()
    assert f"{two.name}：身体" in refused
    data = {"entry_id": str(uuid7()), "on": today().isoformat(), "where": "childrens_home", "c-title": "禁毒宣传", "c-theme": "safety"}
    assert "是面向大家的吗" in browser.post("/log/new/activity/", data).content.decode()
    assert browser.post("/log/new/activity/", data | {"nobody": "on"}).status_code == 302


def test_a_teacher_talks_at_school(places: Any, browser_of: Any) -> None:
    teacher = make_post("teacher", TOWNSHIP, name="刘老师")
    child = make_child()
    with scope.whole_country(why="the test grants a child"):
        Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="class", since=today())
    page = browser_of(teacher).get(log_url("child_talk", child)).content.decode()
    assert re.search(r'name="where"[^>]*value="school"[^>]*checked', page)
