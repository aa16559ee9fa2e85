"""Every page answers every role: with a page, a refusal or a way elsewhere, never with a fault; and in the language that was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.people import NAMES, make_post
from tongxing.accounts.access import rule
from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.children.models import Child
from tongxing.children.new import NewCategory
from tongxing.children.tests.make import away, befallen, make_child, years_ago
from tongxing.places import codes
from tongxing.places.models import Place

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[^\n<>\"]*[\u3400-\u9fff][^\n<>\"]*")
ANSWERS = (200, 302, 400, 403, 404, 405, 410)


def place_of(role: str) -> int:
    level = ROLES[role].level
    return next(code for code in sorted(NAMES, reverse=True) if codes.level(code) == level)


@pytest.fixture(params=list(ROLES))
def holder(request: pytest.FixtureRequest, places: dict[int, Place]) -> Post:
    return make_post(request.param, place_of(request.param), name="Zhou Ming")


def test_every_address_answers_every_role(holder: Post, browser_of: Callable[[Post], Client]):
    browser = browser_of(holder)
    wrong = []
    for name, address, view in addresses():
        answer = browser.get(address)
        needs = rule(view)
        if answer.status_code not in ANSWERS:
            wrong.append(f"{name}: {answer.status_code}")
        if not answer.streaming and b"- Select an option -" in answer.content:
            wrong.append(f"{name}: a select in the framework's English")
        if needs and not any(holder.may(right) for right in needs) and answer.status_code not in (302, 403):
            wrong.append(f"{name}: {answer.status_code} without any of {sorted(needs)}")
    assert not wrong


@pytest.fixture
def child(director: Post) -> Child:
    """A child of the director's village with something in every tab."""
    return make_child(
        by=director,
        relatives=(away("51", "张伟", years_ago(1)), befallen("52", "李梅", "no_capacity", years_ago(2))),
        guardianship="fair",
        categories=(NewCategory(scheme="state", kind="poverty", since=years_ago(1)),),
    )


def of_the_child(child: Child) -> list[tuple[str, str]]:
    """The addresses that show or change this one child."""
    return [(name, address) for name, address, _view in addresses(child_id=child.id) if str(child.id) in address]


def test_every_page_of_a_file_opens_for_its_own_director(child: Child, director: Post, browser_of: Callable[[Post], Client]):
    browser = browser_of(director)
    wrong = [f"{name}: {status}" for name, address in of_the_child(child) if (status := browser.get(address).status_code) not in ANSWERS]
    assert not wrong
    assert browser.get(f"/children/{child.id}/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_a_file_opens_for_the_next_village(method: str, child: Child, next_director: Post, browser_of: Callable[[Post], Client]):
    browser = browser_of(next_director)
    opened = [f"{name}: {status}" for name, address in of_the_child(child) if (status := getattr(browser, method)(address).status_code) not in (403, 404, 405)]
    assert not opened


def test_no_page_of_a_file_opens_for_somebody_signed_out(child: Child):
    browser = Client()
    for name, address in of_the_child(child):
        for answer in (browser.get(address), browser.post(address)):
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/"), name


def test_every_page_guards_itself(officer: Post, browser_of: Callable[[Post], Client]):
    browser = browser_of(officer)
    for name, address, _view in addresses():
        answer = browser.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy, name
            assert "unsafe" not in policy, name
            assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("DENY", "nosniff", "same-origin"), name
            assert "no-store" in answer.get("Cache-Control", "") or "private" in answer.get("Cache-Control", ""), f"{name}: a proxy or a browser may keep this page"


@pytest.mark.parametrize("role", ["child_director", "county_officer", "auditor", "security_admin", "system_admin"])
def test_an_english_page_speaks_english(role: str, places: dict[int, Place], browser_of: Callable[[Post], Client]):
    browser = browser_of(make_post(role, place_of(role), name="Zhou Ming"))
    browser.cookies.load({"django_language": "en"})
    data = re.compile(
        "|".join(map(re.escape, sorted([*NAMES.values(), "湖北", "宜昌", "夷陵", "童行", "中文", "简体", "“代码”", "“名称”", "冯家湾", "兴安", "小溪塔"], key=len, reverse=True)))
    )
    chinese = {}
    for name, address, _view in addresses():
        answer = browser.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = data.sub("", answer.content.decode())
            if found := [text.strip() for text in CHINESE.findall(page)]:
                chinese[name] = found[:3]
    assert not chinese
