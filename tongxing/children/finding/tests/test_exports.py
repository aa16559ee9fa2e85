"""The list as a workbook: masked, stamped, for somebody and for something, and written down."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.finding import exports
from tongxing.children.models import Child
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import away, id_number, make_child, seen_by, years_ago
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground.today import today
from tongxing.ledgers.writing import XLSX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
EXPORT = "/children/export/"
EVERYTHING = [column.key for column in exports.catalogue().columns]
BORN = years_ago(9)
NUMBER = id_number(BORN)
type Browser = Callable[[Post], Client]


@pytest.fixture
def child(places: object) -> Child:
    make_child(name="邻村娃", place=NEXT_VILLAGE)
    long_ago = today() - timedelta(days=800)
    categories = (NewCategory(scheme="suxian", kind="hardship"), NewCategory(scheme="guangdong", kind="hiv"), NewCategory(scheme="laohekou", kind="maltreated"))
    return make_child(
        name="张子轩",
        born=BORN,
        id_number=NUMBER,
        registration="registered",
        relatives=(away("51", "张建国", long_ago, phone="13812345678"), away("52", "李春梅", long_ago)),
        schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3, class_name="三年级2班"),
        categories=categories,
    )


def ask(browser: Client, query: str = "", **given: Any) -> Any:
    return browser.post(EXPORT + query, {"recipient": "区教育局", "purpose": "核对学籍", "columns": EVERYTHING} | given)


def workbook(post: Post) -> list[list[Any]]:
    """The rows of the newest output of a post."""
    with seen_by(post):
        output = Output.objects.of(post.id).first()
        assert output is not None
        content = outputs.content(output)
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def row_of(rows: list[list[Any]], number: int = 0) -> dict[str, Any]:
    """A row by heading; the headings stand below title and watermark."""
    return dict(zip(rows[2], rows[3 + number], strict=True))


def test_a_small_list_is_ready_at_once(child: Child, officer: Post, browser_of: Browser) -> None:
    browser = browser_of(officer)
    answer = ask(browser)
    with seen_by(officer):
        (output,) = Output.objects.of(officer.id)
    assert answer["Location"] == f"/outputs/{output.id}/"
    assert browser.get(f"{answer['Location']}file/")["Content-Type"] == XLSX
    rows = workbook(officer)
    assert [row[1] for row in rows[3:]] == ["邻村娃", "张子轩"]


def test_numbers_are_masked_always(child: Child, officer: Post, browser_of: Browser) -> None:
    ask(browser_of(officer), "?q=zzx")
    found = row_of(workbook(officer))
    assert found["姓名"] == "张子轩"
    assert found["身份证号码（脱敏）"] == f"{NUMBER[:2]}{'*' * 14}{NUMBER[-2:]}"
    assert found["联系电话（脱敏）"] == "138****5678"
    assert (found["联系人"], found["与儿童的关系"]) == ("张建国", "父亲")
    assert (found["学校"], found["年级和班级"], found["就学情况"], found["留守儿童"]) == ("中心小学", "三年级2班", "小学", "是")
    assert (found["村（社区）"], found["乡镇（街道）"], found["周岁"]) == ("冯家湾社区", "小溪塔街道", 9)


def test_restricted_and_discreet_categories_are_in_no_export(child: Child, officer: Post, browser_of: Browser) -> None:
    ask(browser_of(officer), "?q=zzx")
    assert row_of(workbook(officer))["困境类别"] == "生活困难"


def test_names_are_masked_for_posts_that_do_not_work_with_the_children(child: Child, browser_of: Browser) -> None:
    city = make_post("city_officer", 420500000000)
    ask(browser_of(city), "?q=zzx")
    found = row_of(workbook(city))
    assert (found["姓名"], found["联系人"]) == ("张*轩", "张*国")


def test_the_workbook_says_who_made_it_for_whom_and_why(child: Child, officer: Post, browser_of: Browser) -> None:
    ask(browser_of(officer))
    watermark = workbook(officer)[1][0]
    for words in ("周局长", "县民政干部", f"{today():%Y-%m-%d}", "区教育局", "核对学籍"):
        assert words in watermark


def test_an_export_is_in_the_journal_and_in_the_access_log(child: Child, officer: Post, browser_of: Browser) -> None:
    ask(browser_of(officer), "?stage=primary", columns=["name", "school"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('tongxing.audit_lo', '0', true), set_config('tongxing.audit_hi', '999999999999', true), set_config('tongxing.lo', '0', true), set_config('tongxing.hi', '999999999999', true)"
        )
        cursor.execute("SELECT outcome, why, what::text, post, scope_place FROM journal_access")
        assert cursor.fetchall() == [("exported", "区教育局：核对学籍", '["name", "school"]', officer.id, officer.place_id)]
        cursor.execute("SELECT diff::text FROM journal_record WHERE verb = 'export_asked'")
        ((diff,),) = cursor.fetchall()
    assert '"count": [null, 1]' in diff
    assert "张子轩" not in diff


def test_columns_are_chosen(child: Child, officer: Post, browser_of: Browser) -> None:
    ask(browser_of(officer), columns=["village", "name"])
    assert workbook(officer)[2] == ["序号", "姓名", "村（社区）"]


@pytest.mark.parametrize("given", [{"recipient": ""}, {"purpose": " "}, {"columns": []}, {"columns": ["hiv"]}, {"recipient": "长" * 10_000}])
def test_recipient_purpose_and_columns_must_be_given(given: dict[str, Any], child: Child, officer: Post, browser_of: Browser) -> None:
    assert ask(browser_of(officer), **given).status_code == 422
    with seen_by(officer):
        assert not Output.objects.of(officer.id).exists()


def test_nothing_found_nothing_exported(child: Child, officer: Post, browser_of: Browser) -> None:
    answer = ask(browser_of(officer), "?q=不存在")
    assert answer.status_code == 422
    assert "没有可以导出的" in answer.content.decode()


def test_too_many_are_refused_in_words(child: Child, officer: Post, browser_of: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST", 1)
    assert "请先缩小范围" in ask(browser_of(officer)).content.decode()


def test_a_supervisor_exports_her_township_alone(child: Child, supervisor: Post, browser_of: Browser) -> None:
    make_child(name="别处娃", place=420506101001)
    ask(browser_of(supervisor), "?place_code=420506000000&scope_place=0")
    assert [row[1] for row in workbook(supervisor)[3:]] == ["邻村娃", "张子轩"]


def test_a_director_and_a_teacher_cannot_export(child: Child, director: Post, browser_of: Browser) -> None:
    for post in (director, make_post("teacher", 420506000000)):
        assert browser_of(post).get(EXPORT).status_code == 403
        assert ask(browser_of(post)).status_code == 403


def test_a_large_list_is_made_behind_the_pages(child: Child, officer: Post, browser_of: Browser, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    monkeypatch.setattr(exports, "CHUNK", 2)
    for name in ("王一", "王二", "王三"):
        make_child(name=name)
    ask(browser_of(officer), "?sort=-name")
    with seen_by(officer):
        (output,) = Output.objects.of(officer.id)
    assert output.finished_at is None
    assert run_jobs() == 1
    assert [row[1] for row in workbook(officer)[3:]] == ["张子轩", "王一", "王三", "王二", "邻村娃"]
    with seen_by(officer):
        output.refresh_from_db()
    assert (output.done, output.total) == (5, 5)


def test_a_search_waits_as_the_children_it_found(child: Child, officer: Post, browser_of: Browser, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed may be an id number, which lies in no table."""
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    ask(browser_of(officer), f"?q={NUMBER}")
    with seen_by(officer):
        (output,) = Output.objects.of(officer.id)
    assert NUMBER not in str(output.asked)
    run_jobs()
    assert [row[1] for row in workbook(officer)[3:]] == ["张子轩"]


def test_whoever_lost_the_post_meanwhile_gets_nothing(child: Child, officer: Post, browser_of: Browser, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    from tongxing.accounts import actions

    monkeypatch.setattr(exports, "AT_ONCE", 0)
    ask(browser_of(officer))
    actions.end_post(post=officer, on=today() - timedelta(days=1), reason="离任", by=None)
    run_jobs()
    with seen_by(None):
        (output,) = Output.objects.of(officer.id)
        assert output.finished_at is None
