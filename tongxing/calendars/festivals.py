"""Festivals by name: the traditional ones that plans speak of (P1-4 传统节日慰问), and days such as Children's Day."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop as noop

from tongxing.calendars import lunar


class UnknownFestival(ValueError):
    """A festival of that name is not known; the message names the nearest one."""


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival: ``id`` in data files, ``label`` on the screen (a Chinese msgid), ``days`` its days in a calendar year.

    A festival of the twelfth lunar month may fall twice in a calendar year, or not at all.
    """

    id: str
    label: str
    days: Callable[[int], tuple[date, ...]]
    traditional: bool = True


def _lunar(month: int, day: int) -> Callable[[int], tuple[date, ...]]:
    return lambda year: lunar.within(year, month, day)


def _fixed(month: int, day: int) -> Callable[[int], tuple[date, ...]]:
    return lambda year: (date(year, month, day),)


def _term(name: str) -> Callable[[int], tuple[date, ...]]:
    return lambda year: (lunar.solar_term(name, year),)


def _eve(year: int) -> tuple[date, ...]:
    return (lunar.solar(year, 1, 1) - timedelta(days=1),)


def _sunday(month: int, nth: int) -> Callable[[int], tuple[date, ...]]:
    return lambda year: (date(year, month, 1) + timedelta(days=(6 - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)),)


FESTIVALS: dict[str, Festival] = {
    each.id: each
    for each in (
        Festival("spring_festival", noop("春节"), _lunar(1, 1)),
        Festival("lantern_festival", noop("元宵节"), _lunar(1, 15)),
        Festival("qingming", noop("清明节"), _term("清明")),
        Festival("dragon_boat", noop("端午节"), _lunar(5, 5)),
        Festival("qixi", noop("七夕节"), _lunar(7, 7)),
        Festival("mid_autumn", noop("中秋节"), _lunar(8, 15)),
        Festival("double_ninth", noop("重阳节"), _lunar(9, 9)),
        Festival("winter_solstice", noop("冬至"), _term("冬至")),
        Festival("laba", noop("腊八节"), _lunar(12, 8)),
        Festival("little_new_year", noop("小年"), _lunar(12, 24)),  # in the south, where Hubei, Hunan and Yunnan lie
        Festival("little_new_year_north", noop("北方小年"), _lunar(12, 23)),
        Festival("new_years_eve", noop("除夕"), _eve),
        Festival("new_year", noop("元旦"), _fixed(1, 1), traditional=False),
        Festival("womens_day", noop("妇女节"), _fixed(3, 8), traditional=False),
        Festival("labour_day", noop("劳动节"), _fixed(5, 1), traditional=False),
        Festival("mothers_day", noop("母亲节"), _sunday(5, 2), traditional=False),
        Festival("childrens_day", noop("儿童节"), _fixed(6, 1), traditional=False),
        Festival("fathers_day", noop("父亲节"), _sunday(6, 3), traditional=False),
        Festival("teachers_day", noop("教师节"), _fixed(9, 10), traditional=False),
        Festival("national_day", noop("国庆节"), _fixed(10, 1), traditional=False),
    )
}
_ALSO = {
    "元宵": "lantern_festival",
    "清明": "qingming",
    "端午": "dragon_boat",
    "七夕": "qixi",
    "中秋": "mid_autumn",
    "重阳": "double_ninth",
    "腊八": "laba",
    "六一": "childrens_day",
}
_BY_NAME = {each.label: each for each in FESTIVALS.values()} | {name: FESTIVALS[known] for name, known in _ALSO.items()} | FESTIVALS


def festival(name: str) -> Festival:
    """A festival by its id or by what people call it. Raises ``UnknownFestival``."""
    if name not in _BY_NAME:
        near = difflib.get_close_matches(name, _BY_NAME, n=1, cutoff=0.0)[0]
        raise UnknownFestival(f"unknown festival “{name}”; the nearest known one is “{near}”")
    return _BY_NAME[name]


def festival_days(name: str, year: int) -> tuple[date, ...]:
    """The days of a festival in a calendar year: one; of a festival in the twelfth lunar month none, one or two. Raises ``UnknownFestival``."""
    return festival(name).days(year)


def between(name: str, since: date, until: date) -> list[date]:
    """The days of a festival from ``since`` until the day before ``until``."""
    return [day for year in range(since.year, until.year + 1) for day in festival_days(name, year) if since <= day < until]
