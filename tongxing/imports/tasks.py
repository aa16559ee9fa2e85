"""The jobs of an import. Their arguments are ids; what they do is in ``steps``. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongxing.accounts.jobs import PostEnded, asking, making
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.imports import steps
from tongxing.imports.models import ImportRun

QUEUE = "imports"


def defer(task: Any, run: ImportRun, by: Post) -> None:
    """Queue a step of a run in the transaction of its action. Two steps of one run never run at once."""
    task.configure(lock=f"import:{run.id}").defer(run=str(run.id), post=str(by.id))


@app.task(queue=QUEUE)
def read_run(*, run: str, post: str) -> None:
    _work(UUID(run), post, steps.read)


@app.task(queue=QUEUE)
def apply_run(*, run: str, post: str) -> None:
    _work(UUID(run), post, steps.apply)


@app.task(queue=QUEUE)
def undo_run(*, run: str, post: str) -> None:
    _work(UUID(run), post, steps.undo)


@app.task(queue=QUEUE)
def write_fix_file(*, output: str, run: str, post: str) -> None:
    holder = asking(post)
    with _language(holder), making(output, post):
        steps.write_fix_file(UUID(output), UUID(run), holder)


@app.task(queue=QUEUE)
def write_marked(*, output: str, run: str, post: str) -> None:
    holder = asking(post)
    with _language(holder), making(output, post):
        steps.write_marked(UUID(output), UUID(run), holder)


@app.periodic(cron="50 18 * * *")
@app.task(queue="housekeeping", queueing_lock="erase_imports")
def erase_imports(timestamp: int) -> None:
    with transaction.atomic(), scope.whole_country(why="what lists said is forgotten after a month, everywhere"):
        steps.erase_due()


def _work(run: UUID, post: str, step: Callable[[UUID, Post], None]) -> None:
    """One step as the post that asked. Whatever goes wrong, the run says so instead of standing still."""
    try:
        holder = asking(post)
    except PostEnded:
        _ended(run)
        return
    with _language(holder):
        try:
            step(run, holder)
        except PostEnded:
            _ended(run)
        except Exception:
            with transaction.atomic(), scope.active(holder.scope()):
                steps.fail(run, _("处理时出了意外的错误，已经记录。已经写入的行不受影响，可以接着做或者撤销。"))
            raise


def _ended(run: UUID) -> None:
    with transaction.atomic(), scope.whole_country(why="the post that sent the list is not held any more, or may not import"):
        steps.fail(run, _("发起导入的岗位已经结束，或者暂时不能再导入。已经写入的行不受影响，请由在任的人接着做。"))


def _language(post: Post) -> translation.override:
    user = getattr(post.person, "user", None)
    return translation.override((user.language if user else "") or settings.LANGUAGE_CODE)
