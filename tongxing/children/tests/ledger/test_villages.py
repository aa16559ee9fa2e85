"""Which place a ledger's words mean."""

from __future__ import annotations

from datetime import date

import pytest

from tests.people import COUNTY, NAMES, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_place
from tongxing.children.ledger.villages import Gazetteer
from tongxing.ledgers.problems import Wrong
from tongxing.places import codes

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)
OTHER_TOWNSHIP, TWIN, ELSEWHERE, HIDDEN = 420506100000, 420506100201, 420504000000, 420504001001
MORE = {
    OTHER_TOWNSHIP: "龙泉镇",
    TWIN: "兴安村",
    420506100202: "黄花村",
    420506100203: "黄花社区",
    420506100204: "宜昌高新区东锦苑社区",
    ELSEWHERE: "点军区",
    420504001000: "点军街道",
    HIDDEN: "朱市街社区",
    440000000000: "广东省",
    441900000000: "东莞市",
}


@pytest.fixture
def gazetteer(places, monkeypatch) -> Gazetteer:
    for code, name in MORE.items():
        monkeypatch.setitem(NAMES, code, name)
        make_place(code, name)
    return Gazetteer(*codes.span(COUNTY), ON)


@pytest.mark.parametrize(
    "text",
    [
        "冯家湾社区",
        "冯家湾",
        "冯家湾社区居委会",
        "小溪塔街道冯家湾社区",
        "小溪塔冯家湾",
        "夷陵区小溪塔街道冯家湾社区",
        "湖北省宜昌市夷陵区小溪塔街道冯家湾社区",
        "湖北宜昌夷陵区冯家湾社区",
        "420506001001",
        "冯家湾 社区",
    ],
)
def test_a_village_is_known_by_all_its_names(gazetteer: Gazetteer, text: str):
    assert gazetteer.village(text) == VILLAGE


def test_a_name_written_out_goes_before_a_stem(gazetteer: Gazetteer):
    assert gazetteer.village("黄花村") == 420506100202
    assert gazetteer.village("黄花") == Wrong("children.several_villages", {"given": "黄花", "count": 2})
    assert gazetteer.village("兴安社区") == NEXT_VILLAGE
    assert gazetteer.village("兴安") == Wrong("children.several_villages", {"given": "兴安", "count": 2})


def test_a_village_may_be_called_like_the_city(gazetteer: Gazetteer):
    assert gazetteer.village("宜昌高新区东锦苑社区") == 420506100204
    assert gazetteer.village("夷陵区宜昌高新区东锦苑社区") == 420506100204


def test_the_column_of_townships_tells_namesakes_apart(gazetteer: Gazetteer):
    assert gazetteer.village("兴安", "龙泉镇") == TWIN
    assert gazetteer.village("兴安", "小溪塔") == NEXT_VILLAGE
    assert gazetteer.village("冯家湾社区", "龙泉镇") == Wrong("children.other_township", {"given": "冯家湾社区", "township": "龙泉镇"})
    assert gazetteer.township("龙泉")
    assert not gazetteer.township("分乡镇")


def test_what_is_not_in_the_scope_is_unknown_whether_it_exists_or_not(gazetteer: Gazetteer):
    for text in ("朱市街社区", "点军区点军街道朱市街社区", str(HIDDEN), "不存在的村", "999999999999"):
        found = gazetteer.village(text)
        assert isinstance(found, Wrong)
        assert found == Wrong("children.unknown_village", {"given": text})
    assert gazetteer.village("冯家弯社区") == Wrong("children.nearest_village", {"given": "冯家弯社区", "nearest": "冯家湾社区"})
    assert gazetteer.village("小溪塔街道") == Wrong("children.only_a_township", {"given": "小溪塔街道"})


def test_the_supervisor_of_a_township_knows_its_villages_alone(gazetteer: Gazetteer):
    own = Gazetteer(*codes.span(TOWNSHIP), ON)
    assert own.village("夷陵区小溪塔街道兴安社区") == NEXT_VILLAGE
    assert own.village("兴安") == NEXT_VILLAGE
    assert own.village("黄花村") == Wrong("children.unknown_village", {"given": "黄花村"})


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("冯家湾社区", VILLAGE, ""),
        ("湖北省宜昌市点军区", ELSEWHERE, ""),
        ("湖北宜昌点军区点军街道朱市街社区", HIDDEN, ""),
        ("点军区点军街道幸福路8号", 420504001000, "幸福路8号"),
        ("广东省东莞市", 441900000000, ""),
        ("广东东莞长安镇", 441900000000, "长安镇"),
        ("420504001001", HIDDEN, ""),
        ("外省某地", None, "外省某地"),
    ],
)
def test_a_place_anywhere_is_told_as_deep_as_it_can_be(gazetteer: Gazetteer, text: str, code: int | None, rest: str):
    assert gazetteer.anywhere(text) == (code, rest)
    assert gazetteer.anywhere(text) == (code, rest)
