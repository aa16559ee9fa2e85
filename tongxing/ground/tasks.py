"""Housekeeping of the ground: jobs of dead workers go on, old jobs and old sessions go. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from tongxing.ground.jobs import STALLED_SECONDS

KEEP_HOURS = 24 * 90
HOUSEKEEPING_HOURS = 24  # every minute has its own


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="take_over_jobs", pass_context=True)
async def take_over_jobs(context: JobContext, timestamp: int) -> None:
    """Put the jobs of a killed worker back into the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="10 18 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=HOUSEKEEPING_HOURS, queue="housekeeping")
    await manager.delete_old_jobs(nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


@app.periodic(cron="20 18 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_old_sessions")
def forget_old_sessions(timestamp: int) -> None:
    call_command("clearsessions")
