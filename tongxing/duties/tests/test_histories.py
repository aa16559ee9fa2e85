"""Random histories of a village's autumn: whatever happened, the stored promises are what the oracle computes, and the tallies what the rows are."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.caremodels.expressions import parse
from tongxing.caremodels.shapes import By, Lapse
from tongxing.children import actions as children
from tongxing.children.actions.days import turn_day
from tongxing.children.models import Absence, Child
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import both_away, make_child
from tongxing.duties import tallies
from tongxing.duties.actions import deciding, discharging, verifying
from tongxing.duties.models import OPEN, Duty, Suspension
from tongxing.duties.tests.make import day, logged, moment, opened, promise, promised, rule
from tongxing.ground.today import as_of
from tongxing.places import codes

pytestmark = pytest.mark.django_db
EXAMPLES, PARTS = (125, 8) if os.environ.get("TONGXING_SOAK") else (12, 1)  # parts, so that every core has its own
FIRST = date(2026, 10, 8)
ACTS = st.sampled_from(
    [
        "register",
        "come",
        "visit",
        "visit",
        "visit",
        "talk",
        "batch",
        "void",
        "correct",
        "home",
        "end",
        "move",
        "poor",
        "event",
        "waive",
        "unwaive",
        "suspend",
        "resume",
        "adopt",
        "tighten",
        "stop",
        "urge",
        "none",
    ]
)
HISTORY = st.lists(st.tuples(st.integers(0, 5), ACTS, st.integers(0, 7)), min_size=3, max_size=22)


def base() -> list[Any]:
    return [
        rule(promise("home_visit", obligation="visit", by=By(kinds=("home_visit",)))),
        rule(promise("talk", per="week", season="term", for_=parse("left_behind"))),
        rule(promise("poor_visit", obligation="visit", per="week", for_=parse('category in ["state.poverty"]'), by=By(kinds=("home_visit",)))),
        rule(promise("drop", event="grade_dropped", within="3d", by=By(kinds=("home_visit",)), also_discharges=("talk",))),
        rule(promise("book", per="once", grace=Lapse.parse("30d"))),
        rule(promise("gift", per="birthday")),
        rule(promise("notice", about="place", level="village", per="quarter")),
    ]


class World:
    """What an act of a history may take hold of."""

    def __init__(self, held: list[Any], log: Any) -> None:
        self.held, self.log, self.now = held, log, FIRST
        self.gone: set[Any] = set()

    def child(self, which: int) -> Any:
        found = list(Child.objects.filter(state="current").order_by("id"))
        return found[which % len(found)] if found else None

    def entry(self, which: int) -> Any:
        taken = self.gone | {each.corrects for each in self.log.held.values()}
        found = [each for each in self.log.held.values() if each.id not in taken]
        return found[which % len(found)] if found else None

    def do(self, act: str, which: int) -> None:
        if act in ("register", "come"):
            parents = both_away(date(2025, 3, 1)) if act == "register" else ()
            born = date(2016, 11, (which * 7) % 28 + 1)
            make_child(place=NEXT_VILLAGE if which % 3 == 0 else VILLAGE, born=born, relatives=parents, schooling=NewSchooling(stage="primary", grade=3))
            return
        if act in ("adopt", "tighten", "stop"):
            self.policy(act, which)
            return
        entry, child = self.entry(which), self.child(which)
        if act in ("void", "correct"):
            if entry:
                self.follow(act, entry, which)
            return
        if child is not None:
            self.of_child(act, child, which)

    def policy(self, act: str, which: int) -> None:
        match act:
            case "adopt":
                self.held.append(rule(promise(f"new{which}", count=which % 3 + 1, by=By(kinds=("talk",))), place=TOWNSHIP if which % 2 else COUNTY, since=self.now))
            case "tighten":
                self.held[0] = rule(promise("home_visit", obligation="visit", count=which % 2 + 1, by=By(kinds=("home_visit",))))
            case "stop" if len(self.held) > 7:
                self.held.pop()

    def follow(self, act: str, entry: Any, which: int) -> None:
        if act == "void":
            self.gone.add(entry.id)
            self.log.held[entry.id] = type(entry)(**{name: getattr(entry, name) for name in entry.__slots__} | {"stands": False})
            discharging.reopen(entry.id)
            return
        on = max(self.now - timedelta(days=which), FIRST)
        discharging.discharge(self.log.add(entry.children[0], on, kind=entry.kind, corrects=entry.id))

    def of_child(self, act: str, child: Any, which: int) -> None:  # noqa: C901, PLR0912 — one line an act
        open_ = [duty.id for duty in Duty.objects.filter(subject_id=child.id).filter(OPEN).order_by("id")]
        match act:
            case "visit" | "talk":
                discharging.discharge(self.log.add(child.id, max(self.now - timedelta(days=which), FIRST), kind="home_visit" if act == "visit" else "talk"))
            case "batch":
                all_of_them = tuple(Child.objects.filter(state="current").values_list("id", flat=True))
                discharging.discharge(self.log.add(child.id, self.now, kind="talk", children=all_of_them))
            case "home":
                if absence := Absence.objects.filter(child_id=child.id, until=None).first():
                    children.end_absence(absence_id=absence.id, on=self.now, returned="for_good", by=None)
            case "end":
                children.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", by=None)
            case "move":
                transfer = children.request_transfer(child_id=child.id, to=NEXT_VILLAGE if child.scope_place == VILLAGE else VILLAGE, reason="搬家", by=None)
                children.answer_transfer(transfer_id=transfer.id, act="accept", by=None)
            case "poor" if not child.categorys.exists():
                category = children.report_category(child_id=child.id, new=NewCategory(scheme="state", kind="poverty"), by=None)
                while category.state not in ("confirmed", "refused"):
                    category = children.advance_category(category_id=category.id, yes=True, by=None)
            case "event":
                raised = self.log.add(child.id, self.now, kind="grades")
                discharging.open_for_event("grade_dropped", child.id, raised.id, moment(self.now), place=child.scope_place)
            case "waive" if open_:
                deciding.waive(duty_ids=open_[:1], reason="住院", by=None)
            case "unwaive":
                deciding.unwaive(duty_ids=[duty.id for duty in Duty.objects.filter(subject_id=child.id, waived_on__isnull=False)], by=None)
            case "suspend" if not _rests(child):
                deciding.suspend(child_id=child.id, reason="随父母外出", by=None)
            case "resume" if _rests(child):
                deciding.resume(child_id=child.id, by=None)


def _rests(child: Any) -> bool:
    return Suspension.objects.filter(child_id=child.id, until=None).exists()


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
@given(history=HISTORY)
def test_what_is_stored_is_what_the_oracle_computes(places: Any, part: int, history: list[Any]) -> None:
    with transaction.atomic(), promised(*base()) as held, logged() as log:
        world = World(held, log)
        with day(FIRST):
            make_child(relatives=both_away(date(2025, 3, 1)), schooling=NewSchooling(stage="primary", grade=3))
            make_child(name="王二", place=NEXT_VILLAGE)
        opened(FIRST)
        for days, act, which in history:
            for _day in range(days):
                world.now += timedelta(days=1)
                with as_of(moment(world.now, 0)):
                    turn_day(on=world.now)
                opened(world.now)
            with day(world.now):
                world.do(act, which)
        opened(world.now)
        with as_of(moment(world.now, 23)):
            tallies.refresh()
            noted, wrong = verifying.verify(*codes.span(COUNTY), on=world.now)
        assert not wrong, [str(each) for each in wrong]
        assert (noted.tallies, noted.differing) == (0, 0)
        transaction.set_rollback(True)


def test_the_oracle_finds_what_was_tampered_with(places: Any) -> None:
    with promised(*base()), logged(), day(FIRST):
        make_child(relatives=both_away(date(2025, 3, 1)))
        opened(FIRST)
        tallies.refresh()
        first, *_rest = Duty.objects.filter(window__startswith="week").order_by("id")
        Duty.objects.filter(pk=first.pk).update(done=1)
        noted, wrong = verifying.verify(*codes.span(COUNTY), on=FIRST)
        assert [(each.duty_id, each.what) for each in wrong] == [(first.id, "done")]
        assert noted.tallies  # the change was marked, and not counted yet
        tallies.refresh()
        assert verifying.verify(*codes.span(COUNTY), on=FIRST)[0].tallies == 0
