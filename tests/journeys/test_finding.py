"""A child is found by initials and kept from the next village; the sixteenth birthday ends a status before one's eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tongxing.accounts.models import Post
from tongxing.children.rules import anniversary
from tongxing.children.tests.make import both_away, make_child
from tongxing.ground.today import today

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
type Pages = Callable[..., Page]


def test_a_child_is_found_by_its_initials(director: Post, page_of: Pages) -> None:
    make_child(name="张子轩")
    make_child(name="王梓涵")
    page = page_of(director)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("zzx")
    suggestion = page.get_by_role("option", name="张子轩").or_(page.get_by_role("link", name="张子轩")).first
    expect(suggestion).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("张子轩").first).to_be_visible()
    expect(page.get_by_text("王梓涵")).to_have_count(0)


def test_a_director_is_refused_the_next_villages_child(director: Post, next_director: Post, page_of: Pages) -> None:
    child = make_child(name="张子轩")
    page = page_of(next_director)
    page.goto("/children/?q=zzx")
    expect(page.get_by_text("张子轩")).to_have_count(0)
    page.goto(f"/children/{child.id}/")
    expect(page.get_by_role("heading", name="没有找到这一页")).to_be_visible()
    expect(page.get_by_text("张子轩")).to_have_count(0)


def test_the_child_turns_sixteen(director: Post, page_of: Pages) -> None:
    birthday = today() + timedelta(days=3)
    gone = date(2024, 3, 1)
    child = make_child(born=anniversary(birthday, -16), relatives=both_away(gone))
    page = page_of(director)
    page.goto(f"/children/{child.id}/")
    expect(page.locator(".child-head").get_by_text("留守儿童", exact=True)).to_be_visible()
    with time_machine.travel(birthday):
        after = page_of(director)
        after.goto(f"/children/{child.id}/")
        expect(after.locator(".child-head")).to_contain_text("16岁")
        expect(after.locator(".child-head").get_by_text("留守儿童", exact=True)).to_have_count(0)
