"""The rule in SQL says what the rule in Python says, for every family and every day."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.children import actions, codes
from tongxing.children.actions import verifying
from tongxing.children.actions.verifying import verify_statuses
from tongxing.children.models import Child, StatusPeriod
from tongxing.children.new import NewAbsence, NewCircumstance, NewRelative
from tongxing.children.queries import twin
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.children.queries.twin import disagreements, left_behind_on
from tongxing.children.rules import Parameters, left_behind
from tongxing.children.rules.periods import Length
from tongxing.children.tests.make import both_away, make_child, new_child, seen_by
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db

FIRST = today() - timedelta(days=365 * 14)
DAYS = st.dates(FIRST, today() - timedelta(days=1))


@st.composite
def stretches(draw, /):
    since = draw(DAYS)
    until = draw(st.none() | st.integers(1, 700).map(lambda days: since + timedelta(days=days)))
    return since, until if until and until <= today() else None


@st.composite
def relatives(draw, /):
    absences: list[NewAbsence] = []
    for since, until in draw(st.lists(stretches(), max_size=4)):
        returned = draw(st.sampled_from(codes.RETURN_KIND.values()))
        if until or all(each.until for each in absences):
            absences.append(NewAbsence(since=since, until=until, returned=returned if until else "", purpose=draw(st.sampled_from(codes.ABSENCE_PURPOSE.values()))))
    circumstances = [
        NewCircumstance(
            kind=draw(st.sampled_from(codes.CIRCUMSTANCE.values())),
            since=since,
            until=until,
            grade=draw(st.sampled_from(["", "1", "3"])),
            disability=draw(st.sampled_from(["", "4", "5"])),
        )
        for since, until in draw(st.lists(stretches(), max_size=2))
    ]
    return NewRelative(
        relation=draw(st.sampled_from(["51", "52", "57", "58", "61"])), name="某", since=draw(st.none() | DAYS), absences=tuple(absences), circumstances=tuple(circumstances)
    )


families = st.lists(relatives(), max_size=3).map(tuple)
params = st.builds(Parameters, st.sampled_from([Length(), Length(days=30), Length(months=6)]), st.sampled_from([Length(), Length(days=40), Length(months=1)]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(families, min_size=4, max_size=10), st.lists(DAYS, min_size=8, max_size=8), params)
def test_the_twin_agrees_on_every_family_and_day(places, told, days, params):
    with seen_by(None):
        made = actions.register_many(new=[new_child(born=today() - timedelta(days=365 * 13 + at * 150), relatives=family) for at, family in enumerate(told)], by=None)
        whole = files([child.id for child in made], NEEDED_BY_RULES)
        birthdays = [date(child.born.year + 16, child.born.month, min(child.born.day, 28)) for child in made]
        for on in [*days, today(), *birthdays]:
            by_sql = left_behind_on(on, params, list(whole))
            assert by_sql == {child_id: left_behind(file.facts, on, params).holds for child_id, file in whole.items()}, on
        assert disagreements(today(), Parameters()) == []
        transaction.set_rollback(True)


def test_a_period_that_was_tampered_with_is_found(places):
    since = today() - timedelta(days=100)
    child = make_child(relatives=both_away(since))
    with seen_by(None):
        assert disagreements(today(), Parameters()) == []
        StatusPeriod.objects.filter(child_id=child.id, origin="derived").update(until=today())
        assert disagreements(today(), Parameters()) == [child.id]
        assert actions.recompute([child.id]) == 0  # the list columns were right
        assert disagreements(today(), Parameters()) == []


def test_each_county_is_planned_for_its_own_values(places, monkeypatch):
    make_child(relatives=both_away(today() - timedelta(days=100)))
    seen: list[int | None] = []

    def asked(*_given, **_named):
        seen.append(connection.connection.prepare_threshold)
        return []

    monkeypatch.setattr(verifying, "twin", SimpleNamespace(counties=twin.counties, disagreements=asked, shown_otherwise=asked))
    before = connection.connection.prepare_threshold
    verify_statuses()
    assert seen == [None, None]
    assert connection.connection.prepare_threshold == before


def test_the_night_finds_what_differs_and_mends_it_when_asked(places):
    since = today() - timedelta(days=100)
    children = [make_child(relatives=both_away(since)) for _ in range(3)]
    noted, found = verify_statuses()
    assert (noted.files, noted.differing, found) == (3, 0, [])
    with seen_by(None):
        StatusPeriod.objects.filter(child_id=children[0].id, origin="derived").delete()
        Child.objects.filter(pk=children[1].id).update(left_behind_since=None, left_behind_until=None)
    noted, found = verify_statuses()
    assert (noted.files, noted.differing) == (3, 2)
    assert set(found) == {children[0].id, children[1].id}
    with pytest.raises(CommandError, match="--mend"):
        call_command("verify_statuses")
    call_command("verify_statuses", mend=True)
    assert verify_statuses()[1] == []
    newest = verifying.newest()
    assert newest
    assert newest.differing == 0
