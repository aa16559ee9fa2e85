"""A teacher taps an alarm, the class teacher sleeps, the principal gets it, the police acknowledge: each on their own telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_boards import fits
from tests.people import COUNTY, TOWNSHIP, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.caremodels import actions as caremodels
from tongxing.circles.tests.make import SCHOOL, joined, left_behind
from tongxing.clocks import ticking
from tongxing.ground.today import now, today
from tongxing.protection.tests.make import make_police

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder", "places")]


def principal() -> Post:
    person = make_post("teacher", TOWNSHIP, name="周校长", unit_name="另一所学校").person
    return accounts.appoint(person=person, role="teacher", place=COUNTY, since=today() - timedelta(days=90), unit_name=SCHOOL, concurrent="校长", by=None)


def answers(page: Page, word: str) -> None:
    """Whoever was told opens the red banner, reads, and says so."""
    page.goto("/")
    page.get_by_role("link", name="等您确认").first.click()
    expect(page.locator("main")).to_contain_text(word)
    fits(page)
    if page.locator("button[value=pass]").count() == 0:  # a list, where several wait
        page.locator("main a[href*='/reports/respond/']").first.click()
    page.locator("button[value=pass]").click()
    expect(page.locator("main")).to_contain_text("确认")


def test_an_alarm_goes_from_the_teacher_to_the_police(page_of: Callable[..., Page]) -> None:
    with transaction.atomic():
        caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=date(2026, 1, 1), by=None)
        make_post("child_director", 420506001001)
        make_post("supervisor", TOWNSHIP)
        child = left_behind(name="张子轩")
        teacher, asleep = make_post("teacher", COUNTY, name="刘老师", unit_name=SCHOOL), make_post("teacher", COUNTY, name="马老师", unit_name=SCHOOL)
        joined(child, "paired_teacher", teacher.person)
        accounts.grant_children(post=asleep, children={child.pk: child.scope_place}, cause="class", since=today(), by=None)
        head, police = principal(), make_police()

    phone = page_of(teacher, PHONE)
    phone.goto(f"/children/{child.pk}/")
    phone.locator("a.alarm-open, a[href*='/reports/alarm/']").last.click()
    expect(phone.get_by_role("link", name="立即拨打110")).to_have_attribute("href", "tel:110")
    fits(phone)
    phone.get_by_role("button", name="失踪、找不到人").click()
    expect(phone.locator("main")).to_contain_text("马老师")
    expect(phone.locator("main")).to_contain_text("公安")

    with time_machine.travel(now() + timedelta(minutes=31)):
        while ticking.tick():
            pass
    answers(page_of(head, PHONE), "失踪")
    answers(page_of(police, PHONE), "失踪")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("超时")
