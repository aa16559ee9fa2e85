"""Clocks fire once, rest, and survive a handler that fails."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings

from tests.people import VILLAGE
from tongxing.clocks import actions, ticking
from tongxing.clocks.models import Clock
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now

pytestmark = pytest.mark.django_db
heard: list[UUID] = []
HOUR = timedelta(hours=1)


def hear(clock: Clock) -> None:
    heard.append(clock.subject)


def fail(clock: Clock) -> None:
    Clock.objects.filter(pk=clock.pk).update(place=1)
    raise RuntimeError("the handler fails")


@pytest.fixture(autouse=True)
def kinds(settings: LazySettings) -> None:
    heard.clear()
    settings.CLOCKS = {"heard": f"{__name__}.hear", "failing": f"{__name__}.fail"}


def start(kind: str = "heard", step: str = "") -> UUID:
    subject = uuid7()
    actions.start(kind=kind, subject=subject, step=step, due_at=now() + HOUR, place=VILLAGE)
    return subject


def test_a_clock_fires_once_when_it_is_due():
    subject = start()
    assert ticking.tick() == 0
    assert heard == []
    with time_machine.travel(now() + HOUR):
        ticking.tick()
        ticking.tick()
    assert heard == [subject]


def test_started_twice_it_runs_once():
    subject = start()
    actions.start(kind="heard", subject=subject, due_at=now() + 2 * HOUR, place=VILLAGE)
    with time_machine.travel(now() + 3 * HOUR):
        while ticking.tick():
            pass
    assert heard == [subject]


def test_a_stopped_clock_is_silent():
    subject = start()
    assert actions.stop(kind="heard", subject=subject) == 1
    with time_machine.travel(now() + 2 * HOUR):
        ticking.tick()
    assert heard == []


def test_a_paused_clock_keeps_what_was_left():
    subject = start()
    with time_machine.travel(now() + HOUR / 2):
        actions.pause(kind="heard", subject=subject, why="等待医院")
    with time_machine.travel(now() + 10 * HOUR):
        ticking.tick()
        assert heard == []
        actions.resume(kind="heard", subject=subject)
        assert Clock.objects.get(subject=subject).due_at - now() == pytest.approx(HOUR / 2, abs=timedelta(seconds=2))
    with time_machine.travel(now() + 10 * HOUR + HOUR / 2 + timedelta(seconds=5)):
        ticking.tick()
    assert heard == [subject]


def test_a_handler_that_fails_leaves_nothing_half_done_and_is_tried_again():
    failing, well = start("failing"), start()
    with time_machine.travel(now() + HOUR):
        ticking.tick()
    clock = Clock.objects.get(subject=failing)
    assert (clock.fired_at, clock.failures, clock.place) == (None, 1, VILLAGE)
    assert clock.again_at is not None
    assert clock.again_at > now() + HOUR
    assert heard == [well]
