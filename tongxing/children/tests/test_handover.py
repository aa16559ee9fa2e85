"""What a post leaves behind of the register."""

from __future__ import annotations

import pytest

from tests.people import COUNTY, NEXT_VILLAGE, make_post
from tongxing.accounts import handover
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child
from tongxing.ground.models import Grant
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db


def test_a_director_leaves_the_files_of_the_village_and_what_is_not_done(director: Post, supervisor: Post, officer: Post):
    make_child(name="张一")
    make_child(name="张二", state="draft")
    make_child(name="张三", state="submitted")
    make_child(name="张四", state="ended")
    make_child(name="李五", place=NEXT_VILLAGE)
    said = {post.role: [(item.label, item.count) for item in handover.items(post)] for post in (director, supervisor, officer)}
    assert said == {
        "child_director": [("在管儿童", 3), ("没有办完的档案", 1)],
        "supervisor": [("在管儿童", 4), ("等待审核和接收", 1)],
        "county_officer": [("在管儿童", 4), ("等待审核和接收", 1)],
    }


def test_a_teacher_leaves_the_children_that_were_granted(places):
    teacher = make_post("teacher", COUNTY)
    assert handover.items(teacher) == []
    Grant.objects.create(post_id=teacher.id, child_id=make_child().id, cause="class", since=today())
    assert [(item.label, item.count) for item in handover.items(teacher)] == [("可以查看的儿童", 1)]
    assert handover.items(make_post("auditor", COUNTY)) == []


def test_the_page_of_ending_shows_it(director: Post, supervisor: Post, browser_of):
    make_child()
    page = browser_of(supervisor).get(f"/posts/{director.id}/end/").content.decode()
    assert "在管儿童" in page
