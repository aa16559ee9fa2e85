"""The requirement matrix tells the truth about itself."""

from __future__ import annotations

import pytest

from tests import seeds

KNOWN = {"YL-1a": "", "YL-2a": "", "YL-2b": "", "YL-2c": "", "HN-3a": "", "HN-3b": ""}


def lines(**outcomes: list[bool | None]) -> list[str]:
    given = {clause.replace("_", "-"): said for clause, said in outcomes.items()}
    return [str(row) for row in seeds.matrix(KNOWN, given)]


def test_a_row_is_ok_when_every_clause_is_proved():
    assert lines(YL_1a=[True, True], YL_2a=[True], YL_2b=[True], YL_2c=[True]) == ["YL-1 ok 1/1", "YL-2 ok 3/3", "HN-3 none 0/2"]


def test_a_row_is_part_while_a_clause_is_not_proved():
    assert "YL-2 part 2/3" in lines(YL_2a=[True], YL_2b=[True])


def test_a_clause_fails_when_any_of_its_scenarios_does():
    assert "YL-2 fail 2/3" in lines(YL_2a=[True], YL_2b=[True], YL_2c=[True, False])


def test_a_skipped_scenario_proves_nothing():
    assert "YL-1 none 0/1" in lines(YL_1a=[None])
    assert "YL-1 none 0/1" in lines(YL_1a=[True, None])


def test_the_last_line_counts():
    rows = seeds.matrix(KNOWN, {"YL-1a": [True], "YL-2a": [True], "HN-3a": [False]})
    assert seeds.last_line(rows) == "1 ok, 1 part, 1 fail, 0 none"


@pytest.mark.parametrize(
    ("place", "clause", "fault"),
    [
        ("tests/scenarios/test_x.py::test", "YL-2b", None),
        ("tests/scenarios/test_x.py::test", "YL-2", "is a row; mark the clauses that the test proves: YL-2a, YL-2b, YL-2c"),
        ("tests/scenarios/test_x.py::test", "YL-2d", "is not in rows.toml; the nearest is “YL-2"),
        ("tongxing/places/tests/test_x.py::test", "YL-2b", "only scenarios and journeys prove a clause"),
    ],
)
def test_a_wrong_mark_is_an_error(place: str, clause: str, fault: str | None):
    said = seeds.wrong_mark(place, clause, KNOWN)
    assert (said is None) if fault is None else (fault in (said or ""))


def test_every_clause_of_the_file_has_a_text_and_a_letter():
    known = seeds.clauses()
    assert len(known) > 250
    assert all(known.values())


SCENARIO = """
import pytest
@pytest.mark.req("YL-3a")
def test_rings(): pass
@pytest.mark.req("YL-2a", "YL-2b")
def test_slots(): assert {slots}
"""


@pytest.mark.parametrize(
    ("slots", "expected"), [("True", ["YL-2 part 2/3", "YL-3 ok 1/1", "1 ok, 1 part, 0 fail, 138 none"]), ("False", ["YL-2 fail 0/3", "1 ok, 0 part, 1 fail, 138 none"])]
)
def test_the_option_prints_the_matrix(pytester: pytest.Pytester, slots: str, expected: list[str]):
    pytester.makeini("[pytest]\nmarkers = req: a clause")
    pytester.makepyfile(**{"tests/scenarios/test_x": SCENARIO.format(slots=slots)})
    result = pytester.runpytest("-p", "tests.seeds", "--seeds", "-p", "no:django", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(expected)
    assert result.outlines[-1] == expected[-1]
