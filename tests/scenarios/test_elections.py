"""Village elections: hundreds of posts change by Excel, seen before they are done, and nothing is orphaned (real-life 11)."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from django.db import transaction

from tests.people import VILLAGE
from tongxing.accounts.models import Person, Post
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.imports import actions as imports
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.states import State
from tongxing.ledgers.kinds import Outcome

pytestmark = pytest.mark.django_db


def workbook(headings: list[str], *lines: list[str]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate([headings, *lines]):
            sheet.write_row(at, 0, cells)
    return stream.getvalue()


def test_after_the_elections_a_countys_list_goes_through_the_pages(supervisor: Post, director: Post, browser_of, run_jobs):
    """One goes, one comes, one line is wrong and is kept for mending."""
    content = workbook(
        ["办理", "姓名", "职务", "所在村", "任职时间", "离任时间", "原因"],
        ["离任", "李大妹", "儿童主任", "冯家湾社区", "", today().isoformat(), "换届"],
        ["新任", "赵新", "儿童主任", "冯家湾社区", today().isoformat(), "", ""],
        ["新任", "钱新", "儿童主任", "火星村", today().isoformat(), "", ""],
    )
    client = browser_of(supervisor)
    assert "导入任职离任表" in client.get("/posts/").content.decode()
    with transaction.atomic(), scope.active(supervisor.scope()):
        run = imports.upload(kind="posts", content=content, file_name="换届.xlsx", by=supervisor)
    run_jobs()
    page = client.get(f"/imports/{run.id}/").content.decode()
    assert "没有找到“火星村”" in page
    assert "赵新" in page
    client.post(f"/imports/{run.id}/start/")
    run_jobs()
    with transaction.atomic(), scope.active(supervisor.scope()):
        run = ImportRun.objects.get(pk=run.pk)
        assert (run.state, ImportRow.objects.filter(run=run, outcome=Outcome.IMPORTED).count()) == (State.DONE, 2)
    director.refresh_from_db()
    assert director.until == today()
    assert Post.objects.filter(person__name="赵新", place=VILLAGE).exists()
    assert not Person.objects.filter(name="钱新").exists()
