"""The seals: a chain of digests over the committed rows of the journal and of the access log.

Sealing reads below the snapshot horizon, where no transaction is still under way, in a transaction of its own; so it
neither waits for writers nor misses a row that commits late. `scope_place` is left out: the move of a child rewrites it.
The head of the chain is appended to a file outside the database, so that even a chain that was recomputed as a whole shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongxing.ground import scope
from tongxing.ground.folders import var
from tongxing.ground.today import now
from tongxing.journal.models import Epoch, Seal

ROWS_A_SEAL = 1000  # a seal that does not fit points at so many rows
LOCK = 772026
LINE = "SELECT xid, jsonb_build_array(seq, xid, (extract(epoch FROM at) * 1000000)::bigint, by, post, "
BOUNDS = " WHERE xid >= %s AND xid < %s ORDER BY xid, seq"
ROWS = {
    Seal.Log.JOURNAL: LINE + "verb, subject_kind, subject_id, child_id, place, diff)::text FROM journal_record" + BOUNDS,
    Seal.Log.ACCESS: LINE + "outcome, child_id, what, why, path, host(address))::text FROM journal_access" + BOUNDS,
}
WHY = "seals are made over the rows of all places"


@dataclass(frozen=True, slots=True)
class Break:
    """A seal that does not fit what it sealed."""

    log: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{Seal.Log(self.log).label} {self.number}: {self.text}"


@dataclass(frozen=True, slots=True)
class Status:
    """Where a log's chain stands: its last seal, and how many rows wait for the next."""

    log: str
    last: Seal | None
    waiting: int

    @property
    def label(self) -> str:
        return str(Seal.Log(self.log).label)

    @property
    def number(self) -> int:
        return self.last.number if self.last else 0

    @property
    def head(self) -> str:
        return self.last.head if self.last else ""


def head_file() -> Path:
    return var() / "journal" / "head.txt"


def seal() -> list[Seal]:
    """Seal what was committed since the last seal; nothing new, no seal. Two at once: the second waits and goes on."""
    settle()
    made = []
    for log in Seal.Log:
        with transaction.atomic(durable=True), scope.whole_country(why=WHY):
            made += _seal(log)
    _export(made)
    return made


def _seal(log: Seal.Log) -> list[Seal]:
    horizon = _horizon()
    last = Seal.objects.filter(log=log).order_by("-number").first()
    number, since, digest = (last.number, last.xid_until, bytes(last.digest)) if last else (0, 0, b"")
    made: list[Seal] = []
    chain, count, previous = hashlib.sha256(digest), 0, 0
    for xid, text in _rows(log, since, horizon):
        if count >= ROWS_A_SEAL and xid != previous:
            number += 1
            made.append(Seal(log=log, number=number, xid_until=xid, count=count, digest=chain.digest()))
            chain, count = hashlib.sha256(chain.digest()), 0
        chain.update(text.encode() + b"\n")
        count, previous = count + 1, xid
    if count:
        made.append(Seal(log=log, number=number + 1, xid_until=horizon, count=count, digest=chain.digest()))
    return Seal.objects.bulk_create(made)


def _horizon() -> int:
    """The number below which every transaction has ended. Holds the sealer's lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift FROM journal_epoch")
        horizon: int = cursor.fetchone()[0]
    return horizon


def _rows(log: Seal.Log, since: int, until: int) -> Iterator[tuple[int, str]]:
    """Rows of transactions from `since` to `until` (excluded), in the order of the chain, without holding them all."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS[log], [since, until])
        while rows := cursor.fetchmany(2000):
            yield from rows


def verify() -> list[Break]:
    """Every seal that does not fit: a row was changed, removed or put in, or a seal itself was."""
    found: list[Break] = []
    with transaction.atomic(), scope.whole_country(why=WHY):
        for log in Seal.Log:
            found += _verify(log)
    return found


def _verify(log: Seal.Log) -> list[Break]:
    seals = list(Seal.objects.filter(log=log).order_by("number"))
    if not seals:
        return [Break(log, number, _("存档的封条不在数据库中")) for number in sorted(_exported(log))]
    found: list[Break] = []
    rows = _rows(log, 0, seals[-1].xid_until)
    row = next(rows, None)
    before = b""
    for expected, each in enumerate(seals, start=1):
        if each.number != expected:
            return [*found, Break(log, expected, _("封条不在数据库中"))]
        chain, count = hashlib.sha256(before), 0
        while row is not None and row[0] < each.xid_until:
            chain.update(row[1].encode() + b"\n")
            count += 1
            row = next(rows, None)
        before = bytes(each.digest)
        if chain.digest() != before:
            found.append(Break(log, each.number, _differs(count, each)))
    kept = _exported(log)
    digests = {each.number: each.head for each in seals}
    found += [Break(log, number, _("与存档的封条不一致")) for number, digest in sorted(kept.items()) if digests.get(number) != digest]
    return found


def _differs(count: int, each: Seal) -> str:
    if count < each.count:
        return _("少了 %(count)s 条记录") % {"count": each.count - count}
    if count > each.count:
        return _("多了 %(count)s 条记录") % {"count": count - each.count}
    return _("记录被改动")


def status() -> list[Status]:
    """Where each chain stands. Reads under the system's scope."""
    found = []
    with transaction.atomic(), scope.whole_country(why=WHY), connection.cursor() as cursor:
        for log, table in ((Seal.Log.JOURNAL, "journal_record"), (Seal.Log.ACCESS, "journal_access")):
            last = Seal.objects.filter(log=log).order_by("-number").first()
            cursor.execute(f"SELECT count(*) FROM {table} WHERE xid >= %s", [last.xid_until if last else 0])  # noqa: S608 constants
            found.append(Status(log, last, cursor.fetchone()[0]))
    return found


def settle() -> bool:
    """After a restore into another cluster: keep the journal's transaction numbers rising. True where something was done.

    Runs before the program serves; rows that were written in between would stand below the horizon.
    """
    with transaction.atomic(), scope.whole_country(why=WHY), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT system_identifier, pg_current_xact_id()::text::bigint FROM pg_control_system()")
        cluster, xid = cursor.fetchone()
        epoch = Epoch.objects.get(pk=1)
        if epoch.cluster == cluster:
            return False
        cursor.execute("SELECT greatest((SELECT max(xid) FROM journal_record), (SELECT max(xid) FROM journal_access), (SELECT max(xid_until) FROM journal_seal), 0)")
        epoch.cluster, epoch.shift = cluster, max(0, cursor.fetchone()[0] + 1 - xid)
        epoch.save()
        return True


def _export(made: list[Seal]) -> None:
    """Append the new heads to the file outside the database."""
    if not made:
        return
    path = head_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    heads = {each.log: each for each in made}
    with path.open("a") as file:
        file.writelines(f"{now().isoformat(timespec='seconds')} {each.log} {each.number} {each.head}\n" for each in heads.values())


def _exported(log: str) -> dict[int, str]:
    """Number and digest of the heads that were exported."""
    try:
        lines = head_file().read_text().splitlines()
    except FileNotFoundError:
        return {}
    parts = [line.split() for line in lines]
    return {int(number): digest for _at, kept, number, digest in parts if kept == log}
