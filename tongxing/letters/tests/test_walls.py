"""Who sees a letter and its children: the office, the department that received it, and nobody else; each wall alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.models import Child
from tongxing.children.tests.make import seen_by
from tongxing.ground import scope
from tongxing.ground.models import Grant, ScopedRow
from tongxing.ground.today import today
from tongxing.letters import models, queries
from tongxing.letters.actions import matters, meetings, replying
from tongxing.letters.actions.matters import Intake, Part
from tongxing.letters.actions.replying import Answer
from tongxing.letters.following import FOLLOWER
from tongxing.letters.models import Item, Letter, Matter, Meeting, Move, Need, Reply
from tongxing.letters.states import State
from tongxing.letters.tests.make import disabled_child, make_department, sent, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
ELSEWHERE = 420581001001  # a village of another county
TABLES = [getattr(models, name) for name in models.__all__ if isinstance(getattr(models, name), type) and issubclass(getattr(models, name), ScopedRow)]


def shown(post: Post, model: type[ScopedRow]) -> int:
    """How many rows both walls let through: the manager's, and the database's own, are the same."""
    with transaction.atomic(), scope.active(post.scope()):
        first, second = model.objects.count(), model.unscoped.count()
        assert first == second, f"{model.__name__}: {first} {second}"
        return first


@pytest.fixture
def letter(officer: Post) -> Letter:
    return sent(officer, {disabled_child().id: ("device",)})


def test_another_department_sees_nothing(officer: Post):
    federation, police = make_department(), make_department("police", name="赵警官")
    letter = sent(officer, {disabled_child().id: ("device",)})
    assert {model.__name__: shown(federation, model) for model in (Letter, Item, Move, Need, Child)} == {"Letter": 1, "Item": 1, "Move": 0, "Need": 0, "Child": 1}
    assert not any(shown(police, model) for model in [*TABLES, Child])
    with seen_by(police), pytest.raises(Letter.DoesNotExist):
        replying.reply(letter_id=letter.id, answers={}, whole=Answer(outcome="granted"), by=police)


def test_only_what_the_letter_lists(officer: Post):
    federation = make_department()
    disabled_child(name="李小雨")
    sent(officer, {disabled_child().id: ("device",)})
    with seen_by(federation):
        assert list(Child.objects.values_list("name", flat=True)) == ["张子轩"]


def test_the_village_reads_the_line_and_the_answer_without_the_letter(letter: Letter, officer: Post, director: Post, next_director: Post, supervisor: Post):
    with seen_by(None):
        item = Item.objects.get()
    with seen_by(officer):
        replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="granted", words="已适配")}, by=officer, paper=True)
    assert (shown(director, Item), shown(director, Reply), shown(director, Need), shown(director, Letter)) == (1, 1, 1, 0)
    assert (shown(supervisor, Item), shown(supervisor, Letter)) == (1, 0)
    assert not any(shown(next_director, model) for model in TABLES)
    with seen_by(director):
        ((_need, _note, ((_item, (answer,)),)),) = queries.of_child(item.child_id)
        assert (answer.words, answer.reply.outcome) == ("已适配", "granted")


def test_after_closing_the_list_names_nobody(letter: Letter, officer: Post):
    federation = make_department()
    with seen_by(federation):
        item = Item.objects.get()
        replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="granted", words="已适配")}, by=federation)
    step(letter, "close", officer)
    assert shown(federation, Child) == 0
    with seen_by(federation):
        (line,) = queries.lines(Letter.objects.get())
        assert (line.child, line.note, [answer.words for answer in line.answers]) == (None, "", [""])


def test_a_child_that_leaves_the_county_leaves_the_letter(letter: Letter):
    federation = make_department()
    with seen_by(None):
        item = Item.objects.get()
    with seen_by(None):
        FOLLOWER.moved(ids=[item.child_id], to=ELSEWHERE)
        row = Item.objects.get()
        assert (row.scope_place, row.ended, Need.objects.get().scope_place) == (ELSEWHERE, "moved", ELSEWHERE)
        assert not Grant.objects.filter(post_id=federation.id, until=None).exists()


def test_a_child_that_ends_ends_its_needs_and_lines(letter: Letter):
    with seen_by(None):
        item = Item.objects.get()
        children.advance(child_id=item.child_id, act="end", by=None, reason="moved_away")
        assert Item.objects.get().ended == "left"
        assert Need.objects.get().result == "left"


def test_a_moved_child_s_rows_go_with_it(letter: Letter, director: Post, next_director: Post):
    with seen_by(None):
        FOLLOWER.moved(ids=[Item.objects.get().child_id], to=NEXT_VILLAGE)
    assert (shown(director, Item), shown(next_director, Item), shown(next_director, Need)) == (0, 1, 1)


def test_an_erased_child_leaves_no_line(letter: Letter):
    with seen_by(None):
        FOLLOWER.erased(child_id=Item.objects.get().child_id)
        assert (Item.objects.count(), Need.objects.count()) == (0, 0)
        assert Letter.objects.get().state == State.SENT  # somebody has to look at it


def test_one_intake_for_two_departments_and_one_answer(officer: Post):
    federation, schools = make_department(), make_department("education", name="孙玲")
    child = disabled_child()
    asked = Intake(
        channel="order_12345",
        outer_number="12345-0088",
        title="残疾儿童入学和辅具",
        words="张子轩的母亲来电",
        received_on=today(),
        due_on=today() + timedelta(days=20),
        children=(child.id,),
        asker="张母 13800000000",
    )
    with seen_by(officer):
        matter = matters.receive(intake=asked, by=officer)
        assert matter.number.endswith("-0001")
        parts = [Part(department="disabled", text="请评估辅具。", days=5, kinds=("device",)), Part(department="education", text="请安排入学。", days=10)]
        first, second = matters.fan_out(matter_id=matter.id, parts=parts, by=officer)
        assert (first.number, second.number) == (f"{matter.number}-1", f"{matter.number}-2")
        assert first.due_on is not None
        assert second.due_on is not None
        assert first.due_on < second.due_on
    assert (shown(federation, Letter), shown(schools, Letter), shown(schools, Child), shown(federation, Matter)) == (1, 1, 0, 0)
    with seen_by(federation):
        replying.reply(letter_id=first.id, answers={Item.objects.get().id: Answer(outcome="granted")}, by=federation)
    with seen_by(officer), pytest.raises(Exception, match="教育还没有复函"):
        matters.answer(matter_id=matter.id, words="已解决", told_by="phone", on=today(), by=officer)
    with seen_by(schools):
        replying.reply(letter_id=second.id, whole=Answer(outcome="granted", words="已安排在特校"), by=schools)
    with seen_by(officer):
        done = matters.answer(matter_id=matter.id, words="辅具已适配，已安排入学", told_by="phone", on=today(), by=officer)
        assert matters.open_words(done)["answer"] == "辅具已适配，已安排入学"
        assert set(Letter.objects.values_list("state", flat=True)) == {"closed"}
    assert shown(federation, Child) == 0


def test_the_contact_of_a_member_unit_sees_the_meeting_and_ticks_its_item(officer: Post, supervisor: Post):
    federation, police = make_department(), make_department("police", name="赵警官")
    with seen_by(officer):
        member = meetings.add_member(name="区残联", by=officer, department="disabled", post=federation)
        meeting = meetings.call(title="第四季度联席会议", on=today(), room="三楼会议室", agenda="一、通报情况", by=officer)
        action = meetings.assign(words="年底前完成辅具适配", owner=member, due_on=date(2099, 1, 1), by=officer, meeting=meeting)
        meetings.write_minutes(meeting_id=meeting.id, minutes="会议要求……", attendance={member.id: (True, "钱干事")}, version=meeting.version, by=officer)
    assert (shown(federation, Meeting), shown(police, Meeting), shown(supervisor, Meeting)) == (1, 0, 0)
    with seen_by(federation):
        assert meetings.done(action_id=action.id, note="已适配十二人", by=federation).done_on == today()
    for model in TABLES:
        shown(federation, model)
        shown(police, model)


def test_nobody_without_a_place_or_a_letter_sees_a_row(letter: Letter, officer: Post):
    for role in ("teacher", "social_worker", "auditor", "security_admin"):
        post = make_post(role, officer.place_id)
        assert not any(shown(post, model) for model in TABLES)
