"""Signing in, the second factor, and an appointment, as people do them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.people import COUNTY, make_post
from tongxing.accounts import actions
from tongxing.accounts.models import Post
from tongxing.ground.today import now

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def digits(secret: str, ahead: int = 0) -> str:
    """What a telephone shows (`ahead` steps of 30 seconds from now)."""
    clock = TOTP(base64.b32decode(secret.replace(" ", "")), 30, 0, 6, 0)
    clock.time = now().timestamp() + ahead * 30
    return f"{clock.token():06d}"


def test_an_officers_first_day(officer: Post, page_of: Callable[..., Page], settings: Any) -> None:
    """A one-time password, a password of one's own, the telephone, the recovery codes; and the next morning."""
    settings.SECOND_FACTOR = True
    user = officer.person.user
    once = actions.reset_password(user=user, reason="新到任", by=None)
    page = page_of(size=PHONE)
    sign_in(page, user.username, once)
    expect(page.get_by_role("heading", name="请设置您自己的密码")).to_be_visible()
    page.get_by_label(re.compile("^新密码")).fill("Xin-mima-2026")
    page.get_by_label("再次输入新密码").fill("Xin-mima-2026")
    page.get_by_role("button", name="保存新密码").click()
    page.get_by_role("button", name="开始").click()
    secret = page.locator(".enrol code").inner_text()
    page.get_by_label("动态口令").fill(digits(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="我已经保存好，继续").click()
    expect(page.locator(".post-now")).to_contain_text("夷陵区")

    morning = page_of()
    sign_in(morning, user.username, "Xin-mima-2026")
    expect(morning.get_by_role("heading", name="输入动态口令")).to_be_visible()
    morning.goto("/posts/")
    expect(morning.get_by_role("heading", name="输入动态口令")).to_be_visible()  # no way around
    morning.get_by_label("动态口令").fill(digits(secret, ahead=1))
    morning.get_by_role("button", name="确认").click()
    expect(morning).to_have_url(re.compile("/posts/$"))

    lost = page_of()
    sign_in(lost, user.username, "Xin-mima-2026")
    lost.get_by_label("动态口令").fill(code)
    lost.get_by_role("button", name="确认").click()
    expect(lost.locator(".post-now")).to_contain_text("夷陵区")


def test_five_wrong_passwords_say_how_long_and_whom_to_ask(director: Post, page_of: Callable[..., Page]) -> None:
    page = page_of()
    for _count in range(5):
        sign_in(page, director.person.user.username, "wrong-12345")
    expect(page.get_by_role("heading", name="尝试次数太多，暂时锁定")).to_be_visible()
    expect(page.locator("main")).to_contain_text("请15分钟后再试")
    expect(page.locator("main")).to_contain_text("乡镇督导员")


def test_a_supervisor_fills_a_vacant_village(supervisor: Post, director: Post, page_of: Callable[..., Page]) -> None:
    """From the list of vacancies: the village is filled in, a sign-in is given, its password shown once; the new director signs in."""
    page = page_of(supervisor)
    page.goto("/posts/vacancies/")
    page.get_by_role("link", name="任命").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("地点")).to_have_value(re.compile("兴安社区"))
    dialog.get_by_label("姓名").fill("赵新")
    dialog.get_by_text("从业查询、证书和登录").click()
    dialog.get_by_label("用户名").fill("zhaoxin")
    dialog.get_by_role("button", name="任命").click()
    expect(dialog.locator(".one-time")).to_be_visible()
    password = dialog.locator(".one-time code").nth(1).inner_text()
    dialog.get_by_role("link", name="已告知本人").click()
    expect(page.get_by_role("heading", name="赵新")).to_be_visible()
    expect(page.locator("main")).to_contain_text("权限暂停")  # no record check yet
    page.get_by_role("link", name="登记从业查询").click()
    dialog.get_by_text("无违法犯罪记录").click()
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("已查询")

    theirs = page_of(size=PHONE)
    sign_in(theirs, "zhaoxin", password)
    expect(theirs.get_by_role("heading", name="请设置您自己的密码")).to_be_visible()


def test_an_auditor_looks_for_what_was_done(director: Post, page_of: Callable[..., Page]) -> None:
    page = page_of(make_post("auditor", COUNTY, name="郑秋"))
    page.goto("/audit/")
    page.get_by_label("人员").fill("lidamei")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chip").first).to_contain_text("lidamei")
    page.get_by_role("link", name="封条").click()
    page.get_by_role("button", name="现在校验").click()
    expect(page.get_by_role("status").first).to_contain_text("已开始校验")
