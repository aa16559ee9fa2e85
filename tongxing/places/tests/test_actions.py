"""Lists are applied and places merge, on the real database."""

from datetime import date

import pytest

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.ground import scope
from tongxing.journal.models import Record
from tongxing.places import actions, queries
from tongxing.places.actions import PlaceError, apply_list, merge_places
from tongxing.places.lists import EDITION, Listed, PlaceList
from tongxing.places.models import FormerName, Place, Succession
from tongxing.places.rules import Changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
LATER = date(2025, 3, 1)


def a_list(**names: str) -> PlaceList:
    """Places by code: ``a_list(c420506001001="冯家湾社区居民委员会")``."""
    listed = [Listed(row, int(code[1:].ljust(12, "0")), name) for row, (code, name) in enumerate(names.items(), start=2)]
    return PlaceList("名单.csv", sorted(listed, key=lambda each: each.code))


def apply(on: date = LATER, *, complete: bool = False, **names: str) -> Changes:
    return apply_list(found=a_list(**names), on=on, complete=complete, by=None)


def acts(verb: str) -> list[Record]:
    with scope.whole_country(why="the test reads the journal"):
        return list(Record.objects.filter(verb=verb).order_by("seq"))


def test_a_new_village_is_entered_with_its_names_and_the_journal_says_so() -> None:
    changes = apply(c420506001090="梅子垭村村民委员会")
    place = Place.objects.get(code=420506001090)
    assert len(changes.added) == 1
    assert (place.short_name, place.full_name) == ("梅子垭村", "湖北省宜昌市夷陵区小溪塔街道梅子垭村")
    assert (place.pinyin, place.initials, place.parent_id, place.level) == ("meiziyacun", "mzyc", TOWNSHIP, 5)
    assert (place.valid_from, place.valid_until, place.stated_on) == (LATER, None, LATER)
    assert acts("places_listed")[0].diff["added"] == [0, 1]


def test_the_same_list_again_changes_nothing() -> None:
    apply(c420506001090="梅子垭村村民委员会", c420506001001="冯家湾村村民委员会")
    before = list(Place.objects.order_by("code").values())
    again = apply(c420506001090="梅子垭村村民委员会", c420506001001="冯家湾村村民委员会")
    assert not again.any
    assert list(Place.objects.order_by("code").values()) == before
    assert len(acts("places_listed")) == 1


def test_places_of_a_county_that_nobody_knew_are_valid_since_ever() -> None:
    apply(c420502="西陵区", c420502001="西陵街道", c420502001001="土街头社区居民委员会")
    assert Place.objects.get(code=420502001001).valid_from is None


def test_a_row_without_its_parent_is_refused_in_words_and_the_rest_is_taken() -> None:
    changes = apply(c420506999="没有的镇", c420507001="无县街道", c420507001001="无县村村民委员会")
    assert [str(problem) for problem in changes.problems] == [
        "名单.csv 第3行：“无县街道”（420507001000）的上级 420507000000 不在名单中，系统中也没有",
        "名单.csv 第4行：“无县村村民委员会”（420507001001）的上级 420507001000 不在名单中，系统中也没有",
    ]
    assert Place.objects.filter(code=420506999000).exists()


def test_a_renamed_township_changes_the_full_names_below_it_and_is_found_by_both_names() -> None:
    apply(c420506001="新溪街道")
    assert Place.objects.get(code=VILLAGE).full_name == "湖北省宜昌市夷陵区新溪街道冯家湾社区"
    assert [place.code for place in queries.search("小溪塔")] == [TOWNSHIP]
    assert [place.code for place in queries.search("xinxi")] == [TOWNSHIP]
    assert FormerName.objects.get().until == LATER


def test_an_older_list_does_not_overrule_a_newer_one() -> None:
    apply(c420506001="新溪街道")
    changes = apply(EDITION, c420506001="小溪塔街道")
    assert changes.outdated == 1
    assert Place.objects.get(code=TOWNSHIP).name == "新溪街道"


def test_what_a_complete_list_leaves_out_has_ended_and_comes_back_when_it_is_listed_again() -> None:
    apply(complete=True, c420506001="小溪塔街道", c420506001001="冯家湾社区")
    place = Place.objects.get(code=NEXT_VILLAGE)
    assert place.valid_until == LATER
    assert queries.children_of(TOWNSHIP, on=LATER) == [Place.objects.get(code=VILLAGE)]
    assert place in queries.children_of(TOWNSHIP, on=date(2024, 1, 1))
    assert queries.by_code(NEXT_VILLAGE) == place
    apply(date(2025, 6, 1), c420506001002="兴安社区")
    assert Place.objects.get(code=NEXT_VILLAGE).valid_until is None


