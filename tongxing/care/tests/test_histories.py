"""Random histories of joint entries in two villages: each actor sees some of the children; what is stored is what the oracle computes, and nobody loses a part."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.caremodels.shapes import By
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child, seen_by
from tongxing.duties import tallies
from tongxing.duties.actions import verifying
from tongxing.duties.tests.make import day, moment, opened, promise, promised, rule
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.today import as_of
from tongxing.log import queries as log
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Subject
from tongxing.places import codes

pytestmark = pytest.mark.django_db
EXAMPLES = 300 if os.environ.get("TONGXING_SOAK") else 6
FIRST = date(2026, 10, 8)
ACTS = st.sampled_from(["talk", "talk", "correct", "correct", "leave out", "void"])
HISTORY = st.lists(st.tuples(st.integers(0, 3), ACTS, st.integers(0, 3), st.integers(0, 7), st.sampled_from(["good", "low"])), min_size=3, max_size=14)
RULES = [
    rule(promise("talk", per="week", by=By(kinds=("school_talk",), role="any"))),
    rule(promise("low", event="low_mood", within="3d", by=By(kinds=("school_talk",), role="any"))),
]


class World:
    def __init__(self, posts: list[Post], children: list[Child]) -> None:
        self.posts, self.children, self.now = posts, children, FIRST
        self.standing: dict[UUID, dict[UUID, str]] = {}  # what every entry that holds must say of every child

    def do(self, act: str, who: int, which: int, mood: str) -> None:
        by = self.posts[who % len(self.posts)]
        on = max(self.now - timedelta(days=which), FIRST)
        if act == "talk":
            self.talk(by, on, which, mood)
            return
        with seen_by(by):
            found = sorted(Entry.objects.filter(pk__in=self.standing).values_list("pk", flat=True))
            entry = Entry.objects.get(pk=found[which % len(found)]) if found else None
            here = [part.child_id for part in log.parts_of(entry)] if entry else []
        if entry is None or not here:
            return
        said = self.standing.pop(entry.id)
        with seen_by(by):
            if act == "void":
                care.void_entry(entry=entry, reason="登记错了", by=by)
                return
            staying = here[1:] or here if act == "leave out" else here
            following = care.correct_entry(**self.words(on, staying, mood), by=by, entry=entry, reason="写错了")
        self.standing[following.id] = {child: mood if child in staying else was for child, was in said.items() if child in staying or child not in here}

    def talk(self, by: Post, on: date, which: int, mood: str) -> None:
        with seen_by(by):
            here = [child.id for child in self.children if by.scope().covers(child.scope_place)]
            chosen = here[which % 2 :] or here
            entry = care.log_entry(**self.words(on, chosen, mood), by=by, subject=Subject("child", chosen[0], by.place_id))
        self.standing[entry.id] = dict.fromkeys(chosen, mood)

    def words(self, on: date, children: list[UUID], mood: str) -> dict[str, Any]:
        own = {"thought": mood, "discipline": ["good"], "study": "steady"}
        told = Circumstances(on=on, where="phone", spoken_to=("teacher",))
        return {"form": forms.definition("school_talk"), "children": children, "told": told, "answers": {}, "own_answers": dict.fromkeys(children, own)}


@settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
@given(history=HISTORY)
def test_joint_entries_hold_for_all_whoever_changes_them(places: Any, history: list[Any]) -> None:
    with transaction.atomic(), promised(*RULES):
        with day(FIRST):
            children = [make_child(), make_child(name="王二"), make_child(name="王三", place=NEXT_VILLAGE), make_child(name="王四", place=NEXT_VILLAGE)]
            director, next_director = (make_post("child_director", place) for place in (VILLAGE, NEXT_VILLAGE))
            supervisor = make_post("supervisor", TOWNSHIP)
        world = World([director, next_director, supervisor, supervisor], children)
        opened(FIRST)
        for days, act, who, which, mood in history:
            for _day in range(days):
                world.now += timedelta(days=1)
                opened(world.now)
            with as_of(moment(world.now)):
                world.do(act, who, which, mood)
        opened(world.now)
        with as_of(moment(world.now, 23)):
            tallies.refresh()
            noted, wrong = verifying.verify(*codes.span(COUNTY), on=world.now)
        assert not wrong, [str(each) for each in wrong]
        assert (noted.tallies, noted.differing) == (0, 0)
        with scope.whole_country(why="the test looks at every part"):
            stands = {entry.id: entry for entry in log.standing(Entry.objects.all())}
            assert {entry.id: {part.child_id: part.answers["thought"] for part in log.parts_of(entry)} for entry in stands.values()} == world.standing
        transaction.set_rollback(True)
