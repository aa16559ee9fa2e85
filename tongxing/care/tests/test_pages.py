"""Logging through the pages: three people and a stranger."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image

from tests.people import COUNTY, NEXT_VILLAGE, make_post
from tongxing.care import records
from tongxing.children.tests.make import make_child, make_siblings, seen_by
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.log import queries as log
from tongxing.log.models import Entry, Paper
from tongxing.log.shapes import Doer
from tongxing.log.tests.make import SECRET, activity, visit

pytestmark = pytest.mark.django_db


def own(child, **more) -> dict[str, object]:
    return {f"{child.id.hex}-{key}": value for key, value in {"mood": "calm", "study_state": "steady", "conduct": ["fine"], "body": "well", "seen": "yes", **more}.items()}


def filled(*children, **more) -> dict[str, object]:
    """What a browser sends for a home visit."""
    frame: dict[str, object] = {"entry_id": str(uuid7()), "on": today().isoformat(), "where": "home", "spoken_to": ["carer"], "c-carer_present": "yes", "c-changed": "no"}
    for child in children:
        frame |= own(child)
    return frame | {"with": [str(child.id) for child in children[1:]]} | more


def log_url(kind, *children) -> str:
    return f"/log/new/{kind}/?" + "&".join(f"child={child.id}" for child in children)


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(out, "JPEG")
    out.name = "IMG.jpg"
    out.seek(0)
    return out


def test_the_director_logs_a_visit_from_the_child_s_file(director, browser_of):
    child, browser = make_child(), browser_of(director)
    assert f"/log/new/?child={child.id}" in browser.get(f"/children/{child.id}/?tab=timeline").content.decode()
    assert "家访" in browser.get(f"/log/new/?child={child.id}").content.decode()
    page = browser.get(log_url("home_visit", child)).content.decode()
    assert all(word in page for word in ("家庭情况", "思想表现", "学业成绩", "日常行为", "和谁谈过", "见到孩子本人"))
    answer = browser.post(log_url("home_visit", child), filled(child, **{"c-needs": SECRET}))
    assert answer.headers["Location"] == f"/children/{child.id}/?tab=timeline#tabs"
    shown = browser.get(answer.headers["Location"]).content.decode()
    assert SECRET in shown
    assert "见到孩子本人" in shown


def test_wrong_answers_come_back_with_a_sentence_each_and_nothing_is_lost(director, browser_of):
    child, browser = make_child(), browser_of(director)
    answer = browser.post(
        log_url("home_visit", child), filled(child, **{"on": (today() + timedelta(days=1)).isoformat(), "c-needs": SECRET, "spoken_to": [], f"{child.id.hex}-mood": ""})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明和谁谈过" in page
    assert "请填写“情绪”" in page
    assert SECRET in page
    with seen_by(director):
        assert not Entry.objects.exists()


def test_a_day_to_come_is_refused_at_the_field(director, browser_of):
    child = make_child()
    answer = browser_of(director).post(log_url("home_visit", child), filled(child, on=(today() + timedelta(days=1)).isoformat()))
    assert "还没有到，做过以后再登记" in answer.content.decode()


def test_brothers_and_sisters_are_offered_and_ticked_ones_take_part(director, browser_of):
    one, two, three = make_siblings(3)
    browser = browser_of(director)
    page = browser.get(log_url("home_visit", one)).content.decode()
    assert two.name in page
    assert three.name in page
    browser.post(log_url("home_visit", one), filled(one, two))
    with seen_by(director):
        assert {part.child_id for part in Entry.objects.get().participations.all()} == {one.id, two.id}


def test_the_same_form_sent_twice_is_one_entry(director, browser_of):
    child, browser = make_child(), browser_of(director)
    data = filled(child)
    for _time in range(2):
        assert browser.post(log_url("home_visit", child), data).status_code == 302
    with seen_by(director):
        assert Entry.objects.count() == 1


def test_the_same_form_with_other_words_says_so_and_keeps_them_on_the_page(director, browser_of):
    child, browser = make_child(), browser_of(director)
    data = filled(child)
    browser.post(log_url("home_visit", child), data)
    answer = browser.post(log_url("home_visit", child), data | {"c-needs": SECRET})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这张表已经登记过；要改请用“更正”" in page
    assert f"/log/{data['entry_id']}/" in page
    assert SECRET in page
    browser.post(f"/log/{data['entry_id']}/void/", {"reason": "登记错了"})
    answer = browser.post(log_url("home_visit", child), data)
    assert answer.headers["Location"] == f"/log/{data['entry_id']}/"
    assert "后来又更正或作废了" in browser.get(answer.headers["Location"]).content.decode()


def test_a_correction_sent_again_is_one_and_with_other_words_says_so(director, browser_of):
    child, browser = make_child(), browser_of(director)
    url, data = f"/log/{visit(director, child).id}/correct/", filled(child, reason="写错了")
    assert [browser.post(url, data).headers["Location"] for _time in range(2)] == [f"/log/{data['entry_id']}/"] * 2
    page = browser.post(url, data | {"c-needs": SECRET}).content.decode()
    assert "这张表已经登记过；要改请用“更正”" in page
    assert SECRET in page


def test_thirty_children_of_one_activity_are_one_form(director, browser_of):
    children = [make_child(name=f"张{word}") for word in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"]
    browser = browser_of(director)
    assert "张甲" in browser.get("/log/new/activity/children/").content.decode()
    page = browser.get(log_url("activity", *children)).content.decode()
    assert page.count('class="table tight own"') == 1
    data = {
        "entry_id": str(uuid7()),
        "on": today().isoformat(),
        "where": "childrens_home",
        "c-title": "中秋亲情交流",
        "c-theme": "affection",
        f"{children[0].id.hex}-remark": "唱了歌",
    }
    answer = browser.post(log_url("activity", *children), data)
    assert "中秋亲情交流" in browser.get(answer.headers["Location"]).content.decode()
    with seen_by(director):
        entry = Entry.objects.get()
        assert entry.participations.count() == 30
        assert entry.subject_kind == "place"


def test_as_last_time_fills_only_what_does_not_change(director, browser_of):
    child, browser = make_child(), browser_of(director)
    visit(director, child, home_state="good")
    page = browser.get(log_url("home_visit", child)).content.decode()
    ticked = re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"[^>]*checked', page)
    assert ("c-home_state", "good") in ticked
    assert not [name for name, _value in ticked if name in ("c-changed", "spoken_to", f"{child.id.hex}-mood", f"{child.id.hex}-seen")]
    assert "上次" in page


def test_pictures_are_kept_shown_small_and_only_to_who_sees_the_entry(director, next_director, browser_of):
    child, browser = make_child(), browser_of(director)
    browser.post(log_url("home_visit", child), filled(child) | {"c-pictures": [picture(), picture()]})
    with seen_by(director):
        entry, papers = Entry.objects.get(), list(Paper.objects.all())
    assert [paper.key_owner for paper in papers] == [child.id] * 2
    url = f"/log/{entry.id}/papers/{papers[0].id}/"
    assert url in browser.get(f"/children/{child.id}/?tab=timeline").content.decode()
    assert browser.get(f"{url}?small=1").headers["Content-Type"] == "image/jpeg"
    assert browser_of(next_director).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_correction_keeps_the_pictures_on_the_timeline_and_in_the_growth_record(director, browser_of):
    child, browser = make_child(), browser_of(director)
    data = filled(child) | {"c-pictures": [picture()]}
    browser.post(log_url("home_visit", child), data)
    newest = data["entry_id"]
    for _again in range(2):
        data = filled(child, reason="写错了")
        assert browser.post(f"/log/{newest}/correct/", data).status_code == 302
        newest = data["entry_id"]
    with seen_by(director):
        paper = Paper.objects.get()
        moments = log.moments(list(log.timeline(child.id)))
        assert list(log.papers_of(moment.entry for moment in moments)) == [moments[0].entry.id]
        assert list(records._pictures(moments)) == [moments[0].entry.id]
    url = f"/log/{newest}/papers/{paper.id}/"
    assert url in browser.get(f"/children/{child.id}/?tab=timeline").content.decode()
    assert browser.get(url).status_code == 200


def test_what_is_no_picture_is_refused_in_words(director, browser_of):
    child = make_child()
    wrong = io.BytesIO(b"no picture")
    wrong.name = "a.exe"
    answer = browser_of(director).post(log_url("home_visit", child), filled(child) | {"c-pictures": wrong})
    assert "不是可以识别的图片" in answer.content.decode()


def test_three_people_and_a_stranger(director, next_director, officer, browser_of):
    child = make_child()
    entry = visit(director, child, needs=SECRET)
    for post, status in ((director, 200), (officer, 200), (next_director, 404)):
        browser = browser_of(post)
        assert [browser.get(url).status_code for url in (f"/log/{entry.id}/", f"/children/{child.id}/?tab=timeline")] == [status] * 2
    for url in (f"/log/{entry.id}/", "/log/new/", log_url("home_visit", child)):
        assert Client().get(url).headers["Location"].startswith("/sign-in/")
    assert browser_of(next_director).get(log_url("home_visit", child)).headers["Location"].startswith("/log/new/home_visit/children/")


def test_a_city_s_officer_reads_no_entries(director, places, browser_of):
    entry = visit(director, make_child())
    assert browser_of(make_post("city_officer", 420500000000)).get(f"/log/{entry.id}/").status_code == 404  # only what stands about the city itself


def test_reading_an_entry_is_logged(director, officer, browser_of):
    child = make_child()
    entry = visit(director, child)
    browser_of(officer).get(f"/log/{entry.id}/")
    with seen_by(None):
        assert Access.objects.filter(child_id=child.id, path=f"/log/{entry.id}/").count() == 1


def test_who_is_chosen_stays_chosen_when_the_list_is_filtered(director, browser_of):
    one, _two = make_child(name="张甲"), make_child(name="李乙")
    page = browser_of(director).get(f"/log/new/activity/children/?q=李&child={one.id}").content.decode()
    assert "李乙" in page
    assert re.search(rf'value="{one.id}" data-pick checked', page)
    assert page.count("张甲") == 1


def test_reading_the_words_to_correct_them_is_logged(director, browser_of):
    child = make_child()
    entry = visit(director, child)
    browser_of(director).get(f"/log/{entry.id}/correct/")
    with seen_by(None):
        assert Access.objects.filter(child_id=child.id, path=f"/log/{entry.id}/correct/").count() == 1


def test_correcting_keeps_the_wrong_entry_beside_the_right_one(director, browser_of):
    child, browser = make_child(), browser_of(director)
    entry = visit(director, child)
    page = browser.get(f"/log/{entry.id}/correct/").content.decode()
    assert re.search(r'value="no"[^>]*checked', page)
    assert "请写明原因" in browser.post(f"/log/{entry.id}/correct/", filled(child)).content.decode()
    answer = browser.post(f"/log/{entry.id}/correct/", filled(child, reason="日期写错了", on=(today() - timedelta(days=1)).isoformat()))
    assert "更正了一条记录" in browser.get(answer.headers["Location"]).content.decode()
    assert "日期写错了" in browser.get(f"/log/{entry.id}/").content.decode()
    assert browser.get(f"/log/{entry.id}/correct/").status_code == 404


def test_voiding_asks_for_a_reason_and_strikes_out(director, browser_of):
    child, browser = make_child(), browser_of(director)
    entry = visit(director, child)
    assert browser.post(f"/log/{entry.id}/void/", {"reason": ""}).status_code == 422
    browser.post(f"/log/{entry.id}/void/", {"reason": "登记错了孩子"})
    assert "登记错了孩子" in browser.get(f"/log/{entry.id}/").content.decode()
    assert "还没有工作记录" in browser.get(f"/children/{child.id}/?tab=timeline").content.decode()


def test_only_who_wrote_or_answers_for_it_changes_an_entry(director, supervisor, officer, browser_of):
    child = make_child()
    entry = visit(supervisor, child)
    assert browser_of(director).get(f"/log/{entry.id}/void/").status_code == 404
    assert browser_of(officer).get(f"/log/{entry.id}/void/").status_code == 200


def test_a_joint_entry_is_changed_by_each_village_and_by_nobody_who_sees_none_of_its_children(director, next_director, supervisor, browser_of):
    here, there = make_child(), make_child(name="王小明", place=NEXT_VILLAGE)
    entry = activity(supervisor, [here, there])
    worker = make_post("social_worker", COUNTY)
    with scope.whole_country(why="the test grants a child"):
        grant = Grant.objects.create(post_id=worker.id, child_id=here.id, cause="circle", since=today() - timedelta(days=3))
    mine = activity(worker, [here], place=here.scope_place)
    assert browser_of(worker).get(f"/log/{mine.id}/void/").status_code == 200
    with scope.whole_country(why="the test ends the grant"):
        Grant.objects.filter(pk=grant.pk).update(until=today())
    browser = browser_of(worker)
    assert [browser.get(f"/log/{mine.id}/{act}/").status_code for act in ("void", "correct")] == [404, 404]
    assert browser_of(director).get(f"/log/{entry.id}/void/").status_code == 404  # neither wrote it nor did it
    browser = browser_of(supervisor)
    assert "您范围外的孩子" not in browser.get(f"/log/{entry.id}/void/").content.decode()
    own = visit(supervisor, here, there, doer=Doer.of(director))
    browser = browser_of(director)
    assert "还有1名您范围外的孩子，他们的记录也一起作废" in browser.get(f"/log/{own.id}/void/").content.decode()
    assert "还有 1 名您范围外的孩子，他们各自的内容照旧保留" in browser.get(f"/log/{own.id}/correct/").content.decode()
    assert browser.post(f"/log/{own.id}/void/", {"reason": "没有办成"}).status_code == 302
    assert "没有办成" in browser_of(next_director).get(f"/log/{own.id}/").content.decode()


def test_who_was_left_out_by_a_correction_does_not_read_it(director, next_director, supervisor, browser_of):
    here, there = make_child(), make_child(name="王小明", place=NEXT_VILLAGE)
    entry = visit(supervisor, there, here, home_state="good")
    data = filled(here, reason="那天王小明不在", **{"with": [str(here.id)], "c-pictures": picture()})
    assert browser_of(supervisor).post(f"/log/{entry.id}/correct/", data).status_code == 302
    following = data["entry_id"]
    with seen_by(director):
        paper = Paper.objects.get(entry_id=str(following))
    for post, status in ((supervisor, 200), (director, 200), (next_director, 404)):
        browser = browser_of(post)
        assert [browser.get(url).status_code for url in (f"/log/{following}/", f"/log/{following}/papers/{paper.id}/")] == [status] * 2
    assert Client().get(f"/log/{following}/").headers["Location"].startswith("/sign-in/")
    browser = browser_of(next_director)
    page = browser.get(f"/log/{entry.id}/").content.decode()
    assert "您范围内的孩子已从中去掉" in page
    assert "那天王小明不在" not in page
    assert following not in page
    assert [browser.get(f"/log/{entry.id}/{act}/").status_code for act in ("void", "correct")] == [404, 404]
    assert "还没有工作记录" in browser.get(f"/children/{there.id}/?tab=timeline").content.decode()


def test_the_timeline_is_filtered_by_its_address_and_cut_into_pages(director, browser_of):
    child, browser = make_child(), browser_of(director)
    for days in range(25):
        visit(director, child, on=today() - timedelta(days=days))
    activity(director, [child])
    first = browser.get(f"/children/{child.id}/?tab=timeline").content.decode()
    assert "较早的" in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    assert "较新的" in browser.get(older[1].replace("&amp;", "&")).content.decode()
    filtered = browser.get(f"/children/{child.id}/?tab=timeline&kind=activity").content.decode()
    assert filtered.count("中秋亲情交流") == 1
    assert "没有符合条件的记录" in browser.get(f"/children/{child.id}/?tab=timeline&since=2001-01-01&until=2001-02-01&person=x&tag=y").content.decode()


def test_alike_entries_are_pointed_out(director, supervisor, browser_of):
    child = make_child()
    entry, other = activity(director, [child]), activity(supervisor, [child])
    assert other.doer_name in browser_of(director).get(f"/log/{entry.id}/").content.decode()


def test_the_growth_record_is_printed_and_noted(director, browser_of):
    child, browser = make_child(), browser_of(director)
    visit(director, child, needs=SECRET)
    for days, height, weight in ((700, "120.5", "24"), (300, "126", "27.4"), (10, "131.2", "30")):
        data = {
            "entry_id": str(uuid7()),
            "on": (today() - timedelta(days=days)).isoformat(),
            "where": "school",
            f"{child.id.hex}-height": height,
            f"{child.id.hex}-weight": weight,
            f"{child.id.hex}-body": "well",
            "late": "on",
        }
        assert browser.post(log_url("health_check", child), data).status_code == 302
    with seen_by(director):
        assert [value for _on, value in log.measured(child.id, "height")] == [120.5, 126.0, 131.2]
    url = f"/log/children/{child.id}/growth/"
    asked = {"since": (today() - timedelta(days=365)).isoformat(), "until": today().isoformat()}
    answer = browser.post(url, asked | {"content": "plain"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    pdf = browser.get(answer.headers["Location"])
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF")
    assert "请写明用途" in browser.post(url, asked | {"content": "full"}).content.decode()
    assert browser.post(url, asked | {"content": "full", "why": "交给监护人"}).status_code == 302
    with seen_by(None):
        assert Access.objects.filter(child_id=child.id, outcome="printed").count() == 2


def test_the_work_record_is_one_s_own(director, next_director, browser_of):
    child = make_child()
    visit(director, child)
    visit(next_director, make_child(place=NEXT_VILLAGE))
    answer = browser_of(director).post("/log/record/", {"since": today().replace(day=1).isoformat(), "until": today().isoformat()})
    assert answer.status_code == 302
    with seen_by(None):
        assert list(Access.objects.filter(outcome="printed").values_list("child_id", flat=True)) == [child.id]


@pytest.mark.parametrize(
    "kind",
    ["home_visit", "child_talk", "parent_contact", "family_call", "letter", "activity", "lesson", "health_check", "grades", "incident", "exchange", "rules_read", "safety_check"],
)
def test_every_kind_of_form_opens(director, browser_of, kind):
    child = make_child()
    assert browser_of(director).get(log_url(kind, child)).status_code == 200


def test_kinds_of_models_that_nobody_adopted_here_are_not_offered(director, browser_of):
    foreign = [kind for kind, model in forms.models_of().items() if model == "zhushan"]
    page = browser_of(director).get("/log/new/").content.decode()
    assert "/log/new/home_visit/" in page
    assert foreign
    assert not [kind for kind in foreign if f"/log/new/{kind}/" in page]


def test_an_unknown_kind_is_not_found(director, browser_of):
    assert browser_of(director).get("/log/new/dance/").status_code == 404
