"""Notices: to whom they go, who may take them back, and what must not stand in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.notices import actions, queries
from tongxing.notices.actions import Draft, MaybeNames, NoticeError
from tongxing.notices.models import Notice, Receipt
from tongxing.outbox import queries as outbox

pytestmark = pytest.mark.django_db
DRAFT = Draft(title="防溺水专项工作通知", text="请各村在本周内走访一遍。", place=COUNTY, roles=("child_director", "supervisor"))


def send(by, **rest) -> Notice:
    with seen_by(by):
        return actions.send(draft=replace(DRAFT, **rest), by=by)


def readers(notice: Notice) -> set[str]:
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        return {receipt.person.name for receipt in Receipt.unscoped.filter(notice=notice).select_related("person")}


def seen(post) -> list[str]:
    with transaction.atomic(), scope.active(post.scope()):
        return sorted(Notice.unscoped.values_list("title", flat=True))


def test_a_notice_reaches_all_who_hold_the_roles_below(officer, supervisor, director, next_director, places):
    make_post("teacher", COUNTY, name="不在其中")
    make_post("county_officer", COUNTY, name="同事")
    assert readers(send(officer)) == {"陈督导", "李大妹", "王小兰"}
    assert readers(send(officer, place=VILLAGE)) == {"李大妹"}
    assert readers(send(supervisor, place=TOWNSHIP, roles=("child_director",))) == {"李大妹", "王小兰"}


def test_a_deputy_and_one_without_a_sign_in_are_among_them_and_nobody_twice(officer, director, next_director):
    accounts.deputise(principal=director, person=next_director.person, since=today(), last=today(), by=director)
    person = accounts.add_person(name="没有账号", by=None)
    accounts.appoint(person=person, role="supervisor", place=TOWNSHIP, since=today(), by=None)
    notice = send(officer)
    assert readers(notice) == {"李大妹", "王小兰", "没有账号"}
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        assert Receipt.unscoped.get(notice=notice, person=next_director.person).post_id == next_director.id


def test_both_walls_show_a_notice_to_its_readers_its_sender_and_those_above(officer, supervisor, director, next_director, places):
    send(officer, place=VILLAGE)
    assert seen(director) == seen(officer) == ["防溺水专项工作通知"]
    assert seen(make_post("city_officer", 420500000000)) == ["防溺水专项工作通知"]
    assert seen(next_director) == seen(supervisor) == []
    assert Notice.unscoped.count() == 0
    with transaction.atomic(), scope.active(supervisor.scope()):
        assert Receipt.unscoped.count() == 1  # of a post of the township, whoever sent it
    with transaction.atomic(), scope.active(next_director.scope()):
        assert Receipt.unscoped.count() == 0


def test_sent_twice_under_one_id_it_is_one_notice(officer, director):
    notice_id = uuid7()
    with seen_by(officer):
        first = actions.send(draft=DRAFT, by=officer, notice_id=notice_id)
        assert actions.send(draft=DRAFT, by=officer, notice_id=notice_id) == first
    assert readers(first) == {"李大妹"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "标题和正文"),
        ({"roles": ()}, "哪些岗位"),
        ({"roles": ("auditor",)}, "哪些岗位"),
        ({"roles": ("teacher",)}, "没有人会收到"),
        ({"place": 420000000000}, "本辖区"),
        ({"text": "请联系138 1234 5678"}, "1381"),
        ({"text": "身份证420506201503121234"}, "4205"),
        ({"title": "关于张子轩"}, "张子轩"),
        ({"text": "张 子轩今天没有到校"}, "张子轩"),
        ({"files": (("张子轩.pdf", b"%PDF-"),)}, "张子轩"),
        ({"title": "关于张.子\u200b轩的通知"}, "张子轩"),
        ({"title": "关于阿卜杜热合曼·买买提的通知"}, "买买提"),
        ({"text": "请打138/0013/8000"}, "1380"),
        ({"files": (("通知.pdf", b"no pdf"),)}, "通知.pdf"),
        ({"due": today() - timedelta(days=1)}, "最迟日期"),
    ],
)
def test_a_notice_that_must_not_be_sent_is_refused_in_words(wrong, words, officer, director):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="阿卜杜热合曼·买买提", place=VILLAGE)
    with pytest.raises(NoticeError, match=words):
        send(officer, **wrong)
    assert seen(director) == []


def test_a_word_that_is_also_a_name_is_asked_about(officer, director):
    make_child(name="高峰", place=VILLAGE)
    with pytest.raises(MaybeNames, match="高峰"):
        send(officer, text="雨季高峰将至，请做好准备。")
    assert send(officer, text="雨季高峰将至，请做好准备。", no_names=True)


def test_who_has_no_right_sends_nothing(director):
    with pytest.raises(NoticeError, match="不能发通知"):
        send(director, place=VILLAGE)


def test_reading_and_confirming_are_noted_once(officer, director, time_machine):
    notice = send(officer, confirm=True)
    with seen_by(director):
        assert outbox.unread(director.person_id) == 1
        assert queries.waiting(director.person_id).count() == 1
        actions.read(notice=notice, by=director)
        first = Receipt.unscoped.get(notice=notice, person=director.person)
        assert (outbox.unread(director.person_id), queries.waiting(director.person_id).count()) == (0, 1)
        time_machine.move_to(now() + timedelta(hours=1))
        actions.confirm(notice=notice, by=director)
        actions.confirm(notice=notice, by=director)
        again = Receipt.unscoped.get(notice=notice, person=director.person)
        assert again.read_at == first.read_at
        assert again.confirmed_at is not None
        assert queries.waiting(director.person_id).count() == 0


def test_reminding_reaches_who_has_not_read_and_holds_the_post_still(officer, director, next_director, supervisor, time_machine):
    notice = send(officer)
    with seen_by(director):
        actions.read(notice=notice, by=director)
    accounts.end_post(post=next_director, on=today(), reason="换届", by=None)
    with seen_by(officer):
        assert actions.remind(notice=notice, by=officer) == 1
        with pytest.raises(NoticeError, match="一小时"):
            actions.remind(notice=notice, by=officer)
        time_machine.move_to(now() + timedelta(hours=2))
        assert actions.remind(notice=notice, by=officer) == 1
    with seen_by(supervisor):
        assert outbox.unread(supervisor.person_id) == 3


def test_a_notice_is_withdrawn_with_a_reason_and_reminds_nobody_any_more(officer, director, supervisor):
    notice = send(officer)
    with seen_by(officer):
        with pytest.raises(NoticeError, match="原因"):
            actions.withdraw(notice=notice, reason=" ", by=officer)
        actions.withdraw(notice=notice, reason="时间有误", by=officer)
        actions.withdraw(notice=notice, reason="时间有误", by=officer)
        with pytest.raises(NoticeError, match="已撤回"):
            actions.remind(notice=Notice.unscoped.get(pk=notice.pk), by=officer)
    with seen_by(director):
        assert queries.waiting(director.person_id).count() == 0
        assert outbox.unread(director.person_id) == 0
        with pytest.raises(NoticeError, match="已撤回"):
            actions.confirm(notice=Notice.unscoped.get(pk=notice.pk), by=director)


def test_a_reader_cannot_withdraw_and_one_above_can(officer, supervisor, director, places):
    notice = send(officer)
    with seen_by(supervisor), pytest.raises(NoticeError, match="上级"):
        actions.withdraw(notice=notice, reason="不归我管", by=supervisor)
    city = make_post("city_officer", 420500000000)
    with seen_by(city):
        actions.withdraw(notice=notice, reason="重复发文", by=city)


def test_a_correction_follows_and_takes_the_place_of_the_first(officer, director):
    notice = send(officer)
    with seen_by(officer):
        made = actions.correct(notice=notice, draft=replace(DRAFT, text="请各村在下周内走访一遍。"), by=officer)
        assert Notice.unscoped.get(pk=notice.pk).withdrawn_why == "已更正"
        assert made.corrects_id == notice.id
        with pytest.raises(NoticeError, match="已经更正过"):
            actions.correct(notice=notice, draft=DRAFT, by=officer)
    with seen_by(director):
        assert queries.waiting(director.person_id).count() == 1


def test_a_standing_notice_reaches_whoever_comes_later_once(officer, director, places):
    notice = send(officer, standing=True, confirm=True)
    plain = send(officer)
    make_post("child_director", NEXT_VILLAGE, name="新来的")
    assert actions.catch_up() == 1
    assert actions.catch_up() == 0
    assert readers(notice) == {"李大妹", "新来的"}
    assert readers(plain) == {"李大妹"}
