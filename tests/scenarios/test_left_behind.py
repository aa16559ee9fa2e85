"""P8-1: who is left behind, as a director meets it on the page: found from facts, with the reason, until the sixteenth birthday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.children.models import Child, Relative
from tongxing.children.new import NewRelative
from tongxing.children.rules import anniversary
from tongxing.children.tests.make import away, both_away, make_child, seen_by
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]

FLAG = "留守儿童"
LONG_AGO = date(2024, 3, 1)


def page(browser: Client, child: Child, tab: str = "") -> str:
    return browser.get(f"/children/{child.id}/", {"tab": tab} if tab else {}).content.decode()


def head(browser: Client, child: Child) -> str:
    """The top of the page: who the child is, and why."""
    return page(browser, child).split('class="tabs"')[0]


def father_of(child: Child, by: Post) -> Relative:
    with seen_by(by):
        return Relative.objects.get(child=child, relation="51")


@pytest.mark.req("P8-1a")
def test_both_parents_work_away(director: Post, browser_of: Browsers):
    child = make_child(relatives=(away("51", "张强", LONG_AGO, "广东省东莞市"), away("52", "李梅", LONG_AGO, "浙江省宁波市")))
    top = head(browser_of(director), child)
    assert FLAG in top
    assert "父亲在广东省东莞市务工 2024-03 起" in top
    assert "母亲在浙江省宁波市务工" in top


@pytest.mark.req("P8-1b")
def test_one_parent_works_away_and_the_other_cannot_look_after_the_child(director: Post, browser_of: Browsers):
    child = make_child(relatives=(away("51", "张强", LONG_AGO), NewRelative(relation="52", name="李梅")))
    browser = browser_of(director)
    assert FLAG not in head(browser, child)
    with seen_by(director):
        mother = Relative.objects.get(child=child, relation="52")
    browser.post(f"/children/{child.id}/relatives/{mother.id}/circumstance/", {"kind": "no_capacity", "since": "2024-01"})
    top = head(browser, child)
    assert FLAG in top
    assert "无监护能力" in top


@pytest.mark.req("P8-1c")
def test_it_is_decided_anew_when_a_parent_leaves_and_when_one_comes_home(director: Post, browser_of: Browsers):
    child = make_child(relatives=(NewRelative(relation="51", name="张强"), away("52", "李梅", LONG_AGO)))
    browser, father = browser_of(director), father_of(child, director)
    assert FLAG not in head(browser, child)

    browser.post(f"/children/{child.id}/relatives/{father.id}/absence/", {"where_text": "广东省东莞市", "purpose": "work", "since": "2025-02"})
    assert "父亲在广东省东莞市务工 2025-02 起" in head(browser, child)

    with seen_by(director):
        absence = father.absences.get()
    browser.post(f"/children/{child.id}/absences/{absence.id}/end/", {"on": today().isoformat(), "returned": "for_good"})
    with time_machine.travel(today() + timedelta(days=120), tick=False):
        assert FLAG not in head(browser_of(director), child)


@pytest.mark.req("P8-1d")
def test_it_ends_on_the_sixteenth_birthday(director: Post, browser_of: Browsers):
    birthday = today() + timedelta(days=40)
    child = make_child(born=anniversary(birthday, -16), relatives=both_away(LONG_AGO))
    assert FLAG in head(browser_of(director), child)
    with time_machine.travel(birthday - timedelta(days=1), tick=False):
        assert FLAG in head(browser_of(director), child)
    with time_machine.travel(birthday, tick=False):
        browser = browser_of(director)
        assert FLAG not in head(browser, child)
        assert "张子轩" in page(browser, child)  # the status ends; the file stays


def test_a_short_return_at_spring_festival_ends_nothing(director: Post, browser_of: Browsers):
    child = make_child(relatives=both_away(LONG_AGO))
    browser, father = browser_of(director), father_of(child, director)
    with seen_by(director):
        absence = father.absences.get()
    browser.post(f"/children/{child.id}/absences/{absence.id}/end/", {"on": today().isoformat(), "returned": "festival"})
    assert FLAG in head(browser, child)
