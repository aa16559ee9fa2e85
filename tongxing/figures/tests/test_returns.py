"""Returns: opened, sent up, returned, confirmed; frozen; what is corrected later goes to the next period and is listed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import pytest
from django.db import DatabaseError, transaction

from tests.people import COUNTY, NAMES, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_place, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.models import Absence, Child
from tongxing.children.tests.make import away, make_child, seen_by
from tongxing.figures import actions, counting
from tongxing.figures.models import Member, Movement, Return, ReturnRow
from tongxing.figures.states import NotNow, State
from tongxing.ground.today import CHINA, as_of

pytestmark = pytest.mark.django_db
OTHER_TOWNSHIP, OTHER_VILLAGE = 420506103000, 420506103001
CITY, PROVINCE = 420500000000, 420000000000
Q2, Q3, Q4 = date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
SUMMARY, MOVED = "left_behind_summary", "movement:left_behind"


@contextmanager
def on_day(day: date, post: Post | None = None) -> Iterator[None]:
    with as_of(datetime.combine(day, time(10), CHINA)), seen_by(post):
        yield


def left_behind(name: str, place: int = VILLAGE, *, on: date = date(2026, 5, 1), born: date = date(2016, 1, 1)) -> Child:
    with on_day(on):
        return make_child(name=name, place=place, born=born, relatives=(away("51", "张父", date(2025, 3, 1)), away("52", "李母", date(2025, 3, 1))))


def back_home(child: Child, day: date) -> None:
    """The mother is back for good on a day; said today."""
    absence = Absence.objects.filter(child_id=child.id, relative__relation="52").get()
    children.end_absence(absence_id=absence.id, on=day, returned="for_good", by=None)


@pytest.fixture
def posts(places) -> tuple[Post, Post]:
    with as_of(datetime(2026, 4, 1, tzinfo=CHINA)):
        return make_post("supervisor", TOWNSHIP, name="陈督导"), make_post("county_officer", COUNTY, name="周局长")


@pytest.fixture
def second_township(places, monkeypatch: pytest.MonkeyPatch) -> Post:
    for code, name in ((OTHER_TOWNSHIP, "分乡镇"), (OTHER_VILLAGE, "分乡场社区")):
        monkeypatch.setitem(NAMES, code, name)
        make_place(code, name)
    with as_of(datetime(2026, 4, 1, tzinfo=CHINA)):
        return make_post("supervisor", OTHER_TOWNSHIP, name="钱督导")


def opened(officer: Post, on: date, day: date) -> dict[int, Return]:
    with on_day(day, officer):
        actions.open_period(kind="quarter", on=on, due=date.fromordinal(on.toordinal() + 20), by=officer)
        return {report.scope_place: report for report in Return.objects.filter(on=on)}


def send(report: Return, supervisor: Post, officer: Post, day: date) -> Return:
    with on_day(day, supervisor):
        actions.act(report=report, verb="submit", by=supervisor)
    with on_day(day, officer):
        return actions.act(report=report, verb="confirm", by=officer)


def measures(report: Return, post: Post, table: str = MOVED) -> dict[str, int]:
    with seen_by(post):
        return {key: number for key, number in counting.read(Return.objects.get(pk=report.pk)).total(table).items() if number}


def test_a_quarter_adds_up_and_the_next_opens_where_it_closed(posts) -> None:
    supervisor, officer = posts
    left_behind("张留")
    left_behind("王大", born=date(2010, 8, 15))
    returns = left_behind("李回")
    q2 = opened(officer, Q2, date(2026, 7, 1))[TOWNSHIP]
    send(q2, supervisor, officer, date(2026, 7, 5))
    assert measures(q2, supervisor) == {"new_file": 3, "came": 3, "closing": 3}
    with on_day(date(2026, 8, 20)):
        back_home(returns, date(2026, 8, 18))
    left_behind("赵新", NEXT_VILLAGE, on=date(2026, 9, 2))
    q3 = opened(officer, Q3, date(2026, 10, 1))[TOWNSHIP]
    send(q3, supervisor, officer, date(2026, 10, 8))
    assert measures(q3, supervisor) == {"opening": 3, "new_file": 1, "came": 1, "aged": 1, "ceased": 1, "left": 2, "closing": 2}


def test_a_later_correction_changes_nothing_frozen_and_is_listed_in_the_next_period(posts) -> None:
    supervisor, officer = posts
    left_behind("张留")
    corrected = left_behind("李错")
    q2 = send(opened(officer, Q2, date(2026, 7, 1))[TOWNSHIP], supervisor, officer, date(2026, 7, 5))
    before = measures(q2, supervisor, SUMMARY)
    with on_day(date(2026, 8, 20), supervisor):
        absence = Absence.objects.filter(child_id=corrected.id, relative__relation="52").get()
        children.end_absence(absence_id=absence.id, on=date(2026, 6, 1), returned="for_good", by=supervisor)
    assert measures(q2, supervisor, SUMMARY) == before
    q3 = send(opened(officer, Q3, date(2026, 10, 1))[TOWNSHIP], supervisor, officer, date(2026, 10, 8))
    assert measures(q3, supervisor) == {"opening": 2, "ceased": 1, "left": 1, "closing": 1, "corrections": 1}
    with seen_by(supervisor):
        (listed,) = counting.corrections(q3)
        assert (listed.child_id, listed.direction, listed.effective, listed.recorded_by) == (corrected.id, "out", date(2026, 6, 1), "陈督导")
        assert listed.recorded
        assert counting.intact(q3)


def test_a_move_between_townships_is_out_there_and_in_here(posts, second_township: Post) -> None:
    supervisor, officer = posts
    other = second_township
    child = left_behind("张迁")
    for place, report in opened(officer, Q2, date(2026, 7, 1)).items():
        if place != COUNTY:
            send(report, supervisor if place == TOWNSHIP else other, officer, date(2026, 7, 5))
    with on_day(date(2026, 8, 1)):
        transfer = children.request_transfer(child_id=child.id, to=OTHER_VILLAGE, reason="随祖父母搬家", by=None)
        children.answer_transfer(transfer_id=transfer.id, act="accept", by=None)
    q3 = opened(officer, Q3, date(2026, 10, 1))
    send(q3[TOWNSHIP], supervisor, officer, date(2026, 10, 8))
    send(q3[OTHER_TOWNSHIP], other, officer, date(2026, 10, 8))
    assert measures(q3[TOWNSHIP], officer) == {"opening": 1, "moved_out": 1, "left": 1}
    assert measures(q3[OTHER_TOWNSHIP], officer) == {"moved_in": 1, "came": 1, "closing": 1}
    with on_day(date(2026, 10, 9), officer):
        actions.act(report=q3[COUNTY], verb="submit", by=officer)
    assert measures(q3[COUNTY], officer) == {"opening": 1, "moved_in": 1, "came": 1, "moved_out": 1, "left": 1, "closing": 1}


def test_a_file_that_ended_and_came_back_is_counted_on_the_days_on_which_it_was_on_the_register(posts) -> None:
    supervisor, officer = posts
    child = left_behind("张返")
    reports = {on: opened(officer, on, date(2026, 7, 1))[TOWNSHIP] for on in (Q2, Q3, Q4)}

    def counted() -> list[int]:
        with on_day(date(2027, 1, 20)):
            return [measures(reports[on], supervisor, SUMMARY).get("total", 0) for on in (Q2, Q3, Q4)]

    with on_day(date(2026, 8, 10)):  # ended a month ago: said today
        children.advance(child_id=child.id, act="end", reason="moved_away", comment="迁走", on=date(2026, 7, 10), by=None)
    assert counted() == [1, 0, 0]
    for act, day in (("re_enter", date(2026, 10, 8)), ("submit", date(2026, 10, 9)), ("approve", date(2026, 10, 10))):
        with on_day(day):
            children.advance(child_id=child.id, act=act, by=None)
        assert counted() == [1, 0, int(act == "approve")]
    with on_day(date(2027, 1, 10)):
        children.advance(child_id=child.id, act="end", reason="moved_away", comment="又迁走", by=None)
    assert counted() == [1, 0, 1]
    with on_day(date(2027, 1, 15)):
        children.advance(child_id=child.id, act="re_enter", by=None)
    assert counted() == [1, 0, 1]


def test_who_moved_after_the_date_is_counted_where_the_child_lived_then(posts, second_township: Post) -> None:
    supervisor, officer = posts
    child = left_behind("张迁")
    with on_day(date(2026, 7, 2)):
        transfer = children.request_transfer(child_id=child.id, to=OTHER_VILLAGE, reason="随祖父母搬家", by=None)
        children.answer_transfer(transfer_id=transfer.id, act="accept", by=None)
    reports = opened(officer, Q2, date(2026, 7, 3))
    assert measures(reports[TOWNSHIP], supervisor, SUMMARY)["total"] == 1
    assert "total" not in measures(reports[OTHER_TOWNSHIP], officer, SUMMARY)


def test_a_period_opened_before_the_last_was_confirmed_still_opens_where_that_closed(posts) -> None:
    supervisor, officer = posts
    child = left_behind("张留")
    q3 = opened(officer, Q3, date(2026, 7, 1))[TOWNSHIP]
    send(opened(officer, Q2, date(2026, 7, 2))[TOWNSHIP], supervisor, officer, date(2026, 7, 5))
    with on_day(date(2026, 8, 1)):
        back_home(child, date(2026, 6, 20))
    assert measures(q3, supervisor) == {"opening": 1, "ceased": 1, "left": 1, "corrections": 1}


def test_the_way_of_a_return_and_whose_turn_it_is(posts) -> None:
    supervisor, officer = posts
    report = opened(officer, Q2, date(2026, 7, 1))[TOWNSHIP]
    with on_day(date(2026, 7, 5), officer), pytest.raises(NotNow):
        actions.act(report=report, verb="submit", by=officer)
    with on_day(date(2026, 7, 5), supervisor):
        actions.act(report=report, verb="submit", by=supervisor)
        with pytest.raises(NotNow):
            actions.act(report=report, verb="confirm", by=supervisor)
    with on_day(date(2026, 7, 6), officer):
        with pytest.raises(NotNow, match="意见"):
            actions.act(report=report, verb="return", by=officer)
        assert actions.act(report=report, verb="return", by=officer, comment="冯家湾少一人").comment == "冯家湾少一人"
        assert not ReturnRow.objects.filter(report=report).exists()
    with on_day(date(2026, 7, 7), supervisor):
        assert actions.act(report=report, verb="submit", by=supervisor).state == State.SUBMITTED
        assert actions.act(report=report, verb="withdraw", by=supervisor).state == State.OPEN
        actions.act(report=report, verb="submit", by=supervisor)


@pytest.mark.parametrize("vacant", [False, True])
def test_city_and_province_do_not_skip_the_county(places, vacant: bool) -> None:
    with as_of(datetime(2026, 4, 1, tzinfo=CHINA)):
        province, city, officer = (make_post(f"{role}_officer", place) for role, place in (("province", PROVINCE), ("city", CITY), ("county", COUNTY)))
        sender = officer if vacant else make_post("supervisor", TOWNSHIP)
    report = opened(officer, Q2, date(2026, 7, 1))[TOWNSHIP]
    for post in (province, city):
        with on_day(date(2026, 7, 2), post), pytest.raises(NotNow, match="不能办理"):
            actions.act(report=report, verb="submit", by=post)
    with on_day(date(2026, 7, 3), sender):
        actions.act(report=report, verb="submit", by=sender)
    for post in (province, city):
        with on_day(date(2026, 7, 4), post):
            for verb in ("confirm", "return", "withdraw"):
                with pytest.raises(NotNow, match="不能办理"):
                    actions.act(report=report, verb=verb, by=post, comment="少一人")
    with on_day(date(2026, 7, 5), officer):
        assert actions.act(report=report, verb="confirm", by=officer).state == State.CONFIRMED


def test_a_level_that_only_fills_the_code_is_skipped(places, monkeypatch: pytest.MonkeyPatch) -> None:
    filler, county = 429000000000, 429004000000
    for code, name in ((filler, "省直辖县级行政区划"), (county, "仙桃市")):
        monkeypatch.setitem(NAMES, code, name)
        make_place(code, name)
    province = make_post("province_officer", PROVINCE)
    with seen_by(province):
        for place in (filler, county):
            assert actions.may(Return(scope_place=place, kind="quarter", on=Q2), "confirm", province)
        assert not actions.may(Return(scope_place=COUNTY, kind="quarter", on=Q2), "confirm", province)


def test_the_county_sends_up_once_everybody_below_is_confirmed(posts) -> None:
    supervisor, officer = posts
    reports = opened(officer, Q2, date(2026, 7, 1))
    with on_day(date(2026, 7, 5), officer), pytest.raises(NotNow, match="还有 1 份"):
        actions.act(report=reports[COUNTY], verb="submit", by=officer)
    send(reports[TOWNSHIP], supervisor, officer, date(2026, 7, 5))
    with on_day(date(2026, 7, 6), officer):
        actions.act(report=reports[COUNTY], verb="submit", by=officer)


def test_a_period_is_not_sent_before_its_date_nor_before_the_one_before(posts) -> None:
    supervisor, officer = posts
    q2, q3 = opened(officer, Q2, date(2026, 6, 1))[TOWNSHIP], opened(officer, Q3, date(2026, 6, 1))[TOWNSHIP]
    with on_day(date(2026, 6, 29), supervisor), pytest.raises(NotNow, match="2026-06-30"):
        actions.act(report=q2, verb="submit", by=supervisor)
    with on_day(date(2026, 10, 1), supervisor), pytest.raises(NotNow, match="第二季度"):
        actions.act(report=q3, verb="submit", by=supervisor)


@pytest.mark.parametrize("model", [ReturnRow, Member, Movement])
def test_a_confirmed_return_never_changes(posts, model) -> None:
    supervisor, officer = posts
    left_behind("张留")
    report = send(opened(officer, Q2, date(2026, 7, 1))[TOWNSHIP], supervisor, officer, date(2026, 7, 5))
    with seen_by(None):
        assert model.unscoped.filter(report=report).exists()
        for change in (
            lambda: model.unscoped.filter(report=report).delete(),
            lambda: model.unscoped.filter(report=report).update(place=VILLAGE),
            lambda: Return.unscoped.filter(pk=report.pk).update(state="open"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_both_walls_around_returns(posts, director: Post) -> None:
    _supervisor, officer = posts
    opened(officer, Q2, date(2026, 7, 1))
    for post, places in ((officer, {COUNTY, TOWNSHIP}), (posts[0], {TOWNSHIP}), (director, set())):
        with seen_by(post):
            assert set(Return.objects.values_list("scope_place", flat=True)) == places
            assert set(Return.unscoped.values_list("scope_place", flat=True)) == places
