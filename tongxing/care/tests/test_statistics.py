"""Work in numbers: what counts, what is left out, who is shown small numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.forms import queries as forms
from tongxing.forms.shapes import Choice, Field
from tongxing.ground.today import today
from tongxing.log import actions, counting
from tongxing.log.counting import Asked, Chosen, Span
from tongxing.log.shapes import Circumstances, Subject
from tongxing.log.tests.make import OWN, SECRET, told, visit
from tongxing.places import codes


def health(by, child, height: float) -> None:
    with seen_by(by):
        actions.append(
            form=forms.definition("health_check"),
            subject=Subject("child", child.id, child.scope_place),
            children=[child.id],
            told=Circumstances(on=today(), where="school"),
            answers={},
            own_answers={child.id: {"height": height, "body": "well"}},
            by=by,
        )


def span(place: int = TOWNSHIP) -> Span:
    return Span(*codes.span(place), today() - timedelta(days=30), today())


def answer(found: list[Asked], field: str) -> Asked:
    return next(each for each in found if each.field.id == field)


@pytest.mark.django_db
def test_visits_are_counted_by_question_and_by_place(director, next_director, supervisor):
    one, two, third = make_child(), make_child(), make_child(place=NEXT_VILLAGE)
    visit(director, one, own={one.id: {"mood": "low"}}, needs=SECRET)
    visit(director, one, two, on=today() - timedelta(days=2))
    wrong = visit(director, two)
    visit(next_director, third)
    with seen_by(director):
        actions.void(entry=wrong, reason="记错了", by=director)
        following = actions.correct(
            entry=visit(director, two, on=today() - timedelta(days=5)),
            form=forms.definition("home_visit"),
            children=[two.id],
            told=told([two], on=today() - timedelta(days=5)),
            answers={"carer_present": "absent", "changed": "no"},
            own_answers={two.id: dict(OWN)},
            reason="照看人不在",
            by=director,
        )
    form = forms.definition("home_visit")
    with seen_by(supervisor):
        assert counting.total(span(), "home_visit") == counting.Reached(4, 3)
        rows = counting.by_place(span(), "home_visit", codes.Level.VILLAGE)
        assert (rows[one.scope_place], rows[NEXT_VILLAGE]) == (counting.Reached(3, 2), counting.Reached(1, 1))
        found = counting.answers(span(), form)
    mood = answer(found, "mood")
    assert (mood.answered, {each.choice.value: each.count for each in mood.chosen}["low"]) == (5, 1)
    present = {each.choice.value: each.count for each in answer(found, "carer_present").chosen}
    assert (present["yes"], present["absent"]) == (3, 1)
    assert following.on == today() - timedelta(days=5)
    assert not {"needs", "change", "thought_words", "pictures"} & {each.field.id for each in found}


@pytest.mark.django_db
def test_numbers_have_an_average_and_their_extremes(director):
    for height in (100, 120.5, 131):
        health(director, make_child(), height)
    with seen_by(director):
        found = answer(counting.answers(span(), forms.definition("health_check")), "height")
    assert (found.answered, round(found.average or 0, 2), found.least, found.most) == (3, 117.17, 100, 131)


@pytest.mark.django_db
def test_three_readers_and_a_stranger(director, supervisor, next_director, browser_of, client):
    child = make_child()
    visit(director, child, needs=SECRET)
    for post in (director, supervisor):
        page = browser_of(post).get("/log/statistics/home_visit/").content.decode()
        assert "情绪" in page
        assert SECRET not in page
        assert child.name not in page
    assert "冯家湾" in browser_of(supervisor).get("/log/statistics/home_visit/").content.decode()
    assert "还没有" not in browser_of(director).get("/log/statistics/").content.decode()
    assert browser_of(next_director).get(f"/log/statistics/home_visit/?place={child.scope_place}").status_code == 404
    office = browser_of(make_post("department", COUNTY))
    page = office.get("/log/statistics/home_visit/").content.decode()
    assert "＊" in page
    assert "冯家湾" not in page
    assert office.get(f"/log/statistics/home_visit/?place={TOWNSHIP}").status_code == 404
    assert client.get("/log/statistics/").status_code == 302


@pytest.mark.django_db
def test_the_numbers_can_be_taken_as_a_workbook(director, supervisor, browser_of):
    visit(director, make_child())
    browser = browser_of(supervisor)
    assert browser.post("/log/statistics/home_visit/export/").status_code in (200, 302)
    assert browser_of(director).get("/log/statistics/home_visit/export/").status_code == 403


@pytest.mark.django_db
def test_what_only_named_people_read_has_no_statistics(supervisor, browser_of):
    assert browser_of(supervisor).get("/log/statistics/counselling/").status_code == 404


CHOICES = tuple(Choice(value=value, label=value) for value in "abcde")
FIELD = Field(id="q", label="问", type="choice", choices=CHOICES)


@given(st.lists(st.integers(min_value=0, max_value=12), min_size=5, max_size=5))
def test_no_small_count_is_shown_and_none_follows_from_the_others(counts):
    shown = counting.hidden(Asked(FIELD, sum(counts), tuple(Chosen(choice, count) for choice, count in zip(CHOICES, counts, strict=True))), 5)
    gone = [count for count, each in zip(counts, shown.chosen, strict=True) if each.count is None]
    assert not [each.count for each in shown.chosen if each.count is not None and 0 < each.count < 5]
    assert not 0 < sum(gone) < 5 or shown.answered is None
    assert shown.answered is None or not 0 < shown.answered < 5
