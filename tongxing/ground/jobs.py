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
import subprocess
import sys
import threading
import time

from procrastinate.contrib.django import app

from tongxing.ground.folders import ROOT

CONCURRENCY = int(os.environ.get("TONGXING_WORKERS", "2"))
STALLED_SECONDS = 30  # a worker that has not been heard of for so long is dead
GRACE_SECONDS = 20  # how long running jobs may go on after the worker was asked to stop


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


def leave_with_parent() -> None:
    """End this process when the one that started it is gone, killed or not."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def start_worker() -> subprocess.Popen[bytes]:
    """A worker as a process beside the server: it does not know the owner's password and ends with its parent."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "work", "--with-parent"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def stop_worker(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(GRACE_SECONDS + 5)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
