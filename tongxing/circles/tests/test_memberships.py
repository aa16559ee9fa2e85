"""Joining, leaving, handing over: who holds what afterwards, who sees what, and what nobody may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child, seen_by
from tongxing.circles import actions, queries
from tongxing.circles.models import Membership
from tongxing.circles.tests.make import joined, left_behind, make_person
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yiling")]


def holders(child: Child, role: str) -> list[str]:
    with seen_by(None):
        return [each.name for each in queries.holders([child.id], role, today()).get(child.id, [])]


def sees(post: Post) -> set[str]:
    with seen_by(post):
        return set(Child.objects.values_list("name", flat=True))


def test_a_neighbour_without_an_account_joins_and_holds_the_place(director: Post):
    child = left_behind()
    row = joined(child, "loving_neighbour", make_person("覃婶"), by=director)
    assert (row.scope_place, row.post_id) == (VILLAGE, None)
    assert holders(child, "loving_neighbour") == ["覃婶"]
    with seen_by(None):
        line = Record.objects.get(verb="circle_joined")
        assert (line.child_id, line.place, line.diff["role"]) == (child.id, VILLAGE, [None, "loving_neighbour"])


def test_a_teacher_sees_the_child_from_joining_until_leaving(director: Post):
    child, other = left_behind(), left_behind(name="李小雨")
    teacher = make_post("teacher", COUNTY, name="赵老师")
    row = joined(child, "paired_teacher", teacher.person, by=director)
    joined(child, "proxy_parent", teacher.person, by=director)
    assert row.post_id == teacher.id
    assert sees(teacher) == {"张子轩"}
    assert other.name not in sees(teacher)
    with seen_by(director):
        actions.leave(membership_id=row.id, reason="transferred", by=director)
    assert sees(teacher) == {"张子轩"}  # still the proxy parent
    with seen_by(director):
        actions.leave(membership_id=Membership.objects.get(role="proxy_parent").id, reason="transferred", by=director)
    assert sees(teacher) == set()
    assert set(Grant.objects.values_list("cause", flat=True)) == {"circle"}


def test_the_roles_of_office_are_held_by_the_posts_of_the_childs_places(director: Post, supervisor: Post, officer: Post, next_director: Post):
    child, neighbour = make_child(), make_child(name="李小雨", place=NEXT_VILLAGE)
    with seen_by(None):
        found = queries.holders([child.id, neighbour.id], "child_director", today())
    assert {child_id: [each.name for each in held] for child_id, held in found.items()} == {child.id: ["李大妹"], neighbour.id: ["王小兰"]}
    assert holders(child, "supervisor") == ["陈督导"]
    assert holders(child, "county_officer") == ["周局长"]
    with seen_by(director):
        assert neighbour.id not in queries.holders([child.id, neighbour.id], "child_director", today())


def test_a_deputy_answers_beside_the_principal(director: Post, next_director: Post):
    child = make_child()
    accounts.deputise(principal=director, person=next_director.person, since=today(), last=today(), by=director)
    with seen_by(None):
        found = queries.holders([child.id], "child_director", today())[child.id]
    assert [(each.name, each.deputy) for each in found] == [("李大妹", False), ("王小兰", True)]


def test_a_place_of_office_that_nobody_holds_has_no_holder(places: object):
    assert holders(make_child(), "child_director") == []


def test_whose_post_ended_or_whose_record_forbids_it_holds_nothing_any_more(director: Post):
    child = left_behind()
    teacher, worker = make_post("teacher", COUNTY, name="赵老师"), make_post("social_worker", COUNTY, name="孙社工")
    joined(child, "paired_teacher", teacher.person, by=director)
    joined(child, "case_social_worker", worker.person, by=director)
    accounts.end_post(post=teacher, reason="调动", by=None)
    assert holders(child, "paired_teacher") == []
    accounts.record_check(person=worker.person, on=today(), clear=False, by=None)
    assert holders(child, "case_social_worker") == []


def test_a_teacher_without_the_yearly_check_is_shown_as_such(director: Post):
    child = left_behind()
    joined(child, "paired_teacher", make_post("teacher", COUNTY, checked=False).person, by=director)
    with seen_by(None):
        assert [each.withheld for each in queries.holders([child.id], "paired_teacher", today())[child.id]] == [True]


def test_whose_record_check_found_something_cannot_join(director: Post):
    person = make_person()
    accounts.record_check(person=person, on=today(), clear=False, by=None)
    with pytest.raises(CannotDo, match="第六十二条"):
        joined(left_behind(), "loving_neighbour", person, by=director)


def test_what_cannot_be_joined(director: Post, next_director: Post, officer: Post):
    child, person = left_behind(), make_person()
    with pytest.raises(Child.DoesNotExist):
        joined(child, "loving_neighbour", person, by=next_director)
    with pytest.raises(CannotDo, match="没有"):
        joined(child, "king", person, by=director)
    with pytest.raises(CannotDo, match="孩子和孩子"):
        joined(child, "peer", person, by=director)
    with pytest.raises(FieldErrors, match="团队名称"):
        joined(child, "care_team", person, by=director)
    with pytest.raises(FieldErrors, match="日期"):
        joined(child, "loving_neighbour", person, by=director, since=today() + timedelta(days=100))
    joined(child, "loving_neighbour", person, by=director)
    with pytest.raises(CannotDo, match="已经是"):
        joined(child, "loving_neighbour", person, by=director)
    with pytest.raises(CannotDo, match="不能办理"):
        joined(child, "proxy_parent", person, by=make_post("city_officer", 420500000000))
    with pytest.raises(CannotDo, match="已退出"):
        joined(make_child(name="李小雨", state="ended"), "loving_neighbour", person, by=officer)


def test_leaving_needs_a_reason_that_a_person_may_give(director: Post):
    row = joined(left_behind(), "loving_neighbour", make_person(), by=director)
    for reason in ("", "child_left", "x"):
        with seen_by(director), pytest.raises(FieldErrors):
            actions.leave(membership_id=row.id, reason=reason, by=director)
    with seen_by(director):
        actions.leave(membership_id=row.id, reason="away", by=director)
        with pytest.raises(CannotDo, match="结束"):
            actions.leave(membership_id=row.id, reason="away", by=director)


def test_a_hand_over_leaves_no_place_empty(director: Post, supervisor: Post):
    old, new = make_post("teacher", COUNTY, name="赵老师"), make_post("teacher", COUNTY, name="钱老师")
    first, second, third = left_behind(), left_behind(name="李小雨"), left_behind(name="王乐", place=NEXT_VILLAGE)
    for child in (first, second, third):
        joined(child, "paired_teacher", old.person)
    joined(first, "proxy_parent", old.person)
    joined(second, "paired_teacher", new.person)
    with seen_by(supervisor):
        made = actions.hand_over(person=old.person, to=new.person, reason="transferred", by=supervisor)
    assert len(made) == 3  # the second child has the new teacher already
    for child, role in ((first, "paired_teacher"), (first, "proxy_parent"), (second, "paired_teacher"), (third, "paired_teacher")):
        assert holders(child, role) == ["钱老师"]
    assert sees(old) == set()
    assert sees(new) == {"张子轩", "李小雨", "王乐"}


def test_a_director_hands_over_only_the_children_of_her_village(director: Post):
    person, other = make_person("覃婶"), make_person("向婶")
    here, there = left_behind(), left_behind(name="王乐", place=NEXT_VILLAGE)
    for child in (here, there):
        joined(child, "loving_neighbour", person)
    with seen_by(director):
        actions.hand_over(person=person, to=other, reason="away", by=director)
    assert holders(here, "loving_neighbour") == ["向婶"]
    assert holders(there, "loving_neighbour") == ["覃婶"]


def test_some_children_are_handed_over_and_the_others_stay(director: Post):
    person, other = make_person("覃婶"), make_person("向婶")
    one, two = left_behind(), left_behind(name="李小雨")
    row = joined(one, "loving_neighbour", person)
    joined(two, "loving_neighbour", person)
    with seen_by(director):
        actions.hand_over(person=person, to=other, reason="unable", by=director, memberships=[row.id])
    assert (holders(one, "loving_neighbour"), holders(two, "loving_neighbour")) == (["向婶"], ["覃婶"])


def test_handing_over_while_somebody_adds_a_child_is_refused_and_nothing_happens(director: Post):
    person, other = make_person("覃婶"), make_person("向婶")
    seen = [joined(left_behind(), "loving_neighbour", person).id]
    joined(left_behind(name="李小雨"), "loving_neighbour", person)  # in another tab, meanwhile
    with seen_by(director), pytest.raises(CannotDo, match="名单有变化"):
        actions.hand_over(person=person, to=other, reason="away", by=director, seen=seen)
    with seen_by(None):
        assert Membership.objects.filter(person=person, until=None).count() == 2


def test_nothing_is_handed_over_to_whom_the_record_forbids(director: Post):
    person, other = make_person("覃婶"), make_person("向婶")
    joined(left_behind(), "loving_neighbour", person)
    accounts.record_check(person=other, on=today(), clear=False, by=None)
    with seen_by(director), pytest.raises(CannotDo), transaction.atomic():
        actions.hand_over(person=person, to=other, reason="away", by=director)
    with seen_by(None):
        assert Membership.objects.get(until=None).person_id == person.id


def test_many_are_assigned_at_once_or_none(director: Post):
    teacher = make_post("teacher", COUNTY, name="赵老师")
    one, two = left_behind(), left_behind(name="李小雨")
    with seen_by(director):
        made = actions.assign_many(pairs={one.id: teacher.person_id, two.id: teacher.person_id}, role="paired_teacher", by=director)
    assert len(made) == 2
    assert sees(teacher) == {"张子轩", "李小雨"}
    three = left_behind(name="王乐")
    with seen_by(director), pytest.raises(CannotDo), transaction.atomic():
        actions.assign_many(pairs={three.id: teacher.person_id, one.id: teacher.person_id}, role="paired_teacher", by=director)
    assert holders(three, "paired_teacher") == []


def test_companions_are_paired_on_both_sides_by_who_sees_both(director: Post, supervisor: Post):
    one, two = left_behind(), left_behind(name="李小雨", place=NEXT_VILLAGE)
    with seen_by(director), pytest.raises(Child.DoesNotExist):
        actions.pair_peers(child_id=one.id, peer_id=two.id, role="peer", by=director)
    with seen_by(supervisor):
        mine, theirs = actions.pair_peers(child_id=one.id, peer_id=two.id, role="peer", by=supervisor)
    assert (mine.scope_place, theirs.scope_place) == (VILLAGE, NEXT_VILLAGE)
    with seen_by(director):  # the director of one village parts them on both sides without seeing the other
        assert [row.id for row in Membership.objects.all()] == [mine.id]
        actions.leave(membership_id=mine.id, reason="asked", by=director)
    with seen_by(None):
        assert not Membership.objects.filter(until=None).exists()


def test_the_circle_follows_the_child_and_ends_with_the_file(director: Post, supervisor: Post):
    child, peer = left_behind(), left_behind(name="李小雨", place=NEXT_VILLAGE)
    teacher = make_post("teacher", COUNTY)
    row = joined(child, "paired_teacher", teacher.person)
    with seen_by(supervisor):
        actions.pair_peers(child_id=child.id, peer_id=peer.id, role="peer", by=supervisor)
    with seen_by(supervisor):
        move = children.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="搬家", by=supervisor)
        children.answer_transfer(transfer_id=move.id, act="accept", by=supervisor)
    with seen_by(None):
        assert Membership.objects.get(pk=row.pk).scope_place == NEXT_VILLAGE
        children.advance(child_id=child.id, act="end", reason="moved_away", comment="迁往外省", by=None)
        assert {each.end_reason for each in Membership.objects.all()} == {"child_left"}
    assert sees(teacher) == set()


def test_the_circle_of_a_double_goes_to_the_file_that_is_kept(places: object):
    kept, other = left_behind(), left_behind()
    neighbour, teacher = make_person("覃婶"), make_post("teacher", COUNTY)
    joined(kept, "loving_neighbour", neighbour)
    joined(other, "loving_neighbour", neighbour)
    joined(other, "paired_teacher", teacher.person)
    with seen_by(None):
        children.merge_files(kept_id=kept.id, other_id=other.id, reason="重复", by=None)
        assert sorted(Membership.objects.filter(child=kept, until=None).values_list("role", flat=True)) == ["loving_neighbour", "paired_teacher"]
        assert not Membership.objects.filter(child=other, until=None).exists()
        assert list(Grant.objects.filter(until=None).values_list("child_id", flat=True)) == [kept.id]


def test_two_children_after_all_have_each_its_own_circle_again(places: object):
    kept, other = left_behind(), left_behind()
    neighbour, teacher = make_person("覃婶"), make_post("teacher", COUNTY)
    joined(kept, "loving_neighbour", neighbour)
    joined(other, "loving_neighbour", neighbour)
    joined(other, "paired_teacher", teacher.person)
    with seen_by(None):
        merge = children.merge_files(kept_id=kept.id, other_id=other.id, reason="重复", by=None)
        children.undo_merge(merge_id=merge.id, by=None)
        assert list(Membership.objects.filter(child=kept, until=None).values_list("role", flat=True)) == ["loving_neighbour"]
        assert sorted(Membership.objects.filter(child=other, until=None).values_list("role", flat=True)) == ["loving_neighbour", "paired_teacher"]
        assert list(Grant.objects.filter(until=None).values_list("child_id", flat=True)) == [other.id]


def test_nothing_of_the_circle_of_an_erased_child_stays(director: Post, supervisor: Post):
    child, peer = left_behind(), left_behind(name="李小雨")
    joined(child, "loving_neighbour", make_person())
    with seen_by(supervisor):
        actions.pair_peers(child_id=child.id, peer_id=peer.id, role="peer", by=supervisor)
    with seen_by(None):
        children.erase(child_id=child.id, why="监护人要求", by=None)
        assert not Membership.objects.exists()


def test_both_walls_hide_the_next_villages_circle(director: Post, next_director: Post):
    joined(left_behind(), "loving_neighbour", make_person())
    with seen_by(next_director):
        assert not Membership.objects.exists()
        assert not Membership.unscoped.exists()
    with transaction.atomic(), scope.active(director.scope()):
        assert Membership.unscoped.count() == 1
