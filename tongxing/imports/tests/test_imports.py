"""The mechanism from the upload to the last row, with its interruptions."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.db import connection, transaction

from tests.people import COUNTY, NAMES, VILLAGE, make_place, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Person, Post
from tongxing.crypto import actions as crypto
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.imports import actions, queries, steps
from tongxing.imports.models import ColumnMemory, ImportFile, ImportRow, ImportRun
from tongxing.imports.states import NotNow, State
from tongxing.imports.tests.people_kind import KIND
from tongxing.imports.tests.sending import GOOD, HEAD, again, take_in
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db
NEXT_COUNTY = 420504000000


def verdicts(run: ImportRun, by: Post) -> dict[int, str]:
    with under(by):
        return dict(ImportRow.objects.filter(run=run).values_list("number", "verdict"))


def problems(run: ImportRun, by: Post, number: int) -> list[str]:
    with under(by):
        rows = list(ImportRow.objects.filter(run=run, number=number))
        (staged,) = queries.opened(run, rows, queries.key_of(run))
    return [f"{problem.cell} {problem.code}" for problem in staged.payload.problems]


def test_a_list_is_read_and_every_problem_has_its_cell(send, officer):
    run = send()
    assert run.state == State.PREVIEW
    assert verdicts(run, officer) == {2: "new", 3: "wrong", 4: "new", 5: "wrong"}
    assert problems(run, officer, 3) == ["C3 phone_unreadable", "E3 date_no_day"]
    assert problems(run, officer, 5) == ["D5 row_duplicate"]
    assert run.counts == {"new": 2, "wrong": 2}
    assert not Person.objects.filter(certificate="A1").exists()


def test_what_is_right_is_written_and_the_same_list_again_changes_nothing(send, officer, run_jobs):
    run = take_in(send(), officer, run_jobs)
    assert (run.state, run.applied, run.counts["outcome:imported"]) == (State.DONE, 2, 2)
    assert set(Person.objects.exclude(certificate="").values_list("name", "certificate")) == {("张大妹", "A1"), ("王秀英", "A3")}
    with under(officer):
        assert not ImportFile.objects.exists()  # nothing reads it any more
    second = send()
    assert verdicts(second, officer) == {2: "same", 3: "wrong", 4: "same", 5: "wrong"}
    with under(officer):
        assert queries.earlier(second) == run
        with pytest.raises(NotNow):
            actions.start(run=second, by=officer)


def test_wrong_rows_come_back_are_mended_and_accepted(send, officer, run_jobs):
    run = take_in(send(), officer, run_jobs)
    with under(officer):
        output = actions.ask_fix_file(run=run, by=officer)
    run_jobs()
    with under(officer):
        made = Output.objects.get(pk=output.pk)
        content = outputs.content(made)
    assert made.file_name == f"待改正-{today():%Y%m%d}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert [cell.value for cell in sheet[2]] == ["序号", "姓名", "工作电话", "证书编号", "取证日期", "存在的问题"]
    assert "D5 证书编号：与第 4 行重复" in sheet["F4"].value
    sheet["C3"], sheet["E3"], sheet["D4"] = "13912345678", "2025-02-28", "A4"
    mended = io.BytesIO()
    book.save(mended)
    run = take_in(send(mended.getvalue()), officer, run_jobs)
    assert run.counts == {"new": 2, "outcome:imported": 2}
    assert Person.objects.exclude(certificate="").count() == 4


def test_a_changed_row_shows_what_changes(send, officer, run_jobs):
    take_in(send(), officer, run_jobs)
    run = send(xlsx(HEAD, [1, "张大妹", "13912345678", "A1", ""]))
    assert run.counts == {"changed": 1}
    take_in(run, officer, run_jobs)
    assert Person.objects.get(certificate="A1").phone == "13912345678"


@pytest.mark.parametrize("same", [True, False])
def test_who_is_perhaps_the_same_waits_for_a_decision(send, officer, run_jobs, same):
    take_in(send(), officer, run_jobs)
    run = send(xlsx(HEAD, [1, "张大妹", "13912345678", "B9", ""]))
    assert run.counts == {"probable": 1}
    known = Person.objects.get(certificate="A1")
    with under(officer):
        row = actions.decide(run=run, number=2, subject=known.id if same else None, by=officer)
    assert (row.verdict, row.decision) == (("changed", "same") if same else ("new", "other"))
    run = take_in(again(run, officer), officer, run_jobs)
    assert Person.objects.filter(name="张大妹").count() == (1 if same else 2)


def test_a_decision_names_one_of_the_candidates(send, officer, director, run_jobs):
    take_in(send(), officer, run_jobs)
    run = send(xlsx(HEAD, [1, "张大妹", "", "B9", ""]))
    for subject, number in ((director.person_id, 2), (None, 99)):
        with under(officer), pytest.raises(LookupError):
            actions.decide(run=run, number=number, subject=subject, by=officer)


def test_undecided_rows_stay_out_and_come_back_in_the_fix_file(send, officer, run_jobs):
    take_in(send(), officer, run_jobs)
    run = send(xlsx(HEAD, [1, "张大妹", "", "B9", ""], [2, "新人", "", "C1", ""]))
    run = take_in(run, officer, run_jobs)
    assert run.counts == {"probable": 1, "new": 1, "outcome:imported": 1}
    with under(officer):
        (row,) = queries.rows_to_mend(run, queries.key_of(run))
    assert [problem.code for problem in row.problems] == ["imports.undecided"]


def test_columns_that_are_not_recognised_are_assigned_by_a_person(send, officer, run_jobs):
    run = send(xlsx(["谁", "电话号", "本本"], ["张大妹", "13812345678", "A1"]))
    assert run.state == State.COLUMNS
    with under(officer), pytest.raises(ValueError, match="two columns"):
        actions.correct_columns(run=run, mapping={0: "name", 1: "name"}, by=officer)
    with under(officer):
        actions.correct_columns(run=run, mapping={0: "name", 1: "phone", 2: "certificate"}, by=officer)
    run_jobs()
    run = again(run, officer)
    assert (run.state, run.counts) == (State.PREVIEW, {"new": 1})
    with under(officer):
        actions.correct_columns(run=run, mapping={1: ""}, by=officer)
        assert not ImportRow.objects.filter(run=run).exists()


def test_what_is_no_workbook_is_refused_at_once(officer):
    with under(officer), pytest.raises(WorkbookRefused):
        actions.upload(kind="people", content=b"%PDF-1.7", file_name="x.csv", by=officer)
    with under(officer):
        assert not ImportRun.objects.exists()


def test_a_workbook_that_cannot_be_read_says_so(send, officer):
    run = send(xlsx())
    assert (run.state, run.failed) == (State.FAILED, "表格里没有内容。请检查是不是选错了文件。")


def test_a_job_that_was_killed_goes_on_where_it_stopped(send, officer, run_jobs, monkeypatch):
    people = [[number, f"人{number}", "", f"N{number}", ""] for number in range(25)]
    monkeypatch.setattr(steps, "READ_CHUNK", 10)
    monkeypatch.setattr(steps, "WRITE_CHUNK", 10)
    compared: list[int] = []
    compare, apply = KIND.compare, KIND.apply

    def stop_once(rows, *more):
        if len(compared) == 10:
            compared.append(0)
            raise KeyboardInterrupt
        compared.extend(row.number for row in rows)
        return compare(rows, *more)

    monkeypatch.setattr(KIND, "compare", stop_once)
    with under(officer):
        run = actions.upload(kind="people", content=xlsx(HEAD, *people), file_name="人.xlsx", by=officer)
    with pytest.raises(KeyboardInterrupt):
        steps.read(run.id, officer)
    assert (again(run, officer).read, len(verdicts(run, officer))) == (11, 10)
    steps.read(run.id, officer)
    assert again(run, officer).counts == {"new": 25}
    assert [number for number in compared if number] == list(range(2, 27))

    written: list[int] = []

    def stop_in_the_middle(rows, *more):
        written.extend(row.number for row in rows)
        outcomes = apply(rows, *more)
        if len(written) == 20:
            raise KeyboardInterrupt
        return outcomes

    monkeypatch.setattr(KIND, "apply", stop_in_the_middle)
    with under(officer):
        actions.start(run=again(run, officer), by=officer)
    with pytest.raises(KeyboardInterrupt):
        steps.apply(run.id, officer)
    assert Person.objects.exclude(certificate="").count() == 10
    steps.apply(run.id, officer)
    assert Person.objects.exclude(certificate="").count() == 25
    assert again(run, officer).state == State.DONE


def test_an_unexpected_error_is_said_and_the_list_can_be_read_again(officer, run_jobs, monkeypatch):
    def break_down(*_):
        raise ZeroDivisionError

    with under(officer):
        run = actions.upload(kind="people", content=GOOD, file_name="x.xlsx", by=officer)
    with monkeypatch.context() as patched:
        patched.setattr(KIND, "compare", break_down)
        with pytest.raises(ZeroDivisionError):
            run_jobs()
    assert "意外" in again(run, officer).failed
    with under(officer):
        actions.correct_columns(run=again(run, officer), mapping={}, by=officer)
    run_jobs()
    assert again(run, officer).state == State.PREVIEW


def test_a_cancelled_import_writes_nothing_more(send, officer, run_jobs):
    run = send()
    with under(officer):
        actions.start(run=run, by=officer)
        actions.cancel(run=run, by=officer)
    run_jobs()
    assert again(run, officer).state == State.CANCELLED
    assert not Person.objects.exclude(certificate="").exists()
    with under(officer), pytest.raises(NotNow):
        actions.start(run=run, by=officer)


def test_a_row_that_changed_since_the_preview_is_not_written_twice(send, officer, run_jobs):
    first, second = send(), send()
    take_in(first, officer, run_jobs)
    second = take_in(second, officer, run_jobs)
    assert second.counts["outcome:same"] == 2
    assert Person.objects.exclude(certificate="").count() == 2


def test_the_post_that_asked_must_still_be_held(send, officer, run_jobs):
    run = send()
    with under(officer):
        actions.start(run=run, by=officer)
    Post.objects.filter(pk=officer.pk).update(until="2026-01-01")
    run_jobs()
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        assert "岗位已经结束" in ImportRun.objects.get(pk=run.pk).failed


def test_nothing_of_the_list_is_readable_in_the_database(send, officer):
    send()
    with connection.cursor() as cursor, under(officer):
        for table in ("imports_importrun", "imports_importrow", "imports_importfile"):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} t")
            (dump,) = cursor.fetchone()
            assert dump
            for secret in ("张大妹", "13812345678", "张大妹".encode().hex(), b"13812345678".hex()):
                assert secret not in dump, table


def test_what_a_list_said_is_forgotten_after_a_month(send, officer):
    run = send()
    with under(officer):
        ImportRun.objects.filter(pk=run.pk).update(at="2026-01-01T00:00:00Z")
        assert steps.erase_due() == 1
        assert steps.erase_due() == 0
        run = ImportRun.objects.get(pk=run.pk)
        assert run.counts == {"new": 2, "wrong": 2}
        assert (run.layout, run.mapping, run.sheet) == ({}, {}, "")
        assert not ImportRow.objects.exists()
        assert not ImportFile.objects.exists()
        assert not crypto.open_keys([run.id])
        with pytest.raises(queries.Erased):
            queries.key_of(run)


def test_an_import_is_seen_from_its_place_and_above(send, officer, supervisor, monkeypatch):
    monkeypatch.setitem(NAMES, NEXT_COUNTY, "点军区")
    make_place(NEXT_COUNTY, "点军区")
    other = make_post("county_officer", NEXT_COUNTY)
    run = send()
    for stranger in (supervisor, other):
        with under(stranger):
            assert not ImportRun.objects.exists()
            assert not ImportRun.unscoped.exists()  # the database's own wall
            assert not ImportRow.unscoped.exists()
            assert not ImportFile.unscoped.exists()
    mine = send(by=supervisor)
    with under(officer):
        assert set(ImportRun.objects.values_list("id", flat=True)) == {run.id, mine.id}


@pytest.mark.parametrize(("role", "place"), [("child_director", VILLAGE), ("city_officer", 420500000000), ("auditor", COUNTY)])
def test_only_who_may_import_can_upload(places, role, place):
    post = make_post(role, place)
    with transaction.atomic(), scope.active(post.scope()), pytest.raises(PermissionError):
        actions.upload(kind="people", content=GOOD, file_name="x.xlsx", by=post)


def test_a_countys_columns_are_remembered_for_its_townships_and_for_nobody_else(send, officer, supervisor, run_jobs, monkeypatch):
    odd = xlsx(["谁", "本本"], ["张大妹", "A1"])
    run = send(odd)
    with under(officer):
        actions.correct_columns(run=run, mapping={0: "name", 1: "certificate"}, by=officer)
    run_jobs()
    assert send(odd, supervisor).state == State.PREVIEW
    monkeypatch.setitem(NAMES, NEXT_COUNTY, "点军区")
    make_place(NEXT_COUNTY, "点军区")
    assert send(odd, make_post("county_officer", NEXT_COUNTY)).state == State.COLUMNS
    # Of a heading that the catalogue has, a person's word holds for this list, and drops the column of nobody else's.
    run = send()
    with under(officer):
        actions.correct_columns(run=run, mapping={1: "name", 2: "", 3: "certificate", 4: "since"}, by=officer)
    run_jobs()
    assert 2 not in queries.layout_of(again(run, officer)).mapping
    assert 2 in queries.layout_of(send()).mapping


def test_what_looks_like_a_childs_data_is_remembered_as_no_heading(send, officer):
    run = send(xlsx(["张大妹", "420506201503010012", "138 1234 5678", "2015-03-01"], ["李小兰", "420506201503010013", "13812345679", "2015-03-02"]))
    with under(officer):
        actions.correct_columns(run=run, mapping={0: "name", 1: "certificate", 2: "phone", 3: "since"}, by=officer)
        assert not ColumnMemory.objects.exists()
    run = send(xlsx(["谁", "本本", "13812345678"], ["李小兰", "A1", "13812345679"]))
    with under(officer):
        actions.correct_columns(run=run, mapping={0: "name", 1: "certificate", 2: "phone"}, by=officer)
        assert set(ColumnMemory.objects.values_list("heading", flat=True)) == {"谁", "本本"}
