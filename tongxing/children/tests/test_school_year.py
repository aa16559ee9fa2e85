"""September: classes move up, stages end, nobody is moved twice, and whoever must be asked about stays."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from tongxing.children import actions
from tongxing.children.models import Child, Schooling
from tongxing.children.new import NewSchooling
from tongxing.children.rules.school_year import Schooled, Turn, turn
from tongxing.children.tests.make import make_child, seen_by


@pytest.mark.parametrize(
    ("now", "what", "then"),
    [
        (Schooled("primary", "attending", 3, "三年级2班"), Turn.UP, Schooled("primary", "attending", 4, "四年级2班")),
        (Schooled("primary", "attending", 3, "雏鹰班"), Turn.UP, Schooled("primary", "attending", 4, "雏鹰班")),
        (Schooled("primary", "attending", 6, "六年级1班"), Turn.ENTERS, Schooled("junior", "attending", 1, "")),
        (Schooled("kindergarten", "attending", 3, ""), Turn.ENTERS, Schooled("primary", "attending", 1, "")),
        (Schooled("junior", "attending", 3, ""), Turn.ASK, Schooled("junior", "attending", 3, "")),
        (Schooled("primary", "suspended", 3, ""), Turn.ASK, Schooled("primary", "suspended", 3, "")),
        (Schooled("primary", "attending", None, ""), Turn.ASK, Schooled("primary", "attending", None, "")),
        (Schooled("dropout", "", None, ""), Turn.ASK, Schooled("dropout", "", None, "")),
    ],
)
def test_what_the_turn_does(now: Schooled, what: Turn, then: Schooled):
    assert turn(now) == (what, then)


@pytest.mark.django_db
def test_a_class_moves_up_once(officer):
    with time_machine.travel(date(2026, 3, 2), tick=False):
        child = make_child(schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3, class_name="三年级2班"))
    with time_machine.travel(date(2026, 9, 3), tick=False), seen_by(officer):
        assert actions.roll_over(child_ids=[child.id], year=2026, by=officer) == 1
        assert actions.roll_over(child_ids=[child.id], year=2026, by=officer) == 0
        moved = Child.objects.get(pk=child.id)
        assert (moved.grade, moved.class_name, moved.school_name) == (4, "四年级2班", "中心小学")
        assert [row.grade for row in Schooling.objects.filter(child=child).order_by("since")] == [3, 4]


@pytest.mark.django_db
def test_the_next_village_is_not_touched(director, next_director):
    child = make_child(schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3))
    with seen_by(next_director):
        assert actions.roll_over(child_ids=[child.id], year=2026, by=next_director) == 0
