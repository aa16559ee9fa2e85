"""A list of people that has two right and two wrong rows, sent and taken in."""

from __future__ import annotations

from collections.abc import Callable

from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.imports import actions
from tongxing.imports.models import ImportRun
from tongxing.ledgers.tests.sample import xlsx

HEAD = ["序号", "姓名", "工作电话", "证书编号", "取证日期"]
ROWS = (
    [1, "张大妹", "13812345678", "A1", "2025-03-05"],
    [2, "李小兰", "138", "A2", "2025-2-30"],
    [3, "王秀英", "", "A3", ""],
    [4, "赵春梅", "", "A3", ""],
)
GOOD = xlsx(HEAD, *ROWS)


def again(run: ImportRun, by: Post) -> ImportRun:
    with under(by):
        return ImportRun.objects.get(pk=run.pk)


def take_in(run: ImportRun, by: Post, run_jobs: Callable[[], int]) -> ImportRun:
    with under(by):
        actions.start(run=run, by=by)
    run_jobs()
    return again(run, by)
