"""The worker that does long work behind the pages: a queue in PostgreSQL (procrastinate), a task is a function in `<app>/tasks.py`.

    from procrastinate.contrib.django import app

    @app.task(queue="imports")
    def read_ledger(*, run: str, post: str) -> None: ...

    read_ledger.defer(run=str(run.id), post=str(request.post.id))   # in the action's own transaction

Arguments are ids, never names or numbers of people. A task is safe to run again: a worker that was killed leaves its job
for the next one. Rows about children are read under `accounts.jobs.under(post)`.
"""

from __future__ import annotations

import os

from procrastinate.contrib.django import app

CONCURRENCY = int(os.environ.get("TONGXING_WORKERS", "2"))
STALLED_SECONDS = 30  # a worker that has not been heard of for so long is dead
DAY = "day"  # what a new day brings is done one after the other, in the order of the apps: also where all of it is made up for at once
GRACE_SECONDS = 8  # how long running jobs may go on after the worker was asked to stop


def work(*, wait: bool = True, queues: list[str] | None = None) -> None:
    """Do jobs until told to stop (or, without `wait`, until none is left)."""
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(
            concurrency=CONCURRENCY,
            wait=wait,
            queues=queues,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=wait,
            listen_notify=wait,
        )
