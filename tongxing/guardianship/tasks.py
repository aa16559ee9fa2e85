"""Guardianship behind the pages. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import making
from tongxing.ground.jobs import DAY
from tongxing.guardianship import printouts
from tongxing.guardianship.actions import expire_due


@app.task(queue="prints")
def print_agreements(*, output: str, post: str) -> None:
    """Print the papers that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        printouts.make(UUID(output), UUID(post))


@app.periodic(cron="20 16 * * *", lock=DAY)
@app.task(queue="housekeeping", queueing_lock="expire_agreements")
def expire_agreements(timestamp: int) -> None:
    """Twenty past midnight in China: what has run out is marked so. Lists compare dates and do not wait for it."""
    while expire_due():
        pass
