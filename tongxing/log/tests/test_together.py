"""Many at once: each in a connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.people import VILLAGE, make_post
from tongxing.children.errors import CannotDo
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground.ids import uuid7
from tongxing.log import actions, queries
from tongxing.log.models import Entry
from tongxing.log.tests.make import activity, visit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs):
    def run(job):
        try:
            return job()
        except CannotDo as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_ten_people_log_the_same_activity_and_each_sees_the_others(places):
    posts = [make_post("child_director", VILLAGE, name=f"王{number}") for number in "甲乙丙丁戊己庚辛壬癸"]
    children = [make_child(name=f"张{number}") for number in "一二三"]
    made = at_once([lambda post=post, at=at: activity(post, children if at % 2 else children[::-1]) for at, post in enumerate(posts)])
    assert len({entry.id for entry in made}) == 10
    with seen_by(posts[0]):
        assert queries.alike(made[0]).count() == 9


def test_one_entry_sent_from_four_windows_is_written_once(director):
    child, entry_id = make_child(), uuid7()
    made = at_once([lambda: visit(director, child, entry_id=entry_id)] * 4)
    assert {entry.id for entry in made} == {entry_id}
    with seen_by(director):
        assert Entry.objects.count() == 1


def test_of_two_who_void_the_same_entry_one_is_told(director, supervisor):
    entry = visit(director, make_child())

    def void(post):
        with seen_by(post):
            return actions.void(entry=Entry.objects.get(pk=entry.id), reason="登记错了", by=post)

    made = at_once([lambda: void(director), lambda: void(supervisor)])
    assert sum(isinstance(each, CannotDo) for each in made) == 1
