"""What the journal does by itself: seals are made and tried, partitions are made ahead. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

import logging

from django.db import connection
from procrastinate.contrib.django import app

from tongxing.journal import actions, sealing

log = logging.getLogger(__name__)
MONTHS_AHEAD = 2


@app.periodic(cron="*/5 * * * *")
@app.task(queue="housekeeping", queueing_lock="seal_journal")
def seal(timestamp: int) -> None:
    sealing.seal()


@app.periodic(cron="30 17 * * *")
@app.task(queue="housekeeping", queueing_lock="make_journal_partitions")
def make_partitions(timestamp: int) -> None:
    """A month of the access log lies in a table of its own, made before the month begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s)", [MONTHS_AHEAD])


@app.periodic(cron="0 18 * * 6")
@app.task(queue="housekeeping", queueing_lock="verify_journal")
def verify(timestamp: int) -> None:
    """Try every seal once a week, in the night to Sunday; the auditor sees the result."""
    breaks = sealing.verify()
    if breaks:
        log.error("the journal does not fit its seals: %s", "; ".join(map(str, breaks)))
    actions.record(by=None, verb="seals_verified", subject_kind="journal", subject_id="seals", place=0, diff={"breaks": [None, [str(each) for each in breaks]]})
