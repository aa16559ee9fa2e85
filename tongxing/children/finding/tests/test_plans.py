"""Every search and every usual list enters an index behind row-level security, as the application's own role, in a register of 20,000 children."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from benchmarks import children
from tests.people import make_post
from tests.plugin import owner_connection
from tongxing.accounts.models import Post
from tongxing.children.finding import queries, search
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.keys import TOP
from tongxing.children.ledger import families, matching
from tongxing.children.ledger.meaning import Meaning
from tongxing.children.models import SearchKey
from tongxing.children.new import NewRelative, NewResidence
from tongxing.children.queries.files import PARTS, files
from tongxing.children.tests.make import away, id_number, make_child, new_child
from tongxing.ground import scope
from tongxing.ground.pages import cut
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db(transaction=True)
CHILDREN = 20_000
TABLES = ("children_child", "children_searchkey", "children_category")

type Node = dict[str, Any]


@pytest.fixture
def posts(officer: Post) -> dict[str, Post]:
    """A register of two counties; an officer of the first one and one of the province."""
    with transaction.atomic(), scope.whole_country(why="the test fills a register"), connection.cursor() as cursor:
        children.build(cursor, CHILDREN, on=today())
    with owner_connection() as owner:
        owner.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
    return {"county": officer, "province": make_post("province_officer", 420000000000)}


def nodes(sql: str, params: Any = None) -> Iterator[Node]:
    """All nodes of the plan of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    waiting: list[Node] = [(json.loads(found) if isinstance(found, str) else found)[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.get("Plans", [])


def plan(rows: QuerySet[Any]) -> list[Node]:
    return list(nodes(*rows.query.sql_with_params()))


def read_whole(found: list[Node]) -> list[str]:
    """The tables of children that a plan reads from end to end."""
    return [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] in TABLES]


def entered(found: list[Node]) -> str:
    """The index conditions of a plan, in one text."""
    return " ".join(f"{node.get('Index Name', '')}: {node['Index Cond']}" for node in found if "Index Cond" in node)


SEARCHES = ("张子轩", "张子", "子轩", "zzx", "zhangzixuan", "zixuan", "张zx", "1234", "13812345678", "420506201203051232", "zzx 5678", "420506001001-9D18CB", "9d18cb")
COUNTY_LISTS: dict[str, dict[str, str]] = {
    "child_by_place|scope_place": {},
    "child_left_behind": {"status": "left_behind"},
    "child_unsupported": {"status": "de_facto_unsupported"},
    "child_unregistered": {"registration": "none"},
    "child_dropout": {"stage": "dropout"},
    "child_waiting": {"state": "draft"},
    "category_by_place": {"category": "suxian:hardship"},
}


def test_searches_and_lists_enter_their_indexes(posts: dict[str, Post]) -> None:
    for who, post in posts.items():
        with transaction.atomic(), scope.active(post.scope()):
            asking = Asking(post, today())
            for text in SEARCHES:
                found = plan(queries.listed(queries.asked({"q": text}, asking)).order_by("sort_key", "id")[:21])
                keys = [node for node in found if node.get("Relation Name") == "children_searchkey"]
                assert keys, (who, text)
                assert all(re.search(r"\bkey\b", node.get("Index Cond", "")) or node["Node Type"] == "Bitmap Heap Scan" for node in keys), (who, text, keys)
                assert not read_whole(found), (who, text)
            if who == "county":
                for index, address in COUNTY_LISTS.items():
                    found = plan(queries.listed(queries.asked(address, asking)).order_by()[:10_001])
                    assert re.search(index, entered(found)), (address, entered(found))
                    assert not read_whole(found), address
            else:
                walk_the_province(asking)


def walk_the_province(asking: Asking) -> None:
    """The whole province can be walked along an index, from its beginning and from the middle on. (Of 20,000 rows sorting them all costs
    about as much, so sorting is forbidden here; an index that row-level security forbids would not be entered all the same.)
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    for sort, index in {"name": "child_by_name", "-name": "child_by_name", "age": "child_by_birth", "-updated": "child_by_update"}.items():
        question = queries.asked({"sort": sort}, asking)
        rows = queries.listed(question)
        assert index in {node.get("Index Name") for node in plan(rows.order_by(*question.order)[:21])}, sort
        middle = rows.order_by(*question.order)[CHILDREN // 2]
        with CaptureQueriesContext(connection) as captured:
            cut(rows, {"after": str(middle.pk)}, order=question.order)
        found = list(nodes(captured.captured_queries[-1]["sql"].replace("%", "%%")))
        assert f"{index}: (ROW(" in entered(found), (sort, entered(found))


def test_an_operator_that_leaks_loses_its_index(officer: Post) -> None:
    """Why nothing here is found with LIKE: the wall is evaluated first, and the index on the key is not entered by it."""
    with transaction.atomic(), scope.active(officer.scope()):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "key >=" in entered(plan(SearchKey.objects.filter(key__gte="n:张子轩", key__lt="n:张子轩" + TOP)))
        assert "key >=" not in entered(plan(SearchKey.objects.filter(key__startswith="n:张子轩")))


PREPARED = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%children_child%' AND statement NOT LIKE 'EXPLAIN%'"


def test_a_list_is_planned_for_its_own_values(officer: Post) -> None:
    """A plan for unknown values takes a province for half a per cent of the rows and cannot enter a partial index: such a plan is kept for prepared statements alone."""
    with transaction.atomic(), scope.active(officer.scope()), connection.cursor() as cursor:
        cursor.execute(PREPARED)
        before = set(cursor.fetchall())  # by whatever used this connection earlier
        question = queries.asked({}, Asking(officer, today()))
        for _turn in range(2 * connection.connection.prepare_threshold):
            cut(queries.listed(question), {}, order=question.order)
            queries.counts([queries.listed(question)])
            search.suggested("张", question.asking)
        cursor.execute(PREPARED)
        assert set(cursor.fetchall()) == before


def looked_at(work: Callable[[], object]) -> list[Node]:
    """All nodes of the plans of what a work asks of children's tables, as if reading a table from end to end were dear."""
    with CaptureQueriesContext(connection) as captured:
        work()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    asked = [query["sql"] for query in captured.captured_queries if query["sql"].lstrip().startswith("SELECT") and re.search(r'(FROM|JOIN) "?children_', query["sql"])]
    assert asked
    return [node for sql in asked for node in nodes(sql.replace("%", "%%"))]


def test_a_file_is_found_part_by_part_through_indexes(officer: Post) -> None:
    child = make_child(relatives=(away("51", "张强", date(2024, 1, 1)),))
    with transaction.atomic(), scope.active(officer.scope()):
        found = looked_at(lambda: files([child.id]))
    parts = [node for node in found if node.get("Relation Name", "").startswith("children_")]
    assert len(parts) > len(PARTS)
    assert not [node["Relation Name"] for node in parts if node["Node Type"] == "Seq Scan"]
    assert all("Index Cond" in node or node["Node Type"] == "Bitmap Heap Scan" for node in parts)


def test_an_import_looks_up_its_rows_through_indexes(posts: dict[str, Post]) -> None:
    """A chunk of a ledger: whose id numbers and names are on the register, and whose parents."""
    officer = posts["county"]
    rows = [new_child(name=name, id_number=id_number(date(2015, 6, 1))) for name in ("张子轩", "李雨桐", "王欣怡")]
    meanings = [Meaning(place=row.place, fields=row.fields, relatives={}, schooling=None, guardianship=None, residence=NewResidence()) for row in rows]
    parents = [new_child(relatives=(NewRelative(relation="51", name="张强", id_number=id_number(date(1985, 6, 1))),))]
    with transaction.atomic(), scope.active(officer.scope()):
        found = looked_at(lambda: (matching.look_up(meanings), families.share(parents)))
    text = entered(found)
    assert "key = (wanted.key)" in text
    assert "id_digest" in text
    assert not [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"].startswith("children_")]
