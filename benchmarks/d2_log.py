"""D2: eight directors log home visits over HTTP, each of which keeps a promise: audit, link, tallies' marks and messages included.

A county of 10,000 children has adopted Liangzihu's model. The server is the one that `manage.py serve` starts; the clients sign in as people
do and send the form as a browser does. Every answer is checked, and afterwards the rows are counted. The floor, in the same run: the same
rows are inserted by psycopg, eight connections, a transaction an entry, as a superuser whom no policy binds.

Usage: .venv/bin/python -m benchmarks.d2_log [entries a client: 40]
"""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection, RemoteDisconnected
from itertools import batched
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks import measure, promises
from benchmarks.record import ROOT, record

SIZE, CLIENTS, EACH, WARM = 10_000, 8, 40, 3
PASSWORD = "Tongxing-2026"  # of a register of invented people
NOT_OURS = ("django_session", "duties_mark", "duties_tally", "procrastinate_")  # written by the frame, by triggers and by the minute's job
ASKED = """
SELECT d.scope_place, array_agg(DISTINCT d.child_id) FROM duties_duty d JOIN duties_rule r ON r.id = d.rule_id
WHERE r.model = 'liangzihu' AND r.duty = 'home_visit' AND d.done < d.need AND %s BETWEEN d.window_from AND d.window_until - 1
GROUP BY 1 HAVING count(DISTINCT d.child_id) >= %s ORDER BY 1 LIMIT %s
"""
ORDER = {"log_entry": "id", "log_participation": "entry_id", "duties_discharge": "entry_id"}  # what refers to each other goes together

type Row = tuple[str | None, ...]


def main() -> None:
    each = int(sys.argv[1]) if len(sys.argv) > 1 else EACH
    measure.begin()
    with promises.copied(SIZE, "d2") as floor:
        directors = prepared(floor, each + WARM)
        measure.disconnect()
        with served(f"register_{SIZE}_d2") as (port, server):
            clients = [Client(port, name, children) for name, children in directors]
            together([client.sign_in for client in clients])
            together([client.log_all(WARM) for client in clients])
            before, start = Counts.of(floor), transaction_number(floor)
            burned = cpu(server, floor)
            began = time.perf_counter()
            together([client.log_all(each) for client in clients])
            seconds = time.perf_counter() - began
            burned = cpu(server, floor) - burned
            reading = statistics.median(client.open_form() for client in clients for _turn in range(5))
        entries = [entry for client in clients for entry in client.logged[WARM:]]
        grown = before.grown(floor)
        check(floor, entries, grown)
        bare = floor_of(floor, grown, start, len(entries))
    taken = [seconds for client in clients for seconds in client.taken[WARM:]]
    rows = ", ".join(f"{table} {number / len(entries):g}" for table, number in sorted(grown.items()))
    what = (
        f"{len(entries)} home visits logged over HTTP by {CLIENTS} clients, each keeping a promise: {len(entries) / seconds:.0f} a second, "
        f"{measure.milliseconds(statistics.median(taken))} each at the median (p95 {measure.milliseconds(statistics.quantiles(taken, n=20)[-1])}), "
        f"{burned / len(entries) * 1000:.1f} ms of CPU, web and database; opening the form {measure.milliseconds(reading)}; floor {len(entries) / bare:.0f} a second (rows an entry: {rows})"
    )
    record("D2", what, seconds / bare, "reported")


def prepared(floor: psycopg.Connection, wanted: int) -> list[tuple[str, list[UUID]]]:
    """The county adopts the model, today's promises are opened; eight directors who can sign in, each with the children to be visited."""
    from django.db import transaction

    from tongxing.accounts import actions as accounts
    from tongxing.accounts.models import User
    from tongxing.caremodels import actions as caremodels
    from tongxing.demo.promises import ADOPTED, OF_A_PILOT
    from tongxing.duties.actions import open_windows
    from tongxing.ground import scope
    from tongxing.ground.today import today
    from tongxing.places import codes

    county = promises.COUNTY
    caremodels.sync_versions()
    for model, parameters in (("national", ADOPTED[0][2]), ("liangzihu", OF_A_PILOT)):
        with transaction.atomic(), scope.whole_country(why="the benchmark's county adopts a model"):
            caremodels.adopt(place=county, model=model, parameters=parameters, since=date(2026, 1, 1), by=None)
    open_windows(*codes.span(county))
    floor.execute("VACUUM ANALYZE")
    found: list[tuple[str, list[UUID]]] = []
    for village, children in floor.execute(ASKED, [today(), wanted, CLIENTS]).fetchall():
        post = measure.post("child_director", village)
        user = User.objects.get(person_id=post.person_id)
        accounts.change_password(user=user, password=PASSWORD)
        found.append((user.username, children))
    assert len(found) == CLIENTS, f"only {len(found)} villages have {wanted} children to be visited"
    return found


