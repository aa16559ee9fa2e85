"""What a child is found by: pure, without a database."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children.finding import keys
from tongxing.children.finding.readings import plain, readings

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=2, max_size=8)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def finds(word: str, name: str, **facts: object) -> bool:
    own = keys.of_child(name, **facts)  # type: ignore[arg-type]
    return any(all(any(span.holds(key) for key in own) for span in alternative) for alternative in keys.meant_by(word))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("张子轩", "张子轩"),
        ("张", "张子轩"),
        ("张子", "张子轩"),
        ("子轩", "张子轩"),
        ("轩", "张轩"),
        ("zzx", "张子轩"),
        ("ZZX", "张子轩"),
        ("\uff3a\uff3a\uff38", "张子轩"),
        ("zhangzix", "张子轩"),
        ("zhang'zi xuan".replace(" ", ""), "张子轩"),
        ("zhāngzǐxuān", "张子轩"),
        ("zixuan", "张子轩"),
        ("张zx", "张子轩"),
        ("shanyu", "单雨"),
        ("qcl", "覃长乐"),
        ("tcl", "覃长乐"),
        ("zenglei", "曾蕾"),
        ("moqihong", "万俟红"),
        ("oynn", "欧阳娜娜"),
        ("ouyangnana", "欧阳娜娜"),
        ("lvmei", "吕梅"),
        ("l\u00fcmei", "吕梅"),
        ("阿依古丽买买提", "阿依古丽\u00b7买买提"),
        ("买买提", "阿依古丽\u2022买买提"),
        ("anna", "Anna 王"),
        ("\U0002c38e", "王\U0002c38e"),
        ("㑇", "李㑇"),
        ("w㛃".replace("w", "王"), "王㛃䶮"),
        ("䶮\U0002ca69", "王䶮\U0002ca69"),
        ("wjy", "王㛃䶮"),
        ("张 ", " 张 子轩 "),
        ("葛", "葛\U000e0100兰"),
    ],
)
def test_a_word_finds_the_child(word: str, name: str) -> None:
    assert finds(word, name)


@pytest.mark.parametrize("word", ["", " ", "%", "_", "*", "李", "zzy", "xzz", "zhangx", "1234", "12", "\0", "😀", "x" * 10_000, "张" * 10_000, "' OR 1=1 --"])
def test_another_word_does_not(word: str) -> None:
    assert not finds(word, "张子轩")


@pytest.mark.parametrize("word", ["张%", "_张", "张*", "“张子”"])
def test_signs_that_are_no_letters_stand_for_nothing(word: str) -> None:
    assert finds(word, "张子轩")
    assert not finds(word, "子轩")


@pytest.mark.parametrize("word", ["420506201203051234", "４２０５０６２０１２０３０５１２３４", "420506 20120305 1234", "1234", "１２３４"])
def test_an_id_number_finds_by_the_whole_or_its_last_four(word: str) -> None:
    assert finds(word, "张子轩", id_number="420506201203051234")


def test_an_id_number_may_end_with_x() -> None:
    assert finds("12x", "张子轩", id_number="42050620120305012X") is False
    assert finds("012x", "张子轩", id_number="42050620120305012x")
    assert finds("42050620120305012x", "张子轩", id_number="42050620120305012X")


@pytest.mark.parametrize("word", ["13812345678", "+86 138-1234-5678", "138 1234 5678", "5678", "008613812345678"])
def test_a_relative_s_phone_finds_by_the_whole_or_its_last_four(word: str) -> None:
    assert finds(word, "张子轩", phones=["", "138 1234 5678", "0717-7821234"])


@pytest.mark.parametrize("word", ["420506001001-9D18CB", "420506001001-9d18cb", "420506001001－9D18CB", "420506001002-9D18CB", "9D18CB", "9d18cb"])
def test_a_file_number_finds_by_the_whole_or_its_tail(word: str) -> None:
    assert finds(word, "张子轩", child_id=UUID("0197a000-0000-7000-8000-0000009d18cb"))
    assert not finds(word, "张子轩", child_id=UUID("0197a000-0000-7000-8000-0000009d18cc"))


def test_a_file_number_of_digits_is_no_id_number() -> None:
    assert finds("420506001001-123456", "张子轩", child_id=UUID("0197a000-0000-7000-8000-000000123456"))


def test_a_part_of_a_number_finds_nothing() -> None:
    """Other parts of an id are the birth date and the division, which are filters; a digest of less would be guessed."""
    assert not finds("345678", "张子轩", phones=["13812345678"])
    assert not finds("20120305", "张子轩", id_number="420506201203051234")


def test_no_key_shows_a_number() -> None:
    own = keys.of_child("张子轩", id_number="420506201203051234", phones=["13812345678"])
    assert not [key for key in own if "1234" in key or "5678" in key]
    assert all(len(key) <= keys.LONGEST_KEY for key in own)


@given(name=NAMES)
def test_every_part_of_a_name_finds_it(name: str) -> None:
    for start in range(len(name)):
        assert finds(name[start:], name)
        assert finds(name[: start + 1], name)


@given(name=NAMES)
def test_every_reading_and_its_initials_find_the_name(name: str) -> None:
    for syllables in readings(plain(name)):
        word = "".join(syllables)
        if word.isascii() and word.isalpha():
            assert finds(word, name)
            assert finds("".join(each[0] for each in syllables), name)


@given(name=ANYTHING, word=ANYTHING)
def test_nothing_breaks_it(name: str, word: str) -> None:
    assert all(0 < len(key) <= keys.LONGEST_KEY and "\0" not in key for key in keys.of_child(name))
    assert all("\0" not in span.first for alternative in keys.meant_by(word) for span in alternative)
    assert len(keys.sort_key(name)) <= keys.LONGEST_SORT_KEY


def test_names_sort_by_their_syllables() -> None:
    names = ["张安", "詹安", "覃安", "单安", "阿安", "曾安"]
    assert sorted(names, key=keys.sort_key) == ["阿安", "覃安", "单安", "曾安", "詹安", "张安"]
