"""The worker's side: retries, killed workers, two workers, dead deliveries."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.outbox.conftest import with_phone
from tests.people import TOWNSHIP, make_post
from tongxing.ground.today import now
from tongxing.outbox import actions, rules, sending
from tongxing.outbox.gateways import Refused, TryAgain
from tongxing.outbox.models import State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day(time_machine):
    time_machine.move_to("2026-11-23 10:00+08:00", tick=False)


def write(post, count: int = 1) -> None:
    for number in range(count):
        actions.tell(kind="urge", about="本月还有%(count)s项探访未完成", words={"count": number + 1}, url="/", posts=[post], key=f"urge:{number}")


def test_a_gateway_that_is_busy_is_tried_again_later_and_later(told, fake, deliveries, time_machine):
    write(told)
    fake.fails[:] = [TryAgain("busy")] * 2
    sending.send_due()
    assert fake.sent == {}
    sending.send_due()  # not yet
    assert len(fake.calls) == 1
    for wait in rules.WAITS[:2]:
        time_machine.move_to(now() + wait, tick=False)
        sending.send_due()
    ((delivery),) = deliveries()
    assert (delivery.state, delivery.attempts, len(fake.sent)) == (State.SENT, 3, 1)


def test_what_cannot_be_sent_is_a_dead_letter_that_somebody_sees_and_tries_again(told, fake, deliveries, time_machine):
    write(told)
    fake.fails[:] = [TryAgain("busy")] * rules.MOST_ATTEMPTS
    for _attempt in range(rules.MOST_ATTEMPTS):
        sending.send_due()
        time_machine.move_to(now() + timedelta(days=1), tick=False)
    (delivery,) = deliveries()
    assert (delivery.state, delivery.error) == (State.DEAD, "busy")
    assert actions.retry(deliveries=[delivery.pk]) == 1
    assert actions.retry(deliveries=[delivery.pk]) == 0
    sending.send_due()
    assert [each.state for each in deliveries()] == [State.SENT]


def test_what_is_refused_is_dead_at_once_and_holds_up_nobody(told, fake, deliveries):
    write(told, 2)
    fake.fails[:] = [Refused("号码不存在")]
    sending.send_due()
    assert sorted(delivery.state for delivery in deliveries()) == [State.DEAD, State.SENT]
    (dead,) = (delivery for delivery in deliveries() if delivery.state == State.DEAD)
    assert dead.error == "号码不存在"
    assert actions.drop(deliveries=[dead.pk]) == 1


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(told, fake, deliveries, time_machine):
    """Killed after the gateway took it and before anybody noted that: the gateway is asked, and tells."""
    write(told)
    fake.fails[:], fake.loses_answer = [KeyboardInterrupt()], True
    with pytest.raises(KeyboardInterrupt):
        sending.send_due()
    assert [delivery.state for delivery in deliveries()] == [State.SENDING]
    sending.send_due()
    assert len(fake.calls) == 1  # the lease runs
    time_machine.move_to(now() + rules.LEASE + timedelta(seconds=1), tick=False)
    sending.send_due()
    assert ([delivery.state for delivery in deliveries()], len(fake.calls)) == ([State.SENT], 1)


def test_killed_before_the_gateway_took_it_it_is_sent(told, fake, deliveries, time_machine):
    write(told)
    fake.fails[:] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        sending.send_due()
    time_machine.move_to(now() + rules.LEASE + timedelta(seconds=1), tick=False)
    sending.send_due()
    assert ([delivery.state for delivery in deliveries()], len(fake.sent)) == ([State.SENT], 1)


def test_a_letter_that_kills_its_worker_each_time_ends_as_a_dead_one(told, fake, deliveries, time_machine):
    write(told)
    for _attempt in range(rules.MOST_ATTEMPTS):
        fake.fails[:] = [KeyboardInterrupt()]
        with pytest.raises(KeyboardInterrupt):
            sending.send_due()
        time_machine.move_to(now() + rules.LEASE + timedelta(seconds=1), tick=False)
    sending.send_due()
    assert [(delivery.state, delivery.error) for delivery in deliveries()] == [(State.DEAD, "发送程序多次中断")]


def test_a_worker_whose_lease_has_ended_writes_nothing(told, fake, deliveries, time_machine):
    write(told)
    slow = sending.claim()
    assert slow is not None
    time_machine.move_to(now() + rules.LEASE + timedelta(seconds=1), tick=False)
    sending.send_due()
    assert sending.deliver(slow) is False
    assert ([delivery.state for delivery in deliveries()], len(fake.sent)) == ([State.SENT], 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_the_same_delivery(places, fake, deliveries):
    write(with_phone(make_post("supervisor", TOWNSHIP)), 30)
    start, failed = threading.Barrier(3), []

    def work() -> None:
        try:
            start.wait()
            sending.send_due()
        except BaseException as wrong:  # noqa: BLE001 — told to the test's own thread
            failed.append(wrong)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not failed
    assert (len(fake.calls), len(fake.sent)) == (30, 30)
    assert {delivery.state for delivery in deliveries()} == {State.SENT}
