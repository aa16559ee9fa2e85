"""Notices behind the pages. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongxing.notices import actions


@app.periodic(cron="20 16 * * *")
@app.task(queue="housekeeping", queueing_lock="catch_up_notices")
def catch_up_notices(timestamp: int) -> None:
    """Twenty past midnight in China: standing notices reach whoever has come into a post."""
    actions.catch_up()
