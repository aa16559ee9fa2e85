"""A guardianship confirmation is drafted, asked about and signed at the kitchen table, on the director's phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tongxing.accounts.models import Post
from tongxing.children.tests.make import seen_by
from tongxing.guardianship.models import Agreement
from tongxing.guardianship.tests.make import family

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


def write(page: Page) -> None:
    """A few strokes with the finger."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    for row in range(2):
        page.mouse.move(box["x"] + 30, box["y"] + 40 + row * 60)
        page.mouse.down()
        for step in range(8):
            page.mouse.move(box["x"] + 30 + step * 25, box["y"] + 40 + row * 60 + (step % 3) * 15)
        page.mouse.up()


@pytest.mark.req("LHK-6b")
def test_a_family_signs_on_the_directors_phone(director: Post, page_of: Callable[..., Page]):
    first, _second = family(2)
    page = page_of(director, PHONE)
    page.goto(f"/guardianship/child/{first.id}/new/")
    page.get_by_role("button", name="拟好").click()
    expect(page.get_by_text("签订以前还差")).to_be_visible()
    page.get_by_role("link", name="询问登记").click()
    for number in range(4):
        page.locator("#dialog fieldset").nth(number).get_by_text("没有", exact=True).click()
    for each in page.get_by_text("愿意", exact=True).all():
        each.click()
    page.locator("#dialog").get_by_role("button", name="保存").click()
    expect(page.locator("#dialog form")).to_have_count(0)
    expect(page.get_by_text("第二十二条的各项情形还没有全部询问")).to_have_count(0)
    for _signer in range(4):
        page.locator(".signers").get_by_role("link", name="签字").first.click()
        page.get_by_role("button", name="确认签字").click()
        expect(page.locator("[data-empty]")).to_be_visible()  # nothing is signed by an empty box
        write(page)
        page.get_by_role("button", name="确认签字").click()
        expect(page.locator(".message.tone-green").first).to_be_visible()
    page.get_by_role("link", name="确认签订").click()
    page.locator("#dialog").get_by_role("button", name="确认签订").click()
    expect(page.get_by_text("有效").first).to_be_visible()
    with seen_by(None):
        assert Agreement.objects.get().state == "signed"
