"""The pages of messages: one's own list, what one prefers, and the letters that the system's administrator sees."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.ground import scope
from tongxing.outbox import actions
from tongxing.outbox.models import Delivery, Message, Preference, State

pytestmark = pytest.mark.django_db


def tell(post, about: str = "本月还有%(count)s项探访未完成", kind: str = "urge", **rest) -> None:
    actions.tell(kind=kind, about=about, words={"count": 3}, url="/children/", posts=[post], **rest)


def mine(post) -> list[Message]:
    with transaction.atomic(), scope.active(post.scope()):
        return list(Message.objects.order_by("at"))


def test_one_sees_ones_own_messages_and_the_bell_counts_them(director, officer, next_director, browser_of):
    tell(director)
    page = browser_of(director).get("/messages/").content.decode()
    assert "本月还有3项探访未完成" in page
    assert re.search(r'class="bell"[^>]*aria-label="消息，1条未读"', page)
    for other in (officer, next_director):
        page = browser_of(other).get("/messages/").content.decode()
        assert "探访未完成" not in page
        assert "还没有消息" in page
    assert Client().get("/messages/")["Location"].startswith("/sign-in/")


def test_opening_a_message_reads_it_and_leads_on(director, next_director, browser_of):
    tell(director)
    (message,) = mine(director)
    for path in ("open", "read"):
        assert browser_of(next_director).post(f"/messages/{message.id}/{path}/").status_code == 404
    answer = browser_of(director).post(f"/messages/{message.id}/open/")
    assert answer["Location"] == "/children/"
    assert mine(director)[0].read_at is not None
    assert "条未读" not in browser_of(director).get("/messages/").content.decode()


def test_reading_all_reads_ones_own_alone(director, next_director, browser_of):
    for _each in range(3):
        tell(director)
    tell(next_director)
    browser_of(director).post("/messages/read/")
    assert all(message.read_at for message in mine(director))
    assert not any(message.read_at for message in mine(next_director))


@pytest.mark.parametrize(("asked", "count"), [("", 3), ("kind=urge", 1), ("state=urgent", 1), ("state=unread&kind=notice", 1), ("days=7", 3), ("kind=gossip&days=x", 3)])
def test_the_list_is_narrowed_by_its_address(asked, count, director, browser_of):
    tell(director)
    tell(director, "有新的通知", "notice")
    tell(director, "收到一份情况报告", "event", urgent=True)
    assert browser_of(director).get(f"/messages/?{asked}").content.decode().count("<tr data-row") == count


def test_marking_one_stays_on_the_narrowed_list_and_leads_nowhere_else(director, browser_of):
    tell(director)
    (message,) = mine(director)
    assert browser_of(director).post(f"/messages/{message.id}/read/", {"back": "?kind=urge"})["Location"] == "/messages/?kind=urge"
    assert browser_of(director).post(f"/messages/{message.id}/read/", {"back": "//example.org"})["Location"] == "/messages/"


def test_what_one_prefers_is_kept_sealed(director, browser_of):
    browser = browser_of(director)
    assert browser.post("/messages/preferences/", {"sms": "urgent", "email": "all", "address": "no address"}).status_code == 422
    assert browser.post("/messages/preferences/", {"sms": "urgent", "email": "all", "address": "li@example.org"}).status_code == 302
    assert 'value="li@example.org"' in browser.get("/messages/preferences/").content.decode()
    with transaction.atomic(), scope.active(director.scope()):
        assert b"li@" not in bytes(Preference.objects.get().email_sealed or b"")


@pytest.fixture
def dead(director) -> Delivery:
    with transaction.atomic(), scope.whole_country(why="the test writes a dead letter"):
        letter = Delivery(person_id=director.person_id, channel="sms", key="1", text="【童行】请登录查看。", state=State.DEAD, error="号码不存在")
        letter.due_at = letter.ended_at = letter.made_at
        letter.save(force_insert=True)
    return letter


def test_dead_letters_are_the_system_administrators(dead, director, officer, browser_of, places):
    administrator = browser_of(make_post("system_admin", COUNTY))
    for page in (administrator.get("/messages/deliveries/"), administrator.get("/messages/deliveries/?state=&channel=sms")):
        assert "号码不存在" in page.content.decode()
        assert "李大妹" in page.content.decode()
    assert "没有符合条件" in administrator.get("/messages/deliveries/?state=sent").content.decode()
    assert "发送失败的短信和邮件" in administrator.get("/system/").content.decode()
    for other in (director, officer):
        assert browser_of(other).get("/messages/deliveries/").status_code == 403
        assert browser_of(other).post("/messages/deliveries/act/", {"delivery": dead.id}).status_code == 403


@pytest.mark.parametrize(("act", "state"), [("retry", State.WAITING), ("drop", State.DROPPED)])
def test_a_dead_letter_is_tried_again_or_left(act, state, dead, browser_of):
    administrator = browser_of(make_post("system_admin", COUNTY))
    administrator.post("/messages/deliveries/act/", {"act": act})
    administrator.post("/messages/deliveries/act/", {"act": act, "delivery": ["nonsense", str(dead.id)]})
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        assert Delivery.objects.get().state == state
