"""The register's work behind the pages. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import making
from tongxing.children import printouts
from tongxing.children.actions import days, verifying
from tongxing.children.finding import exports
from tongxing.ground.jobs import DAY


@app.task(queue="prints")
def print_cards(*, output: str, post: str) -> None:
    """Print the cards that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        printouts.make(UUID(output), UUID(post))


@app.periodic(cron="5 16 * * *", lock=DAY)
@app.task(queue="housekeeping", queueing_lock="turn_day")
def turn_day(timestamp: int) -> None:
    """Five past midnight in China: birthdays and thresholds take effect."""
    days.turn_day()


@app.periodic(cron="30 18 * * *")
@app.task(queue="housekeeping", queueing_lock="verify_statuses")
def verify_statuses(timestamp: int) -> None:
    """Half past two in China, when the day has turned: what is stored is held against the rule; the system page shows what was found."""
    verifying.verify_statuses()


@app.task(queue="exports")
def export_list(*, output: str, post: str) -> None:
    """Write the list that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        exports.make(UUID(output), UUID(post))
