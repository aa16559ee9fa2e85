from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.ground.today import CHINA
from tongxing.outbox import rules
from tongxing.outbox.rules import QuietHours

MOMENTS = st.datetimes(datetime(2023, 12, 20), datetime(2027, 1, 10), timezones=st.just(CHINA))  # noqa: DTZ001
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
QUIET = st.builds(QuietHours, CLOCKS, CLOCKS)


@given(MOMENTS, QUIET)
def test_what_waits_leaves_at_the_first_moment_that_is_not_quiet(at, quiet):
    due = rules.not_before(at, quiet)
    assert at <= due < at + timedelta(days=1)
    assert due not in quiet
    assert rules.not_before(due, quiet) == due
    if due > at:
        assert due.time().replace(tzinfo=None) == quiet.until
        assert due - timedelta(microseconds=1) in quiet
        halfway = at + (due - at) / 2
        assert halfway in quiet


def test_the_night_of_new_year_waits_for_the_new_years_morning():
    night = datetime(2026, 12, 31, 22, 15, tzinfo=CHINA)
    assert rules.not_before(night, QuietHours()) == datetime(2027, 1, 1, 7, 30, tzinfo=CHINA)
    assert rules.not_before(night.replace(hour=20), QuietHours()) == night.replace(hour=20)


def test_equal_hours_are_never_quiet():
    assert datetime(2026, 1, 1, 3, tzinfo=CHINA) not in QuietHours(time(7), time(7))


@pytest.mark.parametrize("text", ["", "21:00", "25:00-07:00", "21-07-30"])
def test_quiet_hours_that_mean_nothing_are_an_error(text):
    with pytest.raises(ValueError, match=r".+"):
        QuietHours.parse(text)


@given(MOMENTS)
def test_attempts_come_later_and_later_and_end(at):
    waits, attempts = [], 1
    while (again := rules.next_attempt(at, attempts)) is not None:
        waits.append(again - at)
        attempts += 1
    assert waits == sorted(waits)
    assert attempts == rules.MOST_ATTEMPTS


@pytest.mark.parametrize(
    "text",
    [
        "身份证420506201503121234",
        "４２０５０６２０１５０３１２１２３４",
        "420506 20150312 123X",
        "420506-20150312-123x",
        "420506150312123",
        "电话13812345678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "请联系 8613812345678。",
        "138/0013/8000",
        "(138)0013+8000",
        "138,0013,8000",
        "138\u200b0013\u200b8000",
        "420506/20150101/1234",
    ],
)
def test_numbers_of_people_are_found_however_they_are_written(text):
    assert rules.numbers_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 10:00-12:00 开会",
        "本月还有3项未完成",
        "拨打110、12345或12355",
        "夷民发〔2026〕15号",
        "办公室电话0717-7821234",
        "第1、2、3、4、5、6、7、8、9、10、11、12项",
        "第1,3,5,7,9,11,13,15项",
        "2026/11/22 10:00",
        "共1,380,013,800元",
    ],
)
def test_dates_hotlines_and_offices_are_nobodys_numbers(text):
    assert rules.numbers_in(text) == []


def test_a_text_message_holds_no_telephone_at_all():
    assert rules.numbers_in("请拨打07177821234", any_phone=True)
    assert rules.numbers_in("本月还有3项未完成", any_phone=True) == []


@given(st.text("张子轩李的。 a", max_size=30))
def test_every_run_as_long_as_a_name_is_looked_at(text):
    found = rules.possible_names(text)
    plain = "".join(text.split())
    together = plain.replace("。", "")
    assert all((word in plain or word in together) and rules.SHORTEST_NAME <= len(word) <= rules.LONGEST_NAME for word in found)
    if "张子轩" in plain:
        assert "张子轩" in found


@pytest.mark.parametrize(
    "text",
    ["关于李.梓.萱的通知", "李\u200b梓\u200b萱", "李-梓-萱没有到校", "李/梓萱", "李 梓 萱", "李·梓·萱", "李，梓，萱", "关于：李、梓、萱。", "李️梓萱", "李*梓*萱"],
)
def test_a_name_drawn_apart_is_still_looked_at(text):
    assert "李梓萱" in rules.possible_names(text, shortest=3)


@pytest.mark.parametrize("text", ["请村主任李平，安全员参加", "李平、安全、卫生", "李平。安排如下", "通知（李平）安全"])
def test_what_a_sentence_keeps_apart_stays_apart(text):
    assert "李平安" not in rules.possible_names(text, shortest=3)


def test_long_names_are_looked_at_with_and_without_their_dot():
    assert "阿卜杜热合曼·买买提" in rules.possible_names("关于阿卜杜热合曼·买买提的通知", shortest=3)
    assert "阿卜杜热合曼买买提" in rules.possible_names("关于阿卜杜热合曼买买提的通知", shortest=3)


def test_addresses_are_masked_in_logs():
    assert rules.masked("13812345678") == "138****5678"
    assert rules.masked("zhou@example.org") == "z***@example.org"
    assert rules.masked("110") == "****"
