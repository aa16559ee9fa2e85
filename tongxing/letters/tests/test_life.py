"""A letter is drafted, checked, signed, sealed, answered and closed; what each step asks, and what it brings about."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
import time_machine

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.new import NewCategory
from tongxing.children.tests.make import make_child, seen_by, years_ago
from tongxing.clocks.models import Clock
from tongxing.clocks.ticking import tick
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.today import now, today
from tongxing.journal.models import Record
from tongxing.letters import queries, suggesting, telling
from tongxing.letters.actions import add_need, end_need, passing, replying, writing
from tongxing.letters.actions.replying import Answer
from tongxing.letters.actions.writing import Draft
from tongxing.letters.models import Item, Letter, Need
from tongxing.letters.states import LIFE, OPEN, State
from tongxing.letters.tests.make import disabled_child, drafted, make_department, sent, step
from tongxing.outbox.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def items(letter: Letter) -> list[Item]:
    with seen_by(None):
        return list(Item.objects.filter(letter=letter).order_by("id"))


def need_of(child_id: UUID) -> Need:
    with seen_by(None):
        return Need.objects.get(child=child_id)


def told(post: Post) -> list[str]:
    with scope.whole_country(why="the test reads what was told"):
        return list(Message.objects.filter(person_id=post.person_id).order_by("at").values_list("about", flat=True))


def test_the_words_of_the_need_table_mean_something():
    suggesting.check()


def test_a_letter_goes_its_way_to_the_department_and_back(officer: Post):
    second, third = make_post("county_officer", COUNTY, name="钟科长"), make_post("county_officer", COUNTY, name="鲁局长")
    federation = make_department()
    child, other = disabled_child(), disabled_child(name="李小雨")
    letter = drafted(officer, {child.id: ("device",), other.id: ("device", "rehabilitation")})
    step(letter, "submit", officer)
    with pytest.raises(CannotDo, match="另一个人"):
        step(letter, "check", officer)
    step(letter, "check", second)
    with pytest.raises(CannotDo, match="另一个人"):
        step(letter, "sign", second)
    step(letter, "sign", third)
    with pytest.raises(FieldErrors, match="文号"):
        step(letter, "seal", officer)
    letter = step(letter, "seal", officer, number="夷民函〔2026〕12号")
    assert (letter.state, letter.year, letter.sent_on) == (State.SENT, today().year, today())
    assert letter.due_on == calendars.calendar(COUNTY).after(today(), 15)
    assert "收到%(kind)s：%(title)s，请在%(due)s以前复函。" in told(federation)
    with seen_by(federation):
        assert [line.child.name for line in queries.lines(Letter.objects.get()) if line.child] == ["李小雨", "李小雨", "张子轩"]
    answers = {item.id: Answer(outcome="granted", words="已安排适配") for item in items(letter)[:2]}
    with seen_by(federation):
        assert replying.reply(letter_id=letter.id, answers=answers, by=federation).state == State.SENT
        last = items(letter)[2]
        letter = replying.reply(letter_id=letter.id, answers={last.id: Answer(outcome="refused", words="超过年龄")}, by=federation)
    assert (letter.state, letter.answered_on) == (State.ANSWERED, today())
    with seen_by(None):
        assert sorted(Need.objects.values_list("child__name", "kind", "result")) == [
            ("张子轩", "device", "granted"),
            ("李小雨", "device", "granted"),
            ("李小雨", "rehabilitation", "refused"),
        ]
        verbs = list(Record.objects.filter(child_id=child.id, verb__startswith="letter").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["letter_sent", "letter_answered"]
    assert "%(department)s已复函：%(title)s。" in told(officer)
    step(letter, "close", officer)
    with seen_by(None):
        assert not Grant.objects.filter(post_id=federation.id, until=None).exists()


def test_one_officer_alone_may_do_it_all(officer: Post):
    child = disabled_child()
    assert sent(officer, {child.id: ("device",)}).state == State.SENT


def test_a_township_drafts_and_the_county_signs(supervisor: Post, officer: Post):
    letter = drafted(supervisor, {disabled_child().id: ("device",)})
    step(letter, "submit", supervisor)
    with pytest.raises(CannotDo, match="另一个人"):
        step(letter, "check", supervisor)
    step(letter, "check", officer)
    with pytest.raises(CannotDo, match="岗位"):
        step(letter, "sign", supervisor)
    step(letter, "sign", officer)  # nobody else could
    assert step(letter, "seal", supervisor, number="溪函1号").state == State.SENT


def test_a_number_is_used_once_a_county_and_year(officer: Post):
    sent(officer, {disabled_child().id: ("device",)}, number="夷民函〔2026〕1号")
    with pytest.raises(FieldErrors, match="文号"):
        sent(officer, {disabled_child(name="李小雨").id: ("device",)}, number="夷民函〔2026〕1号")


def test_returned_it_is_checked_anew(officer: Post):
    second = make_post("county_officer", COUNTY, name="钟科长")
    letter = drafted(officer, {disabled_child().id: ("device",)})
    step(letter, "submit", officer)
    with pytest.raises(FieldErrors, match="原因"):
        step(letter, "return", second)
    letter = step(letter, "return", second, words="期限太短")
    draft = Draft(department="disabled", title="新标题", text="新正文", days=20, children={})
    with seen_by(officer), pytest.raises(CannotDo, match="别人修改过"):
        writing.change(letter_id=letter.id, draft=draft, version=1, by=officer)
    with seen_by(officer):
        assert writing.change(letter_id=letter.id, draft=draft, version=letter.version, by=officer).title == "新标题"
    assert items(letter) == []
    step(letter, "submit", officer)
    assert step(letter, "check", second).state == State.CHECKED


@pytest.mark.parametrize("act", [act for act in LIFE if act != "submit" and "drafted" not in LIFE[act].origins])
def test_a_draft_takes_no_other_step(officer: Post, act: str):
    letter = drafted(officer, {disabled_child().id: ("device",)})
    with pytest.raises(CannotDo):
        step(letter, act, officer, words="试一试", number="1号")


def test_the_text_names_no_child(officer: Post):
    child = disabled_child(name="欧阳子轩")
    draft = Draft(department="disabled", title="关于欧阳子轩的函", text="请予支持。", days=15, children={child.id: ("device",)})
    with seen_by(officer), pytest.raises(CannotDo, match="姓名"):
        writing.draft(draft=draft, by=officer)


def test_in_progress_needs_a_day_refused_a_reason(officer: Post):
    federation = make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    (item,) = items(letter)
    for answer in (Answer(outcome="progress"), Answer(outcome="progress", next_on=today()), Answer(outcome="refused"), Answer(outcome="maybe")):
        with seen_by(federation), pytest.raises(FieldErrors):
            replying.reply(letter_id=letter.id, answers={item.id: answer}, by=federation)
    with seen_by(federation):
        letter = replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="progress", next_on=today() + timedelta(days=90))}, by=federation)
    assert (letter.state, letter.due_on) == (State.SENT, today() + timedelta(days=90))
    with time_machine.travel(now() + timedelta(days=60), tick=False):
        assert tick() == 0
    with time_machine.travel(now() + timedelta(days=91), tick=False):
        assert tick() == 1
    assert need_of(item.child_id).ended_on is None


def test_a_department_that_corrects_itself_opens_the_need_again(officer: Post):
    federation = make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    (item,) = items(letter)
    with seen_by(federation):
        replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="granted")}, by=federation)
        letter = replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="progress", words="缺货", next_on=today() + timedelta(days=30))}, by=federation)
    assert letter.state == State.SENT
    assert letter.answered_on is None
    assert need_of(item.child_id).ended_on is None
    with seen_by(federation):
        replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="refused", words="停产")}, by=federation)
    assert need_of(item.child_id).result == "refused"


def test_a_paper_reply_is_keyed_in_by_the_office(officer: Post):
    letter = sent(officer, {disabled_child().id: ("device",)})
    (item,) = items(letter)
    with seen_by(officer):
        letter = replying.reply(letter_id=letter.id, answers={item.id: Answer(outcome="granted")}, by=officer, paper=True)
    assert letter.state == State.ANSWERED
    with seen_by(officer):
        (line,) = queries.lines(letter)
    assert line.answers[0].reply.paper


def test_withdrawn_its_children_show_no_longer_but_for_those_of_another_letter(officer: Post):
    federation = make_department()
    child, other = disabled_child(), disabled_child(name="李小雨")
    first = sent(officer, {child.id: ("device",), other.id: ("device",)}, number="1号")
    sent(officer, {other.id: ("rehabilitation",)}, number="2号")
    step(first, "withdraw", officer, words="名单有误")
    with seen_by(None):
        assert set(Grant.objects.filter(post_id=federation.id, until=None).values_list("child_id", flat=True)) == {other.id}
        assert {need.ended_on for need in Need.objects.all()} == {None}


def test_who_comes_into_the_department_receives_what_is_open(officer: Post):
    make_department()
    child = disabled_child()
    letter = sent(officer, {child.id: ("device",)})
    newcomer = make_department(name="新来的")
    with seen_by(newcomer):
        assert [each.id for each in Letter.objects.all()] == [letter.id]
        assert [line.child.name for line in queries.lines(letter) if line.child] == ["张子轩"]


def test_overdue_is_told_once_to_both_sides(officer: Post):
    federation = make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    assert tick() == 0
    with time_machine.travel(now() + timedelta(days=60), tick=False):
        with seen_by(officer):
            assert queries.listed("overdue", today()).get() == letter
        assert tick() == 1
        assert tick() == 0
        assert [about for about in told(officer) if "逾期" in about] == ["%(department)s逾期没有复函：%(title)s，期限%(due)s。"]
        assert [about for about in told(federation) if "逾期" in about] == ["您单位有一份函件逾期没有复函：%(title)s，期限%(due)s。"]


def test_answered_in_time_nobody_hears_of_a_deadline(officer: Post):
    federation = make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    with seen_by(federation):
        replying.reply(letter_id=letter.id, answers={items(letter)[0].id: Answer(outcome="granted")}, by=federation)
    with time_machine.travel(now() + timedelta(days=60), tick=False):
        assert tick() == 0


def test_reminded_once_in_half_a_day(officer: Post):
    make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    with seen_by(officer):
        assert passing.remind(letter_id=letter.id, by=officer) == 1
        with pytest.raises(CannotDo, match="催办过"):
            passing.remind(letter_id=letter.id, by=officer)


def test_answered_and_forgotten_it_closes_itself(officer: Post):
    federation = make_department()
    letter = sent(officer, {disabled_child().id: ("device",)})
    with seen_by(federation):
        replying.reply(letter_id=letter.id, answers={items(letter)[0].id: Answer(outcome="granted")}, by=federation)
    assert telling.close_answered() == 0
    with time_machine.travel(now() + timedelta(days=15), tick=False):
        assert telling.close_answered() == 1
        with seen_by(federation):
            assert [line.child for line in queries.lines(letter)] == [None]


def test_needs_are_gathered_from_files_and_by_hand(director: Post, officer: Post):
    suggests, by_hand, neither = disabled_child(), make_child(name="李小雨"), make_child(name="王一")
    with seen_by(director):
        need = add_need(child=by_hand.id, need="device", source="hand", by=director, note="需要助听器")
        assert add_need(child=by_hand.id, need="device", source="hand", by=director) == need
    with seen_by(officer):
        assert set(suggesting.with_need("device", today())) == {suggests, by_hand}
        end_need(need_id=need.id, result="withdrawn", by=officer)
        assert set(suggesting.with_need("device", today())) == {suggests}
    assert neither


def test_a_file_suggests_schooling_at_school_age_only(officer: Post):
    poor = (NewCategory(scheme="state", kind="poverty", since=years_ago(1)),)
    pupil = make_child(name="李小雨", born=years_ago(9), categories=poor)
    make_child(name="王一", born=years_ago(1), categories=poor)
    with seen_by(officer):
        assert suggesting.with_need("student_aid", today()).get() == pupil
        assert suggesting.with_need("relief", today()).count() == 2


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_tried_in_whatever_order_the_letter_stays_whole(officer: Post, seed: int):
    """What is not possible is refused in words; nothing reaches the database's constraints."""
    dice, federation = Random(seed), make_department()
    letter = drafted(officer, {disabled_child().id: ("device",)})
    (item,) = items(letter)
    for _turn in range(25):
        try:
            with seen_by(officer):
                if dice.random() < 0.35:
                    outcome = dice.choice(("granted", "refused", "progress"))
                    answer = Answer(outcome=outcome, words="说明", next_on=today() + timedelta(days=dice.randint(1, 60)) if outcome == "progress" else None)
                    replying.reply(letter_id=letter.id, answers={item.id: answer}, by=officer, paper=True)
                else:
                    passing.advance(letter_id=letter.id, act=dice.choice(sorted(LIFE)), by=officer, words="原因", number=f"{seed}号")
        except CannotDo:
            continue
        with seen_by(None):
            now_is = Letter.objects.get(pk=letter.id)
            shown = Grant.objects.filter(post_id=federation.id, until=None).exists()
            assert shown == (now_is.state in OPEN)
            assert Clock.objects.running().filter(subject=letter.id).exists() == (now_is.state == State.SENT)
            need = Need.objects.get(child=item.child_id)
            assert (need.ended_on is not None) == (Item.objects.get(pk=item.pk).outcome in ("granted", "refused"))


def test_what_was_answered_is_not_suggested_again_within_a_year(officer: Post):
    federation, child = make_department(), disabled_child()
    letter = sent(officer, {child.id: ("device",)})
    with seen_by(federation):
        replying.reply(letter_id=letter.id, answers={items(letter)[0].id: Answer(outcome="refused", words="不符合条件")}, by=federation)
    with seen_by(officer):
        assert not suggesting.with_need("device", today()).exists()
    with time_machine.travel(now() + timedelta(days=370), tick=False), seen_by(officer):
        assert suggesting.with_need("device", today()).get() == child
