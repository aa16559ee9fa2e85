from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.ledgers import id_numbers
from tongxing.ledgers.catalogue import Choice, Column, Kind
from tongxing.ledgers.cells import Parser, parser
from tongxing.ledgers.problems import Wrong, render
from tongxing.ledgers.tests.sample import ID_NUMBER, INCOME, SEX

TODAY = date(2026, 3, 10)


def reader(kind: Kind, **more) -> Parser:
    return parser(Column(key="it", heading="它", kind=kind, **more), today=TODAY)


@st.composite
def id_number(draw) -> str:
    first = f"420506{draw(st.dates(date(1930, 1, 1), date(2026, 1, 1))):%Y%m%d}{draw(st.integers(1, 999)):03}"
    return first + id_numbers.check_character(first)


@given(id_number())
def test_a_true_id_number_is_read_however_it_is_spaced(number: str) -> None:
    read = reader(Kind.ID_NUMBER)
    wide = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    for text in (number, number.lower(), f" {number[:6]} {number[6:14]} {number[14:]} ", "'" + number, wide):
        assert read(text) == number


@given(id_number(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, place: int, change: int) -> None:
    if number[place] == "X":
        return
    damaged = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert isinstance(id_numbers.parse(damaged), Wrong)


@given(id_number().filter(lambda number: not number.endswith("X")))
def test_an_id_that_excel_made_a_number_is_refused_and_never_guessed(number: str) -> None:
    value = reader(Kind.ID_NUMBER)(float(number))
    assert isinstance(value, Wrong)
    assert value.code == "id_float"
    assert "末尾几位已经丢失" in render(value.code, value.params)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_is_an_id(number: float) -> None:
    assert isinstance(reader(Kind.ID_NUMBER)(number), Wrong)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.20506E+17", "id_float"),
        ("420506201203050000", "id_float"),
        ("4205**********1234", "id_masked"),
        ("420506120305001", "id_old"),
        ("42050620120305001", "id_length"),
        ("42050620120305O011", "id_letters"),
        ("990506201203050011", "id_province"),
        ("420506201213050013", "id_birth"),
        ("420506201203050012", "id_check"),
    ],
)
def test_what_is_wrong_with_an_id_is_said(text: str, code: str) -> None:
    value = reader(Kind.ID_NUMBER)(text)
    assert isinstance(value, Wrong)
    assert value.code == code


def test_an_id_says_birth_date_and_sex() -> None:
    assert id_numbers.parse(ID_NUMBER) == ID_NUMBER
    assert id_numbers.birth_date(ID_NUMBER) == date(2012, 3, 5)
    assert id_numbers.sex(ID_NUMBER) == "1"


@pytest.mark.parametrize("text", ["", " ", "　", "/", "无", "—", "不详", "N/A", "暂无"])
@pytest.mark.parametrize("kind", [Kind.DATE, Kind.ID_NUMBER, Kind.PHONE, Kind.NAME, Kind.NUMBER, Kind.PLACE])
def test_ways_to_say_nothing_are_blank(text: str, kind: Kind) -> None:
    assert reader(kind)(text) is None


def test_nothing_is_a_text_where_texts_are_asked_for() -> None:
    assert reader(Kind.TEXT)("无") == "无"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　三", "张三"),
        (" 张 子 轩 ", "张子轩"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("John Smith", "John Smith"),
        ("李𬭎㑇", "李𬭎㑇"),
        ("⼥娲", "女娲"),
        ("张\u200b三_x000D_", "张三"),
        ("👧小红", "👧小红"),
    ],
)
def test_names_lose_their_padding_and_nothing_else(cell: str, name: str) -> None:
    assert reader(Kind.NAME)(cell) == name


def test_a_name_of_10000_characters_is_a_sentence() -> None:
    value = reader(Kind.NAME, longest=50)("张" * 10_000)
    assert value == Wrong("cell_long", {"length": 10_000, "limit": 50})


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13812345678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("０７１７－７８２１２３４", "0717-7821234"),
        ("07177821234", "0717-7821234"),
        ("010-12345678", "010-12345678"),
        ("(0717)7821234", "0717-7821234"),
        ("7821234", "7821234"),
    ],
)
def test_phones_are_read(cell: object, phone: str) -> None:
    assert reader(Kind.PHONE)(cell) == phone  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"), [("1381234567", "phone_unreadable"), ("13812345678/13912345678", "phone_several"), ("1.38123E+10", "phone_float"), ("问邻居", "phone_unreadable")]
)
def test_what_is_no_phone_is_said(text: str, code: str) -> None:
    value = reader(Kind.PHONE)(text)
    assert isinstance(value, Wrong)
    assert value.code == code


