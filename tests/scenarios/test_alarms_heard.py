"""No alarm is lost: whatever worker is killed at whatever statement, each escalation is written once and reaches its people.

Doubled is only what a gateway took without its answer coming back, and such a delivery says so. `make soak` runs a thousand schedules.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, InterfaceError, connection, connections, transaction

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.clocks import ticking
from tongxing.clocks.models import Clock, ClockQuerySet
from tongxing.ground import scope
from tongxing.ground.today import as_of, now
from tongxing.outbox import gateways, sending
from tongxing.outbox.gateways import TryAgain
from tongxing.outbox.models import Delivery, Message, State
from tongxing.protection import actions
from tongxing.protection.models import Hop, Line
from tongxing.protection.tests.make import make_report

pytestmark = pytest.mark.django_db(transaction=True)
SOAK = bool(os.environ.get("TONGXING_SOAK"))
SCHEDULES = 1000 if SOAK else 8
FIRST_SEED = int(os.environ.get("TONGXING_SEED", "0"))
EVERY = 1 if SOAK else 9  # at which statements the single worker is killed
MINUTE = timedelta(minutes=1)
CUT = (DatabaseError, InterfaceError)


class Killed(BaseException):
    """The worker is gone, in the middle of what it did."""


class Line110:
    """A gateway that forgets keys, is busy at times, and at times takes a text without its answer coming back."""

    remembers: ClassVar[bool] = False
    took: ClassVar[Counter[str]] = Counter()
    dice: ClassVar[random.Random | None] = None

    def send(self, *, key: str, to: str, text: str) -> str:
        roll = self.dice.random() if self.dice else 1.0
        if roll < 0.15:
            raise TryAgain("busy")
        self.took[key] += 1
        if roll < 0.3:
            raise Killed
        return f"line-{key[-8:]}"

    def receipt(self, key: str) -> str:
        return ""


@contextmanager
def killed_at(statement: int | None, *, by_the_server: bool = False) -> Iterator[list[int]]:
    """Cut this thread's work off before its n-th statement: the process is killed, or the server ends the connection. Yields how many were begun."""
    begun = [0]

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun[0] += 1
        if begun[0] == statement:
            if by_the_server:
                context["connection"].connection.close()
            else:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        try:
            yield begun
        except (Killed, *CUT):
            connections.close_all()  # what was open is rolled back


def whole() -> Any:
    return scope.whole_country(why="the test looks at everything")


@pytest.fixture
def offices(places: Any, settings: Any) -> Iterator[dict[str, Post]]:
    settings.OUTBOX_GATEWAYS = {"sms": f"{__name__}.Line110", "email": ""}
    gateways._made.cache_clear()
    Line110.took.clear()
    Line110.dice = None
    posts = {"director": make_post("child_director", VILLAGE), "supervisor": make_post("supervisor", TOWNSHIP), "officer": make_post("county_officer", COUNTY)}
    for number, post in enumerate(posts.values()):
        accounts.edit_person(person=post.person, name=post.person.name, phone=f"1381234567{number}", by=None)
    yield posts
    gateways._made.cache_clear()


def worker(work: Callable[[], object], at: datetime, *, kill: int | None = None, by_the_server: bool = False) -> int:
    """One worker's turn at a moment, in this thread; returns how many statements it began."""
    with as_of(at), killed_at(kill, by_the_server=by_the_server) as begun:
        work()
    return begun[0]


def settle(at: datetime) -> datetime:
    """Everybody is well again: workers turn every five minutes until nothing is due for two days."""
    Line110.dice = None
    for _turn in range(600):
        with as_of(at):
            moved = ticking.tick() + sending.send_due()
            with transaction.atomic(), whole():
                left = Delivery.objects.filter(state__in=[State.WAITING, State.SENDING]).exists() or ClockQuerySet(Clock).running().filter(kind="hop").exists()
        if not moved and not left:
            return at
        at += 5 * MINUTE
    raise AssertionError("it never came to rest")


def judge() -> None:
    """What must hold when all is quiet."""
    with transaction.atomic(), whole():
        unheard = Counter((line.case_id, line.data["chain"], line.data["role"]) for line in Line.objects.filter(verb="unheard"))
        lapsed = {(hop.case_id, hop.chain, hop.role) for hop in Hop.objects.exclude(lapsed_at=None)}
        assert set(unheard) == lapsed
        assert set(unheard.values()) <= {1}, "an escalation was written twice"
        waiting = Hop.objects.filter(acknowledged_at=None, by_hand_at=None, lapsed_at=None, vacant=False).exclude(link=99)
        assert not waiting.exists(), "somebody was told, did not answer, and nobody noticed"
        told = Counter(Message.objects.filter(kind="event").values_list("person_id", "key"))
        assert set(told.values()) <= {1}
        urgent = set(Message.objects.filter(kind="event", urgent=True).values_list("person_id", "key"))
        deliveries = list(Delivery.objects.all())
        assert {(each.person_id, each.key) for each in deliveries} >= urgent, "an alarm has no delivery"
        assert {each.state for each in deliveries} <= {State.SENT}
        for each in deliveries:
            taken = Line110.took[str(each.pk)]
            assert taken >= 1, "an alarm was lost"
            assert taken == 1 or each.uncertain, "an alarm was doubled though its answer was noted, or is not marked"


