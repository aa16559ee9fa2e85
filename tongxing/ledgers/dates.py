"""Dates as people write them in ledgers.

What cannot be read with certainty is said in words, never guessed: two-digit years, day-month order, the number 2012.1
(Excel's way to store both 2012.1 and 2012.10).
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal

from tongxing.ledgers.problems import Wrong

type Precision = Literal["day", "month", "year"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
EXCEL_EPOCH: Final = date(1899, 12, 30)
# Serial numbers that can only be dates of living people: 1927-05-18 to 2099-12-31. Smaller numbers may be years.
FIRST_SERIAL: Final = 10_000
LAST_SERIAL: Final = 73_050

_TIME = re.compile(r"(?:[T ]+|(?<=日))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.ASCII)
_FULL = re.compile(r"(\d{4})[-/.年\\_,、—–－·](\d{1,2})[-/.月\\_,、—–－·](\d{1,2})[日号]?$", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/.年\\_,、—–－·](\d{1,2})[月.]?份?$", re.ASCII)
_YEAR = re.compile(r"(\d{4})年?$", re.ASCII)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})$", re.ASCII)
_SIX = re.compile(r"(\d{4})(\d{2})$", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?$", re.ASCII)
_SHORT_YEAR = re.compile(r"['’]?\d{2}(?:年(?:\d{1,2}月(?:\d{1,2}[日号]?)?)?|[-/.]\d{1,2}[-/.]\d{1,2})$", re.ASCII)
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$", re.ASCII)
_LUNAR = re.compile(r"农历|阴历|旧历|[腊冬正]月|初[一二三四五六七八九十]|廿|闰", re.ASCII)
_CHINESE = re.compile(r"[〇○零一二三四五六七八九十]+(?=[年月日号])", re.ASCII)
_DIGITS = {**{character: str(number) for number, character in enumerate("零一二三四五六七八九")}, "〇": "0", "○": "0"}


def parse(text: str, precision: Precision = "day") -> date | Wrong:
    """A date from trimmed half-width text; a missing day or month counts from the first where ``precision`` allows it."""
    if _LUNAR.search(text):
        return Wrong("date_lunar", {"given": text})
    plain = _TIME.sub("", text).replace(" ", "")
    if not plain.isascii():
        plain = _CHINESE.sub(_arabic, plain)
    for form, read in _FORMS:
        if match := form.match(plain):
            return read(match, text, precision)
    return Wrong("date_unreadable", {"given": text})


def from_number(number: float, precision: Precision = "day") -> date | Wrong:
    """A date from a number cell: 20120305, 201203, 2012.03, or Excel's count of days."""
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        return EXCEL_EPOCH + timedelta(days=int(number))
    if number.is_integer():
        return parse(str(int(number)), precision)
    text = repr(number)
    if FIRST_YEAR <= number <= LAST_YEAR + 1:
        if text.endswith(".1"):
            return Wrong("date_ambiguous", {"given": text, "year": int(number)})
        return parse(text, precision)
    return Wrong("date_unreadable", {"given": text})


def make(year: int, month: int, day: int) -> date | Wrong:
    """The date, or what is impossible about it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Wrong("date_year", {"year": year})
    if not 1 <= month <= 12:
        return Wrong("date_no_month", {"year": year, "month": month})
    if not 1 <= day <= monthrange(year, month)[1]:
        return Wrong("date_no_day", {"year": year, "month": month, "day": day})
    return date(year, month, day)


def _day(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    return make(int(match[1]), int(match[2]), int(match[3]))


def _month(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    made = make(int(match[1]), int(match[2]), 1)
    return made if isinstance(made, Wrong) or precision != "day" else Wrong("date_day_missing", {"given": given})


def _six(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    """201203, but not 120305."""
    short = not FIRST_YEAR <= int(match[1]) <= LAST_YEAR
    return Wrong("date_short_year", {"given": given}) if short else _month(match, given, precision)


def _year(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    made = make(int(match[1]), 1, 1)
    if isinstance(made, Wrong) or precision == "year":
        return made
    return Wrong("date_month_missing" if precision == "month" else "date_day_missing", {"given": given})


def _serial(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    number = float(match[0])
    return from_number(number, precision) if FIRST_SERIAL <= number < LAST_SERIAL + 1 else Wrong("date_unreadable", {"given": given})


def _short(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    return Wrong("date_short_year", {"given": given})


def _reversed(match: re.Match[str], given: str, precision: Precision) -> date | Wrong:
    return Wrong("date_order", {"given": given})


def _arabic(match: re.Match[str]) -> str:
    """二〇一二 → 2012, 二十三 → 23."""
    text = match[0]
    if "十" not in text:
        return "".join(_DIGITS[character] for character in text)
    tens, _, ones = text.partition("十")
    return (_DIGITS.get(tens, "?") if tens else "1") + (_DIGITS.get(ones, "?") if ones else "0")


_FORMS: Final = (
    (_FULL, _day),
    (_EIGHT, _day),
    (_MONTH, _month),
    (_SIX, _six),
    (_YEAR, _year),
    (_SERIAL, _serial),
    (_SHORT_YEAR, _short),
    (_DAY_FIRST, _reversed),
)
