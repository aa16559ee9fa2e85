"""Writing entries down."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from PIL import Image

from tests.people import NEXT_VILLAGE, make_post
from tongxing.children import actions as children_actions
from tongxing.children.errors import CannotDo
from tongxing.children.tests.make import make_child, make_siblings, seen_by
from tongxing.files import storage
from tongxing.forms import queries as forms
from tongxing.forms.cleaning import FormError
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.log import actions, queries
from tongxing.log.models import Entry, Participation
from tongxing.log.shapes import Doer, NewPaper
from tongxing.log.tests.make import COMMON, OWN, SECRET, activity, told, visit

pytestmark = pytest.mark.django_db


def sentences(refused) -> str:
    return " ".join(each.sentence for each in refused.value.wrong)


def test_a_visit_of_three_grandchildren_asks_common_questions_once(director):
    children = make_siblings(3)
    entry = visit(director, *children, own={children[1].id: {"mood": "low", "thought_words": "想妈妈"}}, needs=SECRET)
    with seen_by(director):
        moments = [queries.last_of([child.id], "home_visit")[child.id] for child in children]
        assert [moment.entry.id for moment in moments] == [entry.id] * 3
        assert [moment.answers["needs"] for moment in moments] == [SECRET] * 3
        assert [moment.answers["mood"] for moment in moments] == ["calm", "low", "calm"]
        assert [moment.part.events for moment in moments] == [[], ["low_mood"], []]
        assert "thought_words" not in moments[0].answers
    assert entry.events == ["low_mood"]
    assert entry.sections == ["family", "thought", "study", "behaviour", "followup"]


def test_a_day_to_come_is_refused_in_words(director):
    with pytest.raises(FormError) as refused:
        visit(director, make_child(), on=today() + timedelta(days=1))
    assert "还没有到" in sentences(refused)


def test_everything_that_is_wrong_is_said_at_once(director):
    child = make_child()
    with pytest.raises(FormError) as refused:
        visit(director, child, circumstances=told([], on=today() + timedelta(days=1), where="moon", spoken_to=()), own={child.id: {"mood": ""}})
    assert {each.field for each in refused.value.wrong} == {"on", "where", "seen", "spoken_to"}


def test_nobody_was_met_cannot_stand_beside_a_child_that_was_seen(director):
    child = make_child()
    with pytest.raises(FormError, match="谁也没见到"):
        visit(director, child, circumstances=told([child], spoken_to=("nobody",)))
    assert visit(director, child, circumstances=told([child], seen=False, spoken_to=("nobody",))).seen_in_person is False


def test_a_child_that_moved_away_is_refused_to_the_old_director_and_logged_by_the_new(director, supervisor):
    child = make_child()
    before = visit(director, child)
    with seen_by(director):
        transfer = children_actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="随外婆居住", by=director)
    receiving = make_post("child_director", NEXT_VILLAGE)
    with seen_by(supervisor):
        children_actions.answer_transfer(transfer_id=transfer.id, act="accept", by=supervisor)
    with pytest.raises(FormError, match="可能已经转走"):
        visit(director, child)
    visit(receiving, child)
    with seen_by(receiving):
        assert [part.entry.place for part in queries.timeline(child.id)] == [NEXT_VILLAGE, before.place]  # where it happened stays
    with seen_by(director):
        assert not Entry.objects.exists()


def test_a_day_before_the_child_came_is_for_who_was_responsible_then(director, supervisor):
    child = make_child()
    with seen_by(director):
        transfer = children_actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="随外婆居住", by=director)
    receiving = make_post("child_director", NEXT_VILLAGE)
    with time_machine.travel(today() + timedelta(days=10)):
        with seen_by(supervisor):
            children_actions.answer_transfer(transfer_id=transfer.id, act="accept", by=supervisor)
        with pytest.raises(FormError, match="请由当时的负责人登记"):
            visit(receiving, child, on=today() - timedelta(days=5))


def test_a_child_that_left_the_register_takes_no_entry_of_a_later_day(director):
    child = make_child(state="ended")
    visit(director, child)
    with time_machine.travel(today() + timedelta(days=3)), pytest.raises(FormError, match="退出，那以后的工作不能登记"):
        visit(director, child)


def test_the_same_entry_sent_twice_is_written_once(director):
    child, entry_id = make_child(), uuid7()
    assert visit(director, child, entry_id=entry_id).id == visit(director, child, entry_id=entry_id).id == entry_id
    with seen_by(director):
        assert Entry.objects.count() == Participation.objects.count() == 1
        assert Record.objects.filter(verb="logged").count() == 1


def test_the_same_form_with_other_words_is_not_swallowed(director):
    child, entry_id = make_child(), uuid7()
    visit(director, child, entry_id=entry_id, needs=SECRET)
    for other in ({"needs": "别的"}, {"needs": SECRET, "on": today() - timedelta(days=1)}, {"needs": SECRET, "own": {child.id: {"mood": "low", "thought_words": SECRET}}}):
        with pytest.raises(actions.AlreadyLogged, match="要改请用“更正”") as known:
            visit(director, child, entry_id=entry_id, **other)
        assert known.value.entry_id == entry_id
    assert visit(director, child, entry_id=entry_id, needs=SECRET).sent
    with seen_by(director):
        assert Entry.objects.count() == 1


def test_the_same_correction_sent_twice_is_written_once_and_with_other_words_refused(director):
    child, entry_id = make_child(), uuid7()
    wrong = visit(director, child)

    def correct(**common):
        with seen_by(director):
            return actions.correct(
                entry=wrong,
                form=forms.definition("home_visit"),
                children=[child.id],
                told=told([child]),
                answers={**COMMON, **common},
                own_answers={child.id: OWN},
                reason="写错了",
                by=director,
                entry_id=entry_id,
            )

    assert correct(needs=SECRET).id == correct(needs=SECRET).id == entry_id
    with pytest.raises(actions.AlreadyLogged):
        correct(needs="别的")


def test_an_id_that_belongs_to_another_entry_is_refused(director, next_director):
    entry_id = visit(director, make_child()).id
    with pytest.raises(CannotDo, match="编号已经用在另一条"):
        visit(director, make_child(name="李思源"), entry_id=entry_id)
    with pytest.raises(CannotDo, match="编号已经用在另一条"):
        visit(next_director, make_child(place=NEXT_VILLAGE), entry_id=entry_id)


def test_a_correction_follows_and_the_wrong_entry_stays(director):
    one, other = make_siblings(2)
    wrong = visit(director, one, other)
    with seen_by(director):
        right = actions.correct(
            entry=wrong, form=forms.definition("home_visit"), children=[one.id], told=told([one]), answers=COMMON, own_answers={one.id: OWN}, reason="那天老二不在家", by=director
        )
        assert [part.entry_id for part in queries.timeline(one.id)] == [right.id]
        assert not queries.timeline(other.id)
        assert queries.following(wrong) == right
        assert Entry.objects.count() == 2
        with pytest.raises(CannotDo, match="已经更正或作废过"):
            actions.void(entry=wrong, reason="重复", by=director)
        actions.void(entry=right, reason="登记错了孩子", by=director)
        assert not queries.timeline(one.id)


def test_voiding_needs_a_reason(director):
    entry = visit(director, make_child())
    with seen_by(director), pytest.raises(FormError, match="请写明原因"):
        actions.void(entry=entry, reason=" ", by=director)


@pytest.mark.parametrize("change", [{"kind": "letter"}, {"on": today()}, {"answers": {"changed": "yes"}}, {"doer_name": "别人"}, {"void": True}])
def test_no_entry_is_ever_changed(director, change):
    entry = visit(director, make_child(), on=today() - timedelta(days=2))
    with seen_by(director), pytest.raises(DatabaseError), transaction.atomic():
        Entry.unscoped.filter(pk=entry.pk).update(**change)


def test_no_entry_is_ever_removed(director):
    entry = visit(director, make_child())
    with seen_by(director), pytest.raises(DatabaseError), transaction.atomic():
        Participation.unscoped.filter(entry=entry).delete()


def test_who_did_it_and_who_wrote_it_down_differ(director, supervisor):
    entry = visit(director, make_child(), doer=Doer.of(supervisor))
    assert (entry.doer, entry.doer_name, entry.recorder) == (supervisor.person_id, "陈督导", director.person_id)
    with seen_by(director):
        assert list(queries.done_by(supervisor.person_id, today(), today())) == [entry]
        assert not queries.done_by(director.person_id, today(), today())


def test_an_entry_of_a_place_needs_no_child(director):
    entry = activity(director, [])
    assert (entry.subject_kind, entry.child_id, entry.scope_place) == ("place", None, director.place_id)


def test_sections_answered_say_what_is_known_of_a_child_and_since_when(director):
    child = make_child()
    visit(director, child, on=today() - timedelta(days=40))
    with seen_by(director):
        assert queries.mastered(child.id) == dict.fromkeys(("family", "thought", "study", "behaviour"), today() - timedelta(days=40))


def test_pictures_of_several_children_go_only_where_the_decision_says_so(director, officer):
    one, other = make_child(), make_child()
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, "JPEG")
    entry = visit(director, one, other, papers=[NewPaper("pictures", out.getvalue())])
    with seen_by(None):
        children_actions.erase(child_id=one.id, why="监护人要求", by=None)
        assert len(queries.all_papers(entry)) == 1
        (paper,) = queries.all_papers(entry)
        children_actions.erase(child_id=one.id, why="照片里有这名孩子", by=None, shared_pictures=True)
        assert queries.all_papers(entry) == []
        assert queries.papers_of([entry]) == {}
        with pytest.raises(storage.FileMissing):
            storage.read(paper.id)
        assert Participation.objects.get(child_id=other.id).answers


def test_erasing_a_child_takes_the_words_of_its_entries(director, officer):
    child = make_child()
    visit(director, child, needs=SECRET)
    with seen_by(None):
        children_actions.erase(child_id=child.id, why="监护人要求", by=None)
        part = Participation.objects.get(child_id=child.id)
        assert (part.answers, part.answers_sealed, Entry.objects.get().answers) == ({}, None, {})
