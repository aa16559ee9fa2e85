"""Housekeeping of files. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from tongxing.files import actions, outputs
from tongxing.ground import scope


@app.periodic(cron="*/10 * * * *")
@app.task(queue="housekeeping", queueing_lock="forget_outputs")
def forget_outputs(timestamp: int) -> None:
    with transaction.atomic(), scope.whole_country(why="outputs of every post end after a day"):
        outputs.forget_due()


@app.periodic(cron="40 18 * * *")
@app.task(queue="housekeeping", queueing_lock="sweep_files")
def sweep_files(timestamp: int) -> None:
    with transaction.atomic(), scope.whole_country(why="files without a row belong to no place"):
        actions.sweep()
