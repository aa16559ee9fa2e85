"""What forms and pages of a file say, where people stumbled over it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.children.tests.make import away, make_child

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
NEXT = "湖北省宜昌市夷陵区小溪塔街道兴安社区"


def test_the_errors_say_whose_telephone(director: Post, browser_of: Browsers) -> None:
    sent = {"father-phone": "123", "father-situation": "home", "mother-phone": "456", "mother-situation": "home"}
    page = browser_of(director).post("/children/new/", sent).content.decode()
    errors = re.findall(r'href="#id_[a-z]+-phone">([^<]+)<', page)
    assert errors == ["父亲：电话", "母亲：电话"]


def test_grades_are_called_by_their_stage(director: Post, browser_of: Browsers) -> None:
    page = browser_of(director).get("/children/new/").content.decode()
    for stage, grade in (("kindergarten", "中班"), ("primary", "三年级"), ("junior", "初二")):
        group = re.search(rf'<optgroup [^>]*data-when="school-stage={stage}">.*?</optgroup>', page, re.DOTALL)
        assert group
        assert grade in group[0]
    assert not re.search(r"<option[^>]*>\d</option>", page)


def test_coming_home_is_offered_once_a_parent(director: Post, browser_of: Browsers) -> None:
    child = make_child(relatives=(away("51", "张强", date(2024, 1, 1)), away("52", "李梅", date(2024, 1, 1))))
    page = browser_of(director).get(f"/children/{child.id}/?tab=family").content.decode()
    assert page.count("登记返乡") == 2


def test_who_holds_both_ends_of_a_transfer_waits_for_nobody(director: Post, supervisor: Post, browser_of: Browsers) -> None:
    own, other = make_child(name="陈一"), make_child(name="陈二")
    for post, child, said in ((supervisor, own, "转入的地方也由您负责"), (director, other, "等待对方在")):
        page = browser_of(post).post(f"/children/{child.id}/transfer/", {"to_place": NEXT, "reason": "搬家"}, follow=True).content.decode()
        assert said in page


def test_every_page_leads_home(director: Post, browser_of: Browsers) -> None:
    child = make_child()
    home = '<ol class="crumbs"><li><a href="/">首页</a></li>'
    for address in ("/children/", "/children/new/", f"/children/{child.id}/", f"/children/{child.id}/edit/", "/children/leaves/", "/me/", "/units/", "/places/"):
        page = browser_of(director).get(address, follow=True).content.decode()
        assert home in page, address
        assert page.count(">首页</a>") == 1, address
    assert ">首页</a>" not in browser_of(director).get("/").content.decode()
