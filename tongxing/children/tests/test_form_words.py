"""What forms and pages of a file say, where people stumbled over it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.children.models import Child, Relative
from tongxing.children.new import NewRelative
from tongxing.children.queries.files import file
from tongxing.children.tests.make import both_away, make_child, seen_by

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
    child = make_child(relatives=both_away(date(2024, 1, 1)))
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


def test_what_is_kept_unseen_can_be_emptied(director: Post, browser_of: Browsers) -> None:
    child = make_child(medical_history="哮喘", health="healthy", relatives=(NewRelative(relation="51", name="张强", address="一组1号", phone="13812345678"),))
    browser, address = browser_of(director), f"/children/{child.id}/edit/"
    sent = {"name": child.name, "born": child.born.isoformat(), "sex": "1", "registration": "unknown", "health": "healthy"}
    assert "清空已登记的病史" in browser.get(address).content.decode()
    assert browser.post(address, sent).status_code == 302
    assert held(child, "medical_history") == "哮喘"  # left empty, it stays
    assert browser.post(address, sent | {"clear_medical_history": "on"}).status_code == 302
    assert held(child, "medical_history") == ""
    assert "清空已登记的病史" not in browser.get(address).content.decode()

    with seen_by(None):
        father = Relative.objects.get(child_id=child.id)
    dialog = f"/children/{child.id}/relatives/{father.id}/"
    said = {"relation": "51", "name": "张强", "phone": "13812345678"}
    assert "清空已登记的地址" in browser.get(dialog).content.decode()
    for more, left in (({}, True), ({"clear_address": "on"}, False)):
        assert browser.post(dialog, said | more).status_code == 302
        with seen_by(None):
            assert bool(Relative.objects.get(pk=father.id).address_sealed) is left


def held(child: Child, key: str) -> str:
    with seen_by(None):
        found = file(child.id)
        assert found
        return found.open(found.child, key)
