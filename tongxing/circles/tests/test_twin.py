"""What the database says of vacancies and loads is what the rules say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, make_post
from tongxing.children.models import Child
from tongxing.children.tests.make import seen_by
from tongxing.circles import queries, roles, rules
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.circles.tests.make import left_behind, make_person
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
ASKED = (
    RoleAt(id="loving_neighbour", name="爱心邻居", kind="circle", least=1),
    RoleAt(id="paired_teacher", name="结对老师", kind="circle", least=2),
    RoleAt(id="proxy", name="代理家长", kind="circle"),
)
DAYS = st.integers(-30, 30)


class Undone(Exception):
    """Takes back what one example wrote."""


@pytest.fixture
def world(places: object):
    """Three children, and four people: a neighbour, one merged, one barred, and a teacher whose post has ended."""
    plain, merged, barred = make_person("甲"), make_person("乙"), make_person("丙")
    teacher = make_post("teacher", COUNTY, since=today() - timedelta(days=400))
    merged.merged_into = plain
    merged.save()
    barred.record_checked_on, barred.record_check_clear = today(), False
    barred.save()
    children = [left_behind(name="张大"), left_behind(name="张二"), left_behind(name="张三", schooling=None)]
    return children, [plain, merged, barred, teacher.person], teacher


memberships = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([each.id for each in ASKED]), st.integers(0, 3), DAYS, st.none() | DAYS, st.booleans()),
    max_size=14,
    unique_by=lambda each: each[:3],
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=memberships, ended=st.none() | DAYS, offset=st.integers(-5, 5))
def test_vacancies_and_loads(world, drawn, ended, offset):
    children, people, teacher = world
    on = today() + timedelta(days=offset)

    def lived() -> None:
        teacher.until = today() + timedelta(days=ended) if ended is not None else None
        teacher.save()
        for child, role, person, since, length, with_post in drawn:
            begins = today() + timedelta(days=since)
            until = begins + timedelta(days=abs(length)) if length is not None else None
            post = teacher if with_post and person == 3 else None
            made = Membership(child=children[child], scope_place=children[child].scope_place, role=role, person=people[person], post=post, since=begins, until=until)
            made.end_reason = "away" if until else ""
            made.save(force_insert=True)
        compare(children, people, on)
        raise Undone

    with pytest.raises(Undone), transaction.atomic(), seen_by(None):
        lived()


def compare(children: list[Child], people: list[object], on: date) -> None:
    at = {children[0].scope_place: ASKED}
    lacking = set(Child.objects.filter(queries.lacking(at, on)).values_list("pk", flat=True))
    expected = set()
    held: dict[object, Counter[str]] = {}
    for child in children:
        rows = list(Membership.objects.filter(child=child).select_related("person", "post"))
        if any(slot.vacant for slot in rules.slots(roles.of_child(ASKED, schooled=bool(child.school_name)), map(queries.fact, rows), on)):
            expected.add(child.id)
        for row in rows:
            if rules.holds(queries.fact(row), on):
                held.setdefault(row.person_id, Counter())[row.role] += 1
        for role in roles.of_child(ASKED, schooled=bool(child.school_name)):
            alone = Child.objects.filter(queries.lacking(at, on, role=role.id), pk=child.pk).exists()
            assert alone == any(slot.vacant for slot in rules.slots([role], map(queries.fact, rows), on))
    assert lacking == expected
    assert queries.loads([each.pk for each in people], on) == held  # type: ignore[attr-defined]


def test_every_role_of_the_circle_has_a_ring(yiling: object):
    assert all(role.ring for role in roles.at(420506001001, today()))
