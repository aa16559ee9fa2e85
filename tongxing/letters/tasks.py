"""Letters behind the pages. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongxing.ground.jobs import DAY
from tongxing.letters import telling


@app.periodic(cron="45 0 * * *", lock=DAY)
@app.task(queue="housekeeping", queueing_lock="look_after_letters")
def look_after_letters(timestamp: int) -> None:
    """A quarter to nine in China: who is late with what a meeting agreed hears of it, and what was answered long ago is closed."""
    telling.close_answered()
    telling.actions_overdue()