@pytest.mark.parametrize("cell", ["男", "1", 1.0, "男性", " 男 ", "1.男", "01男", "1、男孩", "☑男 □女"])
def test_a_code_is_read_by_label_alias_or_number(cell: object) -> None:
    assert reader(Kind.CODE, choices=SEX)(cell) == "1"  # type: ignore[arg-type]


def test_an_unknown_code_names_the_nearest_or_what_is_allowed() -> None:
    read = reader(Kind.CODE, choices=INCOME)
    assert read("种养植") == Wrong("code_nearest", {"given": "种养植", "nearest": "种养殖"})
    assert read("收租") == Wrong("code_unknown", {"given": "收租", "allowed": "打工、种养殖、政府救助、其他"})
    assert read("打工、其他") == Wrong("code_several", {"count": 2})


@pytest.mark.parametrize("text", ["打工、种养殖", "务工,务农", "打工；种养殖；打工", "打工/种养殖", "打工 种养殖", "1.打工 2.种养殖", "☑打工 ☑种养殖 □其他"])
def test_several_codes_are_split(text: str) -> None:
    assert reader(Kind.CODES, choices=INCOME)(text) == ("work", "farm")


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3000", 3000), ("3,000元", 3000), (3000.0, 3000), ("３０００", 3000), ("1.5万", 15000), ("3岁", 3), ("-2", -2), (0.5, Decimal("0.5")), ("12.50", Decimal("12.50"))],
)
def test_numbers_are_read(cell: object, number: object) -> None:
    assert reader(Kind.NUMBER)(cell) == number  # type: ignore[arg-type]


@given(st.integers(-(10**12), 10**12) | st.decimals(-10_000, 10_000, places=2, allow_nan=False))
def test_a_number_reads_back_as_itself(number: int | Decimal) -> None:
    read = reader(Kind.NUMBER)
    assert read(str(number)) == number
    assert read(f" {number:,} 元") == number


def test_numbers_have_bounds() -> None:
    assert reader(Kind.NUMBER, least=0, most=10)("11") == Wrong("number_range", {"given": "11", "least": 0, "most": 10})
    assert reader(Kind.NUMBER, whole=True)("1.5") == Wrong("number_whole", {"given": "1.5"})


@pytest.mark.parametrize("cell", ["是", "有", "√", "已登记", "Y", 1.0, True, "有户口"])
def test_yes(cell: object) -> None:
    assert reader(Kind.YES_NO)(cell) is True  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["否", "无", "×", "未登记", "n", 0.0, False, "不寄宿"])
def test_no(cell: object) -> None:
    assert reader(Kind.YES_NO)(cell) is False  # type: ignore[arg-type]


def test_yes_and_no_may_have_words_of_their_own() -> None:
    read = reader(Kind.YES_NO, choices=(Choice("yes", "寄宿", ("住校",)), Choice("no", "走读")))
    assert read("住校") is True
    assert read("走读") is False
    assert isinstance(read("是否"), Wrong)


def test_a_long_number_in_a_text_is_lost_and_says_so() -> None:
    assert reader(Kind.TEXT)(6.2170e18) == Wrong("cell_float", {"given": "6.21700E+18"})
    assert reader(Kind.TEXT)(12.0) == "12"


def test_an_error_of_a_formula_is_a_sentence() -> None:
    assert reader(Kind.TEXT)("#REF!") == Wrong("cell_error", {"given": "#REF!"})


def test_messages_about_secret_cells_repeat_their_beginning_only() -> None:
    read = reader(Kind.PHONE, secret=True)
    assert read("问张子轩的奶奶") == Wrong("phone_unreadable", {"given": "问张子…"})


@given(st.text(max_size=60) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(), st.sampled_from(Kind))
def test_any_cell_of_any_kind_is_a_value_or_a_sentence(cell: str | float | bool, kind: Kind) -> None:
    choices = INCOME if kind in (Kind.CODE, Kind.CODES) else ()
    value = reader(kind, choices=choices)(cell)
    if isinstance(value, Wrong):
        assert render(value.code, value.params)
    if isinstance(value, str):
        assert "\x00" not in value
