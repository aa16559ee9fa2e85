"""What is said of promises every morning. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongxing.care import telling
from tongxing.ground.jobs import DAY


@app.periodic(cron="40 0 * * *", lock=DAY)
@app.task(queue="housekeeping", queueing_lock="tell_climbed")
def tell_climbed(timestamp: int) -> None:
    """Twenty to nine in China, before the day's summary goes out: each level hears how much climbed to it."""
    telling.climbed()
