"""The second chain of Yiling: proxy parent, village cadre, child director, police. Its links are the child's own circle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import COUNTY, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.caremodels import actions as caremodels
from tongxing.children.tests.make import make_child
from tongxing.circles import actions as circles
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.protection import actions
from tongxing.protection.tests.make import hops_of, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def yiling() -> None:
    caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=today() - timedelta(days=30), by=None)


@pytest.mark.req("YL-7a")
def test_a_village_cadre_without_a_sign_in_is_told_by_telephone_and_the_chain_goes_on(yiling: None, director: Post, supervisor: Post):
    child = make_child()
    cadre = accounts.add_person(name="赵组长", by=None)
    with scope.whole_country(why="the test gives the child a circle"):
        circles.join(child_id=child.pk, role="village_cadre", person=cadre, by=None, since=today() - timedelta(days=10))
    report = make_report(by=None, channel="public", child_id=child.pk, situation="missing")
    told = {(hop.chain, hop.role): hop for hop in hops_of(report)}
    assert told["village", "village_cadre"].outside
    assert not told["village", "village_cadre"].vacant
    assert told["village", "child_director"].post_id == director.pk
    hop = actions.by_hand(hop=told["village", "village_cadre"], by=supervisor, at_time=now(), whom_told="赵组长本人接听")
    assert hop.by_hand_at is not None


@pytest.mark.req("YL-7a")
def test_a_chain_passes_over_a_place_that_nobody_holds_and_says_so(yiling: None, director: Post, supervisor: Post):
    report = make_report(by=None, channel="public", child_id=make_child().pk, situation="missing")
    told = {(hop.chain, hop.role): hop for hop in hops_of(report)}
    assert told["village", "village_cadre"].vacant
    assert told["village", "child_director"].post_id == director.pk
    assert told["school", "class_teacher"].vacant
    assert make_post("teacher", COUNTY).pk not in {hop.post_id for hop in hops_of(report)}