@contextmanager
def served(database: str) -> Iterator[tuple[int, int]]:
    """The program on this database: its port, and the number of its first process."""
    from tongxing.ground import postgres

    cluster = postgres.Cluster(measure.HOME)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    urls = {"DATABASE_URL": cluster.url(postgres.APPLICATION, database), "DATABASE_OWNER_URL": cluster.url(postgres.OWNER, database)}
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **urls}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        for line in process.stdout:  # its greeting says that it serves
            if str(port) in line:
                break
        else:
            sys.exit("the server did not start")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


@dataclass
class Client:
    """One director at a browser."""

    port: int
    username: str
    children: list[UUID]
    logged: list[UUID] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it sends us, and the page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form is not None else None
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (ConnectionError, RemoteDisconnected):  # what waited for the others was let go by the server: a browser dials again
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def sign_in(self) -> None:
        _status, _to, page = self.ask("GET", "/sign-in/")
        status, to, _page = self.ask("POST", "/sign-in/", {"csrfmiddlewaretoken": _token(page), "username": self.username, "password": PASSWORD, "next": "/"})
        assert (status, to) == (302, "/"), (status, to)

    def log_all(self, number: int) -> Callable[[], None]:
        def work() -> None:
            for _turn in range(number):
                self.log()

        return work

    def form_of(self, child: UUID) -> str:
        return f"/log/new/home_visit/?child={child}"

    def open_form(self) -> float:
        """Seconds until the empty form is there."""
        began = time.perf_counter()
        status, _to, page = self.ask("GET", self.form_of(self.children[-1]))
        assert status == 200, status
        assert 'name="entry_id"' in page
        return time.perf_counter() - began

    def log(self) -> None:
        """The visit to the next child is written down."""
        from tongxing.ground.ids import uuid7
        from tongxing.ground.today import today

        child, entry = self.children[len(self.logged)], uuid7()
        own = {"seen": "yes", "mood": "good", "study_state": "steady", "homework": "done", "conduct": "fine", "body": "well", "thought_words": "喜欢画画"}
        common = {"carer_present": "yes", "home_state": "good", "changed": "no", "parents_contact": "weekly", "needs": "想要一双雨鞋"}
        form = {"csrfmiddlewaretoken": self.cookies["csrftoken"], "entry_id": str(entry), "on": today().isoformat(), "where": "home", "spoken_to": "carer"}
        form |= {f"{child.hex}-{key}": value for key, value in own.items()} | {f"c-{key}": value for key, value in common.items()}
        began = time.perf_counter()
        status, to, page = self.ask("POST", self.form_of(child), form)
        self.taken.append(time.perf_counter() - began)
        assert status == 302, (status, re.findall(r'<div class="errors.*?</div>', page, re.DOTALL))
        assert to.startswith(f"/children/{child}/"), to
        self.logged.append(entry)


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def together(works: Sequence[Callable[[], object]]) -> None:
    """All at once; what one of them raises is raised."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def cpu(process: int, floor: psycopg.Connection) -> float:
    """Seconds of processor time that the program's processes and the database's backends that serve it have used."""
    stats: dict[int, tuple[int, float]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = file.read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        stats[int(file.parent.name)] = int(parts[1]), (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    ours = {process} | {pid for (pid,) in floor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")}
    while more := {pid for pid, (parent, _used) in stats.items() if parent in ours} - ours:
        ours |= more
    return sum(stats[pid][1] for pid in ours if pid in stats)


@dataclass(frozen=True)
class Counts:
    """How many rows each table has."""

    rows: dict[str, int]

    @classmethod
    def of(cls, floor: psycopg.Connection) -> Counts:
        tables = floor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition").fetchall()
        return cls({table: floor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0] for (table,) in tables})  # type: ignore[index]

    def grown(self, floor: psycopg.Connection) -> dict[str, int]:
        now = Counts.of(floor).rows
        return {table: number - self.rows[table] for table, number in now.items() if number != self.rows[table] and not table.startswith(NOT_OURS)}


def check(floor: psycopg.Connection, entries: Sequence[UUID], grown: dict[str, int]) -> None:
    """Everything that was sent stands there with what follows from it."""
    asked = [("log_entry", "id"), ("log_participation", "entry_id"), ("duties_discharge", "entry_id")]
    for table, column in asked:
        statement = sql.SQL("SELECT count(DISTINCT {}), count(*) FROM {} WHERE {} = ANY (%s)").format(*map(sql.Identifier, (column, table, column)))
        assert floor.execute(statement, [list(entries)]).fetchone() == (len(entries), grown[table]), (table, grown)
    kept = floor.execute(
        "SELECT count(*) FROM duties_duty d JOIN duties_discharge l ON l.duty_id = d.id WHERE l.entry_id = ANY (%s) AND d.done >= d.need", [list(entries)]
    ).fetchone()
    assert kept == (grown["duties_discharge"],), kept
    assert grown["journal_record"] >= 2 * len(entries), grown


def transaction_number(floor: psycopg.Connection) -> int:
    found = floor.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert found
    return int(found[0])


def floor_of(floor: psycopg.Connection, grown: dict[str, int], start: int, entries: int) -> float:
    """Seconds that eight connections need to insert the same rows and mark the same promises as kept, an entry a transaction."""
    written: list[tuple[str, list[Row]]] = []
    floor.execute("SET session_replication_role = replica")  # no triggers: what is taken out comes back
    kept = sql.SQL("xmin::text::bigint >= {}").format(start)
    duties = [(done, duty) for done, duty in floor.execute(sql.SQL("SELECT done, id FROM duties_duty WHERE {} ORDER BY id").format(kept))]
    order = ["log_entry", *sorted(grown.keys() - {"log_entry"})]
    for table in order:
        columns = [name for (name,) in floor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum", [table])]
        texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
        by = sql.Identifier(ORDER.get(table, columns[0]))
        rows = floor.execute(sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(texts, sql.Identifier(table), kept, by)).fetchall()
        assert len(rows) == grown[table], (table, len(rows), grown[table])
        names, marks = sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join([sql.Placeholder()] * len(columns))
        written.append((sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks).as_string(floor), rows))
        floor.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), kept))
    floor.execute("UPDATE duties_duty SET done = done - 1 WHERE id = ANY (%s)", [[duty for _done, duty in duties]])
    floor.execute("SET session_replication_role = origin")
    floor.execute("VACUUM ANALYZE")
    floor.execute("CHECKPOINT")
    chunks = [_part(written, duties, number, entries) for number in range(entries)]
    parts = [list(part) for part in batched(chunks, -(-entries // CLIENTS), strict=False)]
    connections = [psycopg.connect(floor.info.dsn, password=floor.info.password) for _part_of in parts]
    began = time.perf_counter()
    together([lambda connection=connection, part=part: _insert(connection, part) for connection, part in zip(connections, parts, strict=True)])  # type: ignore[misc]
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return seconds


def _part(written: Sequence[tuple[str, list[Row]]], duties: Sequence[tuple[int, UUID]], number: int, entries: int) -> tuple[list[tuple[str, Row]], list[tuple[int, UUID]]]:
    """The rows of one entry, each with its statement, and what it keeps."""
    rows = [(statement, row) for statement, held in written for row in held[number * len(held) // entries : (number + 1) * len(held) // entries]]
    return rows, list(duties[number * len(duties) // entries : (number + 1) * len(duties) // entries])


def _insert(connection: psycopg.Connection, part: Sequence[tuple[list[tuple[str, Row]], list[tuple[int, UUID]]]]) -> None:
    for rows, duties in part:
        with connection.transaction():
            for statement, row in rows:
                connection.execute(statement, row)
            for done, duty in duties:
                connection.execute("UPDATE duties_duty SET done = %s WHERE id = %s", [done, duty])


if __name__ == "__main__":
    main()
