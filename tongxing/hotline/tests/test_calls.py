"""A call is written while it is talked, becomes an alarm in a second, and is nobody's but its desk's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_place
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.clocks import ticking
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.hotline import actions, queries, tallies
from tongxing.hotline.errors import HotlineError
from tongxing.hotline.models import Call, CallBack, Counsel, Referral
from tongxing.hotline.tests.make import PHONE, make_agent, make_call
from tongxing.outbox.models import Message
from tongxing.protection.models import Case, Report
from tongxing.protection.tests.make import case_of, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
OTHER_COUNTY = 420583000000


@pytest.fixture
def agent(places) -> Post:
    return make_agent()


@pytest.fixture
def other_desk(places, monkeypatch) -> Post:
    from tests import people

    monkeypatch.setitem(people.NAMES, OTHER_COUNTY, "枝江市")
    make_place(OTHER_COUNTY, "枝江市")
    return make_agent(OTHER_COUNTY, "钱琳")


def told(post: Post) -> int:
    with scope.whole_country(why="a test looks at everything"):
        return Message.objects.filter(person_id=post.person_id).count()


def fresh(call: Call) -> Call:
    with scope.whole_country(why="a test looks at everything"):
        return Call.objects.get(pk=call.pk)


def sees(post: Post, call: Call) -> bool:
    """Through both walls; the database's own says the same."""
    with seen_by(post):
        manager = Call.objects.filter(pk=call.pk).exists()
        assert manager == Call.unscoped.filter(pk=call.pk).exists()
        return manager


def test_what_is_written_is_kept_and_nothing_said_lies_open(agent: Post):
    call = make_call(by=agent, said="奶奶说孩子不吃饭", name="李大姐")
    with seen_by(agent):
        assert queries.words(fresh(call))["said"] == "奶奶说孩子不吃饭"
    with connection.cursor() as cursor, scope.whole_country(why="the test looks at the stored bytes"):
        cursor.execute("SELECT hotline_call::text FROM hotline_call")
        stored = cursor.fetchone()[0]
    assert PHONE not in stored
    assert PHONE.encode().hex() not in stored


def test_the_third_call_of_a_number_says_so_at_this_desk_alone(agent: Post, other_desk: Post):
    for _each in range(2):
        make_call(by=agent, result="answered")
    third = make_call(by=agent, phone="138-1234 5678")
    elsewhere = make_call(by=other_desk)
    with seen_by(agent):
        assert queries.earlier(third) == 3
        assert len(queries.earlier_calls(third)) == 2
    with seen_by(other_desk):
        assert queries.earlier(elsewhere) == 1


def test_an_alarm_goes_out_while_the_call_goes_on(agent: Post, supervisor: Post):
    call = make_call(by=agent, place=VILLAGE, said="", child="穿红衣服的男孩")
    report = actions.alarm(call=call, situation="missing", by=agent)
    again = actions.alarm(call=fresh(call), situation="missing", by=agent)
    assert report.pk == again.pk
    assert (report.channel, report.place) == ("hotline", VILLAGE)
    assert told(supervisor) == 1
    assert fresh(call).open
    done = actions.keep(call=fresh(call), draft=actions.Draft(topic="missing", said="昨晚没回家"), by=agent)
    assert actions.finish(call=done, result="reported", by=agent).report_id == report.pk


def test_an_alarm_needs_no_place(agent: Post, officer: Post):
    report = actions.alarm(call=actions.begin(by=agent), situation="harm", by=agent)
    assert report.place == COUNTY


def test_a_desk_answers_for_its_own_place(other_desk: Post):
    with pytest.raises(HotlineError):
        actions.alarm(call=actions.begin(by=other_desk), situation="harm", by=other_desk, place=VILLAGE)
    with scope.whole_country(why="a test looks at everything"):
        assert not Report.objects.exists()


def test_three_people_a_stranger_and_the_next_countys_desk(agent: Post, other_desk: Post, officer: Post, supervisor: Post, director: Post, next_director: Post):
    quiet = make_call(by=agent, result="answered")
    alarmed = make_call(by=agent, place=VILLAGE)
    actions.alarm(call=alarmed, situation="missing", by=agent)
    colleague = make_agent(name="田甜")
    for post, both in ((agent, True), (colleague, True), (other_desk, False), (officer, False), (supervisor, False), (next_director, False)):
        assert sees(post, quiet) is both
    for post, seen in ((agent, True), (officer, True), (supervisor, True), (other_desk, False), (next_director, False)):
        assert sees(post, alarmed) is seen


