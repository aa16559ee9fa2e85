"""The national system's export is compared, worked through, and what is sent up leaves no difference."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.people import VILLAGE, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children.models import Child, Relative
from tongxing.children.new import NewRelative, NewSchooling
from tongxing.children.tests.make import away, id_number, make_child, seen_by, years_ago
from tongxing.exchange.national.kind import telling
from tongxing.exchange.tests.national_system import NationalSystem, as_they_know
from tongxing.files.models import Provision
from tongxing.imports import kinds
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.journal.models import Access, Record
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]


@pytest.fixture(autouse=True)
def fresh_kinds() -> Iterator[None]:
    kinds.known.cache_clear()
    yield
    kinds.known.cache_clear()


class County:
    """Children whom both sides know alike, otherwise, or not at all."""

    def __init__(self, officer: Post) -> None:
        school = NewSchooling(stage="primary", school_name="分乡小学", grade=3, class_name="三年级2班", boarding="no")
        family = (away("51", "张伟", date(2025, 3, 1), phone="13812345678"), NewRelative(relation="61", name="张大爷", phone="13987654321", entrusted=True))
        self.same = make_child(name="张子轩", id_number=id_number(years_ago(10)), born=years_ago(10), relatives=family, schooling=school, guardianship="fair", address="三组")
        self.changed = make_child(name="李小花", sex="2", id_number=id_number(years_ago(9), sex="2"), born=years_ago(9), relatives=family, schooling=school, ethnic_group="01")
        self.here = make_child(name="王一", id_number=id_number(years_ago(8)), born=years_ago(8), living_with="grandparents")
        self.perhaps = make_child(name="赵小宝", born=years_ago(7))
        self.ended = make_child(name="钱多多", id_number=id_number(years_ago(12)), born=years_ago(12), state="ended")
        rows = as_they_know(officer, [self.same, self.changed, self.perhaps, self.ended])
        by_name = {row["name"]: row for row in rows}
        by_name["李小花"] |= {"school": "夷陵小学", "father_phone": "13500000000"}
        by_name["赵小宝"] |= {"id_number": id_number(years_ago(7))}
        there = {"name": "孙悦", "sex": "2", "id_number": id_number(years_ago(11), sex="2"), "born": years_ago(11), "township": "小溪塔街道", "residence": "冯家湾社区"}
        self.national = NationalSystem([*rows, there])


@pytest.fixture
def county(officer: Post) -> County:
    return County(officer)


def compare(browser: Client, content: bytes, run_jobs: Callable[[], int]) -> str:
    """Send an export; the address of its 差异表."""
    sent = browser.post(reverse("imports:upload", args=["national"]), {"file": SimpleUploadedFile("全国系统导出.xlsx", content)})
    assert sent.status_code == 302
    run_jobs()
    answer = browser.get(sent.headers["Location"])
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def verdicts(post: Post) -> dict[str, list[str]]:
    """Kind of row → names, of the last comparison."""
    from tongxing.imports import queries

    with under(post):
        run = ImportRun.objects.order_by("-at").first()
        assert run is not None
        found: dict[str, list[str]] = {}
        for staged in queries.opened(run, list(ImportRow.objects.filter(run=run).order_by("number")), queries.key_of(run)):
            found.setdefault(staged.row.verdict, []).append(str(staged.payload.values.get("name")))
        return found


def row_of(post: Post, **wanted: Any) -> ImportRow:
    with under(post):
        return ImportRow.objects.filter(run=ImportRun.objects.order_by("-at").first(), **wanted).get()


def choose(browser: Client, page: str, choice: str, *rows: ImportRow) -> None:
    assert browser.post(page + "choose/", {"choice": choice, "row": [row.number for row in rows]}).status_code == 302


def test_each_child_stands_on_the_side_that_knows_it(county: County, officer: Post, browser_of: Browsers, run_jobs):
    page = compare(browser_of(officer), county.national.export(), run_jobs)
    assert verdicts(officer) == {"same": ["张子轩"], "changed": ["李小花"], "absent": ["王一"], "probable": ["赵小宝"], "new": ["钱多多", "孙悦"]}
    shown = browser_of(officer).get(page).content.decode()
    for words in ("仅全国系统有", "仅本系统有", "分乡小学", "夷陵小学", "138****5678", "135****0000", "本系统的档案已经退出", "档案里没有身份证号"):
        assert words in shown, words
    assert "13812345678" not in shown
    assert row_of(officer, verdict="changed").differs == ["school", "father_phone"]


def test_after_the_upload_nothing_differs(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = compare(browser, county.national.export(), run_jobs)
    probable = row_of(officer, verdict="probable")
    assert browser.post(reverse("imports:decide", args=[probable.run_id, probable.number]), {"subject": str(county.perhaps.id)}).status_code == 302
    assert row_of(officer, number=probable.number).verdict == "changed"
    choose(browser, page, "ours", row_of(officer, verdict="absent"), row_of(officer, subject_id=county.changed.id), *_ended(officer))
    choose(browser, page, "theirs", row_of(officer, subject_id=county.perhaps.id), *_only_there(officer))
    assert browser.post(page + "take/").status_code == 302
    run_jobs()
    with seen_by(officer):
        assert Child.objects.filter(name="孙悦").exists()
        assert Child.objects.get(pk=county.perhaps.id).id_digest
        assert Record.objects.filter(child_id=county.perhaps.id, verb__contains="changed").exists()
    made = browser.post(page + "upload/").headers["Location"]
    run_jobs()
    upload = browser.get(made + "file/").content
    assert county.national.take_in(upload) == {"add": 1, "change": 1, "end": 1}
    compare(browser, county.national.export(), run_jobs)
    assert {kind: len(names) for kind, names in verdicts(officer).items()} == {"same": 5}


def _ended(post: Post) -> list[ImportRow]:
    return [row_of(post, verdict="new", number=_number(post, "钱多多"))]


def _only_there(post: Post) -> list[ImportRow]:
    return [row_of(post, verdict="new", number=_number(post, "孙悦"))]


def _number(post: Post, name: str) -> int:
    from tongxing.imports import queries

    with under(post):
        run = ImportRun.objects.order_by("-at").first()
        assert run is not None
        rows = queries.opened(run, list(ImportRow.objects.filter(run=run)), queries.key_of(run))
        return next(staged.row.number for staged in rows if staged.payload.values.get("name") == name)


def test_what_was_sent_up_is_on_record_for_every_child(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = compare(browser, county.national.export(), run_jobs)
    choose(browser, page, "ours", row_of(officer, verdict="absent"))
    browser.post(page + "upload/")
    run_jobs()
    with seen_by(None):
        one = Provision.objects.get()
        assert (one.children, one.masked, "全国" in one.recipient) == (1, False, True)
        assert Access.objects.filter(child_id=county.here.id, outcome="exported").exists()


def test_rows_are_chosen_by_the_filters_of_the_address(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = compare(browser, county.national.export(), run_jobs)
    browser.post(page + "choose/?verdict=new", {"choice": "later", "all": "1"})
    browser.post(page + "choose/?column=school", {"choice": "ours", "all": "1"})
    assert row_of(officer, verdict="changed").choice == "ours"
    assert {row.choice for row in (*_ended(officer), *_only_there(officer))} == {"later"}
    filtered = browser.get(page + "?choice=later&place=420506001000").content.decode()
    assert "孙悦" in filtered
    assert "王一" not in filtered
    assert "李小花" in browser.get(page + "?column=father_phone").content.decode()
    assert "没有这样的行" in browser.get(page + "?column=boarding").content.decode()
    assert browser.post(page + "choose/", {"choice": "forged", "all": "1"}, follow=True).status_code == 200
    assert row_of(officer, verdict="absent").choice == ""


def test_the_table_of_differences_has_a_sheet_for_each_kind(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = compare(browser, county.national.export(), run_jobs)
    made = browser.post(page + "differences/").headers["Location"]
    run_jobs()
    book = openpyxl.load_workbook(io.BytesIO(browser.get(made + "file/").content))
    assert book.sheetnames == ["内容不同", "仅全国系统有", "仅本系统有", "可能是同一人", "相同", "有错误"]
    rows = [[cell.value for cell in row] for row in book["内容不同"].iter_rows(min_row=4)]
    assert [row[8:11] for row in rows] == [["就读学校", "分乡小学", "夷陵小学"], ["父亲联系电话", "138****5678", "135****0000"]]
    assert book["仅本系统有"]["B4"].value == "王一"


def test_what_was_taken_can_be_taken_back_after_the_comparison_is_closed(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    page = compare(browser, county.national.export(), run_jobs)
    choose(browser, page, "theirs", row_of(officer, verdict="changed"))
    browser.post(page + "take/")
    run_jobs()
    with seen_by(officer):
        child = Child.objects.get(pk=county.changed.id)
        assert child.school_name == "夷陵小学"
        assert Relative.objects.filter(child=child, relation="51").count() == 1
    assert row_of(officer, verdict="changed").outcome == "imported"
    choose(browser, page, "ours", row_of(officer, verdict="changed"))
    assert row_of(officer, verdict="changed").choice == "theirs"  # what was written stays
    browser.post(page + "close/")
    assert "已经结束" in browser.post(page + "choose/", {"choice": "later", "all": "1"}, follow=True).content.decode()
    assert "撤销这次导入" in browser.get(page).content.decode()
    browser.post(reverse("imports:undo", args=[row_of(officer, verdict="changed").run_id]), {"why": "全国系统的导出表有误"})
    run_jobs()
    with seen_by(officer):
        assert Child.objects.get(pk=county.changed.id).school_name == "分乡小学"
    assert row_of(officer, verdict="changed").outcome == "undone"
    assert browser.get(page).status_code == 200


def test_a_decision_that_it_is_somebody_else_leaves_both(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    compare(browser, county.national.export(), run_jobs)
    probable = row_of(officer, verdict="probable")
    browser.post(reverse("imports:decide", args=[probable.run_id, probable.number]), {"subject": ""})
    found = verdicts(officer)
    assert "赵小宝" in found["new"]
    assert "赵小宝" in found["absent"]


def test_an_export_of_one_township_says_nothing_of_the_others(county: County, officer: Post, places, browser_of: Browsers, run_jobs, monkeypatch):
    from tests.people import NAMES, make_place

    for code, name in ((420506103000, "分乡镇"), (420506103200, "界岭村")):
        monkeypatch.setitem(NAMES, code, name)
        make_place(code, name)
    make_child(name="远处", place=420506103200)
    compare(browser_of(officer), county.national.export(), run_jobs)
    assert verdicts(officer)["absent"] == ["王一"]


def test_only_the_county_compares(county: County, officer: Post, supervisor: Post, director: Post, places, browser_of: Browsers, run_jobs, monkeypatch):
    from tests.people import NAMES, make_place

    monkeypatch.setitem(NAMES, 420528000000, "长阳县")
    make_place(420528000000, "长阳县")
    stranger = make_post("county_officer", 420528000000)
    page = compare(browser_of(officer), county.national.export(), run_jobs)
    for post, expected in ((officer, 200), (supervisor, 403), (director, 403), (stranger, 404)):
        assert browser_of(post).get(page).status_code == expected, post
    for step in ("choose", "take", "close", "differences", "upload"):
        assert browser_of(stranger).post(f"{page}{step}/").status_code == 404
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize(
    ("kind", "old", "new", "shown"),
    [
        (Kind.PHONE, "13812345678", "13500000000", ("138****5678", "135****0000")),
        (Kind.PHONE, "13812345678", "13899995678", ("***1234****", "***9999****")),
        (Kind.ID_NUMBER, "420506201001011234", "", ("4205**********1234", "")),
        (Kind.TEXT, "小溪塔街道三组12号", "小溪塔街道三组13号", ("********2*", "********3*")),
    ],
)
def test_two_secrets_that_look_alike_show_where_they_differ(kind: Kind, old: str, new: str, shown: tuple[str, str]):
    assert telling(kind, old, new) == shown


def test_place_of_a_row_is_where_the_child_lives(county: County, officer: Post, browser_of: Browsers, run_jobs):
    compare(browser_of(officer), county.national.export(), run_jobs)
    assert row_of(officer, verdict="absent").place == VILLAGE


def test_a_county_lays_its_own_upload_sheet_over_the_one_that_ships(county: County, officer: Post, browser_of: Browsers, run_jobs):
    browser = browser_of(officer)
    blank = xlsx(
        ["批量维护模板"], ["序号", "操作", "姓名", "证件号码", "乡镇", "村（居）", "终止理由"], ["1", "示例", "张三", "", "", "", ""], ["填表人：", "", "", "", "", "", ""]
    )
    data = {"file": SimpleUploadedFile("新版模板.xlsx", blank), "title": "新版模板", "recipient": "全国系统", "purpose": "上报"}
    sent = browser.post(reverse("exchange:new") + "?use=national", data)
    assert sent.status_code == 302
    assert "新版模板.xlsx" in browser.get(reverse("exchange:comparisons")).content.decode()
    assert "新版模板" not in browser.get(reverse("exchange:sheets")).content.decode()
    page = compare(browser, county.national.export(), run_jobs)
    choose(browser, page, "ours", row_of(officer, verdict="absent"), *_ended(officer))
    made = browser.post(page + "upload/").headers["Location"]
    run_jobs()
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(made + "file/").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[:3] for row in rows] == [[1, "终止", "钱多多"], [2, "新增", "王一"], ["填表人：", None, None]]
    assert rows[0][6] == "迁出本系统覆盖地区"
    again = browser.post(reverse("exchange:new") + "?use=national", data | {"file": SimpleUploadedFile("更新的模板.xlsx", blank)})
    assert again.status_code == 302
    assert "更新的模板.xlsx" in browser.get(reverse("exchange:comparisons")).content.decode()
