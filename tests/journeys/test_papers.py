"""Printing, photos and guardians' requests in a real browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys.conftest import PHONE
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


@pytest.mark.req("LHK-1a")
def test_a_card_is_printed_after_saying_what_for(director: Post, page_of: Callable[..., Page]) -> None:
    child = make_child(name="张子轩")
    page = page_of(director)
    page.goto(f"/children/{child.id}/")
    page.get_by_role("link", name="打印卡片").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("完整").check()
    dialog.get_by_role("button", name="打印").click()
    expect(dialog.get_by_text("请选择用途。").first).to_be_visible()
    dialog.get_by_label("装入档案袋").check()
    printed: list[APIResponse] = []

    def take(route: Route) -> None:
        printed.append(route.fetch())
        route.fulfill(status=204)

    page.route("**/file/", take)  # the browser's own viewer is not what is tried here
    with page.expect_request("**/file/"):
        dialog.get_by_role("button", name="打印").click()
    expect(dialog).to_be_visible()
    assert [(answer.status, answer.headers["content-type"]) for answer in printed] == [(200, "application/pdf")]


def test_a_photo_comes_from_the_phone_with_the_guardians_consent(director: Post, page_of: Callable[..., Page], tmp_path: Path) -> None:
    child = make_child(name="张子轩")
    out = io.BytesIO()
    Image.new("RGB", (1200, 1600), "teal").save(out, "JPEG")
    page = page_of(director, PHONE)
    page.goto(f"/children/{child.id}/?tab=documents")
    page.get_by_role("link", name="上传").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("照片").first.check()
    expect(dialog.get_by_label("名称")).to_be_hidden()
    dialog.locator("input[type=file]").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    dialog.get_by_role("button", name="上传").click()
    expect(dialog.get_by_text("需要先登记监护人对照片的同意").first).to_be_visible()
    dialog.get_by_label("同意拍照的监护人").fill("王秀英（祖母）")
    dialog.locator("input[type=file]").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    dialog.get_by_role("button", name="上传").click()
    face = page.locator("img.face")
    expect(face).to_be_visible()
    expect(face).to_have_js_property("naturalWidth", 750)


def test_a_request_is_noted_in_the_file_and_waits_in_the_list(director: Post, officer: Post, page_of: Callable[..., Page]) -> None:
    child = make_child(name="张子轩")
    page = page_of(director)
    page.goto(f"/children/{child.id}/?tab=documents")
    page.get_by_role("link", name="登记请求").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("更正、补充").check()
    dialog.get_by_label("请求人").fill("张建国")
    dialog.get_by_label("与孩子的关系").select_option(label="父亲")
    dialog.get_by_role("button", name="受理").click()
    expect(dialog.get_by_text("请写明要更正或补充什么。").first).to_be_visible()
    dialog.get_by_label("请求内容").fill("出生日期应为三月十二日")
    dialog.get_by_role("button", name="受理").click()
    expect(page.get_by_text("前答复").first).to_be_visible()
    office = page_of(officer)
    office.goto("/children/requests/")
    office.get_by_role("link", name="答复").click()
    answer = office.locator("#dialog")
    answer.get_by_label("已办结").check()
    answer.get_by_label("答复").last.fill("已更正")
    answer.get_by_role("button", name="答复").click()
    expect(office.get_by_text("没有待答复的请求")).to_be_visible()
