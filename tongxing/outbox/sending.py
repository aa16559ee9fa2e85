"""The worker's side: claim what is due, hand it over, note what became of it. Two workers never hold the same delivery.

A claim is a conditional UPDATE that commits before the gateway is asked; what a killed worker held comes back when its lease has
ended, marked as uncertain, and the gateway is asked first whether it took it.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.outbox import addresses, gateways, guard, rules, texts
from tongxing.outbox.gateways import Refused, TryAgain
from tongxing.outbox.models import Delivery, Message, State

log = logging.getLogger(__name__)
WHY = "deliveries go to people of every place"
MOST = 500  # deliveries a turn; the next minute goes on
PEOPLE = 500  # a chunk of the day's summaries


def send_due(*, most: int = MOST) -> int:
    """Send what is due; returns how many deliveries came to an end."""
    release()
    done = 0
    for _turn in range(most):
        if (delivery := claim()) is None:
            break
        done += deliver(delivery)
    return done


def claim() -> Delivery | None:
    """Take the delivery that has waited longest, for this worker alone."""
    with transaction.atomic(), scope.whole_country(why=WHY):
        found = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, due_at__lte=now()).order_by("due_at", "id").first()
        if found is None:
            return None
        taken = Delivery.objects.filter(pk=found.pk, state=State.WAITING)
        changed = taken.update(state=State.SENDING, claim=uuid7(), claimed_at=now(), attempts=found.attempts + 1)
        return Delivery.objects.get(pk=found.pk) if changed else None


def release() -> int:
    """Put back what killed workers held; what has been tried often enough is dead."""
    moment = now()
    with transaction.atomic(), scope.whole_country(why=WHY):
        stale = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=moment - rules.LEASE)
        dead = stale.filter(attempts__gte=rules.MOST_ATTEMPTS)
        dead.update(state=State.DEAD, claim=None, claimed_at=None, ended_at=moment, error=_("发送程序多次中断"))
        return stale.update(state=State.WAITING, claim=None, claimed_at=None, uncertain=True, due_at=moment)


def deliver(delivery: Delivery) -> bool:
    """Hand a claimed delivery over; returns whether it came to an end. What a gateway does wrong costs this delivery a turn, and no other."""
    with transaction.atomic(), scope.whole_country(why=WHY):
        person = addresses.of([delivery.person_id]).get(delivery.person_id)
    gateway = gateways.of(delivery.channel)
    if gateway is None or person is None or not person.reachable(delivery.channel):
        return _end(delivery, State.DROPPED, error=_("这个渠道没有开通") if gateway is None else _("没有号码或地址") if person else _("收件人已不在岗"))
    try:
        guard.check_numbers(delivery.text, any_phone=True)
        key = str(delivery.pk)
        receipt = (gateway.receipt(key) if delivery.uncertain else "") or gateway.send(key=key, to=person.address(delivery.channel), text=delivery.text)
    except guard.PersonalData as found:
        return _end(delivery, State.DEAD, error=found.sentence)
    except Refused as refused:
        return _end(delivery, State.DEAD, error=str(refused))
    except TryAgain as failed:
        return _later(delivery, str(failed))
    return _end(delivery, State.SENT, receipt=receipt)


def _end(delivery: Delivery, state: State, *, receipt: str = "", error: str = "") -> bool:
    return bool(_held(delivery, state=state, claim=None, claimed_at=None, ended_at=now(), receipt=receipt[:120], error=error[:300]))


def _later(delivery: Delivery, error: str) -> bool:
    again = rules.next_attempt(now(), delivery.attempts)
    if again is None:
        return _end(delivery, State.DEAD, error=error)
    _held(delivery, state=State.WAITING, claim=None, claimed_at=None, due_at=again, error=error[:300])
    return False


def _held(delivery: Delivery, **values: object) -> int:
    """Note what became of a delivery, unless its lease ended and another worker has it."""
    with transaction.atomic(), scope.whole_country(why=WHY):
        return Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, claim=delivery.claim).update(**values)


def summarise(on: date) -> int:
    """Write the day's summaries: one delivery a person and channel about what is unread and was in none. Run twice, it writes once."""
    written = 0
    while True:
        with transaction.atomic(), scope.whole_country(why=WHY):
            waiting = Message.objects.filter(read_at=None, digested_at=None, urgent=False, at__lte=now())
            people = list(waiting.order_by("person_id").values_list("person_id", flat=True).distinct()[:PEOPLE])
            if not people:
                return written
            written += _summaries(people, on)
            waiting.filter(person_id__in=people).update(digested_at=now())


def _summaries(people: list[UUID], on: date) -> int:
    counts: dict[UUID, Counter[str]] = {}
    rows = Message.objects.filter(person_id__in=people, read_at=None, digested_at=None, urgent=False).order_by("at")
    for person, kind in rows.values_list("person_id", "kind"):
        counts.setdefault(person, Counter())[kind] += 1
    due = rules.not_before(now(), addresses.quiet_hours())
    deliveries = [
        Delivery(person_id=person, channel=channel, key=f"digest:{on.isoformat()}", due_at=due, text=texts.digest(counts[person], language=reached.language))
        for person, channel, reached in addresses.calls(list(counts), gateways.channels(), urgent=False)
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)
