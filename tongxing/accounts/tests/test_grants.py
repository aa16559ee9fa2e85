"""A teacher sees the children of the class and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.actions import end_grants, grant_children
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def teacher(places: object) -> Post:
    return make_post("teacher", COUNTY, name="刘老师")


def seen_by(post: Post) -> set[object]:
    with transaction.atomic(), scope.active(post.scope()) as active:
        return set(active.children)


def test_a_granted_child_is_in_the_scope_until_the_grant_ends(teacher: Post) -> None:
    one, other = uuid7(), uuid7()
    children = {one: VILLAGE, other: NEXT_VILLAGE}
    assert grant_children(post=teacher, children=children, cause="class", since=today(), by=None) == 2
    assert grant_children(post=teacher, children=children, cause="class", since=today(), by=None) == 0
    assert seen_by(teacher) == {one, other}
    assert end_grants(post=teacher, children={one: VILLAGE}, cause="class", on=today(), by=None) == 1
    assert seen_by(teacher) == {other}
    assert end_grants(post=teacher, children={one: VILLAGE}, cause="class", on=today(), by=None) == 0
    with scope.whole_country(why="the test reads the journal"):
        assert list(Record.objects.filter(subject_kind="post", subject_id=str(teacher.id), child_id__isnull=False).order_by("seq").values_list("verb", "scope_place")) == [
            ("granted", VILLAGE),
            ("granted", NEXT_VILLAGE),
            ("grant_ended", VILLAGE),
        ]


def test_a_grant_to_come_shows_nothing_yet(teacher: Post) -> None:
    grant_children(post=teacher, children={uuid7(): VILLAGE}, cause="case", since=today() + timedelta(days=3), by=None)
    assert seen_by(teacher) == set()


def test_a_post_with_a_place_of_its_own_is_given_no_children(director: Post) -> None:
    with pytest.raises(AssertionError):
        grant_children(post=director, children={uuid7(): VILLAGE}, cause="class", since=today(), by=None)
    assert not Grant.objects.exists()
