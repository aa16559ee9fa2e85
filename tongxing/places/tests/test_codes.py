import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.places import codes
from tongxing.places.codes import CodeError, Level

provinces = st.integers(11, 82)


@st.composite
def real_codes(draw: st.DrawFn) -> int:
    """Codes of every level, with the gaps that real ones have (a township right below its city)."""
    parts = [draw(provinces), draw(st.integers(0, 99)), draw(st.integers(0, 99)), draw(st.integers(0, 999)), draw(st.integers(0, 999))]
    depth = draw(st.integers(1, 5))
    parts = parts[:depth] + [0] * (5 - depth)
    return int("{:02d}{:02d}{:02d}{:03d}{:03d}".format(*parts))


@pytest.mark.parametrize(
    ("code", "expected", "lo", "hi"),
    [
        (0, Level.COUNTRY, 0, 999999999999),
        (420000000000, Level.PROVINCE, 420000000000, 429999999999),
        (420500000000, Level.CITY, 420500000000, 420599999999),
        (420506000000, Level.COUNTY, 420506000000, 420506999999),
        (420506001000, Level.TOWNSHIP, 420506001000, 420506001999),
        (420506001001, Level.VILLAGE, 420506001001, 420506001001),
        (441900003000, Level.TOWNSHIP, 441900003000, 441900003999),
    ],
)
def test_level_and_span(code: int, expected: Level, lo: int, hi: int) -> None:
    assert codes.level(code) is expected
    assert codes.span(code) == (lo, hi)


def test_a_township_of_a_city_without_counties_stands_right_below_the_city() -> None:
    assert codes.parent(441900003000) == 441900000000
    assert codes.level(441900000000) is Level.CITY
    assert codes.ancestors(441900003001) == [440000000000, 441900000000, 441900003000]


def test_chain_of_a_village() -> None:
    assert codes.chain(420506001001) == [420000000000, 420500000000, 420506000000, 420506001000, 420506001001]
    assert codes.parent(420000000000) == codes.COUNTRY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("42", 420000000000),
        ("420506", 420506000000),
        (" 420506 001 ", 420506001000),
        ("\uff14\uff12\uff10\uff15\uff10\uff16", 420506000000),  # typed with a Chinese input method
        ("420506001001.0", 420506001001),
        ("420506001001", 420506001001),
    ],
)
def test_parse(text: str, code: int) -> None:
    assert codes.parse(text) == code


@pytest.mark.parametrize("text", ["", "4", "42050", "420506-001", "四二", "4205060010011", "000000", "02", "٤٢", "-42", "4e11", "9" * 10_000])
def test_what_is_not_a_code_is_refused_in_words(text: str) -> None:
    with pytest.raises(CodeError, match="区划代码"):
        codes.parse(text)


@given(real_codes())
def test_parse_undoes_show(code: int) -> None:
    assert codes.parse(codes.show(code)) == code
    assert codes.parse(codes.show_short(code)) == code


@given(real_codes())
def test_a_place_is_within_each_of_its_ancestors_and_in_no_sibling(code: int) -> None:
    for above in codes.ancestors(code):
        assert codes.within(code, above)
        assert not codes.within(above, code)
    lo, hi = codes.span(code)
    assert lo == code <= hi
    assert codes.level(code) is Level.PROVINCE or codes.parent(code) in codes.ancestors(code)


@given(real_codes(), real_codes())
def test_two_spans_are_nested_or_apart(one: int, other: int) -> None:
    (a, b), (c, d) = codes.span(one), codes.span(other)
    assert b < c or d < a or (a <= c and d <= b) or (c <= a and b <= d)


@given(st.integers(-5, 10**13))
def test_any_number_is_a_code_or_refused(number: int) -> None:
    try:
        codes.span(number)
    except CodeError:
        assert number < 0 or number >= 10**12 or 0 < number < 11 * 10**10
