"""Daily work on a machine that is off at night, and what an adoption changes: neither waits for midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.periodic import PeriodicDeferrer

from tests.people import COUNTY
from tongxing.caremodels import actions
from tongxing.circles.tests.make import left_behind
from tongxing.duties.models import Duty
from tongxing.duties.tasks import open_places
from tongxing.duties.tests.make import day, opened
from tongxing.ground import scope
from tongxing.ground.today import CHINA, as_of, today
from tongxing.outbox import sending
from tongxing.outbox.tasks import summarise

GIVEN = {"school_talk_per": "month", "visit_within": "3d", "mastery_per": "quarter"}


def missed(at: datetime) -> list[str]:
    """What a worker that starts at a moment, after a time without one, makes up for."""
    deferrer = PeriodicDeferrer(app.periodic_registry, **app.periodic_defaults)
    return [work.task.name.rpartition(".")[2] for work, _moment in deferrer.get_previous_tasks(at=at.timestamp())]


def test_a_machine_that_was_off_at_night_does_the_days_work_in_the_morning() -> None:
    found = missed(datetime(2026, 11, 23, 8, 0, tzinfo=CHINA))
    assert set(found) == {task.task.name.rpartition(".")[2] for task in app.periodic_registry.periodic_tasks.values()}
    assert len(found) == len(set(found))  # once, however long it was off
    assert found.index("turn_day") < found.index("open_duties") < found.index("tell_climbed")
    locks = {name: each.configure_kwargs.get("lock") for (name, _id), each in app.periodic_registry.periodic_tasks.items()}
    assert locks["tongxing.children.tasks.turn_day"] == locks["tongxing.duties.tasks.open_duties"] == locks["tongxing.care.tasks.tell_climbed"] == "day"


def test_a_summary_that_was_missed_yesterday_leaves_todays_to_be_made() -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=CHINA)
    with patch.object(sending, "summarise") as made, as_of(at):
        summarise.func(timestamp=int(datetime(2026, 11, 23, 9, 5, tzinfo=CHINA).timestamp()))
        made.assert_not_called()
        with as_of(at + timedelta(hours=12)):
            summarise.func(timestamp=int(datetime(2026, 11, 24, 9, 5, tzinfo=CHINA).timestamp()))
        made.assert_called_once_with(date(2026, 11, 24))


@pytest.mark.django_db
def test_an_adoption_opens_its_duties_at_once_and_its_end_ends_them(places: Any, run_jobs: Callable[[], int]) -> None:
    with day(today() - timedelta(days=60)):
        left_behind()
    opened(today())
    before = standing()
    adoption = actions.adopt(place=COUNTY, model="liangzihu", parameters=GIVEN, since=today() - timedelta(days=60), by=None)
    assert ProcrastinateJob.objects.filter(status="todo", task_name=open_places.name).count() == 1
    run_jobs()
    assert standing() > before
    actions.end_adoption(adoption=adoption, on=today(), reason="改用别的模式", by=None)
    done = run_jobs()
    assert done
    assert standing() == before


@pytest.mark.django_db
def test_an_adoption_that_is_taken_back_leaves_no_job(places: Any) -> None:
    def adopt() -> None:
        with transaction.atomic():
            actions.adopt(place=COUNTY, model="liangzihu", parameters=GIVEN, since=today(), by=None)
            raise LookupError

    with pytest.raises(LookupError):
        adopt()
    assert not ProcrastinateJob.objects.filter(task_name=open_places.name).exists()


def standing() -> int:
    with day(today()), scope.whole_country(why="a test counts promises"):
        return Duty.objects.filter(ended_on=None).count()
