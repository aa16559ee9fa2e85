"""A joint entry is one for all its children: who sees some of them corrects and voids it for all, and takes nobody's part away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import COUNTY, NEXT_VILLAGE, make_post
from tongxing.children import actions as children_actions
from tongxing.children.errors import CannotDo
from tongxing.children.tests.make import make_child, seen_by
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.log import actions, queries
from tongxing.log.models import Entry, Participation
from tongxing.log.tests.make import COMMON, OWN, SECRET, activity, told, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(director):
    return make_child(), make_child(name="王小明", place=NEXT_VILLAGE)


def corrected(by, entry, *children, **common):
    with seen_by(by):
        return actions.correct(
            entry=entry,
            form=forms.definition("home_visit"),
            children=[child.id for child in children],
            told=told(children, on=entry.on - timedelta(days=1)),
            answers={**COMMON, **common},
            own_answers={child.id: OWN for child in children},
            reason="日期写错",
            by=by,
        )


def test_voiding_a_joint_entry_voids_it_for_the_next_village_too(director, supervisor, next_director, pair):
    entry = activity(supervisor, pair)
    with seen_by(director):
        following = actions.void(entry=entry, reason="没有办成", by=director)
    for post, child in ((next_director, pair[1]), (supervisor, pair[0]), (director, pair[0])):
        with seen_by(post):
            assert queries.following(entry) == following
            assert not queries.timeline(child.id)
    with seen_by(next_director):
        assert Record.objects.filter(verb="entry_voided", child_id=pair[1].id).count() == 1


def test_who_corrects_leaves_the_part_of_a_child_that_is_not_theirs(director, supervisor, next_director, pair):
    here, there = pair
    entry = visit(supervisor, here, there, own={there.id: {"mood": "low", "thought_words": SECRET}}, needs="要书")
    following = corrected(director, entry, here, needs="要书和衣服")
    assert (following.events, following.seen_in_person) == (["low_mood"], True)
    with seen_by(next_director):
        (moment,) = queries.moments(list(queries.timeline(there.id)))
        assert (moment.entry.id, moment.entry.on, moment.part.seen, moment.part.events) == (following.id, following.on, True, ["low_mood"])
        assert (moment.answers["mood"], moment.answers["thought_words"]) == ("low", SECRET)  # its own stays
        assert moment.answers["needs"] == "要书和衣服"  # what was said once for all is corrected for all
        assert not Participation.objects.filter(dropped=True).exists()
    with seen_by(director):
        assert [part.child_id for part in queries.parts_of(following)] == [here.id]
        assert queries.out_of_sight(following) == 1


def test_the_first_child_may_be_the_one_that_is_not_seen(director, supervisor, next_director, pair):
    here, there = pair
    entry = visit(supervisor, there, here)
    following = corrected(director, entry, here)
    assert (following.child_id, following.scope_place, following.place) == (there.id, NEXT_VILLAGE, NEXT_VILLAGE)
    with seen_by(next_director):
        assert [part.entry_id for part in queries.timeline(there.id)] == [following.id]


def test_an_entry_is_not_about_a_child_that_was_left_out(director, supervisor, pair):
    here, there = pair
    entry = visit(supervisor, there, here)
    following = corrected(supervisor, entry, here)
    assert (following.child_id, following.scope_place) == (here.id, here.scope_place)


def test_an_erased_child_s_part_stays_empty(director, supervisor, pair):
    here, there = pair
    entry = visit(supervisor, here, there, needs=SECRET)
    with seen_by(None):
        children_actions.erase(child_id=there.id, why="监护人要求", by=None)
    following = corrected(director, entry, here, needs=SECRET)
    with seen_by(None):
        part = Participation.objects.get(entry=following, child_id=there.id)
        assert (part.dropped, part.answers, part.answers_sealed, part.sections) == (False, {}, None, [])


def test_three_people_and_a_stranger(director, next_director, supervisor, officer, pair):
    """Each village's director and the superiors change the entry; who sees none of its children any more does not."""
    teacher = make_post("social_worker", COUNTY, name="何老师")
    with scope.whole_country(why="the test grants a child"):
        grant = Grant.objects.create(post_id=teacher.id, child_id=pair[0].id, cause="circle", since=today() - timedelta(days=3))
    for post in (director, next_director, supervisor, officer):
        entry = activity(supervisor, pair)
        with seen_by(post):
            actions.void(entry=Entry.objects.get(pk=entry.pk), reason="没有办成", by=post)
    mine = activity(teacher, [pair[0]], place=pair[0].scope_place)
    with scope.whole_country(why="the test ends the grant"):
        Grant.objects.filter(pk=grant.pk).update(until=today())
    with seen_by(teacher), pytest.raises(CannotDo, match="没有您范围内的孩子"):
        actions.void(entry=mine, reason="没有办成", by=teacher)
    with seen_by(director):
        assert [part.entry_id for part in queries.timeline(pair[0].id)] == [mine.id]


def test_an_entry_in_which_nobody_took_part_is_its_writer_s(director):
    entry = activity(director, [])
    with seen_by(director):
        assert actions.void(entry=entry, reason="没有办成", by=director).void
        assert not queries.out_of_sight(entry)
