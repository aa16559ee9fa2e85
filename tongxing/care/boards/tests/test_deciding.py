"""Deciding on many at once: what was confirmed is what is done, and at the same time is no way around the twelve hours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.care.boards.tests.make import World, november
from tongxing.duties.models import Urge
from tongxing.ground import scope
from tongxing.outbox.models import Message

type Browsers = Callable[[Post], Client]


@pytest.fixture
def world(places: Any, director: Post, next_director: Post, supervisor: Post) -> Iterator[World]:
    with november() as made:
        yield made


def dialog(browser: Client, address: str) -> dict[str, str]:
    return dict(re.findall(r'name="(counted)" value="(\d+)"', browser.get(address).content.decode()))


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["urge", "waive", "suspend"])
def test_what_came_in_after_the_dialog_was_shown_is_not_decided_unseen(world: World, supervisor: Post, browser_of: Browsers, act: str) -> None:
    browser, address = browser_of(supervisor), f"/duties/{act}/?duty=test.home_visit&all=1"
    confirmed = dialog(browser, address)
    assert browser.post(f"/duties/waive/?pick={world.duty(world.unseen).id}", {"reason": "随父母外出"}).status_code == 302
    answer = browser.post(address, confirmed | {"reason": "统一处理"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "名单有变化" in page
    again = dict(re.findall(r'name="(counted)" value="(\d+)"', page))
    assert int(again["counted"]) == int(confirmed["counted"]) - 1
    assert browser.post(address, {"reason": "统一处理"}).status_code == 422  # confirmed nothing
    assert browser.post(address, again | {"reason": "统一处理"}).status_code == 302


@pytest.mark.django_db
def test_an_id_in_the_address_names_nobody_who_answers_for_nothing_here(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    stranger = make_post("security_admin", COUNTY, name="何平")
    browser = browser_of(supervisor)
    assert "何平" not in browser.get(f"/duties/list/?person={stranger.person_id}").content.decode()
    assert "李大妹" in browser.get(f"/duties/list/?person={director.person_id}&state=kept&period=last_month").content.decode()


@pytest.mark.django_db(transaction=True)
def test_urged_several_times_at_once_it_is_urged_once(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    browsers = [browser_of(supervisor) for _each in range(4)]

    def urge(browser: Client) -> int:
        try:
            return browser.post("/duties/urge/", {"pick": str(duty.id)}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(copy_context().run, urge, browser) for browser in browsers]
    assert sorted(run.result() for run in runs) == [302, 422, 422, 422]
    with transaction.atomic(), scope.whole_country(why="a test looks"):
        assert Urge.objects.count() == 1
        assert Message.objects.filter(person_id=director.person_id, kind="urge").count() == 1
    assert world.duty(world.unseen).urged == 1
