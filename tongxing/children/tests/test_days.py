"""A new day: birthdays and thresholds take effect by themselves, once."""

from datetime import timedelta

import pytest
import time_machine

from tongxing.children.actions.days import turn_day
from tongxing.children.models import Child
from tongxing.children.tests.make import befallen, both_away, make_child, seen_by, years_ago
from tongxing.ground.today import now, today
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db


def shown_as(column: str) -> list[Child]:
    """Whom the list shows with a status today."""
    return list(Child.objects.filter(**{f"{column}_since__lte": today(), f"{column}_until__gt": today()}))


LONG_AGO = today() - timedelta(days=500)


def test_the_sixteenth_birthday_ends_left_behind_and_nothing_else(places):
    child = make_child(born=years_ago(16, days=-1), relatives=both_away(LONG_AGO))
    with seen_by(None):
        assert shown_as("left_behind") == [child]
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        with seen_by(None):
            assert shown_as("left_behind") == []  # before any job ran
        assert turn_day() > 0
        with seen_by(None):
            again = Child.objects.get(pk=child.id)
            assert (again.state, again.left_behind_until) == ("current", None)
            record = Record.objects.get(child_id=child.id, verb="status_ended")
            assert (record.by, record.diff) == (None, {"status": [None, "left_behind"], "since": [None, today().isoformat()]})
            count = Record.objects.count()
        turn_day()
        with seen_by(None):
            assert Record.objects.count() == count


def test_the_eighteenth_birthday_ends_the_file(places):
    child = make_child(born=years_ago(18, days=-1))
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        turn_day()
        with seen_by(None):
            again = Child.objects.get(pk=child.id)
            assert (again.state, again.end_reason, again.state_since) == ("ended", "adult", today())


def test_a_threshold_reached_begins_a_status(places):
    reported = today() - timedelta(days=170)
    child = make_child(relatives=(befallen("51", "张强", "dead", LONG_AGO), befallen("52", "李梅", "out_of_contact", LONG_AGO, more={"reported": reported})))
    with seen_by(None):
        assert shown_as("unsupported") == []
    with time_machine.travel(now() + timedelta(days=20), tick=False), seen_by(None):
        assert shown_as("unsupported") == [child]


def test_a_quiet_day_touches_nothing(places):
    make_child()
    turn_day()
    assert turn_day() == 0
