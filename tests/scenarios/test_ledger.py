"""The register from the ledgers that townships have: P8-3 (登记造册、信息台账), P6-3 (what a file holds), driven through the pages."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.ledger import sample
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.models import Child
from tongxing.children.tests.ledger.test_sample import invented
from tongxing.children.tests.make import id_number, seen_by, years_ago
from tongxing.ground.today import today
from tongxing.ledgers.cells import Value
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(supervisor: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(supervisor)


def take_in(browser: Client, content: bytes, run_jobs: Callable[[], int]) -> str:
    """Upload a ledger and import what is right; the page of the import at its end."""
    page = browser.post("/imports/new/children/", {"file": SimpleUploadedFile("台账.xlsx", content)}).headers["Location"]
    run_jobs()
    assert browser.post(f"{page}start/").status_code == 302
    run_jobs()
    return browser.get(page).content.decode()


def ledger(rows: list[dict[str, Value]]) -> bytes:
    out = io.BytesIO()
    sample.write(rows, out, unit="夷陵区小溪塔街道", on=today(), mistakes=False)
    return out.getvalue()


def one_row(**values: object) -> bytes:
    row = {"name": "张子轩", "sex": "男", "id_number": id_number(years_ago(9)), "residence": "冯家湾社区"} | values
    return xlsx([CATALOGUE.heading(key) for key in row], list(row.values()))


def only_child(by: Post) -> Child:
    with seen_by(by):
        return Child.objects.get()


@pytest.mark.req("P8-3a")
def test_a_township_has_all_its_children_from_the_ledger_it_keeps(browser, supervisor, director, browser_of, run_jobs):
    assert "已导入 24 行。" in take_in(browser, ledger(invented(24)), run_jobs)
    with seen_by(supervisor):
        names = list(Child.objects.values_list("name", flat=True))
        assert len(names) == 24
        here = set(Child.objects.filter(scope_place=VILLAGE).values_list("name", flat=True))
    shown = browser.get("/children/?size=50").content.decode()
    assert all(name in shown for name in names)
    of_the_village = browser_of(director).get("/children/?size=50").content.decode()
    assert all((name in of_the_village) == (name in here) for name in set(names))
    again = browser.post("/imports/new/children/", {"file": SimpleUploadedFile("台账.xlsx", ledger(invented(24)))}).headers["Location"]
    run_jobs()
    assert "可能是同一人" in browser.get(again).content.decode()  # the invented id numbers differ: nobody is registered twice unasked


@pytest.mark.req("P8-3a")
def test_the_same_ledger_again_changes_nothing(browser, supervisor, run_jobs):
    content = ledger(invented(12))
    take_in(browser, content, run_jobs)
    page = browser.post("/imports/new/children/", {"file": SimpleUploadedFile("台账.xlsx", content)}).headers["Location"]
    run_jobs()
    assert "全部与登记的内容相同，没有需要导入的。" in browser.get(page).content.decode()


@pytest.mark.req("P6-3a")
def test_a_ledger_brings_character_hobbies_and_medical_history(browser, supervisor, run_jobs):
    take_in(browser, one_row(character="开朗", hobbies="画画", medical_history="哮喘", optional_consent_by="张老汉"), run_jobs)
    child = only_child(supervisor)
    page = browser.get(f"/children/{child.id}/").content.decode()
    for words in ("张子轩", "男", "9岁", "开朗", "画画"):
        assert words in page
    assert child.medical_history_sealed is not None


@pytest.mark.req("P6-3b")
def test_a_ledger_brings_where_the_parents_work_and_who_looks_after_the_child(browser, supervisor, run_jobs):
    content = one_row(
        father_name="张大山",
        father_phone="13812345678",
        father_place="广东东莞",
        father_since="2024-03",
        mother_name="李小梅",
        mother_place="浙江宁波",
        mother_since="2024-05",
        entrusted_name="张老汉",
        entrusted_relation="祖父",
        entrusted_phone="13712345678",
    )
    take_in(browser, content, run_jobs)
    page = browser.get(f"/children/{only_child(supervisor).id}/").content.decode()
    for words in ("张大山", "广东东莞", "李小梅", "浙江宁波", "张老汉"):
        assert words in page


@pytest.mark.req("P6-3c")
def test_a_child_that_is_too_small_for_school_comes_from_the_ledger_too(browser, supervisor, run_jobs):
    born = years_ago(2)
    take_in(browser, one_row(id_number=id_number(born), school_stage="未入园"), run_jobs)
    child = only_child(supervisor)
    assert (child.born, child.school_stage) == (born, "not_enrolled")
    assert browser.get(f"/children/{child.id}/").status_code == 200
