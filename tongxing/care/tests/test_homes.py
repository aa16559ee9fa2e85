"""A children's home is a subject: it is entered for a village, Hunan's model asks duties about it, an entry about it keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.people import COUNTY, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import make_child
from tongxing.duties.tests.make import opened
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.units.models import Unit

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
HUNAN: dict[str, str | int] = {
    "family_education_per": "quarter",
    "safety_per": "quarter",
    "activity_per": "month",
    "visit_per": "month",
    "rota_times": 4,
    "referral_within": "3d",
    "urge_per": "month",
}


def entered(browser: Client, **more: object) -> Any:
    return browser.post("/units/add/", {"kind": "home", "name": "冯家湾社区儿童之家", "place": "冯家湾社区", "place_code": str(VILLAGE)} | more)


def home() -> Unit:
    return Unit.objects.get(kind="home")


def test_a_supervisor_enters_a_home_and_says_who_is_in_charge(supervisor: Post, director: Post, next_director: Post, browser_of: Browsers):
    township = browser_of(supervisor)
    assert entered(township).status_code == 302
    address = f"/units/{home().id}/"
    page = township.get(address).content.decode()
    assert "李大妹" in page
    assert "本村的儿童主任" in page
    assert township.post(f"{address}keeper/", {"keeper": str(supervisor.person_id)}).status_code == 302
    assert "陈督导" in township.get(address).content.decode()
    assert township.post(f"{address}keeper/", {"keeper": str(next_director.person_id)}).status_code == 422
    for post, seen in ((director, 200), (next_director, 404)):
        assert browser_of(post).get(address).status_code == seen
        assert browser_of(post).get(f"{address}keeper/").status_code == 403
    assert Client().get(address)["Location"].startswith("/sign-in/")


def test_a_home_stands_in_a_village(supervisor: Post, browser_of: Browsers):
    answer = entered(browser_of(supervisor), place="小溪塔街道", place_code=str(TOWNSHIP))
    assert answer.status_code == 422
    assert "儿童之家要登记在村（社区）" in answer.content.decode()


def test_hunans_duties_about_a_home_are_on_the_directors_list_and_her_entry_keeps_them(supervisor: Post, director: Post, officer: Post, next_director: Post, browser_of: Browsers):
    assert entered(browser_of(supervisor)).status_code == 302
    make_child()
    caremodels.adopt(place=COUNTY, model="hunan", parameters=HUNAN, since=date(today().year, 1, 1), by=None)
    opened(today())
    hers = browser_of(director)
    page = hers.get("/duties/").content.decode()
    assert "冯家湾社区儿童之家" in page
    assert "家长和村民轮值" in page
    assert "冯家湾社区儿童之家" not in browser_of(next_director).get("/duties/").content.decode()
    assert "儿童之家轮值" in hers.get("/log/new/").content.decode()
    assert "儿童之家轮值" not in browser_of(next_director).get("/log/new/").content.decode()  # her village has none
    assert "冯家湾社区儿童之家" in hers.get("/log/new/activity/").content.decode()
    answer = hers.post("/log/new/home_open/", {"entry_id": str(uuid7()), "on": today().isoformat(), "c-on_duty": "张奶奶", "c-hours": "3"})
    assert answer.status_code == 302, answer.content.decode()
    assert "张奶奶" in hers.get(answer["Location"]).content.decode()
    assert "已做1次" in hers.get("/duties/?duty=hunan.rota").content.decode()
