"""Finding places in 宜昌市 as it is shipped."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tongxing.places import actions, lists, queries
from tongxing.places.codes import Level

pytestmark = pytest.mark.django_db
YILING = (420506000000, 420506999999)


@pytest.fixture(autouse=True)
def _yichang(db: None) -> None:
    actions.apply_list(found=shipped(), on=lists.EDITION, complete=False, by=None)


def shipped() -> lists.PlaceList:
    found = lists.shipped()
    found.places = [listed for listed in found.places if listed.code in (420000000000, 420500000000, 440000000000, 441900000000) or YILING[0] <= listed.code <= YILING[1]]
    return found


def names(text: str, **kwargs: object) -> list[str]:
    return [place.short_name for place in queries.search(text, **kwargs)]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["冯家湾", "冯家湾村", "fengjiawan", "FJW", "\uff46\uff4a\uff57", "夷陵 冯家湾", "ylq fjw", "湖北 夷陵区 小溪塔 冯", "420506001001"])
def test_a_village_is_found_by_whatever_people_type(text: str) -> None:
    assert names(text)[0] == "冯家湾社区"


def test_upper_places_come_first() -> None:
    found = queries.search("小溪")
    assert [place.level for place in found] == sorted(place.level for place in found)
    assert found[0].short_name == "小溪塔街道"


def test_search_stays_within_the_range_and_the_levels() -> None:
    assert names("冯家湾", lo=420506101000, hi=420506101999) == []
    assert names("dongguan", levels=[Level.CITY]) == ["东莞市"]
    assert all(place.level == Level.TOWNSHIP for place in queries.search("42", lo=YILING[0], hi=YILING[1], levels=[Level.TOWNSHIP]))


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'; DROP TABLE", "\0", "😀", "𬭎", "x" * 10_000, "9" * 10_000, "\\", "冯%"])
def test_strange_text_finds_nothing_and_breaks_nothing(text: str) -> None:
    assert queries.search(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("湖北省宜昌市夷陵区小溪塔街道冯家湾社区", ["冯家湾社区"]),
        ("宜昌夷陵小溪塔冯家湾", ["冯家湾社区"]),
        ("夷陵区 小溪塔街道 冯家湾社区3组12号", ["冯家湾社区"]),
        ("三斗坪镇", ["三斗坪镇"]),
        ("三斗坪", ["三斗坪镇"]),
        ("广东东莞长安镇", ["东莞市"]),
        ("420506001001", ["冯家湾社区"]),
        ("420506", ["夷陵区"]),
        ("外星", []),
        ("", []),
    ],
)
def test_an_address_without_gaps_is_read(text: str, found: list[str]) -> None:
    assert [place.short_name for place in queries.resolve(text)] == found


def test_the_wanted_level_decides_between_a_town_and_its_village() -> None:
    assert [place.short_name for place in queries.resolve("三斗坪", level=Level.VILLAGE)] == ["三斗坪社区"]


def test_the_path_of_a_village_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert [place.short_name for place in queries.chain(420506001001)] == ["湖北省", "宜昌市", "夷陵区", "小溪塔街道", "冯家湾社区"]


def test_children_of_the_country_are_provinces() -> None:
    assert [place.short_name for place in queries.children_of(0)] == ["湖北省", "广东省"]


def test_each_probe_uses_an_index() -> None:
    """With sequential scans forbidden only the plan's shape matters, not how small the test's table is."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        for column, index in (("short_name", "place_by_name"), ("pinyin", "place_by_pinyin"), ("initials", "place_by_initials")):
            probe = queries.PROBE.format(level=5, column=column, valid="")
            cursor.execute(f"EXPLAIN {probe}", {"word": "feng", "lo": 0, "hi": 999999999999, "limit": 20})
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert f"using {index}" in plan, plan
            assert ">= 'feng'" in plan, plan


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_text_may_be_typed(text: str) -> None:
    queries.search(text)
    queries.resolve(text)
