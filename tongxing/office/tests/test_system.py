"""The system page is for the system's administrator, who sees no child."""

import pytest

from tests.people import COUNTY, make_post
from tongxing.children.models import Verification
from tongxing.ground.today import today
from tongxing.office import system

pytestmark = pytest.mark.django_db


def test_the_administrator_reads_how_the_program_is(places, browser_of):
    answer = browser_of(make_post("system_admin", COUNTY)).get("/system/")
    assert answer.status_code == 200
    assert "PostgreSQL" in answer.content.decode()


def test_nobody_else_does(director, officer, browser_of):
    assert {browser_of(post).get("/system/").status_code for post in (director, officer)} == {403}


def test_the_page_says_what_the_nightly_look_at_the_statuses_found():
    def said() -> str:
        return "\n".join(reading.value for reading in system.readings())

    assert "尚未核对" in said()
    Verification.objects.create(on=today(), files=1200, differing=0, seconds=3)
    assert "1,200 份档案，全部一致" in said()
    Verification.objects.create(on=today(), files=1200, differing=5, mended=3, seconds=3)
    assert "1,200 份档案，2 份不一致" in said()
