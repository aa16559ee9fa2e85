"""The day's and the minute's work on promises. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongxing.caremodels.actions import ASK_ANEW
from tongxing.duties import tallies
from tongxing.duties.actions import opening, verifying
from tongxing.ground.jobs import DAY
from tongxing.ground.scope import WHOLE_COUNTRY


@app.periodic(cron="20 16 * * *", lock=DAY)
@app.task(queue="housekeeping", queueing_lock="open_duties")
def open_duties(timestamp: int) -> None:
    """Twenty past midnight in China, when the register's day has turned: windows are opened, newcomers join, what is asked no more ends."""
    opening.open_windows(*WHOLE_COUNTRY)


@app.task(queue="housekeeping", name=ASK_ANEW)
def open_places(*, lo: int, hi: int) -> None:
    """What an adoption, its end or a leave has changed takes effect at once, not after midnight. Run again, it changes nothing."""
    opening.open_windows(lo, hi)


@app.periodic(cron="30 19 * * *")
@app.task(queue="housekeeping", queueing_lock="verify_duties")
def verify_duties(timestamp: int) -> None:
    """Half past three in China: what is stored is held against the oracle; the system page shows what was found."""
    tallies.refresh()
    verifying.verify(*WHOLE_COUNTRY)


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="count_duties")
def count_duties(timestamp: int) -> None:
    """Count the tallies anew in which something has changed since the last minute."""
    tallies.refresh()
