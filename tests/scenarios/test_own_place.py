"""What a city or a province promises about itself: opened with the counties, on its officer's own list, kept by what is logged about the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.caremodels import actions as caremodels
from tongxing.children.models import Child
from tongxing.children.tests.make import away, make_child
from tongxing.duties import tallies
from tongxing.duties.actions import opening, verifying
from tongxing.duties.models import Duty
from tongxing.duties.tests.make import day, moment
from tongxing.forms import office
from tongxing.ground import scope
from tongxing.ground.ids import place_id
from tongxing.ground.scope import WHOLE_COUNTRY
from tongxing.ground.today import as_of
from tongxing.log.tests.make import visit

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
PROVINCE, CITY = 420000000000, 420500000000
NOV = date(2026, 11, 1)
PARENTS = (away("51", "张强", date(2025, 3, 1)), away("52", "李梅", date(2025, 3, 1)))


@pytest.fixture
def child(places: Any, director: Post) -> Child:
    """The province adopts Yunnan's monthly bulletin and Hunan's trainings; a day of November is opened."""
    with day(date(2026, 10, 2)):
        caremodels.adopt(place=PROVINCE, model="yunnan", parts=["key"], parameters={"meeting_per": "quarter"}, since=date(2026, 10, 1), by=None)
        caremodels.adopt(place=PROVINCE, model="hunan", parts=["people"], parameters={"rota_times": 1}, since=date(2026, 1, 1), by=None)
        made = make_child(name="张不见", relatives=PARENTS)
    opens(NOV)
    return made


def opens(on: date) -> None:
    with as_of(moment(on, 0)):
        opening.open_windows(*WHOLE_COUNTRY, on)
        tallies.refresh()


def standing(place: int) -> list[tuple[str, str, int]]:
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        return [(row.subject_kind, row.window, row.done) for row in Duty.objects.filter(scope_place=place).order_by("window")]


def words(browser: Client, address: str, on: date = date(2026, 11, 10)) -> str:
    with as_of(moment(on)):
        answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))


def test_the_provinces_bulletin_is_on_its_officers_list_until_one_is_logged(child: Child, browser_of: Browsers) -> None:
    province = make_post("province_officer", PROVINCE)
    browser, city = browser_of(province), browser_of(make_post("city_officer", CITY))
    assert standing(PROVINCE) == [("place", "month:2026-11-01", 0)]
    assert standing(CITY) == [("place", "year:2026-01-01", 0)]
    opens(NOV)  # again
    assert len(standing(PROVINCE)) == 1
    own = words(browser, "/duties/")
    assert "月度通报" in own
    assert "湖北省" in own
    assert "月度通报" not in words(city, "/duties/")
    assert "培训" in words(city, "/duties/")
    assert "月度通报" in words(browser, "/duties/list/?alone=1&state=undone")
    with as_of(moment(date(2026, 11, 10), 10)):
        link = reverse("care:log", args=["bulletin"])
        assert f'href="{link}?' in browser.get("/duties/").content.decode()
        form = browser.get(link)
        assert form.status_code == 200
        answer = browser.post(link, {"on": "2026-11-10", "doer": province.person_id.hex, office.name_of("content", None): "本月各地走访率有所提高"})
        assert answer.status_code == 302
        assert browser.get(answer["Location"]).status_code == 200
    assert standing(PROVINCE) == [("place", "month:2026-11-01", 1)]
    assert "月度通报" not in words(browser, "/duties/")
    opens(date(2026, 12, 1))
    assert [window for _kind, window, _done in standing(PROVINCE)] == ["month:2026-11-01", "month:2026-12-01"]
    with as_of(moment(date(2026, 12, 1))):
        _noted, wrong = verifying.verify(*WHOLE_COUNTRY, on=date(2026, 12, 1))
    assert not wrong


def test_above_the_counties_nothing_is_written_or_read_of_children(child: Child, director: Post, browser_of: Browsers) -> None:
    browser, own = browser_of(make_post("city_officer", CITY)), browser_of(director)
    with as_of(moment(date(2026, 11, 10))):
        entry = visit(director, child, on=date(2026, 11, 9))
        for kind in ("home_visit", "activity", "incident"):
            assert browser.get(f"{reverse('care:log', args=[kind])}?child={child.id}").status_code == 404, kind
        assert browser.get(reverse("care:choose", args=["bulletin"])).status_code == 403
        assert "张不见" not in browser.get(f"{reverse('care:log', args=['bulletin'])}?child={child.id}").content.decode()
        for name in ("care:entry", "care:correct", "care:void"):
            assert own.get(reverse(name, args=[entry.id])).status_code == 200, name
            assert browser.get(reverse(name, args=[entry.id])).status_code == 404, name


def test_what_is_late_about_a_county_never_climbs_to_the_county_itself(child: Child, officer: Post, browser_of: Browsers) -> None:
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        meeting = Duty.objects.get(scope_place=COUNTY, subject_id=place_id(COUNTY), window__startswith="quarter")
    later = date(2027, 1, 20)
    assert meeting.overdue(moment(later))
    assert "联席会议" in words(browser_of(officer), "/duties/", later)
    assert "没有这样的任务" in words(browser_of(officer), "/duties/list/?state=climbed&duty=yunnan.joint_meeting", later)
