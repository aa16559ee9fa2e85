"""One child, one file (一人一档): what it holds, who answers for it, what is missing, and everything that was ever changed in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.children.models import Child, Relative, State
from tongxing.children.new import NewRelative, NewSchooling
from tongxing.children.tests.make import away, make_child, seen_by, years_ago
from tongxing.ground import scope
from tongxing.ground.today import now, today

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]

HOME = "湖北省宜昌市夷陵区小溪塔街道冯家湾社区"
ENTERED = {
    "identity-name": "覃雨",
    "identity-sex": "2",
    "identity-born": "2018-05-06",
    "identity-registration": "none",
    "home-place": HOME,
    "home-living_with": "grandparents",
    "father-situation": "away",
    "father-name": "覃勇",
    "father-phone": "13871230001",
    "father-where": "浙江省宁波市",
    "father-since": "2023-02",
    "mother-situation": "home",
    "mother-name": "何芳",
    "carer-relation": "62",
    "carer-name": "田秀",
    "carer-phone": "13712345678",
    "carer-address": "二组12号",
    "carer-entrusted": "on",
    "carer-guardianship": "fair",
    "school-stage": "primary",
    "school-grade": "2",
    "health-health": "healthy",
    "health-medical_history": "幼时患过肺炎",
    "optional-consent_by": "田秀（祖母）",
    "optional-character": "文静",
    "optional-hobbies": "画画",
}


def page(browser: Client, child: Child, tab: str = "") -> str:
    return browser.get(f"/children/{child.id}/", {"tab": tab} if tab else {}).content.decode()


def only_child(by: Post) -> Child:
    with seen_by(by):
        return Child.objects.get()


@pytest.mark.req("P6-3a", "P6-3b", "P8-3b", "YM-5a")
def test_a_director_opens_a_file_and_reads_it_back(director: Post, supervisor: Post, browser_of: Browsers):
    browser = browser_of(director)
    assert browser.post("/children/new/", ENTERED | {"submit": "1"}).status_code == 302
    child = only_child(director)
    facts = page(browser, child)
    for said in ("覃雨", "女", "2018-05-06", "无户籍", "文静", "画画"):
        assert said in facts, said
    assert "肺炎" in browser.post(f"/children/{child.id}/unmask/?field=medical_history", {"why": "contact"}, headers={"HX-Request": "true"}).content.decode() or "肺炎" in page(
        browser, child, "health"
    )
    family = page(browser, child, "family")
    for said in ("覃勇", "浙江省宁波市", "13871230001", "田秀", "13712345678"):
        assert said in family, said
    assert "李大妹" in facts  # the named person: the village's director
    assert "陈督导" in facts


@pytest.mark.req("P6-3c")
def test_a_child_before_school_has_a_file_as_well(director: Post, browser_of: Browsers):
    born = years_ago(2)
    small = ENTERED | {"identity-born": born.isoformat(), "school-stage": "not_enrolled", "school-grade": ""}
    assert browser_of(director).post("/children/new/", small).status_code == 302
    assert "未入园" in page(browser_of(director), only_child(director), "school")


@pytest.mark.req("P8-3a", "LHK-7b")
def test_each_level_has_its_ledger(director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    make_child(name="张子轩")
    make_child(name="王梓涵", place=next_director.place_id)
    seen = {post: browser_of(post).get("/children/").content.decode() for post in (director, next_director, supervisor, officer)}
    assert [("张子轩" in seen[post], "王梓涵" in seen[post]) for post in seen] == [(True, False), (False, True), (True, True), (True, True)]


@pytest.mark.req("LHK-7c")
def test_village_and_township_answer_for_each_child(director: Post, supervisor: Post, browser_of: Browsers):
    shown = page(browser_of(supervisor), make_child())
    assert "李大妹" in shown
    assert "陈督导" in shown


@pytest.mark.req("LHK-7a")
def test_the_history_says_who_changed_what_from_what_to_what_and_when(director: Post, supervisor: Post, browser_of: Browsers):
    child = make_child(relatives=(NewRelative(relation="51", name="张强"),), guardianship="fair")
    with time_machine.travel(date(2026, 12, 28), tick=False):
        browser_of(supervisor).post(f"/children/{child.id}/guardianship/", {"kind": "weak_entrusted", "since": "2026-12-28", "note": "祖母住院"})
        told = page(browser_of(director), child, "history")
    assert "2026-12-28" in told
    assert "陈督导" in told
    for words in ("一般", "能力不足"):
        assert words in told


@pytest.mark.req("P2-2b")
def test_the_page_says_what_is_missing_and_the_score_rises_when_it_is_entered(director: Post, browser_of: Browsers):
    child = make_child(relatives=(away("51", "张强", date(2024, 3, 1)),))
    browser = browser_of(director)
    assert "父亲电话" in page(browser, child)
    with seen_by(director):
        before = Child.objects.get(pk=child.pk).completeness
        father = Relative.objects.get(child=child, relation="51")
    browser.post(f"/children/{child.id}/relatives/{father.id}/", {"relation": "51", "name": "张强", "phone": "13871230001"})
    assert "父亲电话" not in page(browser, child)
    with seen_by(director):
        assert Child.objects.get(pk=child.pk).completeness > before


@pytest.mark.req("YN-9b")
def test_a_child_without_household_registration_is_found_and_resolved(supervisor: Post, browser_of: Browsers):
    child = make_child(name="田野", registration="none")
    make_child(name="张子轩", registration="registered")
    browser = browser_of(supervisor)
    found = browser.get("/children/?registration=none").content.decode()
    assert "田野" in found
    assert "张子轩" not in found
    opened = browser.get(f"/children/{child.id}/edit/")
    version = opened.context["version"]
    sent = {"version": version, "name": "田野", "sex": "1", "born": child.born.isoformat(), "registration": "registered"}
    answer = browser.post(f"/children/{child.id}/edit/", sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert "田野" not in browser.get("/children/?registration=none").content.decode()
    assert "户口登记" in page(browser, child, "history")


@pytest.mark.req("YN-9c")
def test_a_dropout_is_found_and_goes_back_to_school(supervisor: Post, browser_of: Browsers):
    child = make_child(name="田野", schooling=NewSchooling(stage="dropout", since=date(2026, 3, 1)))
    browser = browser_of(supervisor)
    assert "田野" in browser.get("/children/?stage=dropout").content.decode()
    sent = {"stage": "primary", "grade": "4", "school_name": "中心小学", "since": today().isoformat()}
    browser.post(f"/children/{child.id}/schooling/", sent)
    assert "田野" not in browser.get("/children/?stage=dropout").content.decode()


@pytest.mark.req("P8-10a")
def test_each_quarter_nothing_changed_is_said_in_one_tap_or_the_file_is_updated(director: Post, browser_of: Browsers):
    children = [make_child(name=name, relatives=(NewRelative(relation="62", name="王秀英"),)) for name in ("张子轩", "王梓涵")]
    with seen_by(None):
        Child.objects.update(confirmed_on=today() - timedelta(days=200), updated_at=now() - timedelta(days=201))
    browser = browser_of(director)
    assert all(child.name in browser.get("/children/?unconfirmed=1").content.decode() for child in children)
    browser.post(f"/children/{children[0].id}/confirm/", {"asked": "祖母 王秀英"})
    browser.post(f"/children/{children[1].id}/guardianship/", {"kind": "good", "since": today().isoformat()})
    browser.post(f"/children/{children[1].id}/confirm/", {"asked": "祖母 王秀英"})
    left = browser.get("/children/?unconfirmed=1").content.decode()
    assert not any(child.name in left for child in children)
    with seen_by(director):
        assert [child.confirmations.get().changed for child in children] == [False, True]


@pytest.mark.req("P8-10f")
def test_found_down_to_the_household(officer: Post, browser_of: Browsers):
    child = make_child(name="张子轩", address="三组57号")
    sister = make_child(name="张子怡", sex="2", household_of=child)
    browser = browser_of(officer)
    listed = browser.get("/children/", {"place": "冯家湾社区"}).content.decode()
    assert "张子轩" in listed
    assert "张子怡" in listed
    assert sister.name in page(browser, child)  # the household is on the page


@pytest.mark.req("YL-1a", "YL-1b", "YC-15a")
def test_four_tiers_each_with_its_posts_and_its_view(director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    mine, next_door = make_child(name="张子轩"), make_child(name="王梓涵", place=next_director.place_id)
    city = make_post("city_officer", 420500000000, name="黄海燕")
    opened = {post.role: [browser_of(post).get(f"/children/{child.id}/").status_code for child in (mine, next_door)] for post in (director, supervisor, officer, city)}
    assert opened == {"child_director": [200, 404], "supervisor": [200, 200], "county_officer": [200, 200], "city_officer": [200, 200]}


@pytest.mark.req("YL-1c")
def test_the_county_has_its_real_townships_and_villages(places: object):
    from tongxing.places.lists import shipped

    codes = {listed.code for listed in shipped().places if COUNTY < listed.code < COUNTY + 10**6}
    villages = [code for code in codes if code % 1000]
    assert len(codes) - len(villages) >= 11  # 街道, 镇 and 乡
    assert len(villages) >= 193  # 193个村, communities besides


def test_an_ended_file_stays_readable_and_can_come_back(supervisor: Post, browser_of: Browsers):
    child = make_child()
    browser = browser_of(supervisor)
    browser.post(f"/children/{child.id}/life/end/", {"reason": "moved_away", "on": today().isoformat(), "comment": "全家迁往宜都"})
    assert "全家迁往宜都" in page(browser, child)
    browser.post(f"/children/{child.id}/life/re_enter/", {})
    with scope.active(supervisor.scope()):
        assert Child.objects.get(pk=child.pk).state == State.DRAFT
