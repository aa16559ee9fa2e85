"""What was let be and what rests goes on again: on the list, on the child's file, and for whoever answers for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.care.boards.tests.make import World, november
from tongxing.duties.models import Suspension
from tongxing.duties.tests.make import moment
from tongxing.ground import scope
from tongxing.ground.today import as_of
from tongxing.journal.models import Record
from tongxing.outbox.models import Message

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]


@pytest.fixture
def world(places: Any, director: Post, next_director: Post, supervisor: Post) -> Iterator[World]:
    with november() as made:
        yield made


def page(browser: Client, address: str) -> str:
    return re.sub(r"\s+", " ", browser.get(address).content.decode())


def suspended(browser: Client, world: World, **more: str) -> None:
    answer = browser.post("/duties/suspend/", {"pick": str(world.duty(world.unseen).id), "reason": "住院", **more})
    assert answer.status_code == 302, answer.content.decode()


def heard(post: Post) -> list[str]:
    with scope.whole_country(why="a test reads messages"):
        return [str(message.about) for message in Message.objects.filter(person_id=post.person_id)]


def noted(verb: str) -> dict[str, Any]:
    with scope.whole_country(why="a test reads the journal"):
        diff: dict[str, Any] = Record.objects.get(verb=verb).diff
        return diff


def test_a_rest_ends_from_the_list(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    suspended(browser, world)
    assert "/duties/resume/" in page(browser, "/duties/list/?state=resting")
    duty = world.duty(world.unseen)
    assert browser.post("/duties/resume/", {"pick": str(duty.id), "reason": ""}).status_code == 422
    assert browser.post("/duties/resume/", {"pick": str(duty.id), "reason": "已出院"}).status_code == 302
    assert world.duty(world.unseen).suspended_on is None
    with scope.whole_country(why="a test looks"):
        assert Suspension.objects.get().until
    assert noted("duties_resumed")["reason"] == ["住院", "已出院"]
    assert any("恢复" in each for each in heard(director))
    assert browser.post("/duties/resume/", {"pick": str(duty.id), "reason": "再来"}).status_code == 422


def test_a_rest_ends_from_the_childs_file_where_the_reader_decides(world: World, supervisor: Post, director: Post, next_director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    suspended(browser, world)
    address = f"/duties/resume/?child={world.unseen.id}"
    assert address in page(browser, f"/children/{world.unseen.id}/")
    assert address not in page(browser, f"/children/{world.seen.id}/")
    shown = page(browser_of(director), f"/children/{world.unseen.id}/")
    assert "全部工作任务暂缓" in shown
    assert "/duties/resume/" not in shown
    for post in (director, next_director):
        assert browser_of(post).post(address, {"reason": "x"}).status_code == 403
    answer = browser.post(address, {"reason": "已出院"})
    assert answer["Location"] == f"/children/{world.unseen.id}/"
    assert world.duty(world.unseen).suspended_on is None


def test_the_list_asks_for_a_rest_whose_end_has_come(world: World, supervisor: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    picked = {"pick": str(world.duty(world.unseen).id), "reason": "住院"}
    assert browser.post("/duties/suspend/", picked | {"expected": "2026-11-20"}).status_code == 422
    suspended(browser, world, expected="2026-11-25")
    assert "预计11-25恢复" in page(browser, "/duties/list/?state=resting")
    with as_of(moment(date(2026, 11, 25))):
        assert "已到期，请恢复" in page(browser, "/duties/list/?state=resting")
        assert "已到期，请恢复" in page(browser, f"/children/{world.unseen.id}/")


def test_what_was_let_be_is_asked_again(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    duty = world.duty(world.unseen)
    browser.post("/duties/waive/", {"pick": str(duty.id), "reason": "点错"})
    assert "/duties/unwaive/" in page(browser, "/duties/list/?state=waived")
    address = f"/duties/unwaive/?child={world.unseen.id}&amp;pick={duty.id}"
    assert address in page(browser, f"/children/{world.unseen.id}/")
    assert "/duties/unwaive/" not in page(browser_of(director), f"/children/{world.unseen.id}/")
    assert browser_of(director).post("/duties/unwaive/", {"pick": str(duty.id), "reason": "x"}).status_code == 403
    assert browser.post("/duties/unwaive/", {"pick": str(duty.id), "reason": ""}).status_code == 422
    assert browser.post("/duties/unwaive/", {"pick": str(duty.id), "reason": "免错了人"}).status_code == 302
    assert world.duty(world.unseen).is_open
    assert noted("duty_unwaived")["reason"] == ["点错", "免错了人"]
    assert any("免办" in each for each in heard(director))
    assert browser.post("/duties/unwaive/", {"pick": str(duty.id), "reason": "x"}).status_code == 422


def test_all_that_rest_are_resumed_at_once(world: World, supervisor: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    for child in (world.unseen, world.missed):
        browser.post("/duties/suspend/", {"pick": str(world.duty(child, "month:2026-11-01").id), "reason": "外出"})
    shown = page(browser, "/duties/resume/?state=resting&all=1")
    assert "恢复2名儿童" in shown
