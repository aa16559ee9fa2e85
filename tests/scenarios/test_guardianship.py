"""Guardianship is written down, kept up and enforced (LHK-6, P8-2, P8-8, YN-9), through the pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from tongxing.accounts.models import Post
from tongxing.children.models import Guardianship
from tongxing.children.tests.make import seen_by
from tongxing.ground.today import today
from tongxing.guardianship.models import Agreement, Party
from tongxing.guardianship.tests.make import answered, drafted, family, picture, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def browser(director: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(director)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def pdf(content: bytes) -> str:
    return "".join("".join(each.extract_text() for each in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.req("LHK-6a", "P8-2a")
def test_the_confirmation_is_made_from_the_file(browser: Client):
    """The director finds the children who have none, ticks a family, prints: nothing is typed."""
    first, second = family(2)
    assert "张大" in page(browser, "/guardianship/without/")
    browser.post("/guardianship/without/draft/", {"pick": [str(first.id), str(second.id)]})
    with seen_by(None):
        row = Agreement.objects.get()
    said = pdf(browser.post(f"/guardianship/agreements/{row.id}/paper/", {"final": "1"}, follow=True).content)
    for word in ("张大", "张二", "张强", "李梅", "王秀英", "13812345678", "李大妹", "第二十二条"):
        assert word in said, word


@pytest.mark.req("LHK-6b", "P8-2a")
@pytest.mark.parametrize("way", ["paper", "screen"])
def test_the_confirmation_is_signed_on_paper_or_on_the_screen(browser: Client, director: Post, way: str):
    both = family(2)
    row = drafted(both, by=director)
    answered(row, both, by=director)
    with seen_by(None):
        signers = [str(each) for each in Party.objects.filter(agreement=row).values_list("pk", flat=True)]
    sent = {"guardianship": "good", "on": today().isoformat()}
    if way == "paper":
        browser.post(f"/guardianship/agreements/{row.id}/scan/", sent | {"signed": signers, "file": SimpleUploadedFile("签字.png", picture())})
    else:
        for each in signers:
            browser.post(f"/guardianship/agreements/{row.id}/sign/{each}/", {"picture": "data:image/png;base64," + base64.b64encode(picture()).decode()})
        browser.post(f"/guardianship/agreements/{row.id}/sign/", sent)
    shown = page(browser, f"/guardianship/agreements/{row.id}/")
    assert ("纸质签字" if way == "paper" else "屏幕签字") in shown
    for child in both:
        file = page(browser, f"/children/{child.id}/")
        assert "被委托人" in file
        assert "监护确认书" in file
    with seen_by(None):
        assert {(row.kind, row.entrusted.name) for row in Guardianship.objects.filter(until=None) if row.entrusted} == {("good", "王秀英")}


@pytest.mark.req("LHK-6c")
def test_what_runs_out_is_alerted_and_renewed_in_one_act(browser: Client, director: Post):
    both = family(2)
    old = signed(both, by=director, ago=345)
    home = page(browser, "/")
    assert "30天内到期的监护确认书" in home
    assert "张大" in page(browser, "/guardianship/?standing=soon")
    answer = browser.post(f"/guardianship/agreements/{old.id}/renew/", follow=True)
    assert "续签的确认书已拟好" in answer.content.decode()
    with seen_by(None):
        new = Agreement.objects.get(follows=old)
    answered(new, both, by=director)
    for_signing = {"guardianship": "good", "on": today().isoformat()}
    with seen_by(None):
        signers = [str(each) for each in Party.objects.filter(agreement=new).values_list("pk", flat=True)]
    browser.post(f"/guardianship/agreements/{new.id}/scan/", for_signing | {"signed": signers, "file": SimpleUploadedFile("签字.png", picture())})
    assert "已续签" in page(browser, f"/guardianship/agreements/{old.id}/")
    assert "张大" not in page(browser, "/guardianship/?standing=soon")