def test_a_call_that_was_handed_on_is_read_by_whom_it_reached(agent: Post, officer: Post):
    justice = make_contact("justice", "夷陵区司法局")
    call = make_call(by=agent, topic="law")
    with seen_by(agent):
        posts = queries.receivers("department:justice", VILLAGE)
    rows = actions.refer(call=call, posts=posts, by=agent)
    actions.refer(call=call, posts=posts, by=agent)
    assert [row.post_id for row in rows] == [justice.pk]
    assert (sees(justice, call), sees(officer, call), told(justice)) == (True, False, 1)
    actions.answer(referral=rows[0], words="已预约周三法律援助", by=justice)
    assert told(agent) == 1
    with pytest.raises(HotlineError):
        actions.answer(referral=rows[0], words="再说一次", by=justice)
    with scope.whole_country(why="a test looks at everything"):
        assert Referral.objects.count() == 1


def test_where_nobody_is_in_the_house_it_says_so(agent: Post):
    with seen_by(agent):
        posts = queries.receivers("department:court", VILLAGE)
    with pytest.raises(HotlineError):
        actions.refer(call=make_call(by=agent), posts=posts, by=agent)


def test_counselling_notes_are_read_by_named_people_alone(agent: Post, officer: Post):
    colleague = make_agent(name="田甜")
    call = make_call(by=agent, counsel="谈到父亲打人", result="counselled")
    for post, seen in ((agent, True), (colleague, False), (officer, False)):
        with seen_by(post):
            assert Counsel.objects.filter(call=call).exists() is seen
            assert Counsel.unscoped.filter(call=call).exists() is seen
    with pytest.raises(HotlineError):
        actions.name_for_counsel(call=call, post=colleague, by=colleague)
    actions.name_for_counsel(call=call, post=colleague, by=agent)
    with seen_by(colleague):
        assert queries.counsel_of(fresh(call))[1] == "谈到父亲打人"


def test_a_promise_that_is_not_kept_is_told_once(agent: Post):
    call = make_call(by=agent, result="")
    row = actions.promise(call=call, due_at=now() + timedelta(hours=2), by=agent)
    actions.finish(call=fresh(call), result="answered", by=agent)
    with time_machine.travel(now() + timedelta(hours=3)):
        ticking.tick()
        ticking.tick()
        assert told(agent) == 1
        actions.call_back(row=row, reached="reached", by=agent, words="已说明")
    with scope.whole_country(why="a test looks at everything"):
        kept = CallBack.objects.get()
        assert (kept.late_at is not None, kept.reached) == (True, "reached")


def test_a_promise_that_is_kept_is_told_to_nobody(agent: Post):
    row = actions.promise(call=make_call(by=agent), due_at=now() + timedelta(hours=2), by=agent)
    actions.call_back(row=row, reached="reached", by=agent)
    with time_machine.travel(now() + timedelta(hours=3)):
        ticking.tick()
    assert told(agent) == 0


def test_a_promise_needs_a_number_and_a_time_to_come(agent: Post):
    with pytest.raises(HotlineError):
        actions.promise(call=make_call(by=agent, phone=""), due_at=now() + timedelta(hours=1), by=agent)
    with pytest.raises(HotlineError):
        actions.promise(call=make_call(by=agent), due_at=now() - timedelta(hours=1), by=agent)


def test_the_register_answers_yes_or_no_and_not_often(agent: Post, supervisor: Post):
    child = make_child(name="张子轩", place=VILLAGE)
    call = make_call(by=agent, child_name="张子轩", place=TOWNSHIP)
    found = actions.look_for_child(call=call, by=agent)
    assert (found.on_file, found.child_id) == (True, child.pk)
    other = actions.keep(call=found, draft=actions.Draft(child_name="张子", place=TOWNSHIP), by=agent)
    assert (other.on_file, other.child_id) == (False, None)
    assert not actions.look_for_child(call=other, by=agent).on_file
    for _each in range(3):
        actions.look_for_child(call=other, by=agent)
    with pytest.raises(HotlineError):
        actions.look_for_child(call=other, by=agent)


