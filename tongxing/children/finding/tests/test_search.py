"""Searching as people type: names, readings, initials, numbers, villages, several words; and whatever else ends up in a search box."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import NEXT_VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.finding import queries, search
from tongxing.children.finding.conditions import Asking
from tongxing.children.models import Child
from tongxing.children.new import NewRelative
from tongxing.children.tests.make import away, id_number, make_child, seen_by, years_ago
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
LONG_AGO = today() - timedelta(days=800)
BORN = years_ago(9)


@pytest.fixture
def child(places: object) -> Child:
    """张子轩 of 冯家湾社区, whose father works away and whose grandmother looks after him; and a child of the next village."""
    make_child(name="李雨涵", place=NEXT_VILLAGE)
    grandmother = NewRelative(relation="62", name="王秀英", phone="0717-7821234")
    return make_child(name="张子轩", born=BORN, id_number=id_number(BORN), relatives=(away("51", "张建国", LONG_AGO, phone="138 1234 5678"), grandmother))


def number_of(child: Child) -> str:
    from tongxing.children.queries.files import file

    with seen_by(None):
        found = file(child.id)
        assert found is not None
        return found.open(found.child, "id_number")


def found(post: Post, text: str) -> list[str]:
    with seen_by(post):
        question = queries.asked({"q": text}, Asking(post, today()))
        return sorted(each.name for each in queries.listed(question))


def suggested(post: Post, text: str) -> tuple[list[str], list[str], str]:
    with seen_by(post):
        children, places, problem = search.suggested(text, Asking(post, today()))
        return [each.name for each in children], [place.short_name for place in places], problem


@pytest.mark.parametrize(
    "text",
    [
        "张子轩",
        "张",
        "子轩",
        "zzx",
        "ZZX",
        "zhangzixuan",
        "zixuan",
        "张zx",
        "\uff5a\uff5a\uff58",
        " zzx ",
        "13812345678",
        "5678",
        "\uff15\uff16\uff17\uff18",
        "+86 138-1234-5678",
        "07177821234",
        "1234",
        "冯家湾 zzx",
        "fjw 张",
        "zzx 5678",
    ],
)
def test_the_child_is_found_by(text: str, child: Child, officer: Post) -> None:
    assert found(officer, text) == ["张子轩"]
    assert suggested(officer, text)[0] == ["张子轩"]


def test_the_child_is_found_by_its_id_number_or_the_last_four(child: Child, officer: Post) -> None:
    number = number_of(child)
    for text in (number, number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", number[-4:], number[-4:].lower(), number.translate(FULL_WIDTH)):
        assert "张子轩" in found(officer, text), text


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("text", ["冯家湾社区", "冯家湾", "fengjiawan", "420506001001"])
def test_a_village_finds_its_children(text: str, child: Child, officer: Post) -> None:
    assert found(officer, text) == ["张子轩"]


def test_a_township_finds_its_children_and_is_suggested(child: Child, officer: Post) -> None:
    assert found(officer, "小溪塔街道") == ["张子轩", "李雨涵"]
    assert suggested(officer, "小溪塔")[1] == ["小溪塔街道"]


def test_all_words_must_hold(child: Child, officer: Post) -> None:
    assert found(officer, "兴安 zzx") == []
    assert found(officer, "张 李") == []


@pytest.mark.parametrize("text", ["张子轩", "zzx", "5678", "13812345678", "冯家湾"])
def test_the_next_village_finds_nothing(text: str, child: Child, next_director: Post) -> None:
    assert found(next_director, text) == []
    assert suggested(next_director, text)[:2] == ([], [])


STRANGE = [
    "%",
    "_",
    "%%%",
    "张_轩",
    "\\",
    "'",
    "' OR 1=1 --",
    "😀",
    "😀" * 5_000,
    "张" * 10_000,
    "z" * 10_000,
    "1" * 10_000,
    "a b c d e f g h",
    "\U0002c38e",
    "㑇",
    "㛃䶮\U0002ca69",
    "٣٤٥٦",
    "²³¹⁴",
    "\u202e轩子张",
    "<script>alert(1)</script>",
    "12",
    "123456",
    "*",
]


@pytest.mark.parametrize("text", STRANGE)
def test_what_no_child_is_called_finds_nothing_and_breaks_nothing(text: str, child: Child, officer: Post) -> None:
    assert found(officer, text) == []
    assert suggested(officer, text)[0] == []


@pytest.mark.parametrize("text", ["", " " * 10_000, "\0", "\u3000"])
def test_an_empty_search_asks_for_nothing(text: str, child: Child, officer: Post) -> None:
    assert found(officer, text) == ["张子轩", "李雨涵"]
    assert suggested(officer, text) == ([], [], "")


@pytest.mark.parametrize("name", ["王\U0002c38e", "李㑇", "陈㛃䶮\U0002ca69", "阿依古丽·买买提"])
def test_rare_characters_find_their_child(name: str, officer: Post) -> None:
    make_child(name=name)
    assert found(officer, name) == [name]
    assert found(officer, name[1:]) == [name]


@pytest.mark.parametrize(("text", "word"), [("12345", "末四位"), ("张" * 101, "太长"), ("a b c d e f", "太长"), ("420506201203051239", "校验码"), ("。。。", "不能搜索")])
def test_what_cannot_be_found_is_said_in_words(text: str, word: str, child: Child, officer: Post) -> None:
    with seen_by(officer):
        problems = queries.asked({"q": text}, Asking(officer, today())).problems
    assert len(problems) == 1
    assert word in problems[0]


def test_a_search_finds_ended_files_too(officer: Post) -> None:
    make_child(name="张子轩", state="ended")
    assert found(officer, "zzx") == ["张子轩"]


def test_a_changed_name_is_found_and_the_old_one_is_not(child: Child, officer: Post, director: Post) -> None:
    from tongxing.children import actions

    with seen_by(director):
        actions.change_fields(child_id=child.id, fields={"name": "张梓萱"}, by=director)
    assert found(officer, "梓萱") == ["张梓萱"]
    assert found(officer, "子轩") == []


def test_a_common_beginning_is_answered_from_the_first_keys(officer: Post) -> None:
    for number in range(search.SUGGESTED + 3):
        make_child(name=f"张{'甲乙丙丁戊己庚辛壬癸子丑'[number]}")
    children, _places, _problem = suggested(officer, "张")
    assert len(children) == search.SUGGESTED
    assert suggested(officer, "z")[0] == []
