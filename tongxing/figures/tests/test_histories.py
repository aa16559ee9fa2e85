"""Random histories of two quarters: every return adds up, and the second opens where the first closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.children import actions as children
from tongxing.children.models import Absence, Child
from tongxing.children.new import NewCategory
from tongxing.figures import actions, counting
from tongxing.figures.models import Return
from tongxing.figures.movement import CATEGORIES
from tongxing.figures.tests.test_returns import Q2, Q3, left_behind, on_day
from tongxing.ground.today import CHINA, as_of

pytestmark = pytest.mark.django_db
ACTS = st.sampled_from(["register", "register", "return", "end", "move", "poor", "correct"])
DAYS = st.integers(0, 85)
QUARTER = st.lists(st.tuples(DAYS, ACTS, st.sampled_from([VILLAGE, NEXT_VILLAGE])), max_size=6).map(sorted)


def do(act: str, place: int, day: date) -> None:
    if act == "register":
        left_behind("张新", place, on=day)
        return
    with on_day(day):
        child = Child.objects.filter(scope_place=place, state="current").order_by("id").last()
        if child is None:
            return
        match act:
            case "return" | "correct":
                absence = Absence.objects.filter(child_id=child.id, until=None).first()
                if absence:
                    back = date.fromordinal(day.toordinal() - (100 if act == "correct" else 1))
                    children.end_absence(absence_id=absence.id, on=max(back, date(2025, 3, 2)), returned="for_good", by=None)
            case "end":
                children.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", by=None)
            case "move":
                transfer = children.request_transfer(child_id=child.id, to=NEXT_VILLAGE if place == VILLAGE else VILLAGE, reason="搬家", by=None)
                children.answer_transfer(transfer_id=transfer.id, act="accept", by=None)
            case "poor" if not child.categorys.exists():
                children.report_category(child_id=child.id, new=NewCategory(scheme="state", kind="poverty"), by=None)


@settings(max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(second=QUARTER, third=QUARTER)
def test_every_return_adds_up_and_opens_where_the_last_closed(places: Any, second: list[Any], third: list[Any]) -> None:
    with transaction.atomic():
        _live(second, third)
        transaction.set_rollback(True)  # the next history begins with an empty register


def _live(second: list[Any], third: list[Any]) -> None:
    with as_of(datetime(2026, 3, 1, tzinfo=CHINA)):
        supervisor, officer = make_post("supervisor", TOWNSHIP), make_post("county_officer", COUNTY)
    drafts = []
    for first, on, history in ((date(2026, 4, 2), Q2, second), (date(2026, 7, 20), Q3, third)):
        for offset, act, place in history:
            do(act, place, date.fromordinal(first.toordinal() + min(offset, on.toordinal() - first.toordinal())))
        with on_day(date.fromordinal(on.toordinal() + 5), officer):
            actions.open_period(kind="quarter", on=on, due=date.fromordinal(on.toordinal() + 20), by=officer)
            report = Return.objects.get(scope_place=TOWNSHIP, on=on)
        with on_day(date.fromordinal(on.toordinal() + 6), supervisor):
            actions.act(report=report, verb="submit", by=supervisor)
        with on_day(date.fromordinal(on.toordinal() + 7), officer):
            actions.act(report=report, verb="confirm", by=officer)
            drafts.append(counting.read(Return.objects.get(pk=report.pk)))
    for category in CATEGORIES.values():
        earlier, later = (draft.total(category.table) for draft in drafts)
        assert earlier.get("closing", 0) == later.get("opening", 0)
        for cells in (earlier, later):
            assert cells.get("opening", 0) + cells.get("came", 0) - cells.get("left", 0) == cells.get("closing", 0)
