from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.ledgers import dates
from tongxing.ledgers.catalogue import Column, Kind
from tongxing.ledgers.cells import parser
from tongxing.ledgers.problems import Wrong, render

DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))
FORMS = [
    "{0:%Y-%m-%d}",
    "{0.year}-{0.month}-{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year} 年 {0.month} 月 {0.day} 日",
    "{0.year}年{0.month}月{0.day}号",
    "{0:%Y%m%d}",
    "{0.year}-{0.month}/{0.day}",
    "{0:%Y-%m-%d} 00:00:00",
    "{0.year}、{0.month}、{0.day}",
]


@given(DAYS, st.sampled_from(FORMS))
def test_every_way_of_writing_a_day_is_read(day: date, form: str) -> None:
    assert dates.parse(form.format(day)) == day


@given(DAYS.filter(lambda day: day >= date(1927, 6, 1)))
def test_a_serial_number_is_the_day_that_excel_shows(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert dates.from_number(float(serial)) == day
    assert dates.from_number(serial + 0.4375) == day
    assert dates.parse(str(serial)) == day


@given(DAYS)
def test_eight_digits_in_a_number_cell_are_a_day(day: date) -> None:
    assert dates.from_number(float(day.strftime("%Y%m%d"))) == day


@given(DAYS)
def test_full_width_digits_and_spaces_change_nothing(day: date) -> None:
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    read = parser(Column(key="day", heading="日期", kind=Kind.DATE), today=day)
    assert read("\u3000" + day.isoformat().translate(wide) + " \u200b") == day


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_day_or_a_sentence(text: str) -> None:
    value = parser(Column(key="day", heading="日期", kind=Kind.DATE), today=date(2026, 1, 1))(text)
    assert value is None or isinstance(value, date) or (isinstance(value, Wrong) and render(value.code, value.params))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_whatever_number_it_is_a_day_or_a_sentence(number: float) -> None:
    value = dates.from_number(number)
    assert isinstance(value, date) or render(value.code, value.params)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2012-2-30", "date_no_day"),
        ("20120230", "date_no_day"),
        ("2011年2月29日", "date_no_day"),
        ("2012-13-1", "date_no_month"),
        ("0212-03-05", "date_year"),
        ("12-3-5", "date_short_year"),
        ("85年3月", "date_short_year"),
        ("120305", "date_short_year"),
        ("5/3/2012", "date_order"),
        ("农历2012年三月初五", "date_lunar"),
        ("2012年腊月廿三", "date_lunar"),
        ("2012年3月", "date_day_missing"),
        ("2012.3", "date_day_missing"),
        ("2012", "date_day_missing"),
        ("去年春节", "date_unreadable"),
        ("二〇一二年十十月五日", "date_unreadable"),
        ("٢٠١٢-٠٣-٠٥", "date_unreadable"),
    ],
)
def test_what_is_no_certain_day_is_said_in_words(text: str, code: str) -> None:
    value = dates.parse(text)
    assert isinstance(value, Wrong)
    assert value.code == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇一二年三月五日", date(2012, 3, 5)),
        ("二零一二年十二月二十三日", date(2012, 12, 23)),
        ("2012年十月十日", date(2012, 10, 10)),
        ("二〇一二年三月三十日", date(2012, 3, 30)),
        ("2012-03-05T08:00:00", date(2012, 3, 5)),
        ("2012年3月5日 8:30", date(2012, 3, 5)),
    ],
)
def test_words_and_times_are_read(text: str, day: date) -> None:
    assert dates.parse(text) == day


@pytest.mark.parametrize("text", ["2024.3", "2024年3月", "2024-03", "202403", "2024年3月份", "2024/3"])
def test_a_month_is_enough_where_the_column_says_so(text: str) -> None:
    assert dates.parse(text, "month") == date(2024, 3, 1)


def test_the_number_2012_1_may_be_january_or_october() -> None:
    assert dates.from_number(2012.1, "month") == Wrong("date_ambiguous", {"given": "2012.1", "year": 2012})
    assert dates.from_number(2012.3, "month") == date(2012, 3, 1)
    assert dates.from_number(2012.11, "month") == date(2012, 11, 1)


def test_a_day_after_today_is_refused_where_it_must_be_past() -> None:
    today = date(2026, 3, 10)
    read = parser(Column(key="born", heading="出生日期", kind=Kind.DATE, past=True), today=today)
    assert read("2026-03-10") == today
    assert read((today + timedelta(days=1)).isoformat()) == Wrong("date_future", {"given": "2026-03-11"})
