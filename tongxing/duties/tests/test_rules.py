"""When something is due, who counts, who is told: pure rules at their edges."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.calendars import workdays
from tongxing.caremodels.shapes import By, Duty, Escalation, Lapse, Quota
from tongxing.duties import rules
from tongxing.duties.rules import Done
from tongxing.duties.windows import Calendar, windows
from tongxing.ground.today import CHINA

MOMENTS = st.builds(lambda minutes: datetime(2024, 1, 1, tzinfo=CHINA) + timedelta(minutes=minutes), st.integers(0, 1_500_000))
LAPSES = st.builds(lambda amount, unit: Lapse.parse(f"{amount}{unit}"), st.integers(0, 40), st.sampled_from(["m", "h", "d", "wd"]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("within", "known", "due"),
    [
        ("30m", "2026-11-20T23:45", "2026-11-21T00:15"),
        ("2h", "2026-12-31T23:00", "2027-01-01T01:00"),
        ("0d", "2026-11-20T10:00", "2026-11-21T00:00"),  # the same day
        ("3d", "2026-11-20T10:00", "2026-11-24T00:00"),
        ("3d", "2028-02-27T10:00", "2028-03-02T00:00"),
        ("1wd", "2026-11-20T10:00", "2026-11-24T00:00"),  # Friday, so Monday's end
        ("5wd", "2026-09-29T10:00", "2026-10-13T00:00"),  # over the National Day's holiday; 10 October is worked
    ],
)
def test_a_deadline_after_an_event(within: str, known: str, due: str) -> None:
    assert rules.due_after(at(known), Lapse.parse(within), Lapse.parse("0d"), workdays.after) == at(due)


def test_grace_comes_on_top() -> None:
    (window,) = windows(Quota(count=1, per="month"), date(2026, 11, 5), date(2026, 11, 6), Calendar())
    assert rules.due_of_window(window, window.since, Lapse.parse("0d"), workdays.after) == at("2026-12-01T00:00")
    assert rules.due_of_window(window, window.since, Lapse.parse("3d"), workdays.after) == at("2026-12-04T00:00")
    assert rules.due_of_window(window, window.since, Lapse.parse("2wd"), workdays.after) == at("2026-12-03T00:00")


def test_what_is_done_once_is_due_after_its_grace_or_never() -> None:
    (window,) = windows(Quota(count=1, per="once"), date(2026, 11, 5), date(2026, 11, 6), Calendar())
    assert rules.due_of_window(window, date(2026, 11, 5), Lapse.parse("30d"), workdays.after) == at("2026-12-06T00:00")
    assert rules.due_of_window(window, date(2026, 11, 5), Lapse.parse("0d"), workdays.after).year == 2999


@given(moment=MOMENTS, after=LAPSES)
def test_the_last_moment_for_which_it_is_late_enough(moment: datetime, after: object) -> None:
    found = rules.earlier(moment, after, workdays.after)  # type: ignore[arg-type]
    assert rules.later(found, after, workdays.after) <= moment  # type: ignore[arg-type]
    assert rules.later(found + timedelta(days=1), after, workdays.after) > moment  # type: ignore[arg-type]


def test_overdue_climbs_by_date() -> None:
    steps = (Escalation(after=Lapse.parse("0d"), to="township"), Escalation(after=Lapse.parse("7d"), to="county"))
    due = at("2026-12-01T00:00")
    climbs = [rules.climbed(steps, due, at(now), workdays.after) for now in ("2026-11-30T23:59", "2026-12-01T00:00", "2026-12-07T23:59", "2026-12-08T00:00")]
    assert [climb and (climb.to, climb.since) for climb in climbs] == [None, ("township", due), ("township", due), ("county", at("2026-12-08T00:00"))]


# Who counts


def done(**more: Any) -> Done:
    facts: dict[str, Any] = {"id": UUID(int=1), "on": date(2026, 11, 5), "kind": "home_visit", "roles": frozenset({"child_director"})}
    return Done(**(facts | more))


def test_only_the_kind_the_sections_and_the_role_that_are_asked_for_count() -> None:
    by = By(kinds=("home_visit",), sections=("study", "conduct"))
    full = done(sections=frozenset({"study", "conduct", "family"}))
    assert rules.counts(by, "child_director", full)
    assert not rules.counts(by, "child_director", done(sections=frozenset({"study"})))
    assert not rules.counts(by, "supervisor", full)
    assert not rules.counts(By(kinds=("talk",)), "child_director", full)
    assert rules.counts(By(kinds=("home_visit",), role="any"), "supervisor", done())
    assert rules.counts(By(kinds=("home_visit",), role="child_director"), "supervisor", done())


def test_a_visit_at_school_counts_for_boarders_where_the_model_allows_it() -> None:
    visit = done(kind="school_visit", at_school=True, boarder=True)
    assert not rules.counts(By(kinds=("home_visit",)), "child_director", visit)
    assert rules.counts(By(kinds=("home_visit",), at_school=True), "child_director", visit)
    assert not rules.counts(By(kinds=("home_visit",), at_school=True), "child_director", done(kind="school_visit", at_school=True))


ENTRIES = st.lists(st.tuples(st.uuids(), st.dates(date(2026, 11, 1), date(2026, 11, 6))), max_size=12)


@given(entries=ENTRIES, most=st.integers(1, 3), chance=st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(entries: list[tuple[UUID, date]], most: int, chance: random.Random) -> None:
    shuffled = [*entries, *entries[:3]]  # some are sent twice
    chance.shuffle(shuffled)
    assert rules.counted(shuffled, most) == rules.counted(entries, most)


@given(entries=ENTRIES, most=st.integers(1, 3))
def test_taking_one_away_takes_at_most_one(entries: list[tuple[UUID, date]], most: int) -> None:
    whole = rules.counted(entries, most)
    for each in set(entries):
        assert whole - rules.counted(set(entries) - {each}, most) in (0, 1)


def duty(key: str, **more: Any) -> Duty:
    facts: dict[str, Any] = {
        "id": key,
        "name": key,
        "who": "child_director",
        "about": "child",
        "obligation": "visit",
        "by": By(kinds=("v",)),
        "source": "",
        "since": date(2020, 1, 1),
    }
    return Duty(**(facts | more))


def test_the_strictest_promise_comes_first() -> None:
    monthly, weekly, yearly = (duty(per, quota=Quota(count=1, per=per)) for per in ("month", "week", "year"))
    twice = duty("twice", quota=Quota(count=2, per="month", every=2))
    assert [each.id for each in rules.strictest([yearly, monthly, weekly, twice])] == ["week", "month", "twice", "year"]
