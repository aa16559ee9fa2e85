"""Opening + came − left = closing, whatever happened."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tongxing.figures import rules
from tongxing.figures.rules import Story

PREVIOUS, ON = date(2026, 6, 30), date(2026, 9, 30)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
STORIES = st.builds(Story, registered=DAYS, ended=DAYS, began=DAYS, ceased=DAYS, aged=DAYS, moved=DAYS)
CHILDREN = st.integers(0, 7).map(lambda number: UUID(int=number))
MEMBERS = st.dictionaries(CHILDREN, st.integers(1, 3), max_size=8)


@given(before=MEMBERS, after=MEMBERS, stories=st.dictionaries(CHILDREN, STORIES))
def test_every_place_closes_and_so_does_their_sum(before, after, stories) -> None:
    moves = rules.moves(before, after, stories, previous=PREVIOUS, on=ON)
    found = rules.tally(before, after, moves)
    assert all(rules.closes(cells) for cells in found.values())
    assert rules.closes(rules.add(found.values()))
    assert sum(cells["closing"] for cells in found.values()) == len(after)
    assert sum(cells["opening"] for cells in found.values()) == len(before)
    assert {move.reason for move in moves} <= {*rules.CAME, *rules.LEFT}


@given(periods=st.lists(MEMBERS, min_size=2, max_size=5), stories=st.dictionaries(CHILDREN, STORIES))
def test_every_opening_is_the_closing_before(periods, stories) -> None:
    tallies = [rules.tally(before, after, rules.moves(before, after, stories, previous=PREVIOUS, on=ON)) for before, after in pairwise(periods)]
    for earlier, later in pairwise(tallies):
        closed = {place: cells["closing"] for place, cells in earlier.items() if cells["closing"]}
        assert closed == {place: cells["opening"] for place, cells in later.items() if cells["opening"]}


CHILD = UUID(int=1)


def reason(before: dict[UUID, int], after: dict[UUID, int], story: Story) -> tuple[str, bool]:
    (move,) = rules.moves(before, after, {CHILD: story}, previous=PREVIOUS, on=ON)
    return move.reason, move.correction


def test_reasons_of_coming() -> None:
    inside, long_ago = date(2026, 8, 1), date(2026, 3, 1)
    assert reason({}, {CHILD: 1}, Story(registered=inside, began=long_ago)) == ("new_file", False)
    assert reason({}, {CHILD: 1}, Story(registered=long_ago, began=inside)) == ("began", False)
    assert reason({}, {CHILD: 1}, Story(registered=long_ago, began=long_ago, moved=inside)) == ("moved_in", False)
    assert reason({}, {CHILD: 1}, Story(registered=long_ago, began=long_ago)) == ("other_in", True)


def test_reasons_of_leaving() -> None:
    inside, long_ago = date(2026, 8, 1), date(2026, 3, 1)
    assert reason({CHILD: 1}, {}, Story(ended=inside)) == ("ended", False)
    assert reason({CHILD: 1}, {}, Story(ended=long_ago)) == ("ended", True)
    assert reason({CHILD: 1}, {}, Story(aged=ON)) == ("aged", False)
    assert reason({CHILD: 1}, {}, Story(ended=ON, aged=inside)) == ("aged", False)
    assert reason({CHILD: 1}, {}, Story(moved=inside)) == ("moved_out", False)
    assert reason({CHILD: 1}, {}, Story(ceased=inside)) == ("ceased", False)
    assert reason({CHILD: 1}, {}, Story(ceased=long_ago)) == ("ceased", True)
    assert reason({CHILD: 1}, {}, Story()) == ("other_out", True)


def test_a_move_within_the_place_is_out_there_and_in_here() -> None:
    moves = rules.moves({CHILD: 1}, {CHILD: 2}, {CHILD: Story(moved=ON)}, previous=PREVIOUS, on=ON)
    assert [(move.place, move.came, move.reason) for move in moves] == [(1, False, "moved_out"), (2, True, "moved_in")]


def test_quarters() -> None:
    assert rules.quarter_of(date(2026, 11, 22)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert rules.quarter_of(date(2024, 2, 29)) == (date(2024, 1, 1), date(2024, 3, 31))
    assert list(rules.last_quarters(date(2026, 2, 1), 2)) == [(date(2025, 10, 1), date(2025, 12, 31)), (date(2025, 7, 1), date(2025, 9, 30))]
    assert rules.quarter_of(date(2026, 10, 1) - timedelta(days=1)) == (date(2026, 7, 1), date(2026, 9, 30))
