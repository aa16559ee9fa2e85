"""The seals: they cover what was committed, wait for nobody, and show what was tampered with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.plugin import owner_connection
from tongxing.ground import scope
from tongxing.journal import actions, sealing
from tongxing.journal.models import Access, Epoch, Record, Seal
from tongxing.journal.tasks import make_partitions, seal, verify

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = 420506001001
FORGED = """
INSERT INTO journal_record (xid, at, verb, subject_kind, subject_id, place, scope_place, diff)
SELECT xid, at, 'forged', 'test', '9', place, place, '{}' FROM journal_record WHERE verb = 'second' AND subject_id = '1'
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGXING_VAR", str(tmp_path))
    return tmp_path


STRANGERS = """
SELECT array_agg(transactionid::text) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted AND datname <> current_database()
"""


@pytest.fixture(autouse=True)
def _strangers_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The horizon is the whole server's, so test processes beside this one hold it back: let end what they have begun."""
    horizon = sealing._horizon

    def after_strangers() -> int:
        with owner_connection() as owner:
            waiting = before = set((owner.execute(STRANGERS).fetchone() or [None])[0] or ())
            deadline = time.monotonic() + 60
            while waiting and time.monotonic() < deadline:
                time.sleep(0.02)
                waiting = before & set((owner.execute(STRANGERS).fetchone() or [None])[0] or ())
        return horizon()

    monkeypatch.setattr(sealing, "_horizon", after_strangers)