def play(seed: int, offices: dict[str, Post]) -> None:
    """One schedule: reports, acknowledgements and two workers' turns, in an order and with accidents that the seed decides."""
    dice = random.Random(seed)
    at = now()
    Line110.dice = random.Random(seed + 1)
    reports: list[UUID] = []
    for _step in range(dice.randint(6, 14)):
        at += dice.choice([0, 1, 7, 31, 65]) * MINUTE
        kill = dice.randint(1, 60) if dice.random() < 0.5 else None
        by_the_server = dice.random() < 0.5
        act = dice.choice(["report", "report", "acknowledge", "tick", "send", "both"])
        if act == "report":
            situation, place, by = dice.choice(["missing", "low_mood", "harm"]), dice.choice([VILLAGE, NEXT_VILLAGE]), dice.choice([offices["director"], None])
            words = f"情况{dice.randint(1, 3)}"

            def report(situation: str = situation, place: int = place, by: Post | None = by, words: str = words) -> None:
                reports.append(make_report(by=by, situation=situation, place=place, words=words, channel="office").pk)

            worker(report, at, kill=kill, by_the_server=by_the_server)
        elif act == "acknowledge" and reports:
            chosen = dice.choice(reports)

            def acknowledge(chosen: UUID = chosen) -> None:
                with transaction.atomic(), whole():
                    hop = Hop.objects.filter(report=chosen, post=offices["supervisor"], acknowledged_at=None).first()
                if hop is not None:
                    actions.acknowledge(hop=hop, by=offices["supervisor"])

            worker(acknowledge, at, kill=kill, by_the_server=by_the_server)
        elif act == "both":
            with ThreadPoolExecutor(2) as pool:
                turns = [pool.submit(alone, at, kill if number == 0 else None, by_the_server) for number in range(2)]
                for turn in turns:
                    turn.result(60)
        else:
            worker(ticking.tick if act == "tick" else sending.send_due, at, kill=kill, by_the_server=by_the_server)
    settle(at)
    judge()


def alone(at: datetime, kill: int | None, by_the_server: bool) -> None:
    """A second worker, with a connection of its own."""
    try:
        worker(lambda: (ticking.tick(), sending.send_due()), at, kill=kill, by_the_server=by_the_server)
    finally:
        connections.close_all()


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SCHEDULES))
def test_nothing_is_lost_and_nothing_doubled_whatever_is_killed(seed: int, offices: dict[str, Post]):
    play(seed, offices)


@pytest.mark.parametrize("by_the_server", [False, True], ids=["killed", "connection ended"])
def test_the_sending_of_an_alarm_survives_a_cut_before_every_statement(offices: dict[str, Post], by_the_server: bool):
    statement, at = 1, now()
    while True:
        with as_of(at):
            make_report(by=None, channel="public", words=f"第{statement}次")
        begun = worker(sending.send_due, at, kill=statement, by_the_server=by_the_server)
        at = settle(at)
        judge()
        if begun < statement:
            break
        statement += EVERY
        at += timedelta(hours=2)
    assert statement > EVERY


@pytest.mark.parametrize("by_the_server", [False, True], ids=["killed", "connection ended"])
def test_an_escalation_survives_a_cut_before_every_statement(offices: dict[str, Post], by_the_server: bool):
    statement, at = 1, now()
    while True:
        with as_of(at):
            make_report(by=None, channel="public", words=f"第{statement}次")
        at += 40 * MINUTE
        begun = worker(ticking.tick, at, kill=statement, by_the_server=by_the_server)
        at = settle(at)
        judge()
        if begun < statement:
            break
        statement += EVERY
        at += timedelta(hours=2)
    assert statement > EVERY


def test_two_workers_fire_a_clock_once(offices: dict[str, Post]):
    at = now()
    for number in range(3):
        make_report(by=None, channel="public", words=f"第{number}份")
    with ThreadPoolExecutor(2) as pool:
        turns = [pool.submit(alone, at + 40 * MINUTE, None, False) for _worker in range(2)]
        for turn in turns:
            turn.result(60)
    settle(at + 41 * MINUTE)
    judge()
