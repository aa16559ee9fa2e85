import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.places import names
from tongxing.places.codes import Level


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("冯家湾社区居民委员会", "冯家湾社区"),
        ("东锦苑社区居委会", "东锦苑社区"),
        ("张家村委会", "张家村"),
        ("许家冲村村民委员会", "许家冲村"),
        ("古村村村民委员会", "古村村"),
        ("前进村民委员会", "前进村"),
        ("福善场社区村委会", "福善场社区"),
        ("厢和图嘎查村民委员会", "厢和图嘎查"),
        ("那仁格日勒嘎查委员会", "那仁格日勒嘎查"),
        ("峡口居民委员会", "峡口居委会"),
        ("绿景苑社区居委", "绿景苑社区"),
        ("闫庄村民委员会会", "闫庄村"),
        ("四份村委会\uff08含移民新区\uff09", "四份村"),
        ("大老岭林场生活区", "大老岭林场生活区"),
        ("三峡坝区虚拟社区", "三峡坝区虚拟社区"),
        ("管理委员会", "管理委员会"),
        ("(x)", "(x)"),
    ],
)
def test_a_village_loses_its_committee(name: str, short: str) -> None:
    assert names.short_name(name, Level.VILLAGE) == short


def test_only_villages_lose_anything() -> None:
    assert names.short_name("某某委员会", Level.TOWNSHIP) == "某某委员会"


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("夷陵区", "yilingqu", "ylq"),
        ("宜都市", "yidushi", "yds"),
        ("秭归县", "ziguixian", "zgx"),
        ("猇亭区", "xiaotingqu", "xtq"),
        ("长阳土家族自治县", "changyangtujiazuzizhixian", "cytjzzzx"),
        ("重庆市", "chongqingshi", "cqs"),
        ("朝阳社区", "chaoyangshequ", "cysq"),
        ("绿洲社区", "lvzhoushequ", "lzsq"),
        ("768厂", "768chang", "768c"),
        ("单家庄村", "shanjiazhuangcun", "sjzc"),
    ],
)
def test_readings_of_places(name: str, pinyin: str, initials: str) -> None:
    assert names.reading(name) == names.Reading(pinyin, initials)


def test_an_address_leaves_out_what_nobody_writes() -> None:
    assert names.full_name(["北京市", "市辖区", "东城区"]) == "北京市东城区"


@given(st.text(max_size=40))
def test_any_text_has_a_name_and_a_reading(text: str) -> None:
    names.short_name(text, Level.VILLAGE)
    reading = names.reading(text)
    assert not any(char.isspace() for char in reading.pinyin)
    assert len(reading.initials) <= max(len(reading.pinyin), 0)
