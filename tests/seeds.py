"""`pytest --seeds`: which clauses of the requirement rows are proved by a scenario that passes.

A scenario marks its clauses, `@pytest.mark.req("P8-1a", "P8-1c")`; `tests/scenarios/rows.toml` knows them all. A clause is
proved where at least one scenario marks it and every one that does has passed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest

ROWS = Path(__file__).parent / "scenarios" / "rows.toml"
WHERE = ("tests/scenarios/", "tests/journeys/")  # a row is proved through real screens on the real database, nowhere else
ROW = re.compile(r"([A-Z]+\d*-\d+)([a-z])")


class Proof(Enum):
    NONE, OK, FAILED = range(3)


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one row after a run."""

    id: str
    clauses: tuple[Proof, ...]

    @property
    def verdict(self) -> str:
        if Proof.FAILED in self.clauses:
            return "fail"
        proved = self.clauses.count(Proof.OK)
        return "none" if not proved else "ok" if proved == len(self.clauses) else "part"

    def __str__(self) -> str:
        return f"{self.id} {self.verdict} {self.clauses.count(Proof.OK)}/{len(self.clauses)}"


def clauses() -> dict[str, str]:
    """Clause to its text, in the order of the sources. Raises ValueError where a row's letters do not run from a."""
    known: dict[str, str] = tomllib.loads(ROWS.read_text(encoding="utf-8"))
    letters: dict[str, str] = {}
    for clause in known:
        match = ROW.fullmatch(clause)
        if not match:
            raise ValueError(f"{ROWS.name}: “{clause}” is no clause; a clause is a row and a letter, such as P8-10a")
        row, letter = match.groups()
        letters[row] = letters.get(row, "") + letter
    for row, given in letters.items():
        if given != "abcdefghijklmnopqrstuvwxyz"[: len(given)]:
            raise ValueError(f"{ROWS.name}: the clauses of {row} are {', '.join(given)}; they must run from a")
    return known


def matrix(known: Iterable[str], outcomes: Mapping[str, Iterable[bool | None]]) -> list[Row]:
    """Every row with its clauses. `outcomes` maps a clause to what its scenarios said: passed, failed, or None for skipped."""
    rows: dict[str, list[Proof]] = {}
    for clause in known:
        said = list(outcomes.get(clause, ()))
        proof = Proof.FAILED if False in said else Proof.OK if said and None not in said else Proof.NONE
        rows.setdefault(clause.rstrip("abcdefghijklmnopqrstuvwxyz"), []).append(proof)
    return [Row(row, tuple(proofs)) for row, proofs in rows.items()]


def last_line(rows: Iterable[Row]) -> str:
    verdicts = [row.verdict for row in rows]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in ("ok", "part", "fail", "none"))


def wrong_mark(nodeid: str, clause: object, known: Mapping[str, str]) -> str | None:
    """What is wrong with a mark, in words."""
    if not nodeid.startswith(WHERE):
        return f"{nodeid}: only scenarios and journeys prove a clause; this test stands elsewhere"
    if clause in known:
        return None
    own = [each for each in known if str(each).rstrip("abcdefghijklmnopqrstuvwxyz") == clause]
    if own:
        return f"{nodeid}: “{clause}” is a row; mark the clauses that the test proves: {', '.join(own)}"
    near = difflib.get_close_matches(str(clause), known, n=1, cutoff=0)
    return f"{nodeid}: “{clause}” is not in {ROWS.name}; the nearest is “{near[0]}”"


class Seeds:
    """Collects the outcomes; with xdist they come back from the workers as properties of the reports."""

    def __init__(self) -> None:
        self.known = clauses()
        self.outcomes: dict[str, dict[str, bool | None]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        faults: dict[str, None] = {}
        for item in items:
            for mark in item.iter_markers("req"):
                for clause in mark.args:
                    if fault := wrong_mark(item.nodeid.partition("[")[0], clause, self.known):
                        faults[fault] = None  # once, whatever the number of parameters
                    item.user_properties.append(("clause", str(clause)))
        if faults:
            raise pytest.UsageError("\n".join(faults))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, clause in report.user_properties:
            if name == "clause":
                said = self.outcomes.setdefault(str(clause), {})
                before = said.get(report.nodeid, True)
                now = None if report.skipped else report.passed
                said[report.nodeid] = False if False in (before, now) else None if None in (before, now) else True

    def rows(self) -> list[Row]:
        return matrix(self.known, {clause: said.values() for clause, said in self.outcomes.items()})


KEY = pytest.StashKey[Seeds]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", action="store_true", help="print the requirement matrix, one line a row")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[KEY] = Seeds()
    config.pluginmanager.register(config.stash[KEY], "seeds-outcomes")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The matrix is the last thing printed, below pytest's own closing line."""
    if config.getoption("--seeds") and not hasattr(config, "workerinput"):
        rows = config.stash[KEY].rows()
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        write = reporter.write_line if reporter else print
        for row in rows:
            write(str(row))
        write(last_line(rows))
