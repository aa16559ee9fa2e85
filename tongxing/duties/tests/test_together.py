"""Two workers open the same month, and one is cut off in the middle: every promise is there once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections

from tests.people import VILLAGE, make_place
from tongxing.children.tests.make import make_child
from tongxing.duties import tallies
from tongxing.duties.actions import opening
from tongxing.duties.models import Mark
from tongxing.duties.tests.make import day, moment, promise, promised, rows, rule
from tongxing.ground.today import as_of

pytestmark = pytest.mark.django_db(transaction=True)
NOV = date(2026, 11, 1)
HUBEI = (420000000000, 429999999999)
NEXT_COUNTY = 420581001001
RULES = [rule(promise(kind, count=2), place=420000000000) for kind in ("home_visit", "letter", "family_call")]


@pytest.fixture
def two_counties(places: Any) -> int:
    with patch.dict("tests.people.NAMES", {420581000000: "宜都市", 420581001000: "陆城街道", NEXT_COUNTY: "清江社区"}), day(date(2026, 10, 1)):
        for code, name in ((420581000000, "宜都市"), (420581001000, "陆城街道"), (NEXT_COUNTY, "清江社区")):
            make_place(code, name)
        for place in (VILLAGE, VILLAGE, NEXT_COUNTY):
            make_child(place=place)
    return 3 * len(RULES)


def alone(work: Callable[[], object]) -> object:
    """In a thread, with a connection of its own."""
    try:
        with as_of(moment(NOV, 0)):
            return work()
    finally:
        connections.close_all()


def test_two_workers_open_every_promise_once(two_counties: int) -> None:
    with promised(*RULES), ThreadPoolExecutor(4) as workers:
        waiting = [workers.submit(alone, lambda: opening.open_windows(*HUBEI, NOV).duties) for _worker in range(4)]
        assert sum(int(str(each.result(60))) for each in waiting) == two_counties
    assert len(rows()) == two_counties


def test_what_was_cut_off_is_gone_on_with(two_counties: int) -> None:
    calls = []

    def cut_off(done: int, total: int) -> None:
        calls.append(done)
        raise KeyboardInterrupt

    with promised(*RULES), as_of(moment(NOV, 0)):
        with pytest.raises(KeyboardInterrupt):
            opening.open_windows(*HUBEI, NOV, say=cut_off)
        assert 0 < len(rows()) < two_counties
        opening.open_windows(*HUBEI, NOV)
        assert len(rows()) == two_counties
        assert {row.need for row in rows()} == {2}


def test_two_workers_count_the_same_tallies(two_counties: int) -> None:
    with promised(*RULES), as_of(moment(NOV, 0)):
        opening.open_windows(*HUBEI, NOV)
    with ThreadPoolExecutor(3) as workers:
        waiting = [workers.submit(alone, tallies.refresh) for _worker in range(3)]
        assert sum(int(str(each.result(60))) for each in waiting) == 2 * len(RULES)
    assert not Mark.objects.exists()
    with day(NOV):
        assert tallies.faults(*HUBEI) == 0
