"""结对包保卡 and 手拉手爱心结对卡 on paper."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.tests.make import seen_by
from tongxing.circles.tests.make import joined, left_behind, make_person
from tongxing.files.models import Output
from tongxing.journal.models import Access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder", "yiling")]
type Browsers = Callable[[Post], Client]


def printed(browser: Client, address: str) -> list[str]:
    content = browser.get(address).content
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_circle_card_names_who_stands_there_and_leaves_room_for_who_is_missing(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃大婶", phone="13812345678"), by=director)
    browser = browser_of(director)
    answer = browser.post(f"/circles/child/{child.id}/card/", {"sheet": "circle_card", "content": "masked"})
    (text,) = printed(browser, answer["Location"])
    for said in ("结对包保卡", "张*轩", "爱心邻居", "覃大婶", "138****5678", "专业社工", "爱心团队", "盖章处", "信息已脱敏"):
        assert said in text, said
    assert "张子轩" not in text
    with seen_by(None):
        assert Access.objects.get(outcome="printed").child_id == child.id


def test_in_full_it_says_what_for(director: Post, browser_of: Browsers):
    child = left_behind()
    joined(child, "loving_neighbour", make_person("覃大婶", phone="13812345678"), by=director)
    browser, address = browser_of(director), f"/circles/child/{child.id}/card/"
    assert browser.post(address, {"sheet": "circle_card", "content": "full"}).status_code == 422
    answer = browser.post(address, {"sheet": "pairing_card", "content": "full", "why": "signature"})
    (text,) = printed(browser, answer["Location"])
    for said in ("手拉手爱心结对卡", "张子轩", "覃大婶", "13812345678", "一年互访一次", "帮助解决一项实际困难"):
        assert said in text, said


def test_a_child_without_anybody_has_no_pairing_card(director: Post, browser_of: Browsers):
    child = left_behind()
    answer = browser_of(director).post(f"/circles/child/{child.id}/card/", {"sheet": "pairing_card", "content": "masked"})
    assert answer.status_code == 422


def test_a_village_is_printed_behind_the_pages(supervisor: Post, browser_of: Browsers, run_jobs: Callable[[], int]):
    left_behind()
    left_behind(name="王乐")
    left_behind(name="李小雨", place=NEXT_VILLAGE)
    browser = browser_of(supervisor)
    answer = browser.post(f"/circles/print/?place={VILLAGE:012d}", {"sheet": "circle_card", "content": "masked"})
    assert answer.status_code == 302
    run_jobs()
    with seen_by(None):
        output = Output.objects.get()
    assert output.failed == ""
    pages = printed(browser, f"/outputs/{output.id}/file/")
    assert len(pages) == 2
    assert "李*雨" not in "".join(pages)


def test_nobody_prints_the_next_villages_card(director: Post, next_director: Post, browser_of: Browsers):
    child = left_behind()
    assert browser_of(next_director).get(f"/circles/child/{child.id}/card/").status_code == 404
    assert browser_of(next_director).post(f"/circles/child/{child.id}/card/", {"sheet": "circle_card", "content": "masked"}).status_code == 404
