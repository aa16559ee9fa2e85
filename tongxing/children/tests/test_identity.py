"""Id numbers: what people write is read, what is wrong is named."""

import pickle
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children.identity import EARLIEST, PROVINCES, Fault, IdNumberError, check_digit, normalise, parse

EXAMPLE = "11010519491231002X"  # the standard's own example (GB 11643-1999)
TODAY = date(2026, 11, 22)

numbers = st.builds(
    lambda province, rest, born, sequence: (first := f"{province}{rest:04d}{born:%Y%m%d}{sequence:03d}") + check_digit(first),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(EARLIEST, TODAY),
    st.integers(1, 999),
)


def fault(text: object) -> Fault:
    with pytest.raises(IdNumberError) as caught:
        parse(text, on=TODAY)
    return caught.value.fault


def test_the_standards_example_is_read():
    number = parse(EXAMPLE)
    assert (number.division, number.born, number.sex) == (110105, date(1949, 12, 31), "2")


@pytest.mark.parametrize("text", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X", "110105-19491231-002X\u200b"])
def test_width_blanks_quotes_and_a_small_x_do_not_matter(text):
    assert str(parse(text)) == EXAMPLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Fault.EMPTY),
        (None, Fault.EMPTY),
        ("  ", Fault.EMPTY),
        (4.20506201203e17, Fault.LOST_DIGITS),
        ("4.20506201203E+17", Fault.LOST_DIGITS),
        ("4.20506201203e+17", Fault.LOST_DIGITS),
        ("420506201203150000", Fault.LOST_DIGITS),
        (420506201203150000, Fault.LOST_DIGITS),
        ("110105491231002", Fault.OLD_NUMBER),
        ("1101051949123100", Fault.LENGTH),
        ("11010519491231002XX", Fault.CHARACTERS),
        ("11010519491231OO2X", Fault.CHARACTERS),
        ("1101051949123100２X1", Fault.CHARACTERS),
        ("无", Fault.CHARACTERS),
        ("😀", Fault.CHARACTERS),
        ("1" * 10_000, Fault.LENGTH),
        ("1101**********002X", Fault.MASKED),
        ("99010519491231002X", Fault.PROVINCE),
        ("11010519490231002X", Fault.BIRTH_DATE),
        ("11010518991231002X", Fault.BIRTH_DATE),
        ("110105203012310027", Fault.BORN_LATER),
        ("110105194912310003", Fault.SEQUENCE),
        ("110105194912310021", Fault.CHECK_DIGIT),
        ("٤٢٠٥٠٦٢٠١٢٠٣١٥٠٠١٤", Fault.CHARACTERS),
    ],
)
def test_every_fault_has_its_name(text, expected):
    assert fault(text) == expected


@given(numbers)
def test_a_correct_number_is_read_back(number):
    read = parse(number, on=TODAY)
    assert str(read) == number == normalise(number)
    assert f"{read.division:06d}{read.born:%Y%m%d}" == number[:14]
    assert read.sex == ("1" if int(number[16]) % 2 else "2")


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_digit_is_found(number, at, digit):
    wrong = number[:at] + digit + number[at + 1 :]
    if wrong != number:
        with pytest.raises(IdNumberError):
            parse(wrong, on=TODAY)


@given(numbers, st.integers(0, 15))
def test_two_neighbours_exchanged_are_found(number, at):
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if wrong != number:
        with pytest.raises(IdNumberError):
            parse(wrong, on=TODAY)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none()))
def test_whatever_stands_in_a_cell_is_answered(text):
    with suppress(IdNumberError):
        parse(text, on=TODAY)


def test_a_fault_travels_between_processes():
    error = pickle.loads(pickle.dumps(IdNumberError(Fault.LENGTH, "123", "3")))
    assert (error.fault, error.given, error.detail) == (Fault.LENGTH, "123", "3")
