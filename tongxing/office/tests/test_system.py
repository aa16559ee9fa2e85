"""The system page is for the system's administrator, who sees no child."""

import pytest

from tests.people import COUNTY, make_post

pytestmark = pytest.mark.django_db


def test_the_administrator_reads_how_the_program_is(places, browser_of):
    answer = browser_of(make_post("system_admin", COUNTY)).get("/system/")
    assert answer.status_code == 200
    assert "PostgreSQL" in answer.content.decode()


def test_nobody_else_does(director, officer, browser_of):
    assert {browser_of(post).get("/system/").status_code for post in (director, officer)} == {403}
