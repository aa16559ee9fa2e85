"""Who is behind and whom care has not reached: vacancies alerted, masteries gone stale, the five, six and five, and full coverage."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.people import COUNTY, VILLAGE
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.care.boards.tests.make import TODAY, november
from tongxing.caremodels import actions as caremodels
from tongxing.caremodels.shapes import By
from tongxing.children.models import Child
from tongxing.children.tests.make import both_away, make_child, seen_by
from tongxing.duties import tallies
from tongxing.duties.actions import discharging
from tongxing.duties.tests.make import day, moment, promise, rule
from tongxing.forms import queries as forms
from tongxing.ground.today import as_of
from tongxing.log.models import Entry
from tongxing.log.tests.make import of_visit

pytestmark = pytest.mark.django_db
PARENTS = both_away(date(2025, 3, 1))


def visit(by: Post, child: Child, on: date) -> Entry:
    with as_of(moment(TODAY, 15)), seen_by(by):
        return care.log_entry(**of_visit(by, child, on=on))


def named(browser: Client, address: str) -> set[str]:
    """The children that a list names."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return set(re.findall(r'class="main" href="/children/[0-9a-f-]+/">([^<]+)</a>', answer.content.decode()))


def cells(browser: Client, of: str, line: str = "合计") -> list[str]:
    """The percentages of one line of the coverage."""
    markup = browser.get(f"/duties/coverage/?set={of}").content.decode()
    row = next(each for each in markup.split("<tr") if line in each)
    return re.findall(r">(\d+)%", row)


@pytest.fixture
def two(places: Any, director: Post, officer: Post, supervisor: Post) -> tuple[Child, Child]:
    with day(date(2026, 7, 1)):
        return make_child(name="张常访", relatives=PARENTS), make_child(name="李久未", relatives=PARENTS)


@pytest.mark.req("YL-2b")
def test_an_empty_slot_is_alerted_on_the_first_page_and_leads_to_the_list(places: Any, director: Post, next_director: Post, browser_of: Any) -> None:
    caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=date(2026, 1, 1), by=None)
    make_child(name="张缺人", relatives=PARENTS)
    first = browser_of(director).get("/").content.decode()
    (found,) = re.findall(r'href="([^"]+)"><b>(\d+)</b><span>包保责任有空缺的孩子', first)
    assert found[1] == "1"
    assert "张缺人" in browser_of(director).get(found[0]).content.decode()
    assert "包保责任有空缺的孩子" in browser_of(next_director).get("/").content.decode().partition('id="rest"')[2]  # nothing to do there


@pytest.mark.req("LZH-4b")
def test_a_child_whose_section_is_stale_is_listed(two: tuple[Child, Child], director: Post, next_director: Post, browser_of: Any) -> None:
    lately, long_ago = two
    visit(director, lately, date(2026, 11, 5))
    visit(director, long_ago, date(2026, 8, 1))  # more than a quarter
    with as_of(moment(TODAY)):
        browser = browser_of(director)
        assert named(browser, "/children/?left_out=mastery.family") == {"李久未"}
        assert named(browser, "/children/?left_out=mastery.behaviour") == {"李久未"}
        assert named(browser_of(next_director), "/children/?left_out=mastery.family") == set()


@pytest.mark.req("YC-11b")
def test_coverage_of_the_six_protections_leads_to_who_is_left_out(two: tuple[Child, Child], director: Post, supervisor: Post, browser_of: Any) -> None:
    visit(director, two[0], date(2026, 11, 5))
    with as_of(moment(TODAY)):
        tag = next(tag for tag in forms.definition("home_visit").tags if tag.startswith("protection."))
        browser = browser_of(supervisor)
        assert sorted(cells(browser, "protection"), key=int) == ["0"] * 5 + ["50"]
        assert named(browser, f"/children/?left_out={tag}&place_code={VILLAGE}") == {"李久未"}
        assert named(browser, "/children/?left_out=protection.network") == {"张常访", "李久未"}


@pytest.mark.req("P6-1a", "P6-1b")
def test_the_five_goals_are_shown_per_child_and_place(two: tuple[Child, Child], director: Post, supervisor: Post, browser_of: Any) -> None:
    visit(director, two[0], date(2026, 11, 5))
    with as_of(moment(TODAY)):
        shown = browser_of(director).get(f"/children/{two[0].id}/?tab=timeline").content.decode().partition('id="balance"')[2]
        assert all(goal in shown for goal in ("学业有教", "监护有人", "生活有助", "健康有保", "安全有护"))
        by_place = browser_of(supervisor).get("/duties/coverage/?set=goal").content.decode()
        assert all(goal in by_place for goal in ("学业有教", "监护有人", "生活有助", "健康有保", "安全有护"))
        assert "冯家湾社区" in by_place
        assert "50" in cells(browser_of(supervisor), "goal", "冯家湾社区")


@pytest.mark.req("WH-2c")
def test_coverage_in_percent_and_the_list_of_the_uncovered(places: Any, director: Post, supervisor: Post, browser_of: Any) -> None:
    """一对一心理辅导 100%全覆盖: who was reached, not what was said."""
    counselling = rule(promise("counselling", name="一对一心理辅导", per="quarter", by=By(kinds=("counselling",), role="any")))
    with november(counselling) as world:
        with day(TODAY):
            discharging.discharge(world.log.add(world.seen.id, date(2026, 11, 8), kind="counselling"))
            tallies.refresh()
        browser = browser_of(supervisor)
        shown = browser.get("/duties/coverage/").content.decode()
        block = shown.partition("一对一心理辅导")[2].partition("</section>")[0]
        assert "25%" in block
        (link,) = re.findall(r'href="(/duties/list/[^"]+)"', block)
        assert named(browser, link.replace("&amp;", "&")) == {"李没见", "王错过", "赵邻村"}
        assert named(browser_of(director), "/duties/list/?duty=test.counselling") == {"李没见", "王错过"}


def test_the_two_ways_to_ask_who_is_left_out_agree(two: tuple[Child, Child], director: Post, supervisor: Post, browser_of: Any) -> None:
    """The number of the table is the length of the list, for every category."""
    visit(director, two[0], date(2026, 11, 5))
    visit(director, two[1], date(2026, 8, 20))
    with as_of(moment(TODAY)):
        browser = browser_of(supervisor)
        for of in ("mastery", "coach", "protection", "goal"):
            markup = browser.get(f"/duties/coverage/?set={of}").content.decode()
            for link, number in re.findall(r'href="(/children/\?left_out[^"]+)">差(\d+)名', markup):
                assert len(named(browser, link.replace("&amp;", "&"))) == int(number), link
