"""From the care model's file to the director's list: a county adopts, a month is opened, a visit is logged, voided, corrected; an event climbs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.people import COUNTY, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.care.boards import finding, standing
from tongxing.care.boards.periods import period
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import both_away, make_child, make_siblings, seen_by
from tongxing.duties import queries, tallies
from tongxing.duties.actions import verifying
from tongxing.duties.models import Duty, Rule
from tongxing.duties.queries import Group
from tongxing.duties.tests.make import day, moment, opened, rows
from tongxing.forms import queries as forms
from tongxing.ground.today import as_of
from tongxing.journal.models import Record
from tongxing.log.models import Entry
from tongxing.log.tests.make import COMMON, OWN, of_visit, told
from tongxing.places import codes

pytestmark = pytest.mark.django_db
NOV = date(2026, 11, 1)
VISIT = "liangzihu.home_visit"
PARENTS = both_away(date(2025, 3, 1))


@pytest.fixture
def adopted(places: Any, director: Post, officer: Post) -> None:
    with day(date(2026, 10, 1)):
        caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=date(2026, 10, 1), by=None)
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters={"visit_within": "3d", "mastery_per": "quarter", "school_talk_per": "term"}, since=date(2026, 10, 1), by=None)


def visit(by: Post, *children: Any, on: date, own: dict[str, Any] | None = None, **more: Any) -> Entry:
    with as_of(moment(on, 15)), seen_by(by):
        return care.log_entry(**of_visit(by, *children, on=on, own={child.id: own or {} for child in children}, **more))


def stands(child: Any, duty: str = "home_visit", window: str = "month") -> Duty:
    numbers = Rule.objects.filter(duty=duty).values_list("id", flat=True)
    (row,) = rows(subject_id=child.id, rule_id__in=list(numbers), window__startswith=window)
    return row


def test_a_county_adopts_and_a_visit_keeps_the_promise_until_it_is_voided(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        three = make_siblings(3, relatives=PARENTS)
    opened(NOV)
    assert all(stands(child).is_open for child in three)
    entry = visit(director, *three, on=date(2026, 11, 4))
    assert [(stands(child).done, stands(child, "masteries", "quarter").done) for child in three] == [(1, 1)] * 3
    assert stands(three[0], "contact_asked").is_open  # asked of the parents' weekly contact: another kind of entry
    visit(director, *three, on=date(2026, 11, 4), entry_id=entry.id)  # the phone sends it again
    assert stands(three[0]).done == 1
    with as_of(moment(date(2026, 11, 5))), seen_by(director):
        care.void_entry(entry=entry, reason="登记错了", by=director)
    assert all(stands(child).is_open for child in three)
    with seen_by(None):
        verbs = list(Record.objects.filter(subject_kind="duty", subject_id=str(stands(three[0]).id)).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["duty_discharged", "duty_reopened"]


def test_a_correction_moves_what_was_done_to_the_day_on_which_it_was(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(date(2026, 10, 3))
    opened(NOV)
    entry = visit(director, child, on=date(2026, 11, 2))
    with as_of(moment(date(2026, 11, 5))), seen_by(director):
        care.correct_entry(
            entry=entry,
            form=forms.definition("home_visit"),
            children=[child.id],
            told=told([child], on=date(2026, 10, 30)),
            answers=COMMON,
            own_answers={child.id: OWN},
            reason="日期写错",
            by=director,
        )
    assert [row.done for row in rows(subject_id=child.id, window__startswith="month", rule_id=stands_rule(child))] == [1, 0]


def stands_rule(child: Any) -> int:
    return Rule.objects.get(duty="home_visit").id


def test_a_low_mood_opens_a_visit_and_its_overdue_climbs(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    visit(director, child, on=date(2026, 11, 4), own={"mood": "low", "thought_words": "想妈妈"})
    must = stands(child, "visit_when_low_mood", "event")
    assert (must.is_open, must.due) == (True, moment(date(2026, 11, 8), 0))
    with seen_by(director):
        assert [each.duty.id for each in queries.worklist(director, moment(date(2026, 11, 7))).of(Group.TODAY)] == [must.id]
        (late,) = queries.worklist(director, moment(date(2026, 11, 9))).of(Group.OVERDUE)
        assert late.climb
        assert (late.climb.to, late.climb.since) == ("township", must.due)
    visit(director, child, on=date(2026, 11, 10))
    assert not stands(child, "visit_when_low_mood", "event").is_open


def test_the_list_is_the_directors_own(adopted: None, director: Post, next_director: Post, supervisor: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    at = moment(date(2026, 11, 4))
    with seen_by(director):
        assert {each.duty.subject_id for each in queries.worklist(director, at).tasks if each.duty.child_id} == {child.id}
        assert {each.duty.id for each in queries.of_child(child.id, at)} >= {each.duty.id for each in queries.worklist(director, at).tasks if each.duty.child_id}
    with seen_by(next_director):
        assert not [each for each in queries.worklist(next_director, at).tasks if each.duty.child_id]
        assert queries.of_child(child.id, at) == []
    with seen_by(supervisor):
        assert not [each for each in queries.worklist(supervisor, at).tasks if each.rule.who == "child_director"]


def test_the_board_counts_by_place_by_duty_and_by_person(adopted: None, director: Post, supervisor: Post, officer: Post) -> None:
    with day(date(2026, 10, 2)):
        kept, open_ = make_child(relatives=PARENTS), make_child(name="王二", relatives=PARENTS)
    opened(NOV)
    visit(director, kept, on=date(2026, 11, 4))
    with as_of(moment(date(2026, 11, 5))):
        tallies.refresh()
    this, gone = (period(key, on) for key, on in (("month", date(2026, 11, 5)), ("last_month", date(2026, 12, 2))))
    with seen_by(officer):
        (line,) = standing.by_place(COUNTY, this, moment(date(2026, 11, 5)), duty=VISIT).rows
        assert (line.key, line.counts) == (codes.show(TOWNSHIP), standing.Counts(asked=2, kept=1))
        (line,) = standing.by_place(TOWNSHIP, gone, moment(date(2026, 12, 2)), duty=VISIT).rows
        assert (line.key, line.counts.overdue) == (codes.show(VILLAGE), 1)
        assert {line.key: line.counts.kept for line in standing.by_duty(COUNTY, this, moment(date(2026, 11, 5))).rows}[VISIT] == 1
        people = {line.key: line.counts for line in standing.by_person(COUNTY, gone, moment(date(2026, 12, 2))).rows}
        assert people[str(director.person_id)].overdue >= 1
        asked = finding.question(
            {"period": "last_month", "state": "overdue", "duty": VISIT, "person": str(director.person_id)}, officer, moment(date(2026, 12, 2)), date(2026, 12, 2)
        )
        assert [duty.subject_id for duty in asked.rows()] == [open_.id]


def corrected(by: Post, entry: Entry, *children: Any, on: date, at: date, own: dict[str, Any] | None = None) -> Entry:
    with as_of(moment(at, 16)), seen_by(by):
        return care.correct_entry(
            entry=entry,
            form=forms.definition("home_visit"),
            children=[child.id for child in children],
            told=told(children, on=on),
            answers=COMMON,
            own_answers={child.id: {**OWN, **(own or {})} for child in children},
            reason="写错了",
            by=by,
        )


LOW = {"mood": "low", "thought_words": "想妈妈"}


def test_a_correction_does_not_restart_the_clock_of_an_event(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    wrong = visit(director, child, on=date(2026, 11, 4), own=LOW)
    must = stands(child, "visit_when_low_mood", "event")
    for again in range(3):
        wrong = corrected(director, wrong, child, on=date(2026, 11, 4 - again), at=date(2026, 11, 10 + again), own=LOW | {"thought_words": f"想妈妈{again}"})
    now_ = stands(child, "visit_when_low_mood", "event")
    assert (now_.id, now_.known_at, now_.due, now_.is_open) == (must.id, must.known_at, must.due, True)
    assert now_.opened_by == wrong.id  # so that its own visit never keeps it
    with seen_by(director):
        assert now_.id in {each.duty.id for each in queries.worklist(director, moment(date(2026, 11, 13))).of(Group.OVERDUE)}


def test_an_event_that_a_correction_takes_back_is_asked_no_more_and_back_it_is_due_as_it_was(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child, other = make_child(relatives=PARENTS), make_child(name="王二", relatives=PARENTS)
    opened(NOV)
    first = visit(director, child, other, on=date(2026, 11, 4), own=LOW)
    must = stands(child, "visit_when_low_mood", "event")
    second = corrected(director, first, child, on=date(2026, 11, 4), at=date(2026, 11, 10), own=LOW)
    assert stands(other, "visit_when_low_mood", "event").end_reason == "void"
    assert stands(child, "visit_when_low_mood", "event").is_open
    third = corrected(director, second, child, on=date(2026, 11, 4), at=date(2026, 11, 11))
    assert stands(child, "visit_when_low_mood", "event").end_reason == "void"
    fourth = corrected(director, third, child, other, on=date(2026, 11, 4), at=date(2026, 11, 12), own=LOW)
    again = [stands(each, "visit_when_low_mood", "event") for each in (child, other)]
    assert [(row.due, row.is_open, row.done, row.opened_by) for row in again] == [(must.due, True, 0, fourth.id)] * 2
    with as_of(moment(date(2026, 11, 13))), seen_by(director):
        care.void_entry(entry=fourth, reason="登记错了", by=director)
    assert stands(child, "visit_when_low_mood", "event").end_reason == "void"


def test_an_event_that_a_correction_names_first_is_known_since_then(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    entry = visit(director, child, on=date(2026, 11, 4))
    corrected(director, entry, child, on=date(2026, 11, 4), at=date(2026, 11, 20), own=LOW)
    assert stands(child, "visit_when_low_mood", "event").due == moment(date(2026, 11, 24), 0)


def test_a_kept_promise_of_an_event_stays_kept_when_its_entry_is_corrected(adopted: None, director: Post) -> None:
    with day(date(2026, 10, 2)):
        child = make_child(relatives=PARENTS)
    opened(NOV)
    entry = visit(director, child, on=date(2026, 11, 4), own=LOW)
    visit(director, child, on=date(2026, 11, 6))
    corrected(director, entry, child, on=date(2026, 11, 4), at=date(2026, 11, 9), own=LOW)
    row = stands(child, "visit_when_low_mood", "event")
    assert (row.done, row.is_open) == (1, False)
    with as_of(moment(date(2026, 11, 9), 23)):
        assert not verifying.verify(*codes.span(COUNTY), on=date(2026, 11, 9))[1]
