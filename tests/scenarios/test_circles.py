"""Who stands around a child: Yiling's five (YL-2, YL-3, YL-4), the pairings of the plans (P3-2, P4-2, P4-3, P6-4, QJ-4), the card (LHK-1), and 1+4+N (YC-14), through the pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Person, Post
from tongxing.caremodels import actions as caremodels
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import both_away, make_child, seen_by, years_ago
from tongxing.circles.models import Membership
from tongxing.ground.today import today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
SCHOOL, OTHER_SCHOOL = "小溪塔街道中心小学", "官庄小学"
AWAY = both_away(date(2024, 3, 1))


@pytest.fixture
def browser(supervisor: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(supervisor)


def adopt(model: str, parts: Sequence[str], **parameters: str | int) -> None:
    caremodels.adopt(place=COUNTY, model=model, parts=list(parts), parameters=parameters, since=today() - timedelta(days=200), by=None)


def child_of(name: str, *, school: str = SCHOOL, years: int = 10, **more: object) -> Child:
    schooling = NewSchooling(since=date(2025, 9, 1), stage="primary", school_name=school)
    return make_child(name=name, born=years_ago(years), relatives=AWAY, schooling=schooling, **more)  # type: ignore[arg-type]


def teacher(name: str, school: str = SCHOOL) -> Post:
    person = accounts.add_person(name=name, by=None)
    accounts.record_check(person=person, on=today() - timedelta(days=30), clear=True, by=None)
    return accounts.appoint(person=person, role="teacher", place=TOWNSHIP, since=today() - timedelta(days=100), unit_name=school, by=None)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def arrange(browser: Client, child: Child, role: str, **sent: str) -> str:
    """Arrange somebody on the page; what it says afterwards."""
    answer = browser.post(f"/circles/child/{child.id}/add/{role}/", {"since": today().isoformat(), **sent}, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    return answer.content.decode()


def held(child: Child) -> dict[str, str]:
    with seen_by(None):
        rows = Membership.objects.filter(child=child, until=None).select_related("person", "peer")
        return {row.role: row.person.name if row.person else row.peer.name if row.peer else "" for row in rows}


@pytest.mark.req("YL-2a")
def test_five_stand_around_a_child(browser: Client):
    adopt("yiling", ["circle"])
    child = child_of("张子轩")
    five = {
        "loving_neighbour": {"name": "覃大婶", "phone": "13812345678"},
        "paired_teacher": {"person": str(teacher("赵老师").person_id)},
        "village_cadre": {"name": "刘主任"},
        "case_social_worker": {"person": str(make_post("social_worker", COUNTY, name="孙社工").person_id)},
        "care_team": {"name": "周队长", "team": "青山志愿队"},
    }
    for role, sent in five.items():
        arrange(browser, child, role, **sent)
    assert held(child) == {"loving_neighbour": "覃大婶", "paired_teacher": "赵老师", "village_cadre": "刘主任", "case_social_worker": "孙社工", "care_team": "周队长"}
    shown = page(browser, f"/circles/child/{child.id}/")
    assert "规定的责任都有人" in shown
    assert "青山志愿队" in shown


@pytest.mark.req("YL-2b")
def test_an_empty_place_is_alerted_where_people_look(browser: Client):
    adopt("yiling", ["circle"])
    child = child_of("张子轩")
    for role in ("loving_neighbour", "village_cadre", "case_social_worker", "care_team"):
        arrange(browser, child, role, name=f"{role}的人", team="青山志愿队" if role == "care_team" else "")
    assert "包保责任有空缺的孩子" in page(browser, "/")
    assert "1处空缺" in page(browser, f"/children/{child.id}/")
    assert "张子轩" in page(browser, "/circles/?role=paired_teacher")
    arrange(browser, child, "paired_teacher", name="钱老师")
    assert "张子轩" not in page(browser, "/circles/")
    with seen_by(None):
        row = Membership.objects.get(role="loving_neighbour")
    browser.post(f"/circles/memberships/{row.id}/end/", {"reason": "away", "on": today().isoformat()})
    assert "张子轩" in page(browser, "/circles/?role=loving_neighbour")


@pytest.mark.req("YL-2c")
def test_how_much_somebody_carries_is_seen_and_the_proxy_parent_is_a_further_role(browser: Client):
    adopt("yiling", [], link_within="30m")
    children = [child_of(name) for name in ("张子轩", "李小雨", "王乐乐")]
    someone = accounts.add_person(name="覃大婶", phone="13812345678", by=None)
    for child in children:
        arrange(browser, child, "loving_neighbour", name="覃大婶", phone="13812345678")
    assert "包保3名儿童" in page(browser, f"/circles/child/{children[0].id}/")
    own = page(browser, f"/circles/people/{someone.id}/")
    assert "李小雨" in own
    arrange(browser, children[0], "proxy_parent", name="向大婶")
    assert held(children[0])["proxy_parent"] == "向大婶"
    assert "代理家长" not in page(browser, "/circles/").partition("<table")[0].partition("facets")[2].partition("</nav>")[0]  # nobody lacks one: it is none of the five


@pytest.mark.req("YL-3a")
def test_the_circle_is_drawn_as_five_rings_near_to_far(browser: Client):
    adopt("yiling", ["circle"])
    child = child_of("张子轩")
    arrange(browser, child, "loving_neighbour", name="覃大婶")
    for address in (f"/children/{child.id}/", f"/circles/child/{child.id}/"):
        drawing = page(browser, address).partition('<svg class="rings"')[2].partition("</svg>")[0]
        assert drawing.count('class="ring"') == 5
        order = [drawing.index(role) for role in ("爱心邻居", "结对老师", "村干部", "专业社工", "爱心团队")]
        assert order == sorted(order)
        assert drawing.count('class="vacant"') == 4
        assert 'class="taken"' in drawing


@pytest.mark.req("YL-4a")
def test_paired_teacher_and_proxy_parent_are_first_informants(browser: Client):
    adopt("yiling", [], link_within="30m")
    child = child_of("张子轩")
    for role in ("paired_teacher", "proxy_parent", "loving_neighbour"):
        arrange(browser, child, role, name=f"{role}的人")
    places = page(browser, f"/circles/child/{child.id}/").split("<li")
    marked = [part for part in places if "第一信息员" in part]
    assert len(marked) == 2
    assert "结对老师" in "".join(marked)
    assert "代理家长" in "".join(marked)


@pytest.mark.req("LHK-1c")
def test_the_circle_card_is_printed_with_seal_boxes_and_a_code(browser: Client):
    adopt("yiling", ["circle"])
    child = child_of("张子轩")
    arrange(browser, child, "loving_neighbour", name="覃大婶", phone="13812345678")
    answer = browser.post(f"/circles/child/{child.id}/card/", {"sheet": "circle_card", "content": "full", "why": "envelope"})
    (text,) = printed(browser, answer["Location"])
    for said in ("结对包保卡", "张子轩", "爱心邻居", "覃大婶", "13812345678", "专业社工", "（盖章处）", "村（居）民委员会"):
        assert said in text, said


def printed(browser: Client, address: str) -> list[str]:
    return ["".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(browser.get(address).content)).pages]


@pytest.mark.req("P2-3a")
def test_the_pairing_base_says_who_is_paired_with_whom(browser: Client):
    adopt("plan-2", ["pairing"], pairing_per="month")
    child = child_of("张子轩")
    arrange(browser, child, "volunteer_tutor", name="吴志愿")
    assert "吴志愿" in page(browser, "/circles/people/?role=volunteer_tutor")
    with seen_by(None):
        person = Person.objects.get(name="吴志愿")
    assert "张子轩" in page(browser, f"/circles/people/{person.id}/")


@pytest.mark.req("P3-2a")
def test_teachers_and_companions_are_paired_with_the_children(browser: Client):
    adopt("plan-3", ["pairing"])
    one, two = child_of("张子轩"), child_of("李小雨")
    post = teacher("赵老师")
    arrange(browser, one, "paired_teacher", person=str(post.person_id))
    assert browser.post(f"/circles/child/{one.id}/add/peer/", {"peer": str(two.id)}).status_code == 302
    assert held(one) == {"paired_teacher": "赵老师", "peer": "李小雨"}
    assert held(two) == {"peer": "张子轩"}


@pytest.mark.req("P3-2b")
def test_two_children_a_teacher_are_a_quota_to_fill_and_not_a_ceiling(browser: Client):
    adopt("plan-3", ["pairing"])
    children = [child_of(f"张{n}") for n in "一二三四五"]
    teachers = [teacher("赵老师"), teacher("钱老师")]
    shown = page(browser, "/circles/pairing/?role=paired_teacher")
    assert "是应完成的定额，不是上限" in shown
    lines = shown.split("<select")[1:]
    chosen = [line.partition("selected>")[2].partition("（")[0] for line in lines]
    assert sorted(chosen[:4]) == ["赵老师", "赵老师", "钱老师", "钱老师"]  # everybody's two are filled first
    assert chosen[4] in ("赵老师", "钱老师")  # and nobody stays unpaired because teachers are full
    ids = {post.person.name: str(post.person_id) for post in teachers}
    sent = {f"to-{child.id}": ids[name] for child, name in zip(children, chosen, strict=True)}
    assert browser.post("/circles/pairing/?role=paired_teacher", {**sent, "since": today().isoformat()}).status_code == 302
    assert all(held(child) for child in children)
    own = page(browser, f"/circles/people/{ids[chosen[4]]}/")
    assert "定额2名，已满" in own


@pytest.mark.req("P4-2b")
def test_the_pairing_card_is_printed_with_the_five_promises(browser: Client):
    adopt("plan-4", ["tutors"])
    child = child_of("张子轩")
    arrange(browser, child, "volunteer_tutor", name="吴志愿")
    answer = browser.post(f"/circles/child/{child.id}/card/", {"sheet": "pairing_card", "content": "full", "why": "signature"})
    (text,) = printed(browser, answer["Location"])
    for said in ("手拉手爱心结对卡", "张子轩", "吴志愿", "爱心志愿辅导员", "一年互访一次", "每月通讯一次", "每学期资助", "一项实际困难", "一样新本领"):
        assert said in text, said


@pytest.mark.req("P4-3a")
def test_companions_of_the_same_village_or_school_come_first_the_nearest_on_top(browser: Client):
    adopt("plan-4", ["peers"], peer_times=2)
    child = child_of("张子轩")
    child_of("同校同村的", years=11)
    child_of("同校的", place=NEXT_VILLAGE)
    child_of("同村的", school=OTHER_SCHOOL)
    child_of("同乡的", school=OTHER_SCHOOL, place=NEXT_VILLAGE)
    child_of("大得多的", years=15)
    shown = page(browser, f"/circles/child/{child.id}/add/peer/")
    order = [shown.index(f"<b>{name}</b>") for name in ("同校同村的", "同校的", "同村的", "同乡的")]
    assert order == sorted(order)
    assert "大得多的" not in shown


@pytest.mark.req("P6-4a")
def test_one_person_helps_one_child_or_several(browser: Client):
    adopt("plan-6", ["caring_parents"], farm_help=1)
    one, two, three = (child_of(name) for name in ("张子轩", "李小雨", "王乐乐"))
    arrange(browser, one, "caring_parent", name="陈干部", phone="13700000001")
    for child in (two, three):
        arrange(browser, child, "caring_parent", name="林主任", phone="13700000002")
    many = page(browser, "/circles/people/?role=caring_parent&state=many")
    assert "林主任" in many
    assert "陈干部" not in many


@pytest.mark.req("QJ-4a")
def test_loving_mothers_are_paired_one_to_one_and_one_to_many(browser: Client):
    adopt("qianjiang", ["loving_mothers"], care_per="month")
    one, two = child_of("张子轩"), child_of("李小雨")
    arrange(browser, one, "loving_mother", name="何妈妈", phone="13700000003")
    arrange(browser, two, "loving_mother", name="何妈妈", phone="13700000003")
    with seen_by(None):
        person = Person.objects.get(name="何妈妈")
    own = page(browser, f"/circles/people/{person.id}/")
    assert "张子轩" in own
    assert "李小雨" in own
    assert "<b>2</b><span>爱心妈妈</span>" in own


@pytest.mark.req("YC-14a")
def test_a_child_has_one_plan_whose_items_are_reviewed_and_closed(browser: Client, supervisor: Post):
    adopt("yichang", ["circle"])
    child = child_of("张子轩")
    address = f"/circles/child/{child.id}/plan/"
    assert browser.post(address + "needs/", {"needs": "晚上没人辅导作业"}).status_code == 302
    new = {"area": "study", "goal": "数学及格", "owner": str(supervisor.person_id), "review_on": (today() + timedelta(days=30)).isoformat()}
    assert browser.post(address + "items/new/", new).status_code == 302
    shown = page(browser, address)
    assert "晚上没人辅导作业" in shown
    (item,) = set(re.findall(r"/plan/items/([0-9a-f-]{36})/review/", shown))
    done = {"words": "考了72分", "closing": "close", "result": "reached", "version": "1"}
    assert browser.post(f"{address}items/{item}/review/", done).status_code == 302
    assert "目标实现" in page(browser, address)


@pytest.mark.req("YC-14b")
def test_the_plan_has_four_fixed_people_and_any_number_of_items_and_says_what_is_late(browser: Client, supervisor: Post):
    adopt("yichang", ["circle"])
    child = child_of("张子轩")
    for role in ("village_cadre", "loving_neighbour", "paired_teacher"):
        arrange(browser, child, role, name=f"{role}的人")
    address = f"/circles/child/{child.id}/plan/"
    for goal in ("数学及格", "学会游泳", "每周和父母视频"):
        sent = {"area": "study", "goal": goal, "owner": str(supervisor.person_id), "review_on": today().isoformat()}
        assert browser.post(address + "items/new/", sent).status_code == 302
    shown = page(browser, address)
    for said in ("包保村干部", "爱心邻居", "结对老师", "爱心团队", "village_cadre的人", "空缺", "数学及格", "学会游泳", "每周和父母视频"):
        assert said in shown, said
    assert "张子轩" in page(browser, "/circles/reviews/?state=soon")
