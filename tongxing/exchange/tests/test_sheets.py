"""Another office's sheet from its upload to the file that is taken away, as the people of every permission test see it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.people import COUNTY, NAMES, VILLAGE, make_place, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.models import Category, Child
from tongxing.children.new import NewCategory, NewRelative
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.exchange import sources
from tongxing.exchange.models import Sheet
from tongxing.exchange.tests.test_filling import blank
from tongxing.files.models import Provision
from tongxing.journal.models import Access, Record
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db
NUMBER = id_number(years_ago(10))
PHONE = "13812345678"
type Browsers = Callable[[Post], Client]


@pytest.fixture
def child(officer: Post) -> Child:
    elder = NewRelative(relation="61", name="张大爷", phone=PHONE, primary=True)
    return make_child(name="张子轩", id_number=NUMBER, relatives=(elder,), categories=(NewCategory(scheme="state", kind="poverty", since=years_ago(1)),), address="三组12号屋场")


@pytest.fixture
def other_county(places, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(NAMES, 420528000000, "长阳县")
    make_place(420528000000, "长阳县")
    return 420528000000


def send(browser: Client, content: bytes | None = None, name: str = "教育局空表.xlsx", url: str = ""):
    data = {"file": SimpleUploadedFile(name, content or blank()), "title": "留守儿童统计表", "recipient": "区教育局", "purpose": "核对学籍"}
    return browser.post(url or reverse("exchange:new"), data)


def kept(post: Post) -> Sheet:
    with under(post):
        return Sheet.objects.get(until=None)


def filled(browser: Client, sheet: Sheet, run_jobs: Callable[[], int], query: str = "", **given: str):
    answer = browser.post(reverse("exchange:fill", args=[sheet.id]) + query, {"recipient": "区教育局", "purpose": "核对学籍", **given})
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return openpyxl.load_workbook(io.BytesIO(browser.get(answer.headers["Location"] + "file/").content))["附件1"]


def test_the_whole_way_through_the_pages(child: Child, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = send(browser).headers["Location"]
    shown = browser.get(page).content.decode()
    assert "共 18 列" in shown
    assert "学校核对意见" in shown
    sheet = kept(officer)
    assert browser.post(reverse("exchange:columns", args=[sheet.id]), {"column-0-16": "constant", "text-0-16": "民政局"}).status_code == 302
    dialog = browser.get(reverse("exchange:fill", args=[sheet.id])).content.decode()
    assert "辖区内在册的全部儿童，1人" in dialog
    made = filled(browser, sheet, run_jobs)
    assert [made.cell(6, column).value for column in (1, 2, 3, 13, 17, 18)] == [1, "张子轩", "男", "冯家湾社区", "民政局", None]
    assert [made.cell(6, column).value for column in (4, 16)] == [NUMBER[:2] + "*" * 14 + NUMBER[-2:], "138****5678"]
    assert "周局长" in made.oddFooter.left.text


def test_what_was_given_is_on_record(child: Child, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    send(browser)
    filled(browser, kept(officer), run_jobs)
    with seen_by(None):
        one = Provision.objects.get()
        assert (one.recipient, one.purpose, one.children, one.masked, one.scope_place) == ("区教育局", "核对学籍", 1, True, COUNTY)
        assert {"姓名", "身份证号码", "联系电话"} <= set(one.columns)
        noted = Access.objects.get(child_id=child.id)
        assert (noted.outcome, noted.scope_place, noted.why) == ("exported", VILLAGE, "区教育局：核对学籍")
        assert "id_number" in noted.what
        assert Record.objects.filter(verb="sheet_filled", place=COUNTY).exists()
    page = browser.get(reverse("exchange:given")).content.decode()
    assert "区教育局" in page
    export = openpyxl.load_workbook(io.BytesIO(browser.get(reverse("exchange:given_export")).content)).active
    assert [cell.value for cell in export[4]][2:4] == ["区教育局", "核对学籍"]


def test_a_list_that_is_exported_is_in_the_same_register(child: Child, officer: Post, browser_of: Browsers):
    browser_of(officer).post(reverse("children:export"), {"recipient": "区妇联", "purpose": "慰问", "columns": ["name", "sex"]})
    with seen_by(officer):
        one = Provision.objects.get()
        assert (one.recipient, one.children, one.columns) == ("区妇联", 1, ["姓名", "性别"])


def test_the_register_is_never_rewritten(child: Child, officer: Post, browser_of: Browsers):
    test_a_list_that_is_exported_is_in_the_same_register(child, officer, browser_of)
    with seen_by(officer), pytest.raises(DatabaseError), transaction.atomic():
        Provision.objects.update(recipient="别人")


def test_the_auditor_reads_the_register_of_the_own_county_only(child: Child, officer: Post, other_county: int, browser_of: Browsers):
    test_a_list_that_is_exported_is_in_the_same_register(child, officer, browser_of)
    own, other = make_post("auditor", COUNTY), make_post("auditor", other_county)
    assert "区妇联" in browser_of(own).get(reverse("exchange:given")).content.decode()
    assert "区妇联" in browser_of(own).get(reverse("exchange:given") + "?recipient=妇联&whole=&since=2020-01-01").content.decode()
    assert "区妇联" not in browser_of(own).get(reverse("exchange:given") + "?whole=1").content.decode()
    assert "区妇联" not in browser_of(other).get(reverse("exchange:given")).content.decode()
    assert browser_of(own).get(reverse("exchange:sheets")).status_code == 403


def test_whole_numbers_for_a_stated_need_by_the_county(child: Child, officer: Post, supervisor: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    send(browser)
    made = filled(browser, kept(officer), run_jobs, whole="on")
    assert [made.cell(6, column).value for column in (4, 16)] == [NUMBER, PHONE]
    with seen_by(officer):
        assert not Provision.objects.get().masked
    below = browser_of(supervisor)
    send(below)
    sheet = next(sheet for sheet in _all(supervisor))
    assert 'name="whole"' not in below.get(reverse("exchange:fill", args=[sheet.id])).content.decode()
    made = filled(below, sheet, run_jobs, whole="on")
    assert made.cell(6, 16).value == "138****5678"


def _all(post: Post) -> list[Sheet]:
    with under(post):
        return list(Sheet.objects.filter(until=None))


def test_whoever_does_not_work_with_the_children_gets_no_names(child: Child, places, browser_of: Browsers, run_jobs):
    city = make_post("city_officer", 420500000000)
    browser = browser_of(city)
    send(browser)
    made = filled(browser, kept(city), run_jobs)
    assert (made["B6"].value, made["N6"].value) == ("张*轩", "张*爷")


def test_nobody_else_sees_the_sheet(officer: Post, supervisor: Post, director: Post, other_county: int, browser_of: Browsers):
    send(browser_of(officer))
    sheet = kept(officer)
    stranger = make_post("county_officer", other_county)
    urls = [reverse(f"exchange:{name}", args=[sheet.id]) for name in ("sheet", "fill", "about", "discard", "blank", "replace")]
    for post, expected in ((officer, 200), (supervisor, 404), (stranger, 404), (director, 403)):
        browser = browser_of(post)
        assert {browser.get(url).status_code for url in urls} == {expected}, post
    for url in urls:
        assert Client().get(url).status_code == 302
    with under(stranger), connection.cursor() as cursor:  # the database's own wall
        cursor.execute("SELECT count(*) FROM exchange_sheet")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("key", ["illness", "father_circumstance", "medical_history", "child_id", "__class__", "remarks"])
def test_a_forged_column_is_refused(key: str, officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    send(browser)
    sheet = kept(officer)
    answer = browser.post(reverse("exchange:columns", args=[sheet.id]), {"column-0-2": key, "column-0-1": ""}, follow=True)
    assert "不存在的内容" in answer.content.decode()
    assert kept(officer).plans == sheet.plans


def test_restricted_and_discreet_things_are_in_no_sheet(child: Child, officer: Post, browser_of: Browsers, run_jobs):
    scheme, kind = next((name, each.value) for name, scheme in codes.SCHEMES.items() for each in scheme.kinds if each.restricted)
    with seen_by(None):
        Category.objects.create(
            child=Child.objects.get(pk=child.id), scope_place=VILLAGE, scheme=scheme, kind=kind, since=years_ago(1), state=Category.State.CONFIRMED, restricted=True
        )
        (row,) = sources.rows([Child.objects.get(pk=child.id)], _asking(officer))
    label = codes.SCHEMES[scheme].kinds.text(kind)
    assert label not in str(row)
    assert not {key for key in row if sources.withheld(key)}
    browser = browser_of(officer)
    send(browser)
    made = filled(browser, kept(officer), run_jobs)
    assert label not in str([cell.value for line in made.iter_rows() for cell in line])


def _asking(post: Post):
    from tongxing.children.finding.conditions import Asking
    from tongxing.ground.today import today

    return Asking(post, today())


def test_only_the_children_of_the_filters_are_in_it(child: Child, officer: Post, browser_of: Browsers, run_jobs):
    make_child(name="李小花", sex="2")
    browser = browser_of(officer)
    send(browser)
    made = filled(browser, kept(officer), run_jobs, query="?sex=2")
    assert [made["B6"].value, made["B7"].value] == ["李小花", None]
    assert browser.post(reverse("exchange:fill", args=[kept(officer).id]) + "?stage=college", {"recipient": "x", "purpose": "y"}).status_code in (302, 422)


def test_a_newer_version_keeps_what_the_columns_are_filled_with(officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    send(browser)
    first = kept(officer)
    browser.post(reverse("exchange:columns", args=[first.id]), {"column-0-17": "constant", "text-0-17": "无异议"})
    send(browser, url=reverse("exchange:replace", args=[first.id]))
    second = kept(officer)
    assert second.id != first.id
    assert next(wish for wish in second.all_plans[0].wishes if wish.index == 17).text == "无异议"
    assert browser.get(reverse("exchange:sheet", args=[first.id])).status_code == 404
    with under(officer):
        assert bytes(Sheet.objects.get(pk=first.id).content) == b""
    assert browser.post(reverse("exchange:discard", args=[second.id])).status_code == 302
    assert "还没有套表" in browser.get(reverse("exchange:sheets")).content.decode()


def test_the_heading_can_be_moved(officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    send(browser, xlsx(["表一", "统计", "汇总", "姓名"], ["甲", "乙", "丙", "丁"], ["姓名", "性别", "年龄", "民族"]))
    sheet = kept(officer)
    browser.post(reverse("exchange:heading", args=[sheet.id]), {"name": "台账", "first": "2", "last": "2"})
    assert [wish.heading for wish in kept(officer).all_plans[0].wishes] == ["甲", "乙", "丙", "丁"]
    assert "最多三行" in browser.post(reverse("exchange:heading", args=[sheet.id]), {"name": "台账", "first": "3", "last": "9"}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "空"), (b"<table></table>", "网页"), (xlsx([1, 2], [3, 4]), "没有找到表头"), (b"PK\x03\x04rubbish", "已损坏")],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content: bytes, sentence: str, officer: Post, browser_of: Browsers):
    answer = browser_of(officer).post(reverse("exchange:new"), {"file": SimpleUploadedFile("表.xlsx", content), "title": "a", "recipient": "b", "purpose": "c"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_list_of_children_leads_to_the_sheets(child: Child, officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    send(browser)
    assert "填套表" in browser.get("/children/").content.decode()
    page = browser.get(reverse("exchange:sheets") + "?sex=1&age_from=5").content.decode()
    assert "按儿童列表的条件填" in page
    assert "/fill/?age_from=5&amp;sex=1" in page
    assert "没有符合条件的套表" in browser.get(reverse("exchange:sheets") + "?find=残联").content.decode()


def test_only_the_place_that_keeps_a_sheet_changes_it(officer: Post, browser_of: Browsers):
    send(browser_of(officer))
    sheet = kept(officer)
    city = browser_of(make_post("city_officer", 420500000000))
    shown = city.get(reverse("exchange:sheet", args=[sheet.id]))
    assert shown.status_code == 200
    assert reverse("exchange:discard", args=[sheet.id]) not in shown.content.decode()
    assert city.get(reverse("exchange:fill", args=[sheet.id])).status_code == 200
    for name, data in (("discard", {}), ("about", {"title": "a", "recipient": "b", "purpose": "c"}), ("columns", {"column-0-1": ""}), ("heading", {"name": "附件1"})):
        assert city.post(reverse(f"exchange:{name}", args=[sheet.id]), data).status_code == 404
    assert send(city, url=reverse("exchange:replace", args=[sheet.id])).status_code == 404
    assert kept(officer).plans == sheet.plans


def test_without_a_chosen_state_only_children_on_the_register_are_given(child: Child, officer: Post, browser_of: Browsers, run_jobs):
    for state in ("draft", "submitted", "returned"):
        make_child(name="李小花", state=state)
    browser = browser_of(officer)
    send(browser)
    url = reverse("exchange:fill", args=[kept(officer).id])
    assert "辖区内在册的全部儿童，1人" in browser.get(url).content.decode()
    assert "在册，1人" in browser.get(url + "?age_from=1").content.decode()
    assert "1人" in browser.get(url + "?state=draft").content.decode()
    assert browser.get(reverse("exchange:sheets") + "?age_from=1").context["total"] == 1
    made = filled(browser, kept(officer), run_jobs)
    assert [made["B6"].value, made["B7"].value] == ["张子轩", None]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_are_no_filter(day: str, officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    for name in ("given", "given_export"):
        assert browser.get(reverse(f"exchange:{name}") + f"?since={day}&until={day}").status_code == 200


def test_what_the_sheet_says_of_a_child_is_neither_kept_as_a_heading_nor_journalled(officer: Post, browser_of: Browsers):
    browser = browser_of(officer)
    send(browser, xlsx(["姓名", "性别", NUMBER, PHONE, "2015年3月1日", "王小明"], ["李四", "男", "", "", "", ""]))
    sheet = kept(officer)
    assert [wish.heading for wish in sheet.all_plans[0].wishes] == ["姓名", "性别", "", "", "", "王小明"]
    browser.post(reverse("exchange:columns", args=[sheet.id]), {"column-0-5": "constant", "text-0-5": "张子轩"})
    with seen_by(None):
        said = str(Record.objects.get(verb="sheet_mapped").diff)
    assert "constant" in said
    assert not [text for text in ("王小明", "张子轩", NUMBER, "姓名") if text in said]
