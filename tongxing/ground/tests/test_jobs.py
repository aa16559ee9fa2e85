"""Background jobs: they start with their transaction, and those of a killed worker go on."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from tongxing.ground import jobs
from tongxing.ground.tasks import forget_old_sessions, take_over_jobs


@pytest.fixture
def done() -> list[int]:
    return []


@pytest.fixture(autouse=True)
def task(done: list[int]):
    @app.task(name="tongxing.tests.note", queue="tests")
    def note(*, number: int) -> None:
        done.append(number)

    yield note
    app.tasks.pop("tongxing.tests.note", None)


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_was_deferred(task, done: list[int]):
    task.defer(number=7)
    jobs.work(wait=False, queues=["tests"])
    assert done == [7]
    assert ProcrastinateJob.objects.get(queue_name="tests").status == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_failed_never_runs(task, done: list[int]):
    def fail() -> None:
        with transaction.atomic():
            task.defer(number=1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    jobs.work(wait=False, queues=["tests"])
    assert done == []


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_goes_on(task, done: list[int]):
    task.defer(number=3)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE queue_name = 'tests'", [worker])
    with suppress(AlreadyEnqueued):  # the worker's own clock may have been first
        take_over_jobs.configure().defer(timestamp=0)
    jobs.work(wait=False, queues=["housekeeping"])
    jobs.work(wait=False, queues=["tests"])
    assert done == [3]


@pytest.mark.django_db
def test_a_test_can_run_the_jobs_itself(task, done: list[int], run_jobs):
    task.defer(number=5)
    assert run_jobs() == 1
    assert done == [5]


@pytest.mark.django_db
def test_old_sessions_are_forgotten_and_living_ones_kept():
    living, over = SessionStore(), SessionStore()
    living.create()
    over.set_expiry(-1)
    over.create()
    forget_old_sessions(timestamp=0)
    assert list(Session.objects.values_list("session_key", flat=True)) == [living.session_key]