def test_two_of_one_name_are_on_file_and_neither_is_meant(agent: Post):
    make_child(name="张子轩", place=VILLAGE)
    make_child(name="张子轩", place=NEXT_VILLAGE)
    found = actions.look_for_child(call=make_call(by=agent, child_name="张子轩", place=TOWNSHIP), by=agent)
    assert (found.on_file, found.child_id) == (True, None)


def test_the_officer_links_the_file_that_the_call_may_mean(agent: Post, supervisor: Post, next_director: Post, director: Post):
    make_child(name="张子轩", place=NEXT_VILLAGE)
    call = actions.look_for_child(call=make_call(by=agent, child_name="张子轩", place=TOWNSHIP), by=agent)
    report = actions.alarm(call=call, situation="harm", by=agent)
    with pytest.raises(HotlineError):
        actions.link_child(call=fresh(call), case=case_of(report), by=director)
    actions.link_child(call=fresh(call), case=case_of(report), by=supervisor)
    assert case_of(report).scope_place == NEXT_VILLAGE
    with seen_by(next_director):
        assert Case.objects.filter(pk=report.case_id).exists()


def test_an_erased_child_is_forgotten_by_calls(agent: Post, officer: Post):
    child = make_child(name="张子轩", place=VILLAGE)
    call = actions.look_for_child(call=make_call(by=agent, child_name="张子轩", place=VILLAGE), by=agent)
    from tongxing.hotline.following import FOLLOWER

    FOLLOWER.erased(child_id=child.pk)
    assert (fresh(call).child_id, fresh(call).on_file) == (None, False)


def test_silent_and_abusive_calls_take_one_tap(agent: Post):
    one = actions.one_tap(result="silent", by=agent)
    two = actions.one_tap(result="abusive", by=agent, call=actions.begin(by=agent))
    assert not one.open
    assert two.result == "abusive"
    with pytest.raises(HotlineError):
        actions.one_tap(result="answered", by=agent)


@pytest.mark.parametrize(("written", "result"), [({"topic": ""}, "answered"), ({"said": ""}, "answered"), ({}, "counselled"), ({}, "reported"), ({}, "referred"), ({}, "")])
def test_what_is_missing_is_said_in_words(agent: Post, written: dict[str, str], result: str):
    call = make_call(by=agent, **written)
    with pytest.raises(HotlineError) as refused:
        actions.finish(call=call, result=result, by=agent)
    assert len(str(refused.value)) > 5
    assert fresh(call).open


def test_a_call_is_never_longer_than_since_it_began(agent: Post):
    call = make_call(by=agent)
    assert (actions.finish(call=call, result="answered", by=agent, seconds=9999).seconds or 0) < 60
    with pytest.raises(HotlineError):
        actions.keep(call=fresh(call), draft=actions.Draft(said="改一改"), by=agent)


def test_another_agent_does_not_write_in_it(agent: Post):
    with pytest.raises(HotlineError):
        actions.keep(call=make_call(by=agent), draft=actions.Draft(said="改一改"), by=make_agent(name="田甜"))


def test_only_agents_take_calls(officer: Post):
    with pytest.raises(HotlineError):
        actions.begin(by=officer)


def test_the_month_counts_what_came(agent: Post, supervisor: Post, other_desk: Post):
    make_call(by=agent, result="answered")
    make_call(by=agent, result="counselled", advice="听她讲，约了学校的心理老师")
    actions.one_tap(result="silent", by=agent)
    make_call(by=other_desk, result="answered")
    actions.promise(call=make_call(by=agent), due_at=now() + timedelta(hours=2), by=agent)
    with seen_by(agent):
        groups = tallies.tallies(COUNTY, tallies.month_of("", now().date()))
    totals = [number for _word, number in groups[0].lines]
    assert totals[:2] == [4, 3]
    assert dict(zip([key for key, _word in tallies.TOTALS], totals, strict=True))["promised"] == 1
    assert dict(zip([key for key, _word in tallies.TOTALS], totals, strict=True))["repeat"] == 1


def test_the_database_keeps_a_done_call_with_its_result(agent: Post):
    call = make_call(by=agent)
    with pytest.raises(IntegrityError), transaction.atomic(), scope.whole_country(why="the test goes past the action"):
        Call.objects.filter(pk=call.pk).update(state="done", ended_at=now())
