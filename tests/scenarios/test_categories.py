"""Children in difficulty: categories of several schemes, dated, with evidence, level by level; candidates that a rule finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.models import Category, Child
from tongxing.children.new import NewCategory
from tongxing.children.tests.make import befallen, make_child, seen_by
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]


def tab(browser: Client, child: Child) -> str:
    return browser.get(f"/children/{child.id}/", {"tab": "categories"}).content.decode()


def rows(child: Child) -> list[Category]:
    with seen_by(None):
        return list(Category.objects.filter(child=child).order_by("kind"))


def report(browser: Client, child: Child, kind: str, **more: object) -> None:
    browser.post(f"/children/{child.id}/categories/new/", {"kind": kind, "since": today().isoformat(), "reason": "村里走访发现"} | more)


@pytest.mark.req("LHK-4a")
def test_the_seven_categories_of_laohekou_can_be_chosen(director: Post, browser_of: Browsers):
    offered = browser_of(director).get(f"/children/{make_child().id}/categories/new/").content.decode()
    seven = ("生活贫困", "重病残疾", "监护缺失", "教育缺失", "无户籍", "心理障碍", "受家暴遗弃虐待")
    assert [kind.label for kind in codes.SCHEMES["laohekou"].kinds] == list(seven)
    assert all(label in offered for label in seven)


@pytest.mark.req("LHK-4b")
def test_a_child_has_several_categories_of_several_schemes(director: Post, browser_of: Browsers):
    child, browser = make_child(), browser_of(director)
    for kind in ("laohekou.poverty", "laohekou.no_registration", "suxian.hardship"):
        report(browser, child, kind)
    shown = tab(browser, child)
    assert all(label in shown for label in ("生活贫困", "无户籍", "生活困难"))


@pytest.mark.req("LHK-4c")
def test_a_category_has_its_dates(director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    child = make_child()
    since = today() - timedelta(days=90)
    report(browser_of(director), child, "laohekou.poverty", since=since.isoformat())
    (row,) = rows(child)
    for post in (supervisor, officer):
        browser_of(post).post(f"/children/{child.id}/categories/{row.id}/", {"yes": "1"})
    browser_of(officer).post(f"/children/{child.id}/categories/{row.id}/end/", {"on": today().isoformat(), "reason": "父亲返乡就业"})
    (row,) = rows(child)
    assert (row.since, row.until, row.state) == (since, today(), Category.State.CONFIRMED)
    assert since.isoformat() in tab(browser_of(director), child)


def test_a_level_that_says_no_says_why(director: Post, supervisor: Post, browser_of: Browsers):
    child = make_child()
    report(browser_of(director), child, "laohekou.poverty")
    (row,) = rows(child)
    address = f"/children/{child.id}/categories/{row.id}/"
    assert browser_of(supervisor).post(address, {"yes": "0"}).status_code != 302
    browser_of(supervisor).post(address, {"yes": "0", "comment": "家庭收入高于标准"})
    assert "家庭收入高于标准" in tab(browser_of(director), child)


@pytest.mark.req("P8-10b")
def test_the_five_key_groups_are_found_and_listed(officer: Post, browser_of: Browsers):
    kinds = [kind.value for kind in codes.SCHEMES["suxian"].kinds]
    assert len(kinds) == 5
    names = dict(zip(kinds, ("甲一", "乙二", "丙三", "丁四", "戊五"), strict=True))
    for kind, name in names.items():
        make_child(name=name, categories=(NewCategory(scheme="suxian", kind=kind, reason="排查"),))
    make_child(name="无关者")
    browser = browser_of(officer)
    for kind, name in names.items():
        listed = browser.get("/children/", {"category": f"suxian:{kind}"}).content.decode()
        assert name in listed
        assert not any(other in listed for other in {"无关者", *names.values()} - {name})


@pytest.mark.req("YC-6a", "YC-6b")
def test_a_de_facto_unsupported_child_is_found_by_rule_and_confirmed_by_people(director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    child = make_child(
        name="何雨桐",
        relatives=(
            befallen("51", "何军", "imprisoned", date(2024, 1, 10), more={"expected_until": date(2030, 1, 9), "evidence": ("criminal_judgment",)}),
            befallen("52", "罗琴", "out_of_contact", date(2023, 5, 1), more={"reported": date(2023, 6, 1)}),
        ),
    )
    make_child(name="张子轩", relatives=(befallen("51", "张强", "imprisoned", date(2024, 1, 10), more={"expected_until": date(2030, 1, 9)}),))
    browser = browser_of(officer)
    found = browser.get("/children/?status=de_facto_unsupported").content.decode()
    assert "何雨桐" in found
    assert "张子轩" not in found
    candidate = tab(browser, child)
    assert "事实无人抚养" in candidate
    assert codes.EVIDENCE.text("criminal_judgment") in candidate  # what supports it
    report(browser_of(director), child, "suxian.de_facto_unsupported", evidence=["criminal_judgment"])
    (row,) = rows(child)
    for post in (supervisor, officer):
        browser_of(post).post(f"/children/{child.id}/categories/{row.id}/", {"yes": "1"})
    assert [each.state for each in rows(child)] == [Category.State.CONFIRMED]
