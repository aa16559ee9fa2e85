"""Who reads entries: three people and a stranger, at both walls."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.people import COUNTY, NEXT_VILLAGE, make_post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.scope import Scope, ScopeRequired
from tongxing.ground.today import today
from tongxing.log import actions, queries
from tongxing.log.models import Entry, Participation
from tongxing.log.shapes import Circumstances, Subject
from tongxing.log.tests.make import activity, visit

pytestmark = pytest.mark.django_db


def test_its_own_director_and_the_county_read_an_entry_and_the_next_village_does_not(director, officer, next_director):
    visit(director, make_child())
    for post, seen in ((director, 1), (officer, 1), (next_director, 0)):
        with seen_by(post):
            assert Entry.objects.count() == Entry.unscoped.count() == Participation.objects.count() == Participation.unscoped.count() == seen


def test_without_a_scope_nobody_reads_anything(director):
    visit(director, make_child())
    with pytest.raises(ScopeRequired):
        Entry.objects.count()
    assert not Entry.unscoped.exists()
    assert not Participation.unscoped.exists()


def test_a_joint_activity_never_shows_another_village_s_child(supervisor, director, next_director):
    here, there = make_child(), make_child(place=NEXT_VILLAGE, name="王小明")
    entry = activity(supervisor, [here, there])
    for post, child in ((director, here), (next_director, there)):
        with seen_by(post):
            assert [part.child_id for part in queries.parts_of(Entry.objects.get(pk=entry.id))] == [child.id]
            assert Entry.unscoped.get(pk=entry.id).answers["title"] == "中秋亲情交流"


def granted_worker(child):
    worker = make_post("social_worker", COUNTY)
    with scope.whole_country(why="the test grants a child"):
        Grant.objects.create(post_id=worker.id, child_id=child.id, cause="circle", since=today())
    return worker


def counselling(worker, child, **more):
    with seen_by(worker):
        return actions.append(
            form=forms.definition("counselling"),
            subject=Subject("child", child.id, child.scope_place),
            children=[child.id],
            told=Circumstances(on=today(), where="school"),
            answers={"kind": "single", "minutes": 40},
            own_answers={child.id: {"notes": "孩子说了不愿别人知道的事", "next": "go_on"}},
            by=worker,
            **more,
        )


def test_a_worker_logs_for_the_child_that_is_granted_and_reads_it(director):
    child, other = make_child(), make_child(name="别的孩子")
    worker = granted_worker(child)
    mine = visit(worker, child)
    visit(director, other)
    with seen_by(worker):
        assert list(Entry.objects.all()) == list(Entry.unscoped.all()) == [mine]


def test_what_is_restricted_is_read_by_named_posts_only(director, officer):
    child = make_child()
    worker = granted_worker(child)
    entry = counselling(worker, child, readers=[officer.id])
    for post, seen in ((worker, 1), (officer, 1), (director, 0)):
        with seen_by(post):
            assert Entry.objects.count() == Entry.unscoped.count() == Participation.objects.count() == Participation.unscoped.count() == seen
            assert len(queries.timeline(child.id)) == seen
    with seen_by(worker):
        assert queries.last_of([child.id], "counselling")[child.id].answers["notes"] == "孩子说了不愿别人知道的事"
        assert entry.restricted_to == [worker.id, officer.id]


@pytest.mark.parametrize("wall", ["manager", "database"])
def test_each_wall_alone_keeps_a_restricted_entry(director, wall):
    child = make_child()
    counselling(granted_worker(child), child)
    with transaction.atomic(), scope.active(director.scope()):
        if wall == "database":
            assert not Entry.unscoped.exists()
            assert not Participation.unscoped.exists()
    with transaction.atomic(), scope.whole_country(why="the database lets everything through, the manager must not"):
        from tongxing.ground.scope import _active

        token = _active.set(Scope(director.id, director.place_id, director.place_id))
        try:
            assert not Entry.objects.exists()
            assert not Participation.objects.exists()
        finally:
            _active.reset(token)


def test_the_journal_says_nothing_of_what_is_restricted(director):
    from tongxing.journal.models import Record

    child = make_child()
    counselling(granted_worker(child), child)
    with seen_by(director):
        assert Record.objects.get(verb="logged").diff == {}
