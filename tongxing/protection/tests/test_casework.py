"""A case as those who work on it live it: pages, acts, and what each of the three people and a stranger sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground.today import now
from tongxing.protection import actions
from tongxing.protection.actions import judging, placing
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Assessment, Case, Task
from tongxing.protection.tests.make import case_of, make_police, make_report
from tongxing.protection.tests.working import ANSWERS, assess_twice, emergency, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browser = Callable[[Post], Client]


def test_the_page_says_what_is_next_who_and_until_when(supervisor: Post, director: Post, browser_of: Browser):
    case = emergency(director)
    page = page_of(browser_of(supervisor), case)
    assert "受理：核实情况" in page
    assert "还剩" in page
    actions.advance(case=case, act="receive", by=supervisor)
    page = page_of(browser_of(supervisor), case)
    assert "陈督导" in page
    assert "启动应急处置，先保证孩子安全" in page


def test_whoever_was_merely_told_sees_the_report_and_the_own_tasks_alone(supervisor: Post, director: Post, browser_of: Browser):
    police = make_police()
    case = emergency(director, words="孩子三天没回家")
    actions.note(case=case, by=supervisor, words="母亲在外地打工，情绪激动")
    browser = browser_of(police)
    page = page_of(browser, case)
    assert "孩子三天没回家" in page
    assert "情绪激动" not in page
    assert "李大妹" not in page.split("告知情况")[0]
    assert browser.get(f"/cases/{case.pk}/print/").status_code in (403, 404)
    with seen_by(police):
        assert Case.objects.filter(pk=case.pk).exists()


def test_next_village_stranger_and_city(director: Post, next_director: Post, officer: Post, browser_of: Browser):
    case = emergency(director)
    assert browser_of(next_director).get(f"/cases/{case.pk}/").status_code == 404
    assert Client().get(f"/cases/{case.pk}/").status_code == 302
    assert browser_of(officer).get(f"/cases/{case.pk}/").status_code == 200
    city = make_post("city_officer", 420500000000)
    assert browser_of(city).get(f"/cases/{case.pk}/").status_code == 404
    numbers = browser_of(city).get("/cases/", follow=True)
    assert "夷陵区" in numbers.content.decode()


def test_a_case_is_placed_assessed_followed_and_closed(supervisor: Post, officer: Post, director: Post, browser_of: Browser):
    child = make_child(by=director, name="张子轩")
    case = emergency(director, child_id=child.pk, situation="domestic_violence")
    browser = browser_of(supervisor)
    for address, data in (
        ("act/receive/", {"words": ""}),
        ("act/handle/", {"words": ""}),
        ("branch/", {"branch": "domestic_violence"}),
        ("place/", {"kind": "relatives", "with_whom": "外祖母 王秀英", "where": "兴安社区3组", "order": "派出所通知"}),
    ):
        assert browser.post(f"/cases/{case.pk}/{address}", data).status_code == 302, address
    with seen_by(supervisor):
        tasks = list(Task.objects.filter(case=case, kind="step"))
        assert len(tasks) > 4
    for task in tasks:
        actions.finish(task=task, by=supervisor, result="已办")
    with pytest.raises(ProtectionError, match="评估"):
        actions.advance(case=case, act="assess", by=supervisor, words="安全了")
    assess_twice(case, supervisor, officer)
    page = page_of(browser, case)
    assert "外祖母 王秀英" in page
    assert browser.get(f"/cases/{case.pk}/conclude/").status_code == 200
    judging.conclude(case=case, band=case_band(case), why="两份评估一致", by=supervisor)
    actions.advance(case=case, act="assess", by=supervisor, words="孩子已安全")
    assert (
        browser.post(f"/cases/{case.pk}/measure/", {"measure": "counselling", "post": str(officer.pk), "due_at": f"{now() + timedelta(days=9):%Y-%m-%dT%H:%M}"}).status_code == 302
    )
    actions.advance(case=case, act="plan", by=supervisor, words="心理辅导")
    actions.advance(case=case, act="follow", by=supervisor)
    with seen_by(officer):
        measure = Task.objects.get(case=case, kind="measure")
    actions.finish(task=measure, by=officer, result="辅导三次")
    with pytest.raises(ProtectionError, match="临时安置"):
        actions.advance(case=case, act="close", by=officer, words="好了", outcome="safe_at_home")
    with seen_by(supervisor):
        stay = case.placements.get()
    placing.end_placement(placement=stay, by=supervisor, words="回父亲家")
    actions.advance(case=case, act="close", by=officer, words="父亲返乡照看", outcome="guardian_in_place")
    assert "已结案" in page_of(browser, case)


def case_band(case: Case) -> str:
    with seen_by(None):
        return Assessment.objects.filter(case=case)[0].band


def test_two_tabs_a_stale_act_gets_a_sentence(supervisor: Post, director: Post, browser_of: Browser):
    case = emergency(director)
    browser = browser_of(supervisor)
    assert browser.post(f"/cases/{case.pk}/act/receive/", {"words": ""}).status_code == 302
    again = browser.post(f"/cases/{case.pk}/act/receive/", {"words": ""})
    assert again.status_code == 422
    assert "已受理，不能受理" in again.content.decode()


def test_an_assessor_who_leaves_leaves_what_was_written_and_another_can_be_asked(supervisor: Post, officer: Post, director: Post):
    case = emergency(director)
    actions.advance(case=case, act="receive", by=supervisor)
    judging.ask_assessor(case=case, post=director, by=supervisor)
    judging.assess(case=case, scale="four_colours", answers=ANSWERS, by=director)
    with pytest.raises(ProtectionError, match="本轮已经评估过"):
        judging.ask_assessor(case=case, post=director, by=supervisor)
    with pytest.raises(ProtectionError, match="至少两人"):
        judging.conclude(case=case, band="red", why="一人", by=supervisor)
    judging.assess(case=case, scale="four_colours", answers=ANSWERS, by=officer)
    made = judging.conclude(case=case, band="red", why="现有危险", by=supervisor)
    assert made.round == 1
    assert case_of_pk(case).colour == "red"


def case_of_pk(case: Case) -> Case:
    with seen_by(None):
        return Case.objects.get(pk=case.pk)


def test_the_list_shows_what_burns_first_and_its_filters_are_its_address(supervisor: Post, director: Post, browser_of: Browser):
    emergency(director)
    make_report(by=director, situation="outstanding_issue", words="学校门口没有斑马线")
    browser = browser_of(supervisor)
    page = browser.get("/cases/").content.decode()
    assert page.index("失踪") < page.rindex("突出问题")
    only = browser.get("/cases/?kind=issue").content.decode()
    assert "共 <b>1</b> 条" in only
    for query in ("state=all&sort=new", "overdue=1", "mine=1", "place=420506001001", "place=x", "owner=x", "since=2026-13-01", "state=to_conclude", "q=%00", "state=review"):
        assert browser.get(f"/cases/?{query}").status_code == 200, query


def test_the_first_page_of_the_day_counts_cases(supervisor: Post, director: Post, browser_of: Browser):
    emergency(director)
    page = browser_of(supervisor).get("/").content.decode()
    assert "个案：孩子处于危险中" in page


def test_the_child_s_file_bears_a_red_flag_while_it_is_in_danger(supervisor: Post, officer: Post, director: Post, browser_of: Browser):
    child = make_child(by=director)
    case = emergency(director, child_id=child.pk)
    browser = browser_of(supervisor)
    assert "处于危险中" in browser.get(f"/children/{child.pk}/").content.decode()
    assert "处于危险中" in browser.get("/children/").content.decode()
    assert case.number in browser.get(f"/children/{child.pk}/?tab=cases").content.decode()
    assert "共 <b>1</b> 条" in browser.get("/children/?case=danger").content.decode()
    actions.restrict(case=case, posts=[], by=officer)
    for address in (f"/children/{child.pk}/", "/children/", f"/children/{child.pk}/?tab=cases"):
        page = browser.get(address).content.decode()
        assert "处于危险中" not in page.replace("孩子处于危险中", "")
        assert case.number not in page


def test_a_closed_case_that_gets_a_new_report_is_followed_by_another(supervisor: Post, officer: Post, director: Post):
    child = make_child(by=director)
    first = emergency(director, child_id=child.pk)
    actions.advance(case=first, act="doubt", by=supervisor, words="孩子在外婆家")
    with pytest.raises(ProtectionError, match="另一个人"):
        actions.advance(case=first, act="dismiss", by=supervisor, words="确认")
    actions.advance(case=first, act="dismiss", by=officer, words="已核实")
    second = emergency(director, child_id=child.pk)
    assert second.follows_id == first.pk


def test_every_page_of_a_case_answers_its_people(supervisor: Post, director: Post, browser_of: Browser):
    case = emergency(director)
    actions.advance(case=case, act="receive", by=supervisor)
    browser = browser_of(supervisor)
    for view in (
        "note",
        "pause",
        "hand-over",
        "place",
        "files",
        "child",
        "owner",
        "involve",
        "branch",
        "task",
        "measure",
        "assessor",
        "assess",
        "print",
        "notice",
        "act/handle",
        "act/refer",
    ):
        answer = browser.get(f"/cases/{case.pk}/{view}/")
        assert answer.status_code == 200 if view != "act/refer" else answer.status_code in (200, 404), view
    for address in ("mine", "dropout", "dropout/figures", "new/issue", "new/dropout", "glass"):
        assert browser.get(f"/cases/{address}/").status_code == 200, address
    assert case_of(make_report(by=director)).pk
