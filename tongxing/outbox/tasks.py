"""The outbox behind the pages. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from tongxing.calendars import workdays
from tongxing.ground import scope
from tongxing.ground.today import CHINA, now, today
from tongxing.outbox import sending
from tongxing.outbox.models import Delivery, Message

KEEP_DELIVERIES = timedelta(days=200)  # logs are kept for six months at least
KEEP_MESSAGES = timedelta(days=730)


@app.periodic(cron="* * * * *")
@app.task(queue="outbox", queueing_lock="send_due")
def send_due(timestamp: int) -> None:
    """Each minute: what is due, and what a killed worker left."""
    sending.send_due()


@app.task(queue="outbox")
def send_now() -> None:
    """What an action has just made due. Another worker may have sent it already."""
    sending.send_due()


@app.periodic(cron="5 1 * * *")
@app.task(queue="outbox", queueing_lock="summarise")
def summarise(timestamp: int) -> None:
    """Five past nine of a working day in China: the day's summaries. One that was missed yesterday is not made up for in the night: today has its own."""
    if workdays.is_workday(today()) and datetime.fromtimestamp(timestamp, CHINA).date() == today():
        sending.summarise(today())


@app.periodic(cron="50 18 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_deliveries")
def forget_deliveries(timestamp: int) -> None:
    """What came to an end long ago goes."""
    with transaction.atomic(), scope.whole_country(why="deliveries and messages of every person end some day"):
        Delivery.objects.filter(ended_at__lt=now() - KEEP_DELIVERIES).delete()
        Message.objects.filter(at__lt=now() - KEEP_MESSAGES).delete()
