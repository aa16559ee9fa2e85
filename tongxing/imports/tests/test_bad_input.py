"""What people and machines do to an import: huge and odd files, cancelling in the middle, two workers at one list."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tongxing.accounts.jobs import under
from tongxing.accounts.models import Person, Post
from tongxing.ground import scope
from tongxing.imports import actions, steps, tasks
from tongxing.imports.models import ImportFile, ImportRow, ImportRun
from tongxing.imports.states import State
from tongxing.imports.tests.sending import HEAD, again
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.tests.sample import xls, xlsx

pytestmark = pytest.mark.django_db
PEOPLE = [[number, f"人{number}", "", f"N{number}", ""] for number in range(25)]


def test_fifty_megabytes_are_the_most(officer, browser_of):
    answer = browser_of(officer).post(reverse("imports:upload", args=["people"]), {"file": SimpleUploadedFile("大.xlsx", b"PK\x03\x04" + bytes(51 << 20))})
    assert answer.status_code == 422
    assert "50 MB" in answer.content.decode()


def test_a_sheet_of_two_hundred_columns_is_read_and_can_be_assigned(send, officer, browser_of):
    wide = xlsx([*[f"栏目{number}" for number in range(210)], "姓名", "证书编号", "姓名"], [*["x"] * 210, "张大妹", "A1", "重复"])
    run = send(wide)
    assert (run.state, run.counts) == (State.PREVIEW, {"new": 1})
    page = browser_of(officer).get(reverse("imports:run", args=[run.id])).content.decode()
    assert page.count('name="column-') == 213
    assert "与前面的一列重复" in page
    assert send(xlsx([*["x"] * 300], ["y"] * 300)).failed.startswith("工作表“台账”一直用到第 KN 列")


def test_macros_are_neither_run_nor_kept_and_the_page_says_so(send, officer, browser_of):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(HEAD, *PEOPLE[:2]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    run = send(out.getvalue())
    assert run.counts == {"new": 2}
    assert "表格里有宏，没有运行" in browser_of(officer).get(reverse("imports:run", args=[run.id])).content.decode()


@pytest.mark.parametrize("content", [xlsx(["姓名"])[:1500], xls(["姓名"])[:-600], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le")])
def test_a_damaged_workbook_ends_with_a_sentence_and_its_import_can_be_left(send, officer, content):
    assert sentence(send, officer, content).endswith("。")


def sentence(send, officer, content: bytes) -> str:
    try:
        run = send(content)
    except WorkbookRefused as refused:  # by its first bytes
        return str(refused)
    with under(officer):
        actions.cancel(run=run, by=officer)
        assert not ImportFile.objects.exists()
    assert run.state == State.FAILED
    return str(run.failed)


def test_cancelled_while_it_is_read_nothing_more_is_staged(officer, monkeypatch):
    monkeypatch.setattr(steps, "READ_CHUNK", 10)
    with under(officer):
        run = actions.upload(kind="people", content=xlsx(HEAD, *PEOPLE), file_name="人.xlsx", by=officer)
    stage = steps._stage

    def stage_and_cancel(*given):
        stage(*given)
        given[0].state = State.CANCELLED  # what somebody does on the page before the next chunk
        given[0].finished_at = given[0].at

    monkeypatch.setattr(steps, "_stage", stage_and_cancel)
    steps.read(run.id, officer)
    with under(officer):
        assert (again(run, officer).state, ImportRow.objects.filter(run=run).count()) == (State.CANCELLED, 10)


def test_cancelled_while_it_is_written_the_rows_before_stay_and_the_rest_can_be_imported_later(send, officer, run_jobs, monkeypatch):
    monkeypatch.setattr(steps, "WRITE_CHUNK", 10)
    run = send(xlsx(HEAD, *PEOPLE))
    with under(officer):
        actions.start(run=run, by=officer)
    chunk = steps._apply_chunk

    def one_and_cancel(*given):
        more = chunk(*given)
        with under(officer):
            actions.cancel(run=again(run, officer), by=officer)
        return more

    with monkeypatch.context() as patched:
        patched.setattr(steps, "_apply_chunk", one_and_cancel)
        steps.apply(run.id, officer)
    run = again(run, officer)
    assert (run.state, run.imported, run.undoable) == (State.CANCELLED, 10, True)
    assert Person.objects.exclude(certificate="").count() == 10
    rest = send(xlsx(HEAD, *PEOPLE))
    assert rest.counts == {"same": 10, "new": 15}


def test_two_workers_at_one_list_write_it_once(send, officer):
    run = send(xlsx(HEAD, *PEOPLE))
    with under(officer):
        actions.start(run=run, by=officer)
    steps.apply(run.id, officer)
    steps.apply(run.id, officer)  # the queue gave it out again
    assert Person.objects.exclude(certificate="").count() == 25
    with under(officer):
        actions.undo(run=again(run, officer), why="传错了", by=officer)
    steps.undo(run.id, officer)
    steps.undo(run.id, officer)
    assert again(run, officer).state == State.UNDONE


@pytest.mark.parametrize("how", ["ended", "withheld"])
def test_a_post_that_ends_or_loses_its_powers_while_it_is_written_writes_no_further(send, officer, monkeypatch, how):
    monkeypatch.setattr(steps, "WRITE_CHUNK", 10)
    run = send(xlsx(HEAD, *PEOPLE))
    with under(officer):
        actions.start(run=run, by=officer)
    chunk = steps._apply_chunk

    def one_and_end(*given):
        more = chunk(*given)
        if how == "ended":
            Post.objects.filter(pk=officer.pk).update(until="2026-01-01")
        else:
            monkeypatch.setattr(Post, "powers_withheld", lambda *_: True)
        return more

    monkeypatch.setattr(steps, "_apply_chunk", one_and_end)
    tasks.apply_run(run=str(run.id), post=str(officer.id))
    with transaction.atomic(), scope.whole_country(why="the test looks"):
        run = ImportRun.objects.get(pk=run.pk)
        assert "岗位已经结束" in run.failed
        assert run.applied == 10
        assert Person.objects.exclude(certificate="").count() == 10
