"""Every filter of the catalogue: whom it finds, and what it says of values that mean nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.finding import queries
from tongxing.children.finding.conditions import Asking, latest_birth
from tongxing.children.finding.filters import CATALOGUE
from tongxing.children.models import Leave
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.rules import age
from tongxing.children.tests.make import away, befallen, make_child, seen_by, years_ago
from tongxing.ground.today import now, today

pytestmark = pytest.mark.django_db


def names(post: Post, /, **params: str) -> list[str]:
    """The names that a list shows, in its order."""
    with seen_by(post):
        question = queries.asked(params, Asking(post, today()))
        assert not question.problems
        return [child.name for child in queries.listed(question).order_by(*question.order)]


def problems(post: Post, /, **params: str) -> tuple[str, ...]:
    with seen_by(post):
        return queries.asked(params, Asking(post, today())).problems


LONG_AGO = today() - timedelta(days=800)


@pytest.mark.parametrize(
    ("params", "facts"),
    [
        ({"sex": "2"}, {"sex": "2"}),
        ({"age_from": "12"}, {"born": years_ago(12)}),
        ({"age_to": "3"}, {"born": years_ago(3, days=300)}),
        ({"age_from": "５", "age_to": "7"}, {"born": years_ago(6)}),
        ({"status": "left_behind"}, {"relatives": (away("51", "父", LONG_AGO), away("52", "母", LONG_AGO))}),
        ({"status": "de_facto_unsupported"}, {"relatives": (befallen("51", "父", "deported", LONG_AGO), befallen("52", "母", "dead", LONG_AGO))}),
        ({"status": "orphan_review"}, {"relatives": (befallen("51", "父", "dead", LONG_AGO), befallen("52", "母", "dead", LONG_AGO))}),
        ({"category": "any"}, {"categories": (NewCategory(scheme="suxian", kind="hardship"),)}),
        ({"category": "suxian"}, {"categories": (NewCategory(scheme="suxian", kind="hardship"),)}),
        ({"category": "suxian:hardship"}, {"categories": (NewCategory(scheme="suxian", kind="hardship"),)}),
        ({"category": "laohekou:mental"}, {"categories": (NewCategory(scheme="laohekou", kind="mental"),)}),
        ({"stage": "dropout"}, {"schooling": NewSchooling(stage="dropout")}),
        ({"enrolment": "suspended"}, {"schooling": NewSchooling(stage="primary", enrolment="suspended", school_name="中心小学", grade=3)}),
        ({"school": "分乡"}, {"schooling": NewSchooling(stage="primary", school_name="夷陵区分乡小学", grade=3)}),
        ({"boarding": "weekdays"}, {"schooling": NewSchooling(stage="primary", boarding="weekdays", school_name="中心小学", grade=3)}),
        ({"guardianship": "nobody"}, {"guardianship": "nobody"}),
        ({"living_with": "alone"}, {"living_with": "alone"}),
        ({"registration": "none"}, {"registration": "none"}),
        ({"ending": "1"}, {"born": years_ago(16) + timedelta(days=20), "relatives": (away("51", "父", LONG_AGO), away("52", "母", LONG_AGO))}),
        ({"state": "draft"}, {"state": "draft"}),
        ({"state": "returned"}, {"state": "returned"}),
        ({"state": "ended"}, {"state": "ended"}),
        ({"place": "冯家湾社区"}, {"place": VILLAGE}),
        ({"place_code": str(VILLAGE)}, {"place": VILLAGE}),
        ({"place": "fjw"}, {"place": VILLAGE}),
    ],
)
def test_a_filter_finds_those_it_names(officer: Post, params: dict[str, str], facts: dict[str, Any]) -> None:
    found: dict[str, Any] = {"place": NEXT_VILLAGE, "born": years_ago(10), "sex": "1"} | facts
    make_child(name="找得到", **found)
    make_child(
        name="找不到",
        place=NEXT_VILLAGE,
        born=years_ago(10),
        sex="1",
        registration="unknown",
        schooling=NewSchooling(stage="primary", school_name="实验小学", grade=3),
        guardianship="good",
        living_with="parents",
    )
    assert names(officer, **params) == ["找得到"]


def test_every_filter_of_the_catalogue_is_tried_here() -> None:
    tried = {key for mark in test_a_filter_finds_those_it_names.pytestmark if mark.name == "parametrize" for params, _facts in mark.args[1] for key in params}
    assert {each.key for each in CATALOGUE} - tried <= {"complete_below", "owner", "unconfirmed", "leave", "transfer"}


def test_unset_values_are_found(officer: Post) -> None:
    make_child(name="没填就学")
    make_child(name="填了就学", schooling=NewSchooling(stage="primary", grade=3, school_name="中心小学"))
    assert names(officer, stage="-") == ["没填就学"]


def test_incomplete_files_are_found(officer: Post) -> None:
    child = make_child(name="张子轩")
    assert names(officer, complete_below=str(child.completeness + 1)) == ["张子轩"]
    assert names(officer, complete_below=str(child.completeness)) == []


def test_the_unconfirmed_are_those_on_the_register_without_a_confirmation_this_quarter(officer: Post, director: Post) -> None:
    with time_machine.travel(now() - timedelta(days=120)):
        confirmed = make_child(name="已核实")
        make_child(name="未核实")
        make_child(name="草稿件", state="draft")
    make_child(name="新登记")
    with seen_by(director):
        actions.confirm_unchanged(child_ids=[confirmed.id], asked="祖母", by=director)
    assert names(officer, unconfirmed="1") == ["未核实"]


def test_an_owner_is_the_director_of_the_village(officer: Post, director: Post) -> None:
    make_child(name="有主任", place=VILLAGE)
    make_child(name="没主任", place=NEXT_VILLAGE)
    assert names(officer, owner=str(director.person_id)) == ["有主任"]
    assert names(officer, owner="none") == ["没主任"]


def test_who_is_on_leave_is_found(officer: Post, director: Post) -> None:
    child = make_child(name="小候鸟")
    make_child(name="在家")
    with seen_by(director):
        Leave.objects.create(child=child, scope_place=child.scope_place, kind="summer", where="东莞", left_on=today())
    assert names(officer, leave="1") == ["小候鸟"]


@pytest.mark.parametrize("kind", ["hiv", "any"])
def test_restricted_categories_are_no_filter(officer: Post, kind: str) -> None:
    """HIV appears in no list, card, filter or export (real-life 7), not even as one of any."""
    make_child(name="张子轩", categories=(NewCategory(scheme="guangdong", kind="hiv"),))
    with seen_by(officer):
        question = queries.asked({"category": "any" if kind == "any" else f"guangdong:{kind}"}, Asking(officer, today()))
        if kind == "any":
            assert not queries.listed(question).exists()
        else:
            assert question.problems
        offered = [value for each in CATALOGUE if each.key == "category" for _group, choices in each.groups(question.asking) for value, _word in choices]
    assert "guangdong:hiv" not in offered
    assert "laohekou:mental" in offered


def test_discreet_categories_are_a_filter_of_those_who_work_with_the_children(places: object) -> None:
    city = make_post("city_officer", 420500000000)
    make_child(name="张子轩", categories=(NewCategory(scheme="laohekou", kind="mental"),))
    assert problems(city, category="laohekou:mental")
    assert names(city, category="laohekou") == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sex", "7"),
        ("age_from", "-1"),
        ("age_from", "十"),
        ("age_to", "1e3"),
        ("age_to", "9" * 10_000),
        ("status", "rich"),
        ("category", "nowhere:poor"),
        ("category", "suxian:hiv"),
        ("stage", "x" * 10_000),
        ("stage", "'; DROP TABLE children_child; --"),
        ("state", "merged"),
        ("complete_below", "101"),
        ("owner", "me"),
        ("owner", "00000000-0000-0000-0000-000000000000"),
        ("unconfirmed", "yes"),
        ("place", "武汉市"),
        ("place", "x" * 10_000),
        ("place", "😀"),
        ("place", "\0"),
        ("place_code", "420100000000"),
        ("place_code", "-1"),
        ("place_code", "99"),
    ],
)
def test_what_means_nothing_becomes_a_sentence(officer: Post, key: str, value: str) -> None:
    make_child(name="张子轩")
    with seen_by(officer):
        question = queries.asked({key: value}, Asking(officer, today()))
        assert [child.name for child in queries.listed(question)] == ["张子轩"]
    if value == "\0":
        return
    assert len(question.problems) == 1
    assert not question.conditions


def test_a_scope_in_the_address_changes_nothing(director: Post) -> None:
    make_child(name="本村", place=VILLAGE)
    make_child(name="邻村", place=NEXT_VILLAGE)
    for forged in ({"scope_place": str(COUNTY)}, {"lo": "0", "hi": "999999999999"}, {"post": "1"}, {"scope_place__gte": "0"}):
        assert names(director, **forged) == ["本村"]
    assert problems(director, place_code=str(NEXT_VILLAGE)) == ("没有找到地方“420506001002”，没有按它筛选。",)
    assert problems(director, place_code=str(TOWNSHIP))
    assert names(director, place_code=str(VILLAGE)) == ["本村"]


def test_without_a_choice_ended_files_are_left_out(officer: Post) -> None:
    make_child(name="在册")
    make_child(name="已退出", state="ended")
    assert names(officer) == ["在册"]
    assert sorted(names(officer, state="all")) == ["在册", "已退出"]


@given(born=st.dates(date(2000, 1, 1), date(2026, 12, 31)), on=st.dates(date(2020, 1, 1), date(2030, 12, 31)), years=st.integers(0, 18))
def test_an_age_is_a_range_of_birth_dates(born: date, on: date, years: int) -> None:
    """The range agrees with the rule on every day, the 29th of February included."""
    if born <= on:
        assert (age(born, on).years >= years) == (born <= latest_birth(on, years))


@pytest.fixture
def _three(officer: Post) -> None:
    make_child(name="阿大", born=years_ago(15), place=VILLAGE)
    make_child(name="覃二", born=years_ago(5), place=VILLAGE)
    make_child(name="张三", born=years_ago(10), place=NEXT_VILLAGE)


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", "阿大覃二张三"), ("-name", "张三覃二阿大"), ("age", "覃二张三阿大"), ("-age", "阿大张三覃二"), ("updated", "阿大覃二张三"), ("nonsense", "阿大覃二张三")],
)
@pytest.mark.usefixtures("_three")
def test_the_list_is_sorted(officer: Post, sort: str, order: str) -> None:
    assert "".join(names(officer, sort=sort)) == order


@pytest.mark.usefixtures("_three")
def test_counts_on_top_agree_with_what_their_links_show(officer: Post) -> None:
    from django.http import QueryDict

    make_child(name="草稿", state="draft", registration="none")
    with seen_by(officer):
        for address in ({}, {"place_code": str(VILLAGE)}, {"age_to": "12"}):
            asking = Asking(officer, today())
            for facet in queries.facets(queries.asked(address, asking)):
                linked = queries.asked(QueryDict(facet.link.removeprefix("?")).dict(), asking)
                if not facet.current:
                    assert queries.listed(linked).count() == facet.count, facet


def test_a_facet_in_force_links_to_its_removal(officer: Post) -> None:
    with seen_by(officer):
        current = [facet for facet in queries.facets(queries.asked({"registration": "none"}, Asking(officer, today()))) if facet.current]
    assert [facet.link for facet in current] == ["?"]
