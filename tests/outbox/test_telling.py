"""Telling people something: whom it reaches, how, and what is never told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.outbox.conftest import with_phone
from tests.people import NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.outbox import actions, queries, sending
from tongxing.outbox.guard import PersonalData
from tongxing.outbox.models import Message, State

pytestmark = pytest.mark.django_db
DAY, NIGHT = "2026-11-23 10:00+08:00", "2026-11-23 23:00+08:00"


def tell(*posts, kind="urge", about="本月还有%(count)s项探访未完成", words=None, **rest) -> int:
    return actions.tell(kind=kind, about=about, words={"count": 3} if words is None else words, url="/", posts=posts, **rest)


def seen(post) -> list[str]:
    with transaction.atomic(), scope.active(post.scope()):
        return [message.text for message in Message.objects.all()]


def test_one_sees_what_one_was_told_and_nothing_else(told, director, next_director, officer):
    tell(told)
    assert seen(told) == ["本月还有3项探访未完成"]
    for other in (director, next_director, officer):
        assert seen(other) == []  # the database's wall alone: the query names nobody
    assert Message.objects.count() == 0


def test_a_person_with_two_posts_hears_it_once(told):
    second = accounts.appoint(person=told.person, role="supervisor", place=told.place_id, since=today(), unit_name="未保站", by=None)
    assert tell(told, second) == 1
    assert len(seen(second)) == 1


def test_the_same_key_is_heard_once(told, next_director):
    assert tell(told, key="duty:1") == 1
    assert tell(told, next_director, key="duty:1") == 1
    assert (len(seen(told)), len(seen(next_director))) == (1, 1)


def test_what_is_rolled_back_was_never_told(told, deliveries):
    def fail() -> None:
        with transaction.atomic():
            tell(told, urgent=True)
            raise RuntimeError("the action failed")

    with pytest.raises(RuntimeError, match="the action failed"):
        fail()
    assert seen(told) == []
    assert deliveries() == []


@pytest.mark.time_machine(DAY)
def test_a_reminder_reaches_the_telephone_by_day(told, fake, deliveries, run_jobs):
    tell(told)
    run_jobs()
    assert list(fake.sent.values()) == [("13812345678", "【童行】本月还有3项探访未完成。 请登录查看。")]
    assert [(delivery.state, delivery.attempts) for delivery in deliveries()] == [(State.SENT, 1)]


@pytest.mark.time_machine(NIGHT, tick=False)
def test_by_night_it_waits_for_the_morning_and_what_is_urgent_does_not(told, fake, deliveries, run_jobs, time_machine):
    tell(told)
    tell(told, kind="event", about="收到一份情况报告", words={}, urgent=True)
    run_jobs()
    assert [text for _to, text in fake.sent.values()] == ["【童行】紧急：收到一份情况报告。 请立即登录查看。"]
    time_machine.move_to("2026-11-24 07:30+08:00")
    sending.send_due()
    assert len(fake.sent) == 2


@pytest.mark.time_machine(DAY)
def test_an_ordinary_notice_waits_for_the_days_summary(told, fake, deliveries, run_jobs):
    tell(told, kind="notice", about="有新的通知", words={})
    tell(told, kind="notice", about="又有新的通知", words={})
    tell(told, kind="file", about="有档案等您审核", words={})
    run_jobs()
    assert fake.sent == {}
    assert sending.summarise(today()) == 1
    assert sending.summarise(today()) == 0
    sending.send_due()
    assert [text for _to, text in fake.sent.values()] == ["【童行】您有3条未读消息（通知公告 2、儿童档案 1），请登录查看。"]


@pytest.mark.time_machine(DAY)
def test_what_was_read_is_in_no_summary(told, fake):
    tell(told, kind="notice", about="有新的通知", words={})
    with seen_by(told):
        assert actions.read(person=told.person_id) == 1
        assert actions.read(person=told.person_id) == 0
        assert queries.unread(told.person_id) == 0
    assert sending.summarise(today()) == 0


@pytest.mark.time_machine(DAY)
def test_a_person_chooses_to_hear_only_what_is_urgent(told, fake, run_jobs):
    with seen_by(told):
        actions.prefer(person=told.person_id, sms="urgent", email="all", address="")
    tell(told)
    tell(told, about="收到一份情况报告", words={}, kind="event", urgent=True)
    run_jobs()
    assert [text for _to, text in fake.sent.values()] == ["【童行】紧急：收到一份情况报告。 请立即登录查看。"]


@pytest.mark.time_machine(DAY)
def test_an_address_is_sealed_and_a_mail_goes_to_it(told, fake, settings, run_jobs):
    settings.OUTBOX_GATEWAYS = {"sms": "", "email": "tongxing.outbox.tests.fake.Fake"}
    with seen_by(told):
        kept = actions.prefer(person=told.person_id, sms="all", email="all", address="chen@example.org")
    assert b"chen" not in bytes(kept.email_sealed or b"")
    tell(told)
    run_jobs()
    assert [to for to, _text in fake.sent.values()] == ["chen@example.org"]


@pytest.mark.time_machine(DAY)
def test_who_has_no_number_or_no_post_is_not_called(told, fake, deliveries, run_jobs):
    tell(make_post("child_director", VILLAGE))
    gone = with_phone(make_post("child_director", NEXT_VILLAGE), "13912345678")
    tell(gone)
    accounts.end_post(post=gone, on=today(), reason="换届", by=None)
    run_jobs()
    assert fake.sent == {}
    assert [(delivery.state, delivery.error) for delivery in deliveries()] == [(State.DROPPED, "收件人已不在岗")]


def test_what_is_withdrawn_is_neither_sent_nor_unread(told, fake, deliveries, time_machine):
    time_machine.move_to(NIGHT)
    tell(told, key="notice:1")
    actions.take_back(key="notice:1")
    time_machine.move_to("2026-11-24 09:00+08:00")
    sending.send_due()
    assert fake.sent == {}
    with seen_by(told):
        assert queries.unread(told.person_id) == 0


def test_nothing_about_a_child_is_told(told, director):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="高峰", place=VILLAGE)
    with seen_by(director):
        with pytest.raises(PersonalData) as found:
            tell(told, about="张子轩今天没有到校", words={})
        assert "张子轩" in found.value.sentence
        assert "张子轩" not in str(found.value)
        with pytest.raises(PersonalData) as found:
            tell(told, about="%(who)s今天没有到校", words={"who": "张子轩"})
        assert "张子轩" in found.value.sentence
        assert "张子轩" not in str(found.value)
        with pytest.raises(PersonalData) as found:
            tell(told, about="%(who)s今天没有到校", words={"who": "高峰"})
        assert "高峰" in found.value.sentence
        assert "高峰" not in str(found.value)
        with pytest.raises(PersonalData) as found:
            tell(told, about="请联系%(phone)s", words={"phone": "138 1234 5678"})
        assert "1381" in found.value.sentence
        assert "1381" not in str(found.value)
        with pytest.raises(PersonalData) as found:
            tell(told, about="请核对420506201503121234", words={})
        assert "4205" in found.value.sentence
        assert "4205" not in str(found.value)
        assert tell(told, about="%(place)s还有%(count)s项", words={"place": "高峰村", "count": 2}) == 1  # a village of a child's name is no child


@pytest.mark.parametrize("wrong", [{"kind": "gossip"}, {"url": "https://example.org"}, {"url": "//example.org"}])
def test_what_only_a_program_can_get_wrong_is_an_error(told, wrong):
    with pytest.raises(ValueError, match=r"unknown kind|into the house"):
        actions.tell(**{"kind": "urge", "about": "有新的通知", "url": "/", "people": [told.person_id]} | wrong)


@pytest.mark.time_machine(DAY)
def test_letters_speak_the_persons_language(told, fake, run_jobs):
    accounts.remember_language(user=told.person.user, language="en")
    tell(told)
    run_jobs()
    ((_to, text),) = fake.sent.values()
    assert "sign in" in text


def test_summaries_are_written_in_chunks(told, monkeypatch, time_machine):
    time_machine.move_to(DAY)
    monkeypatch.setattr(sending, "PEOPLE", 1)
    posts = [with_phone(make_post("child_director", VILLAGE, name=f"主任{number}"), f"1390000000{number}") for number in range(3)]
    tell(told, *posts, kind="notice", about="有新的通知", words={})
    assert sending.summarise(today()) == 4
    assert sending.summarise(today() + timedelta(days=1)) == 0
