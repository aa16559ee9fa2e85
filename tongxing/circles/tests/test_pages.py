"""The pages of circles, as three people and a stranger meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.handover import items
from tongxing.accounts.models import Person, Post
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child, seen_by
from tongxing.circles import actions
from tongxing.circles.models import Membership
from tongxing.circles.tests.make import SCHOOL, joined, left_behind, make_person
from tongxing.ground.today import today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder", "yiling")]
type Browsers = Callable[[Post], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def running(child: Child) -> list[tuple[str, str]]:
    with seen_by(None):
        rows = Membership.objects.filter(child=child, until=None).select_related("person").order_by("role", "id")
        return [(row.role, row.person.name if row.person else "") for row in rows]


def test_the_file_shows_the_rings_and_what_is_vacant(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃婶"), by=director)
    shown = page(browser_of(director), f"/children/{child.id}/")
    assert "覃婶" in shown
    assert "4处空缺" in shown
    assert f"/circles/child/{child.id}/add/paired_teacher/" in shown
    assert shown.count('class="ring"') == 5


def test_a_child_that_goes_to_no_school_lacks_no_teacher(director: Post, browser_of: Browsers):
    child = left_behind(schooling=None)
    assert "4处空缺" in page(browser_of(director), f"/children/{child.id}/")
    assert "张子轩" not in page(browser_of(director), "/circles/?role=paired_teacher")
    assert "张子轩" in page(browser_of(director), "/circles/?role=loving_neighbour")


def test_a_child_that_is_neither_left_behind_nor_in_difficulty_lacks_nobody(director: Post, browser_of: Browsers):
    child = make_child()
    assert "处空缺" not in page(browser_of(director), f"/children/{child.id}/")
    assert "不算空缺" in page(browser_of(director), f"/circles/child/{child.id}/")


def test_three_people_and_a_stranger_at_the_circle(director: Post, officer: Post, next_director: Post, client: Client, browser_of: Browsers):
    child = left_behind()
    row = joined(child, "loving_neighbour", make_person("覃婶", phone="13812345678"), by=director)
    for address in (f"/circles/child/{child.id}/", f"/circles/child/{child.id}/add/paired_teacher/", f"/circles/memberships/{row.id}/end/", f"/circles/people/{row.person_id}/"):
        for post in (director, officer):
            assert browser_of(post).get(address).status_code == 200, address
        assert browser_of(next_director).get(address).status_code == 404, address
        assert browser_of(next_director).post(address, {}).status_code in (404, 405), address
        assert client.get(address).status_code == 302, address
    for address in ("/circles/", "/circles/people/", "/circles/pairing/?role=loving_neighbour"):
        assert "张子轩" not in page(browser_of(next_director), address)
        assert "覃婶" not in page(browser_of(next_director), address)
        assert client.get(address).status_code == 302


def test_who_reads_figures_sees_masked_names_and_changes_nothing(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃婶", phone="13812345678"), by=director)
    browser = browser_of(make_post("city_officer", 420500000000))
    for address in ("/circles/", f"/circles/child/{child.id}/"):
        shown = page(browser, address)
        assert "张子轩" not in shown
        assert "13812345678" not in shown
        assert "/add/" not in shown
    assert browser.get(f"/circles/child/{child.id}/add/loving_neighbour/").status_code == 403
    assert browser.get("/circles/pairing/").status_code == 403


def test_a_teacher_opens_the_circles_of_her_children_alone(director: Post, browser_of: Browsers):
    child, other = left_behind(), left_behind(name="李小雨")
    teacher = make_post("teacher", COUNTY, name="赵老师")
    joined(child, "paired_teacher", teacher.person)
    browser = browser_of(teacher)
    assert "赵老师" in page(browser, f"/circles/child/{child.id}/")
    assert browser.get(f"/circles/child/{other.id}/").status_code == 404
    own = page(browser, f"/circles/people/{teacher.person_id}/")
    assert "张子轩" in own
    assert "李小雨" not in own
    assert browser.get(f"/circles/people/{director.person_id}/").status_code == 404


def test_somebody_without_an_account_is_written_down_and_the_telephone_is_sealed(director: Post, browser_of: Browsers):
    child = left_behind()
    browser, address = browser_of(director), f"/circles/child/{child.id}/add/loving_neighbour/"
    assert browser.post(address, {"since": today().isoformat()}).status_code == 422
    answer = browser.post(address, {"name": "覃婶", "phone": "13812345678", "since": today().isoformat()})
    assert answer.status_code == 302
    person = Person.objects.get(name="覃婶")
    assert b"13812345678" not in bytes(person.phone_sealed or b"")
    assert person.phone == "13812345678"
    assert running(child) == [("loving_neighbour", "覃婶")]
    assert "13812345678" in page(browser, f"/circles/child/{child.id}/")
    browser.post(f"/circles/child/{child.id}/add/proxy_parent/", {"name": "覃婶", "phone": "13812345678", "since": today().isoformat()})
    assert Person.objects.filter(name="覃婶").count() == 1  # known by name and telephone


def test_people_are_found_by_initials_and_who_lacks_the_check_is_not_proposed(director: Post, browser_of: Browsers):
    child = left_behind()
    make_post("teacher", COUNTY, name="赵老师")
    make_post("teacher", COUNTY, name="钱老师", checked=False)
    browser, address = browser_of(director), f"/circles/child/{child.id}/add/paired_teacher/"
    shown = page(browser, address)
    assert "赵老师" in shown
    assert "钱老师" not in shown
    found = page(browser, f"{address}?q=qls")
    assert "钱老师" in found
    assert "没有本年度从业查询" in found


def test_people_of_another_county_are_not_found(director: Post, browser_of: Browsers):
    child = left_behind()
    make_post("city_officer", 420500000000, name="市里的人")
    assert "市里的人" not in page(browser_of(director), f"/circles/child/{child.id}/add/loving_neighbour/?q=市里")


def test_more_than_the_model_asks_for_is_said(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃婶"))
    answer = browser_of(director).post(f"/circles/child/{child.id}/add/loving_neighbour/", {"name": "向婶", "since": today().isoformat()}, follow=True)
    assert "按规定至多1人，现在有2人" in answer.content.decode()


def test_a_member_is_replaced_without_a_gap(director: Post, browser_of: Browsers):
    child = left_behind()
    row = joined(child, "loving_neighbour", make_person("覃婶"), since=today() - timedelta(days=30))
    browser, address = browser_of(director), f"/circles/child/{child.id}/add/loving_neighbour/?replaces={row.id}"
    assert "更换覃婶" in page(browser, address)
    assert browser.post(address, {"name": "向婶", "reason": "away"}).status_code == 302
    assert running(child) == [("loving_neighbour", "向婶")]
    with seen_by(None):
        assert Membership.objects.get(pk=row.pk).until == Membership.objects.get(until=None).since
    assert browser.get(address).status_code == 404  # in another tab: it has ended already


def test_a_member_ends_with_a_reason_and_the_page_remembers(director: Post, browser_of: Browsers):
    child = left_behind()
    row = joined(child, "loving_neighbour", make_person("覃婶"), since=today() - timedelta(days=30))
    browser, address = browser_of(director), f"/circles/memberships/{row.id}/end/"
    assert browser.post(address, {"on": today().isoformat()}).status_code == 422
    assert browser.post(address, {"reason": "away", "on": today().isoformat(), "note": "去深圳"}).status_code == 302
    shown = page(browser, f"/circles/child/{child.id}/")
    assert "去深圳" in shown
    assert browser.post(address, {"reason": "away", "on": today().isoformat()}).status_code == 422  # the second tab


def test_a_companion_of_another_village_stays_unnamed(director: Post, supervisor: Post, browser_of: Browsers):
    child, other = left_behind(), left_behind(name="李小雨", place=NEXT_VILLAGE)
    browser = browser_of(director)
    assert "李小雨" not in page(browser, f"/circles/child/{child.id}/add/peer/")
    assert "李小雨" in page(browser_of(supervisor), f"/circles/child/{child.id}/add/peer/")
    assert browser.post(f"/circles/child/{child.id}/add/peer/", {"peer": str(other.id)}).status_code == 422
    assert browser_of(supervisor).post(f"/circles/child/{child.id}/add/peer/", {"peer": str(other.id)}).status_code == 302
    for address in (f"/circles/child/{child.id}/", f"/children/{child.id}/"):
        shown = page(browser, address)
        assert "外村的伙伴" in shown
        assert "李小雨" not in shown
        assert str(other.id) not in shown
        assert "李小雨" in page(browser_of(supervisor), address)


def test_the_list_of_vacancies_is_filtered_and_exported(supervisor: Post, browser_of: Browsers):
    child = left_behind()
    left_behind(name="李小雨", place=NEXT_VILLAGE, schooling=None)
    make_child(name="不缺谁")
    joined(child, "loving_neighbour", make_person("覃婶"))
    browser = browser_of(supervisor)
    assert "张子轩" in page(browser, "/circles/")
    assert "不缺谁" not in page(browser, "/circles/")
    only = page(browser, "/circles/?role=loving_neighbour")
    assert "李小雨" in only
    assert "张子轩" not in only
    assert "李小雨" not in page(browser, f"/circles/?place={VILLAGE:012d}")
    assert "李小雨" not in page(browser, f"/circles/?school={SCHOOL}")
    assert browser.post("/circles/export/", {}).status_code == 422
    answer = browser.post("/circles/export/?role=loving_neighbour", {"recipient": "区教育局", "purpose": "落实结对"})
    assert answer.status_code == 302
    made = browser.get(answer["Location"] + "file/")
    text = str([[cell.value for cell in row] for row in load_workbook(BytesIO(made.content)).active.iter_rows()])
    assert "李小雨" in text
    assert "张子轩" not in text


def test_the_list_of_children_is_asked_for_vacancies_and_for_ones_own(director: Post, browser_of: Browsers):
    child = left_behind()
    left_behind(name="李小雨")
    teacher = make_post("teacher", COUNTY)
    joined(child, "paired_teacher", teacher.person)
    assert "李小雨" not in page(browser_of(teacher), "/children/?circle=mine")
    assert "张子轩" in page(browser_of(teacher), "/children/?circle=mine")
    nobody = page(browser_of(director), "/children/?circle=nobody")
    assert "李小雨" in nobody
    assert "张子轩" not in nobody
    assert "张子轩" in page(browser_of(director), "/children/?circle=vacant")


def test_many_are_paired_after_a_look_and_teachers_are_filled_before_they_are_overfilled(supervisor: Post, browser_of: Browsers):
    children = [left_behind(name=f"张{n}") for n in "一二三四五"]
    near = [make_post("teacher", TOWNSHIP, name=name) for name in ("赵老师", "钱老师")]
    for post in near:
        post.unit_name = SCHOOL
        post.save()
    make_post("teacher", COUNTY, name="远老师")
    browser = browser_of(supervisor)
    shown = page(browser, "/circles/pairing/?role=paired_teacher")
    assert "同校" in shown
    assert shown.count("selected>赵老师") + shown.count("selected>钱老师") == 5  # nobody stays unpaired because teachers are full
    to = {f"to-{child.pk}": str(near[number % 2].person_id) for number, child in enumerate(children)}
    assert running(children[0]) == []
    stranger = {next(iter(to)): str(make_post("security_admin", COUNTY).person_id), "since": today().isoformat()}
    assert "不在可以安排的名单里" in browser.post("/circles/pairing/?role=paired_teacher", stranger).content.decode()
    assert running(children[0]) == []
    assert browser.post("/circles/pairing/?role=paired_teacher", {**to, "since": today().isoformat()}).status_code == 302
    assert all(len(running(child)) == 1 for child in children)
    again = browser.post("/circles/pairing/?role=paired_teacher", {**to, "since": today().isoformat()})
    assert again.status_code == 422  # the second tab: nothing is vacant any more


def test_companions_are_paired_in_one_go(director: Post, browser_of: Browsers):
    one, two = left_behind(), left_behind(name="李小雨")
    browser = browser_of(director)
    shown = page(browser, "/circles/pairing/?role=peer")
    assert "李小雨" in shown
    pair = shown.partition('name="pair" value="')[2].partition('"')[0]
    assert set(pair.split(":")) == {str(one.id), str(two.id)}
    assert browser.post("/circles/pairing/?role=peer", {"pair": pair}).status_code == 302
    assert running(one) == running(two) == [("peer", "")]


def test_the_hand_over_page_moves_what_is_ticked_and_sees_what_came_meanwhile(director: Post, browser_of: Browsers):
    one, two = left_behind(), left_behind(name="李小雨")
    person, other = make_person("覃婶"), make_person("向婶")
    rows = [joined(child, "loving_neighbour", person) for child in (one, two)]
    joined(left_behind(name="王乐"), "loving_neighbour", other)
    browser, address = browser_of(director), f"/circles/people/{person.id}/hand-over/"
    assert "向婶" in page(browser, address)  # proposed
    sent = {"to": str(other.id), "reason": "away", "on": today().isoformat(), "seen": [str(row.id) for row in rows]}
    assert browser.post(address, {**sent, "pick": []}).status_code == 422
    late = browser.post(address, {**sent, "pick": [str(rows[0].id)], "seen": [str(rows[0].id)]})
    assert "名单有变化" in late.content.decode()
    assert browser.post(address, {**sent, "pick": [str(rows[0].id)]}).status_code == 302
    assert (running(one), running(two)) == ([("loving_neighbour", "向婶")], [("loving_neighbour", "覃婶")])


def test_nobody_hands_over_what_lies_beyond_her_village(director: Post, next_director: Post, browser_of: Browsers):
    person = make_person("覃婶")
    joined(left_behind(), "loving_neighbour", person)
    joined(left_behind(name="李小雨", place=NEXT_VILLAGE), "loving_neighbour", person)
    shown = page(browser_of(next_director), f"/circles/people/{person.id}/hand-over/")
    assert "李小雨" in shown
    assert "张子轩" not in shown
    assert "另有1项不在您的范围内" in shown


def test_a_post_that_ends_names_the_children_to_hand_over(director: Post):
    teacher = make_post("teacher", COUNTY)
    joined(left_behind(), "paired_teacher", teacher.person)
    line = next(item for item in items(teacher) if item.label == "结对包保的儿童")
    assert (line.count, line.url) == (1, f"/circles/people/{teacher.person_id}/hand-over/")


def test_the_people_are_listed_with_what_is_wrong(director: Post, browser_of: Browsers):
    teacher = make_post("teacher", COUNTY, name="赵老师")
    joined(left_behind(), "paired_teacher", teacher.person)
    joined(left_behind(name="李小雨"), "loving_neighbour", make_person("覃婶"))
    accounts.end_post(post=teacher, reason="调动", by=None)
    browser = browser_of(director)
    assert "岗位已结束" in page(browser, "/circles/people/")
    lapsed = page(browser, "/circles/people/?state=lapsed")
    assert "赵老师" in lapsed
    assert "覃婶" not in lapsed
    assert "赵老师" not in page(browser, "/circles/people/?role=loving_neighbour")


def test_who_holds_a_post_is_not_renamed_here(director: Post, browser_of: Browsers):
    teacher, neighbour = make_post("teacher", COUNTY), make_person("覃婶")
    child = left_behind()
    joined(child, "paired_teacher", teacher.person)
    joined(child, "loving_neighbour", neighbour)
    browser = browser_of(director)
    assert browser.get(f"/circles/people/{teacher.person_id}/edit/").status_code == 404
    assert browser.post(f"/circles/people/{neighbour.id}/edit/", {"name": "覃大婶", "phone": ""}).status_code == 302
    assert Person.objects.get(pk=neighbour.pk).name == "覃大婶"


def test_a_companion_is_parted_from_the_page(director: Post, browser_of: Browsers):
    one, two = left_behind(), left_behind(name="李小雨")
    with seen_by(director):
        mine, _theirs = actions.pair_peers(child_id=one.id, peer_id=two.id, role="peer", by=director)
    browser_of(director).post(f"/circles/memberships/{mine.id}/end/", {"reason": "asked", "on": today().isoformat()})
    assert running(one) == running(two) == []
