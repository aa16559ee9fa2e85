"""The form for a call shows whom to call and under which number: three people and a stranger."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.care.calling import by_phone
from tongxing.care.tests.test_pages import log_url
from tongxing.children.models import Child
from tongxing.children.tests.make import away, make_child, make_siblings, seen_by
from tongxing.forms import queries as forms
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.journal.models import Access

pytestmark = pytest.mark.django_db
FATHER, MOTHER = "13812345678", "13987654321"
SINCE = today().replace(year=today().year - 1, day=1)
PARENTS = (away("51", "张强", SINCE, phone=FATHER), away("52", "李梅", SINCE, phone=MOTHER))


@pytest.fixture
def child(places: Any) -> Child:
    made: Child = make_child(name="张子轩", relatives=PARENTS)
    return made


def reads(child: Child) -> list[tuple[object, ...]]:
    with seen_by(None):
        return list(Access.objects.filter(child_id=child.id).values_list("by", "outcome", "what"))


def test_the_own_director_calls_with_one_tap_and_that_she_saw_the_numbers_is_noted(child, director, browser_of):
    page = browser_of(director).get(log_url("parent_contact", child)).content.decode()
    assert "打给张子轩的家人" in page
    assert f'href="tel:{FATHER}"' in page
    assert f'href="tel:{MOTHER}"' in page
    assert reads(child) == [(director.person_id, "read", ["父亲电话", "母亲电话"])]


def test_an_official_of_the_county_sees_them_as_in_the_file(child, officer, browser_of):
    assert f"tel:{FATHER}" in browser_of(officer).get(log_url("parent_contact", child)).content.decode()
    assert reads(child) == [(officer.person_id, "read", ["父亲电话", "母亲电话"])]


def test_a_teacher_to_whom_the_child_was_granted_sees_them_masked(child, browser_of):
    teacher = make_post("teacher", COUNTY)
    Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="class", since=today())
    page = browser_of(teacher).get(log_url("parent_contact", child)).content.decode()
    assert "138****5678" in page
    assert "tel:" not in page
    assert FATHER not in page
    assert reads(child) == [(teacher.person_id, "read", [])]


def test_the_director_of_the_next_village_and_a_stranger_see_nothing(child, next_director, browser_of):
    answer = browser_of(next_director).get(log_url("parent_contact", child))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/log/new/parent_contact/children/")
    assert Client().get(log_url("parent_contact", child)).headers["Location"].startswith("/sign-in/")
    assert reads(child) == []


def test_a_wrong_answer_comes_back_with_the_numbers(child, director, browser_of):
    answer = browser_of(director).post(log_url("parent_contact", child), {"on": today().isoformat()})
    assert answer.status_code == 422
    assert f"tel:{FATHER}" in answer.content.decode()


def test_of_brothers_and_sisters_the_family_is_shown_once(director, browser_of):
    one, two = make_siblings(2, relatives=PARENTS)
    assert browser_of(director).get(log_url("family_call", one, two)).content.decode().count(f"tel:{FATHER}") == 1


def test_a_missing_number_is_said(director, browser_of):
    child = make_child(relatives=(away("51", "张强", SINCE),))
    page = browser_of(director).get(log_url("parent_contact", child)).content.decode()
    assert "缺电话" in page
    assert f"/children/{child.id}/?tab=family" in page


def test_only_what_may_be_a_call_shows_numbers(child, director, browser_of):
    assert {"parent_contact", "family_call", "carer_contact"} <= {kind for kind, form in forms.definitions().items() if by_phone(form)}
    for kind in ("home_visit", "letter", "incident"):
        assert "tel:" not in browser_of(director).get(log_url(kind, child)).content.decode()
    assert reads(child) == []
