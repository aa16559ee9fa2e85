"""The hot reads of promises enter their indexes behind row-level security, as the application's own role, with 5,000 children and three months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import children, promises
from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tests.plugin import owner_connection
from tongxing.accounts.models import Post
from tongxing.children.finding.tests.test_plans import Node, entered, nodes
from tongxing.children.models import Child
from tongxing.duties import queries, tallies
from tongxing.duties.actions import discharging, opening
from tongxing.duties.models import OPEN, Duty, overdue_at
from tongxing.duties.rules import LOOK_BACK
from tongxing.duties.tests.make import moment
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.ground.today import as_of
from tongxing.places import codes

pytestmark = pytest.mark.django_db(transaction=True)
CHILDREN = 5_000
TABLES = ("duties_duty", "duties_discharge", "duties_tally", "children_child")
NOW = moment(date(2026, 11, 20))


@pytest.fixture
def register(director: Post) -> None:
    """A county of five thousand children in its third month of eight promises each."""
    with transaction.atomic(), scope.whole_country(why="the test fills a register"), connection.cursor() as cursor:
        children.build(cursor, CHILDREN, on=date(2026, 8, 1))
        cursor.execute("UPDATE children_child SET state_since = '2026-08-01'")
    with promises.eight_rules():
        for month in (9, 10, 11):
            with as_of(moment(date(2026, month, 1), 0)):
                opening.open_windows(*codes.span(COUNTY), date(2026, month, 1))
    with as_of(NOW):
        tallies.refresh()
    with owner_connection() as owner:
        owner.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


def looked_at(work: Callable[[], object]) -> list[Node]:
    """The plans of everything that a work asks of the tables of promises."""
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [query["sql"] for query in captured.captured_queries if query["sql"].lstrip().startswith(("SELECT", "WITH")) and "duties_" in query["sql"]]
    assert asked
    return [node for sql in asked for node in nodes(sql.replace("%", "%%"))]


def whole(found: list[Node]) -> list[Any]:
    return [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] in TABLES]


def test_lists_boards_and_discharge_enter_their_indexes(register: None, director: Post, supervisor: Post) -> None:
    with transaction.atomic(), scope.active(director.scope()):
        child = Child.objects.filter(scope_place=VILLAGE).order_by("id")[0]
        found = looked_at(lambda: queries.worklist(director, NOW))
        assert "duty_place" in entered(found)
        assert not whole(found)
        found = looked_at(lambda: queries.of_child(child.id, NOW))
        assert "duty_subject" in entered(found)
        found += looked_at(lambda: discharging._candidates([child.id], date(2026, 11, 4), date(2026, 11, 4)))
        assert not whole(found)
    with transaction.atomic(), scope.active(supervisor.scope()):
        found = looked_at(lambda: list(Duty.objects.filter(overdue_at(NOW), due__gt=NOW - LOOK_BACK, scope_place__range=codes.span(TOWNSHIP))[:20]))
        assert "duty_place: ((scope_place >=" in entered(found)
        assert not whole(found)


def test_a_teachers_list_is_found_by_the_children(register: None) -> None:
    teacher = make_post("teacher", TOWNSHIP)
    with transaction.atomic(), scope.whole_country(why="the test grants a child"):
        child = Child.objects.filter(scope_place=VILLAGE).order_by("id")[0]
        Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="circle", since=date(2026, 9, 1))
    with as_of(NOW), transaction.atomic(), scope.active(teacher.scope()):
        assert not whole(looked_at(lambda: queries.worklist(teacher, NOW)))
        found = looked_at(lambda: list(Duty.objects.filter(OPEN)))
        assert "duty_subject" in entered(found)
        assert not whole(found)
        assert len(queries.of_child(child.id, NOW)) == 24


def test_a_directors_list_asks_few_questions(register: None, director: Post) -> None:
    with transaction.atomic(), scope.active(director.scope()), CaptureQueriesContext(connection) as captured:
        assert queries.worklist(director, NOW).tasks
    assert len(captured) <= 5
