"""The work of statistical returns behind the pages."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import making
from tongxing.figures import register_form, rollup


@app.task(queue="exports")
def write_register_form(*, output: str, post: str) -> None:
    """Write the register form that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        register_form.make(UUID(output), UUID(post))


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="refresh_rollup")
def refresh_rollup(timestamp: int) -> None:
    """Count the villages anew in which something was written since the last minute."""
    rollup.refresh()
