"""A quarter in the browser: the township sends it up, the county sees who is missing, returns it with words, confirms; a later correction is in the next quarter's list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.models import Absence
from tongxing.children.tests.make import away, make_child, seen_by
from tongxing.figures import actions
from tongxing.figures.forms import periods
from tongxing.figures.models import Return
from tongxing.ground.today import CHINA, as_of, today

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


@contextmanager
def on_day(day: date) -> Iterator[None]:
    with as_of(datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)):
        yield


def press(page: Page, word: str, comment: str = "") -> None:
    """Open the dialog of an act, fill it in, do it."""
    page.locator(".head .actions").get_by_role("link", name=word, exact=True).click()
    dialog = page.locator("#dialog")
    if comment:
        dialog.get_by_label("意见").fill(comment)
    dialog.get_by_role("button", name=word, exact=True).click()
    expect(page.locator("main")).to_contain_text(f"已经办理：{word}")


def test_the_quarters_tables_go_up_come_back_and_are_confirmed(places: object, page_of: Callable[..., Page]) -> None:
    last, before = [on for kind, on in periods(today()) if kind == "quarter" and on < today()][:2]
    long_ago = date.fromordinal(before.toordinal() - 150)
    with on_day(long_ago):
        supervisor, officer = make_post("supervisor", TOWNSHIP, name="陈督导"), make_post("county_officer", COUNTY, name="周局长")
        wrong = make_child(name="张错", place=VILLAGE, born=date(2018, 1, 1), relatives=(away("51", "张父", long_ago), away("52", "李母", long_ago)))
        make_child(name="张留", place=VILLAGE, born=date(2018, 1, 1), relatives=(away("51", "张父", long_ago), away("52", "李母", long_ago)))
    with on_day(date.fromordinal(before.toordinal() + 3)):
        _whole(supervisor, officer, before)
    with on_day(date.fromordinal(before.toordinal() + 30)), seen_by(supervisor):
        absence = Absence.objects.get(child_id=wrong.id, relative__relation="52")
        children.end_absence(absence_id=absence.id, on=date.fromordinal(before.toordinal() - 20), returned="for_good", by=supervisor)
    for post in (supervisor, officer):
        _still_checked(post)

    county = page_of(officer)
    county.goto("/figures/returns/")
    county.get_by_role("link", name="开始一期报表").click()
    county.locator("#dialog").get_by_label("报表期").select_option(f"quarter:{last.isoformat()}")
    county.locator("#dialog").get_by_role("button", name="开始", exact=True).click()
    expect(county.locator("main")).to_contain_text("未报 1")

    township = page_of(supervisor, PHONE)
    township.goto("/")
    township.get_by_role("link", name="要上报的报表").click()
    township.locator("main table a").first.click()
    expect(township.locator("main")).to_contain_text("现在算出的数字")
    press(township, "上报")
    expect(township.locator("h1")).to_contain_text("已上报")

    county.reload()
    county.locator("main table a").first.click()
    county.get_by_role("link", name="小溪塔街道").click()
    press(county, "退回修改", "请核对冯家湾社区")
    township.reload()
    expect(township.locator("main")).to_contain_text("请核对冯家湾社区")
    press(township, "上报")
    county.reload()
    press(county, "确认")
    expect(county.locator("main")).to_contain_text("已冻结")
    county.get_by_role("link", name="更正清单").click()
    expect(county.locator("main")).to_contain_text("张错")


def _still_checked(post: Post) -> None:
    """The yearly check of long ago has run out; there is one of today."""
    from tongxing.accounts.actions import record_check

    record_check(person=post.person, on=today(), clear=True, by=None)


def _whole(supervisor: Post, officer: Post, on: date) -> None:
    """The quarter before, sent and confirmed."""
    with seen_by(officer):
        actions.open_period(kind="quarter", on=on, due=date.fromordinal(on.toordinal() + 10), by=officer)
        report = Return.objects.get(scope_place=TOWNSHIP)
    with seen_by(supervisor):
        actions.act(report=report, verb="submit", by=supervisor)
    with seen_by(officer):
        actions.act(report=report, verb="confirm", by=officer)
