"""Vacancies, loads and proposals, as pure functions and against their SQL twin."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.circles import rules
from tongxing.circles.roles import Load, RoleAt
from tongxing.circles.rules import Candidate, Fill, Member, Near, Slot, Spot, fill, holds, nearness, pair, proposals, slots

DAY = date(2026, 11, 22)
NEIGHBOUR = RoleAt(id="loving_neighbour", name="爱心邻居", kind="circle", least=1, most=1)
TEACHER = RoleAt(id="teacher", name="结对老师", kind="circle", least=1, most=1, load=Load(children=2))


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_a_place_is_held_from_the_first_day_until_before_the_last():
    member = Member(role="loving_neighbour", since=DAY, until=DAY + days(2))
    assert [holds(member, DAY + days(n)) for n in (-1, 0, 1, 2)] == [False, True, True, False]


@pytest.mark.parametrize(
    "gone",
    [
        Member(role="loving_neighbour", since=DAY, gone=True),
        Member(role="loving_neighbour", since=DAY, barred=True),
        Member(role="loving_neighbour", since=DAY, post_since=DAY - days(300), post_until=DAY),
    ],
)
def test_who_was_removed_or_barred_or_whose_post_ended_leaves_a_vacancy(gone: Member):
    assert slots([NEIGHBOUR], [gone], DAY) == [Slot("loving_neighbour", 1, 1, 0)]
    assert slots([NEIGHBOUR], [gone], DAY)[0].vacant == 1


def test_more_than_the_most_is_said_and_not_hidden():
    (slot,) = slots([NEIGHBOUR], [Member(role="loving_neighbour", since=DAY), Member(role="loving_neighbour", since=DAY)], DAY)
    assert (slot.vacant, slot.over) == (0, 1)


def test_a_quota_is_to_be_filled_and_a_ceiling_is_not_to_be_passed():
    assert [fill(n, Load(children=2)) for n in (0, 1, 2, 3)] == [Fill.FREE, Fill.FREE, Fill.MET, Fill.MET]
    assert [fill(n, Load(children=2, ceiling=True)) for n in (1, 2, 3)] == [Fill.FREE, Fill.MET, Fill.OVER]
    assert fill(40, None) is Fill.FREE


def test_the_nearest_have_school_and_village_in_common():
    here = Spot(places=frozenset({1}), townships=frozenset({10}), schools=frozenset({"a"}))
    assert nearness(here, here) is Near.SCHOOL_AND_VILLAGE
    assert nearness(here, Spot(schools=frozenset({"a"}))) is Near.SCHOOL
    assert nearness(here, Spot(places=frozenset({1}))) is Near.VILLAGE
    assert nearness(here, Spot(townships=frozenset({10}))) is Near.TOWNSHIP
    assert nearness(here, Spot()) is Near.COUNTY


def test_teachers_who_are_full_still_take_a_child_of_their_school():
    """P3-2: two children are a quota to fill, not a ceiling."""
    school = Spot(schools=frozenset({"中心小学"}))
    full = [Candidate(key="李老师", spot=school, load=2), Candidate(key="王老师", spot=school, load=3)]
    assert [each.key for each in proposals(school, full, Load(children=2))] == ["李老师", "王老师"]
    assert proposals(school, full, Load(children=2, ceiling=True)) == []


spots = st.builds(
    Spot,
    places=st.frozensets(st.integers(1, 3), max_size=2),
    townships=st.frozensets(st.integers(1, 2), max_size=1),
    schools=st.frozensets(st.sampled_from("ab"), max_size=1),
)
candidates = st.lists(spots, min_size=1, max_size=6).flatmap(
    lambda found: st.lists(st.integers(0, 4), min_size=len(found), max_size=len(found)).map(
        lambda loads: [Candidate(key=n, spot=spot, load=load, name=str(n)) for n, (spot, load) in enumerate(zip(found, loads, strict=True))]
    )
)


@given(children=st.lists(spots, max_size=12), offered=candidates, quota=st.builds(Load, children=st.integers(1, 3)))
def test_nobody_stays_unpaired_and_nobody_is_filled_beyond_the_quota_while_an_equally_near_one_has_room(children, offered, quota):
    given_to = pair(dict(enumerate(children)), offered, quota)
    assert given_to.keys() == set(range(len(children)))
    loads = Counter({each.key: each.load for each in offered})
    for number, child in enumerate(children):
        chosen = given_to[number]
        distance = {each.key: rules.DISTANCE[nearness(child, each.spot)] for each in offered}
        assert distance[chosen.key] == min(distance.values())
        if loads[chosen.key] >= quota.children:
            assert not [each.key for each in offered if distance[each.key] == distance[chosen.key] and loads[each.key] < quota.children]
        loads[chosen.key] += 1


@given(children=st.lists(spots, max_size=12), offered=candidates, most=st.integers(1, 3))
def test_a_ceiling_is_never_passed_and_only_then_does_a_child_stay_unpaired(children, offered, most):
    given_to = pair(dict(enumerate(children)), offered, Load(children=most, ceiling=True))
    loads = Counter({each.key: each.load for each in offered})
    loads.update(each.key for each in given_to.values())
    for each in offered:
        assert loads[each.key] <= max(most, each.load)
    if len(given_to) < len(children):
        assert all(loads[each.key] >= most for each in offered)
