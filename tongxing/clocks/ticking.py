"""The worker's side: what has fallen due is handed to its handler, once.

A clock is claimed by ``FOR UPDATE SKIP LOCKED``, and it is marked as fired in the transaction in which its handler acts: either both
happened or neither, wherever a worker is killed, and two workers never fire one clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from tongxing.clocks.models import Clock
from tongxing.ground import scope
from tongxing.ground.today import now

log = logging.getLogger(__name__)
WHY = "clocks run for subjects of every place"
MOST = 500  # clocks a turn; the next minute goes on
LONGEST_WAIT = timedelta(minutes=30)

type Handler = Callable[[Clock], None]


def tick(*, most: int = MOST) -> int:
    """Fire what is due; returns how many clocks were tried."""
    for done in range(most):
        if not _fire_next():
            return done
    return most


def _fire_next() -> bool:
    with transaction.atomic(), scope.whole_country(why=WHY):
        moment = now()
        ripe = Clock.objects.running().filter(Q(again_at=None) | Q(again_at__lte=moment), rest=None, due_at__lte=moment)
        clock = ripe.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if clock is None:
            return False
        try:
            with transaction.atomic():
                Clock.objects.filter(pk=clock.pk).running().update(fired_at=moment)
                handler(clock.kind)(clock)
        except Exception:  # what one handler does wrong costs its clock a turn, and no other
            log.exception("the handler of a clock failed", extra={"kind": clock.kind, "clock": str(clock.pk)})
            wait = min(timedelta(minutes=2**clock.failures), LONGEST_WAIT) if clock.failures < 6 else LONGEST_WAIT
            Clock.objects.filter(pk=clock.pk).update(failures=min(clock.failures + 1, 1000), again_at=moment + wait)
        return True


def handler(kind: str) -> Handler:
    """Who hears of clocks of this kind. Raises ``KeyError``."""
    found: Handler = import_string(settings.CLOCKS[kind])
    return found
