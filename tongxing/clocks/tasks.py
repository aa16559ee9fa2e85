"""The clocks behind the pages."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongxing.clocks import ticking


@app.periodic(cron="* * * * *")
@app.task(queue="clocks", queueing_lock="tick")
def tick(timestamp: int) -> None:
    """Each minute: what has fallen due."""
    ticking.tick()
