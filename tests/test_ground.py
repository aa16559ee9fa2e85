"""The signed-in request: its scope, its refusals, its read-only GET."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_health_page_answers_a_stranger(db):
    assert Client().get("/health/").json() == {"status": "ok"}


def test_a_stranger_is_sent_to_the_sign_in(db):
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_a_director_reaches_the_first_page(director, browser_of):
    assert browser_of(director).get("/").status_code == 200