def seal_now() -> list[Seal]:
    """Seal once every transaction of this moment has ended: other tests run on the same server, and the horizon is the whole server's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        moment = cursor.fetchone()[0]
        for _count in range(3000):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [moment])
            if cursor.fetchone()[0]:
                return sealing.seal()
            time.sleep(0.1)
    raise TimeoutError


def write(count: int, *, verb: str = "tried") -> None:
    for number in range(count):
        actions.record(by=None, verb=verb, subject_kind="test", subject_id=number, place=PLACE, diff={"name": ["张", "章"]})


@contextmanager
def tampering() -> Iterator[psycopg.Connection]:
    """As the owner of the tables, with the triggers switched off."""
    with owner_connection() as owner:
        owner.execute("SELECT set_config('tongxing.lo', '0', false), set_config('tongxing.hi', '999999999999', false)")
        owner.execute("ALTER TABLE journal_record DISABLE TRIGGER USER")
        yield owner
        owner.execute("ALTER TABLE journal_record ENABLE TRIGGER USER")


def test_seals_cover_what_was_committed_and_nothing_twice():
    write(3)
    actions.note_access(by=None, outcome=Access.Outcome.READ, place=PLACE)
    assert [(each.log, each.number, each.count) for each in seal_now()] == [("journal", 1, 3), ("access", 1, 1)]
    assert seal_now() == []
    write(2)
    assert [(each.log, each.number, each.count) for each in seal_now()] == [("journal", 2, 2)]
    assert sealing.verify() == []
    assert [each.waiting for each in sealing.status()] == [0, 0]


def test_a_row_that_commits_late_is_sealed_later():
    started, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            write(1, verb="late")
            started.set()
            go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert started.wait(10)
    write(1, verb="early")
    sealing.seal()  # waits for nobody; what stands above the open transaction stays for later
    waiting = sealing.status()[0].waiting
    go_on.set()
    writer.join()
    assert waiting == 1
    seal_now()
    assert sum(each.count for each in Seal.objects.filter(log="journal")) == 2
    assert sealing.verify() == []


def test_sealing_inside_a_writers_transaction_is_refused():
    with transaction.atomic(), pytest.raises(RuntimeError):
        sealing.seal()


def test_two_sealers_at_once_make_one_chain():
    write(5)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            seal_now()
        except BaseException as error:  # noqa: BLE001 told to the test
            failures.append(error)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [(each.number, each.count) for each in Seal.objects.filter(log="journal").order_by("number")] == [(1, 5)]
    assert sealing.verify() == []


def test_many_rows_make_several_seals(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "ROWS_A_SEAL", 4)
    write(10)
    with transaction.atomic():
        write(6)  # one transaction is never divided
    seal_now()
    assert [each.count for each in Seal.objects.filter(log="journal").order_by("number")] == [4, 4, 8]
    assert sealing.verify() == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE journal_record SET diff = '{}' WHERE verb = 'second' AND subject_id = '1'", "记录被改动"),
        ("DELETE FROM journal_record WHERE verb = 'second' AND subject_id = '1'", "少了 1 条记录"),
        (
            FORGED,
            "多了 1 条记录",
        ),
    ],
)
def test_tampering_shows_and_says_in_which_seal(statement: str, words: str):
    for verb in ("first", "second", "third"):
        write(3, verb=verb)
        seal_now()
    with tampering() as owner:
        owner.execute(statement)
    assert [str(each) for each in sealing.verify()] == [f"操作记录 2: {words}"]
    with pytest.raises(CommandError, match=words):
        call_command("journal", "verify")


def test_a_chain_recomputed_as_a_whole_does_not_fit_the_exported_head():
    write(3)
    seal_now()
    with tampering() as owner:
        owner.execute("UPDATE journal_record SET verb = 'forged' WHERE subject_id = '0'")
        owner.execute("ALTER TABLE journal_seal DISABLE TRIGGER USER")
        owner.execute("DELETE FROM journal_seal")
        owner.execute("ALTER TABLE journal_seal ENABLE TRIGGER USER")
    kept = sealing.head_file().read_text()
    seal_now()
    sealing.head_file().write_text(kept)
    assert [str(each) for each in sealing.verify()] == ["操作记录 1: 与存档的封条不一致"]


def test_a_seal_that_was_removed_shows():
    for _round in range(3):
        write(1)
        seal_now()
    with owner_connection() as owner:
        owner.execute("ALTER TABLE journal_seal DISABLE TRIGGER USER")
        owner.execute("DELETE FROM journal_seal WHERE number = 2")
        owner.execute("ALTER TABLE journal_seal ENABLE TRIGGER USER")
    assert [str(each) for each in sealing.verify()] == ["操作记录 2: 封条不在数据库中"]


def test_the_move_of_a_child_breaks_no_seal():
    write(2)
    seal_now()
    with transaction.atomic(), scope.whole_country(why="the move rewrites the column"):
        Record.unscoped.update(scope_place=PLACE + 1)
    assert sealing.verify() == []


def test_after_a_restore_elsewhere_the_numbers_go_on_rising():
    write(2)
    seal_now()
    with transaction.atomic(), scope.whole_country(why="the test looks ahead"), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_epoch SET shift = 1000000")  # as if the rows came from a cluster far ahead
    write(1, verb="before")
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_epoch SET shift = 0, cluster = 1")
    assert sealing.settle() is True
    assert sealing.settle() is False
    write(1, verb="after")
    seal_now()
    assert sealing.verify() == []
    with transaction.atomic(), scope.whole_country(why="the test reads"):
        assert list(Record.objects.order_by("xid").values_list("verb", flat=True)) == ["tried", "tried", "before", "after"]
    assert Epoch.objects.get().shift > 900_000


def test_head_and_tasks(folder: Path, capsys: pytest.CaptureFixture[str]):
    write(1)
    seal_now()
    seal(timestamp=0)
    make_partitions(timestamp=0)
    verify(timestamp=0)
    seal_now()
    call_command("journal", "seal")
    call_command("journal", "head")
    call_command("journal", "verify")
    told = capsys.readouterr().out
    assert "journal 2 " in told
    assert "操作记录：2 个封条完好" in told
    lines = (folder / "journal" / "head.txt").read_text().splitlines()
    assert [line.split()[1:3] for line in lines] == [["journal", "1"], ["journal", "2"]]


def test_this_months_reads_lie_in_a_partition_of_their_own_that_nobody_reads_directly():
    actions.note_access(by=None, outcome=Access.Outcome.READ, place=PLACE)
    with transaction.atomic(), scope.whole_country(why="the test reads"), connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM journal_access")
        (partition,) = cursor.fetchone()
        assert partition.startswith("journal_access_20")
        cursor.execute(f"SELECT count(*) FROM {partition}")
        assert cursor.fetchone() == (0,)
