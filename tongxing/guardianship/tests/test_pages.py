"""The pages of guardianship confirmations, as three people and a stranger meet them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.guardianship import actions, printouts
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.tests.make import answered, drafted, family, picture, signed
from tongxing.journal.models import Access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
type Browsers = Callable[[Post], Client]
DATA = "data:image/png;base64,"


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def addresses(row: Agreement) -> list[str]:
    with seen_by(None):
        party, child = Party.objects.filter(agreement=row).first(), Covered.objects.filter(agreement=row).first()
    assert party
    assert child
    acts = ("", "edit/", "answers/", "sign/", f"sign/{party.id}/", f"sign/{party.id}/picture/", "scan/", "reopen/", "discard/", "end/", "told/")
    return [*(f"/guardianship/agreements/{row.id}/{act}" for act in acts), f"/guardianship/child/{child.child_id}/", f"/guardianship/child/{child.child_id}/new/"]


def test_three_people_and_a_stranger(director: Post, officer: Post, next_director: Post, client: Client, browser_of: Browsers):
    row = drafted(family(2), by=director)
    teacher = make_post("teacher", COUNTY)
    with seen_by(None):
        Grant.objects.create(post_id=teacher.id, child_id=Covered.objects.filter(agreement=row)[0].child_id, cause="class", since=today())
    for address in addresses(row):
        for post in (director, officer):
            assert browser_of(post).get(address).status_code == (404 if address.endswith("picture/") else 200), address
        assert browser_of(next_director).get(address).status_code == 404, address
        assert browser_of(next_director).post(address, {}).status_code in (404, 405), address
        assert browser_of(teacher).get(address).status_code == 403, address
        assert client.get(address).status_code == 302, address
    for act in ("paper", "renew"):
        address = f"/guardianship/agreements/{row.id}/{act}/"
        assert browser_of(next_director).post(address).status_code == 404
        assert client.post(address).status_code == 302
    for address in ("/guardianship/", "/guardianship/without/"):
        assert "张大" in page(browser_of(director), address)
        assert "张大" not in page(browser_of(next_director), address)
        assert browser_of(teacher).get(address).status_code == 403
    many = browser_of(next_director).post("/guardianship/many/", {"pick": str(row.id), "act": "print"})
    assert many["Location"] == "/guardianship/"
    with seen_by(None):
        assert Access.objects.filter(by=next_director.person_id, outcome="denied").count() >= 10


def test_the_database_alone_hides_the_paper_from_the_next_village(director: Post, next_director: Post):
    row = signed(family(1), by=director)
    with seen_by(next_director):
        assert not Agreement.unscoped.filter(pk=row.id).exists()
        assert not Party.unscoped.filter(agreement=row.id).exists()
        assert not Covered.unscoped.filter(agreement=row.id).exists()


def test_the_manager_alone_hides_the_paper_from_the_next_village(director: Post, next_director: Post):
    signed(family(1), by=director)
    with seen_by(next_director):
        rows = [Agreement.objects.all(), Party.objects.all(), Covered.objects.all()]
        with connection.cursor() as cursor:  # the second wall is opened by hand
            cursor.execute("SELECT set_config('tongxing.lo', '0', true), set_config('tongxing.hi', '999999999999', true)")
        assert not any(each.exists() for each in rows)


def test_a_paper_is_drafted_from_the_file_on_the_page(director: Post, browser_of: Browsers):
    first, second = family(2)
    browser = browser_of(director)
    shown = page(browser, f"/guardianship/child/{first.id}/new/")
    assert "王秀英（祖母）" in shown
    assert "李大妹" in shown
    with seen_by(None):
        key = str(first.relatives.get(relation="62").person_key)
    sent = {"kind": "confirmation", "children": [str(first.id), str(second.id)], "guardian": key, "since": today().isoformat(), "witness": "李大妹"}
    answer = browser.post(f"/guardianship/child/{first.id}/new/", sent, follow=True)
    shown = answer.content.decode()
    assert "张大" in shown
    assert "张二" in shown
    assert "父母（委托人）还没有签字" in shown
    again = browser.post(f"/guardianship/child/{first.id}/new/", sent)
    assert again.status_code == 422
    assert "已有确认书" in again.content.decode()


def test_whoever_is_not_in_the_file_is_written_down_once(director: Post, browser_of: Browsers):
    (child,) = family(1)
    browser = browser_of(director)
    sent = {"kind": "entrustment", "children": [str(child.id)], "guardian": "new", "since": today().isoformat(), "witness": "李大妹"}
    answer = browser.post(f"/guardianship/child/{child.id}/new/", sent)
    assert answer.status_code == 422
    assert "请填写被委托人的姓名" in answer.content.decode()
    answer = browser.post(f"/guardianship/child/{child.id}/new/", sent | {"name": "覃大婶", "relation": "99", "phone": "13700001111"}, follow=True)
    assert "覃大婶" in answer.content.decode()
    assert "覃大婶" in page(browser, f"/children/{child.id}/")


def test_the_sheet_lists_everybody_and_is_noted_as_printed(director: Post, browser_of: Browsers):
    both = family(2)
    row = drafted(both, by=director)
    browser = browser_of(director)
    answer = browser.post(f"/guardianship/agreements/{row.id}/paper/", {"final": "1"}, follow=True)
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(answer.content)).pages)
    squeezed = "".join(text.split())
    for word in ("监护确认书", "张大", "张二", "王秀英", "张强", "李梅", "李大妹", "盖章处", "手印", "没有", row.number):
        assert word in squeezed, word
    assert len(PdfReader(BytesIO(answer.content)).pages) == 1
    with seen_by(None):
        row.refresh_from_db()
        assert row.state == "printed"
        assert Access.objects.filter(outcome="printed", child_id__in=[child.id for child in both]).count() == 2


def test_everybody_signs_on_the_screen(director: Post, browser_of: Browsers):
    both = family(2)
    row = drafted(both, by=director)
    answered(row, both, by=director)
    browser = browser_of(director)
    drawn = DATA + base64.b64encode(picture()).decode()
    with seen_by(None):
        parties = list(Party.objects.filter(agreement=row))
    for party in parties:
        assert "canvas" in page(browser, f"/guardianship/agreements/{row.id}/sign/{party.id}/")
        assert browser.post(f"/guardianship/agreements/{row.id}/sign/{party.id}/", {"picture": ""}).status_code == 422
        assert browser.post(f"/guardianship/agreements/{row.id}/sign/{party.id}/", {"picture": DATA + "####"}).status_code == 422
        assert browser.post(f"/guardianship/agreements/{row.id}/sign/{party.id}/", {"picture": drawn}).status_code == 302
    answer = browser.post(f"/guardianship/agreements/{row.id}/sign/", {"guardianship": "good", "on": today().isoformat()}, follow=True)
    assert "已签订" in answer.content.decode()
    seen = browser.get(f"/guardianship/agreements/{row.id}/sign/{parties[0].id}/picture/")
    assert (seen["Content-Type"], seen["Cache-Control"]) == ("image/jpeg", "no-store")
    with seen_by(None):
        assert b"JFIF" not in bytes(Party.objects.get(pk=parties[0].pk).picture_sealed or b"")


def test_the_signed_sheet_comes_back(director: Post, browser_of: Browsers):
    both = family(2)
    row = drafted(both, by=director)
    answered(row, both, by=director)
    with seen_by(None):
        signers = [str(each) for each in Party.objects.filter(agreement=row).values_list("pk", flat=True)]
    browser = browser_of(director)
    sent = {"signed": signers, "guardianship": "fair", "on": today().isoformat()}
    address = f"/guardianship/agreements/{row.id}/scan/"
    wrong = browser.post(address, sent | {"file": SimpleUploadedFile("x.exe", b"MZ" + b"0" * 100)})
    assert wrong.status_code == 422
    assert "不是可以识别的图片" in wrong.content.decode()
    answer = browser.post(address, sent | {"file": SimpleUploadedFile("签字.png", picture())}, follow=True)
    shown = answer.content.decode()
    assert shown.count("扫描件</a>") == 2
    for child in both:
        assert row.number in page(browser, f"/children/{child.id}/?tab=documents")


def test_the_list_asks_and_is_exported(supervisor: Post, director: Post, browser_of: Browsers):
    signed(family(1), by=director, ago=350)
    signed(family(1, place=director.place_id), by=director)
    browser = browser_of(supervisor)
    shown = page(browser, "/guardianship/?standing=soon")
    assert "还有" in shown
    assert shown.count("data-row") - shown.count("data-rows") == 1
    answer = browser.post("/guardianship/export/?standing=soon", {"recipient": "镇综治办", "purpose": "春节前续签"})
    assert answer.status_code in (204, 302)
    with seen_by(supervisor):
        output = Output.objects.get(kind="export")
        sheet = load_workbook(BytesIO(outputs.content(output))).active
    assert sheet is not None
    said = " ".join(str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value)
    assert "王秀英" in said
    assert "还有" in said


def test_the_home_page_counts_what_runs_out(director: Post, browser_of: Browsers):
    signed(family(1), by=director, ago=350)
    family(1)
    shown = page(browser_of(director), "/")
    assert "30天内到期的监护确认书" in shown
    assert "/guardianship/?standing=soon" in shown
    assert "父母外出，没有监护确认书" in shown


def test_a_village_has_its_papers_drafted_and_printed_at_once(director: Post, browser_of: Browsers):
    one, other = family(2), family(1)
    alone = make_child(name="孤单", relatives=one and (), born=one[0].born)
    browser = browser_of(director)
    picks = [str(child.id) for child in (*one, *other, alone)]
    answer = browser.post("/guardianship/without/draft/", {"pick": picks}, follow=True)
    assert "已按档案拟好2份确认书" in answer.content.decode()
    with seen_by(director):
        rows = [str(each) for each in Agreement.objects.values_list("pk", flat=True)]
    answer = browser.post("/guardianship/many/", {"pick": rows, "act": "print"})
    assert answer.status_code == 302
    with seen_by(director):
        output = Output.objects.get(kind="print")
    printouts.make(output.id, director.id)
    with seen_by(director):
        output.refresh_from_db()
        assert len(PdfReader(BytesIO(outputs.content(output))).pages) == 2
        assert set(Agreement.objects.values_list("state", flat=True)) == {"printed"}


def test_many_are_renewed_in_one_act(director: Post, browser_of: Browsers):
    old = signed(family(2), by=director, ago=360)
    answer = browser_of(director).post("/guardianship/many/", {"pick": str(old.id), "act": "renew"}, follow=True)
    assert "已拟好1份续签的确认书" in answer.content.decode()
    with seen_by(director):
        new = Agreement.objects.get(follows=old)
        assert new.since == old.until
        assert new.until > today() + timedelta(days=365)


def test_a_term_that_cannot_be_is_a_sentence(director: Post, browser_of: Browsers):
    (child,) = family(1)
    with seen_by(None):
        key = str(child.relatives.get(relation="62").person_key)
    sent = {"kind": "confirmation", "children": [str(child.id)], "guardian": key, "since": "2026-05-01", "until": "2026-04-01", "witness": "李大妹"}
    answer = browser_of(director).post(f"/guardianship/child/{child.id}/new/", sent)
    assert answer.status_code == 422
    assert "不晚于开始日期" in answer.content.decode()


def test_the_timeline_says_what_was_done_and_names_nobody(director: Post, browser_of: Browsers):
    both = family(1)
    row = signed(both, by=director)
    with seen_by(director):
        actions.note_told(agreement_id=row.id, school_on=today(), village_on=None, by=director)
    shown = page(browser_of(director), f"/children/{both[0].id}/?tab=history")
    assert "签订监护确认书" in shown
    assert "登记书面告知" in shown
