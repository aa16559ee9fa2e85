"""The auditor's pages: the logs of the own county, in words, with names masked; what is taken away is written down."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import python_calamine
from django.test import Client

from tests.people import COUNTY, NAMES, NEXT_VILLAGE, VILLAGE, make_place, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.journal.models import Access, Record

pytestmark = pytest.mark.django_db
ELSEWHERE = 420527001001


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGXING_VAR", str(tmp_path))


@pytest.fixture
def auditor(places) -> Post:
    return make_post("auditor", COUNTY, name="郑秋")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1]


def read(client: Client, path: str) -> list[str]:
    client.get(path)
    with scope.whole_country(why="the test reads the access log"):
        return list(Access.objects.order_by("seq").values_list("outcome", flat=True))


def test_the_auditor_reads_what_was_done_with_names_masked(auditor: Post, director: Post, browser_of):
    child = make_child(name="欧阳子轩", by=director)
    page = text(browser_of(auditor), "/audit/")
    assert "建档" in page
    assert f"欧**轩 {str(child.id)[-6:]}" in page
    assert "欧阳子轩" not in page
    assert "李大妹" in page


def test_the_logs_of_other_counties_stay_closed(auditor: Post, browser_of, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(NAMES, 420527000000, "秭归县")
    monkeypatch.setitem(NAMES, 420527001000, "茅坪镇")
    monkeypatch.setitem(NAMES, ELSEWHERE, "许家村")
    for code in (420527000000, 420527001000, ELSEWHERE):
        make_place(code, NAMES[code])
    journal.record(by=None, verb="place_added", subject_kind="place", subject_id=ELSEWHERE, place=ELSEWHERE, diff={"name": ["", "许家村"]})
    journal.note_access(by=None, outcome="read", place=ELSEWHERE, path="/elsewhere/")
    client = browser_of(auditor)
    assert "许家村" not in text(client, "/audit/")
    assert "/elsewhere/" not in text(client, "/audit/access/")
    assert "许家村" not in text(client, "/audit/?place=420527000000")  # a forged place is no filter


def test_what_belongs_to_no_place_is_seen_by_every_auditor(auditor: Post, browser_of):
    Client().post("/sign-in/", {"username": "nobody-here", "password": "x"})
    page = text(browser_of(auditor), "/audit/?kind=person")
    assert "登录失败" in page
    assert "不存在的用户名" in page


def test_the_auditor_opens_no_file_and_changes_nothing(auditor: Post, director: Post, browser_of):
    child = make_child(by=director)
    client = browser_of(auditor)
    for path in ("/children/", f"/children/{child.id}/", "/posts/", "/users/", "/imports/", f"/people/{director.person_id}/"):
        assert client.get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", ["/audit/", "/audit/access/", "/audit/denials/", "/audit/seals/", "/audit/export/journal/"])
def test_nobody_else_reads_the_logs(director: Post, officer: Post, browser_of, places, path: str):
    for post in (director, officer, make_post("security_admin", COUNTY), make_post("system_admin", COUNTY)):
        assert browser_of(post).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_a_director_cannot_read_the_access_log_even_in_the_database(director: Post):
    journal.note_access(by=None, outcome="read", place=VILLAGE)
    with scope.active(director.scope()):
        assert Access.objects.count() == 0
        assert Access._base_manager.count() == 0  # the database's own wall


def test_the_auditor_reads_no_child_even_in_the_database(auditor: Post, director: Post):
    from tongxing.children.models import Child

    make_child(by=director)
    with scope.active(auditor.scope()):
        assert Child.objects.count() == 0
        assert Child.unscoped.count() == 0
        assert Record.audited.filter(verb="registered").count() == 1


def test_reading_a_file_and_being_refused_one_are_both_lines(auditor: Post, director: Post, next_director: Post, browser_of):
    child = make_child(by=director, name="张子轩")
    assert browser_of(director).get(f"/children/{child.id}/").status_code == 200
    assert browser_of(next_director).get(f"/children/{child.id}/").status_code == 404
    client = browser_of(auditor)
    page = text(client, "/audit/access/")
    assert "已查看" in page
    assert "被拒绝" in page
    assert "张*轩" in page
    assert "张子轩" not in page
    denied = text(client, "/audit/denials/")
    assert "王小兰" in denied
    assert f"/children/{child.id}/" in denied
    assert "李大妹" not in denied
    alone = text(client, f"/audit/access/?child=http://x/children/{child.id}/")
    assert "李大妹" in alone
    assert "没有符合条件" in text(client, "/audit/access/?child=019aa000-0000-7000-8000-000000000000")


def test_lines_are_found_by_person_place_kind_and_day(auditor: Post, director: Post, next_director: Post, browser_of):
    make_child(by=director, place=VILLAGE)
    make_child(by=next_director, place=NEXT_VILLAGE, name="李小雨")
    client = browser_of(auditor)

    def shown(query: str) -> set[str]:
        return {line.who for line in client.get(f"/audit/{query}").context["lines"] if line.what == "建档"}

    assert shown("") == {"李大妹", "王小兰"}
    assert shown("?who=李大妹") == shown("?who=lidamei") == shown("?who=ldm") == {"李大妹"}
    assert shown("?who=没有这个人") == set()
    assert shown(f"?since={today() + timedelta(days=1)}") == shown(f"?until={today() - timedelta(days=1)}") == set()
    assert shown("?kind=child") == {"李大妹", "王小兰"}
    assert shown("?kind=post") == set()
    for wrong in ("?since=2031-02-30", "?place=火星", "?kind=evil", "?who=" + "字" * 10_000, "?after=1&before=2", "?who=%00"):
        assert client.get(f"/audit/{wrong}").status_code == 200


def test_pages_follow_each_other(auditor: Post, browser_of):
    for number in range(60):
        journal.record(by=None, verb="unit_added", subject_kind="unit", subject_id=number, place=COUNTY, diff={"name": ["", f"第{number}小学"]})
    client = browser_of(auditor)
    first = client.get("/audit/?kind=unit")
    assert (len(first.context["lines"]), first.context["page"].count) == (50, 60)
    second = client.get(f"/audit/?kind=unit&after={first.context['page'].after}")
    assert [line.details for line in second.context["lines"]] == [f"第{number}小学" for number in range(9, -1, -1)]


def test_an_export_is_a_line_of_the_log(auditor: Post, director: Post, browser_of):
    make_child(by=director, name="张子轩")
    client = browser_of(auditor)
    answer = client.get("/audit/export/journal/?who=李大妹")
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    cells = [str(cell) for row in rows for cell in row]
    assert any("郑秋" in cell for cell in cells)  # who took it
    assert "建档" in cells
    assert not any("张子轩" in cell for cell in cells)
    assert "已导出" in text(client, "/audit/access/")
    with scope.whole_country(why="the test reads the access log"):
        line = Access.objects.get(outcome="exported")
    assert (line.by, line.what[0]) == (auditor.person_id, "操作记录")


def test_the_seals_page_says_whether_the_logs_are_whole(auditor: Post, browser_of, run_jobs):
    client = browser_of(auditor)
    assert "还没有校验过" in text(client, "/audit/seals/")
    assert client.post("/audit/seals/verify/").status_code == 302
    assert run_jobs() == 1
    assert "全部完好" in text(client, "/audit/seals/")
    journal.record(by=None, verb="seals_verified", subject_kind="journal", subject_id="seals", place=0, diff={"breaks": [None, ["操作记录 3: 记录被改动"]]})
    page = text(client, "/audit/seals/")
    assert "日志可能被改动" in page
    assert "操作记录 3" in page


def test_the_report_of_a_year(auditor: Post, director: Post, next_director: Post, browser_of, run_jobs):
    child = make_child(by=director, name="张子轩")
    browser_of(director).get(f"/children/{child.id}/")
    browser_of(next_director).get(f"/children/{child.id}/")
    accounts.reset_password(user=director.person.user, reason="忘记密码", by=None)
    answer = browser_of(auditor).post("/audit/annual/", {"year": str(today().year)})
    assert answer.status_code == 302
    run_jobs()
    with scope.whole_country(why="the test reads what was made"):
        output = Output.objects.get()
        assert output.ready, output.failed
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(outputs.content(output)))
    assert book.sheet_names == ["概况", "按人员", "查看完整信息", "打印和导出", "被拒绝", "账号和岗位", "打印导出申请", "封条"]
    people = book.get_sheet_by_name("按人员").to_python()
    assert ["李大妹", 1.0, 1.0, 0.0, 0.0, 0.0, 0.0] in people
    assert ["王小兰", 0.0, 1.0, 0.0, 0.0, 0.0, 1.0] in people
    everything = str([sheet for name in book.sheet_names for sheet in book.get_sheet_by_name(name).to_python()])
    assert "张子轩" not in everything
    assert "忘记密码" in everything


@pytest.mark.parametrize("year", ["20260000", "9" * 5_000, "1999", "٢٠٢٦"])
def test_a_year_that_is_none_is_this_year(auditor: Post, browser_of, year: str):
    assert browser_of(auditor).post("/audit/annual/", {"year": year}).status_code == 302
    with scope.whole_country(why="the test reads what was asked for"):
        assert Output.objects.get().asked["year"] == today().year
