"""The roll-up is equal to the rows, whatever is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Child
from tongxing.children.new import NewCategory, NewGuardianship
from tongxing.children.tests.make import away, make_child, seen_by, years_ago
from tongxing.figures import pages, queries, rollup
from tongxing.figures.definition import TABLES
from tongxing.figures.models import Rollup, RollupMark
from tongxing.ground.today import as_of, now, today

pytestmark = pytest.mark.django_db
PROVINCE = 420000000000
SUMMARY = TABLES["left_behind_summary"]
ACTS = st.lists(st.tuples(st.sampled_from(["register", "guard", "poor", "end", "move"]), st.sampled_from([VILLAGE, NEXT_VILLAGE])), max_size=6)


def do(act: str, place: int) -> None:
    if act == "register":
        make_child(place=place, relatives=(away("51", "张父", years_ago(1)), away("52", "李母", years_ago(1))))
        return
    with seen_by(None):
        child = Child.objects.filter(scope_place=place, state="current").order_by("id").last()
        if child is None:
            return
        match act:
            case "guard":
                actions.record_guardianship(child_id=child.id, new=NewGuardianship(kind="good"), by=None)
            case "poor":
                if not child.categorys.exists():
                    actions.report_category(child_id=child.id, new=NewCategory(scheme="state", kind="poverty"), by=None)
            case "end":
                actions.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", by=None)
            case "move":
                to = NEXT_VILLAGE if place == VILLAGE else VILLAGE
                transfer = actions.request_transfer(child_id=child.id, to=to, reason="搬家", by=None)
                actions.answer_transfer(transfer_id=transfer.id, act="accept", by=None)


def everything_written_counts() -> None:
    """The horizon stands below the test's own transaction, which never ends: let the next refresh look at all of it."""
    RollupMark.objects.update(xid=0)


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=ACTS, later=ACTS)
def test_the_rollup_is_equal_to_the_rows(places, monkeypatch, first, later) -> None:
    monkeypatch.setattr(rollup, "_HORIZON", "SELECT pg_current_xact_id()::text::bigint + 1 + shift FROM journal_epoch")
    for act in first:
        do(*act)
    everything_written_counts()
    rollup.refresh()
    assert rollup.faults() == []
    for act in later:
        do(*act)
    everything_written_counts()
    assert rollup.refresh() >= 0
    assert rollup.faults() == []


def test_a_province_is_read_from_the_rollup_and_a_county_from_the_rows(places) -> None:
    do("register", VILLAGE)
    rollup.refresh()
    do("register", VILLAGE)
    province, county = make_post("province_officer", PROVINCE), make_post("county_officer", 420506000000)
    with seen_by(province):
        assert pages.counted_for(province, SUMMARY, PROVINCE, today()).total[0] == 1
        assert queries.count(SUMMARY, PROVINCE, today()).total[0] == 2
    with seen_by(county):
        assert pages.counted_for(county, SUMMARY, 420506000000, today()).total[0] == 2


def test_a_new_day_counts_everything_anew(places) -> None:
    do("register", VILLAGE)
    rollup.refresh()
    with as_of(now() + timedelta(days=1)):
        assert rollup.read(SUMMARY, PROVINCE, today()) is None
        assert rollup.refresh() == -1
        assert rollup.faults() == []


def test_both_walls_around_the_rollup(places, director: Post, next_director: Post) -> None:
    do("register", VILLAGE)
    rollup.refresh()
    for post, seen in ((director, {VILLAGE}), (next_director, set())):
        with seen_by(post):
            assert set(Rollup.objects.values_list("scope_place", flat=True)) == seen
            assert set(Rollup.unscoped.values_list("scope_place", flat=True)) == seen


def test_a_wrong_cell_is_found(places) -> None:
    do("register", VILLAGE)
    rollup.refresh()
    with seen_by(None):
        row = Rollup.objects.filter(table=SUMMARY.id, scope_place=VILLAGE).get()
        row.cells[0] += 1
        Rollup.objects.filter(table=SUMMARY.id, scope_place=VILLAGE).update(cells=row.cells)
    assert len(rollup.faults()) == 1