def test_a_list_that_names_no_township_of_a_county_ends_none() -> None:
    assert not apply(complete=True, c420506="夷陵区").closed


def test_merged_villages_close_and_point_to_their_successor() -> None:
    made = merge_places(old=[NEXT_VILLAGE], new=VILLAGE, on=LATER, reason="夷政发〔2025〕3号", by=None)
    assert [(step.old_id, step.new_id, step.on) for step in made] == [(NEXT_VILLAGE, VILLAGE, LATER)]
    assert [step.old_id for step in queries.successions_between(LATER, LATER)] == [NEXT_VILLAGE]
    assert queries.search("兴安") == []
    assert [place.code for place in queries.search("兴安", closed=True)] == [NEXT_VILLAGE]
    assert [place.code for place in queries.search("兴安", on=date(2025, 2, 28))] == [NEXT_VILLAGE]
    assert [place.code for place in queries.successors(NEXT_VILLAGE, on=LATER)] == [VILLAGE]
    assert acts("place_merged")[0].diff["successor"] == [None, VILLAGE]


def test_a_merger_repeated_is_a_merger_done_once() -> None:
    for _again in range(2):
        merge_places(old=[NEXT_VILLAGE], new=VILLAGE, on=LATER, reason="批复", by=None)
    assert Succession.objects.count() == 1
    assert len(acts("place_merged")) == 1


def test_successors_are_followed_to_the_end() -> None:
    third = actions.add_place(code=420506001090, name="东兴社区居民委员会", on=LATER, reason="批复", by=None)
    merge_places(old=[NEXT_VILLAGE], new=VILLAGE, on=LATER, reason="批复", by=None)
    merge_places(old=[VILLAGE], new=third.code, on=date(2026, 1, 1), reason="批复", by=None)
    assert queries.successors(NEXT_VILLAGE, on=date(2025, 12, 31)) == [Place.objects.get(code=VILLAGE)]
    assert queries.successors(NEXT_VILLAGE, on=date(2026, 1, 1)) == [third]


@pytest.mark.parametrize(
    ("old", "new", "reason", "says"),
    [
        ([NEXT_VILLAGE], VILLAGE, " ", "依据"),
        ([VILLAGE], VILLAGE, "批复", "不能并入自己"),
        ([VILLAGE], TOWNSHIP, "批复", "不是同一级"),
        ([420506001099], VILLAGE, "批复", "没有代码为 420506001099"),
        ([VILLAGE], 420506001099, "批复", "没有代码为 420506001099"),
        ([TOWNSHIP], 420506002000, "批复", "还有2个未撤销的单位"),
    ],
)
def test_a_merger_that_cannot_stand_is_refused_and_nothing_is_written(old: list[int], new: int, reason: str, says: str) -> None:
    apply(c420506002="东城街道")
    with pytest.raises(PlaceError, match=says):
        merge_places(old=old, new=new, on=date(2025, 4, 1), reason=reason, by=None)
    assert not Succession.objects.exists()
    assert not Place.objects.exclude(valid_until=None).exists()


def test_a_place_cannot_merge_twice_or_into_a_closed_one() -> None:
    merge_places(old=[NEXT_VILLAGE], new=VILLAGE, on=LATER, reason="批复", by=None)
    apply(c420506001090="东兴社区居民委员会")
    with pytest.raises(PlaceError, match="已于 2025-03-01 撤销"):
        merge_places(old=[NEXT_VILLAGE], new=420506001090, on=LATER, reason="批复", by=None)
    with pytest.raises(PlaceError, match="并不存在"):
        merge_places(old=[VILLAGE], new=NEXT_VILLAGE, on=LATER, reason="批复", by=None)


@pytest.mark.parametrize(("code", "name", "says"), [(VILLAGE, "甲村", "已经存在"), (420599001001, "甲村", "没有上级"), (420506001090, " ", "请填写名称")])
def test_a_place_that_cannot_be_added_is_refused(code: int, name: str, says: str) -> None:
    with pytest.raises(PlaceError, match=says):
        actions.add_place(code=code, name=name, on=LATER, reason="批复", by=None)


def test_a_county_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongxing.places.actions._rename", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply(c420506001090="梅子垭村村民委员会", c420506001001="改名村村民委员会")
    assert not Place.objects.filter(code=420506001090).exists()
    assert Place.objects.get(code=COUNTY).stated_on == EDITION
