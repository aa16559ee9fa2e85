"""What a 12-digit division code says about itself, as arithmetic on one number.

The digits are province 2, city 2, county 2, township 3, village 3 (GB/T 2260, GB/T 10114). The places below a code are
one range of numbers, so scope, statistics and row-level security all compare with ``span(code)``.

Some cities have no counties (东莞, 中山, 儋州): their townships stand right below the city, and arithmetic agrees with that.
"""

from enum import IntEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Level(IntEnum):
    """How deep a place stands. ``COUNTRY`` has no row of its own; its code is 0."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5

    @property
    def label(self) -> str:
        """The word an official uses."""
        return str(LABELS[self])


LABELS = {
    Level.COUNTRY: gettext_lazy("全国"),
    Level.PROVINCE: gettext_lazy("省级"),
    Level.CITY: gettext_lazy("市级"),
    Level.COUNTY: gettext_lazy("县级"),
    Level.TOWNSHIP: gettext_lazy("乡级"),
    Level.VILLAGE: gettext_lazy("村级"),
}
COUNTRY = 0
SIZES = {
    Level.COUNTRY: 10**12,
    Level.PROVINCE: 10**10,
    Level.CITY: 10**8,
    Level.COUNTY: 10**6,
    Level.TOWNSHIP: 10**3,
    Level.VILLAGE: 1,
}
SHORT_LENGTHS = {2, 4, 6, 9, 12}


class CodeError(ValueError):
    """What was given is not a division code; the message says why in words for the person who typed it."""


def level(code: int) -> Level:
    """The deepest part of the code that is not zero."""
    check(code)
    if code % 1_000:
        return Level.VILLAGE
    if code % 1_000_000:
        return Level.TOWNSHIP
    if code % 100_000_000:
        return Level.COUNTY
    if code % 10_000_000_000:
        return Level.CITY
    return Level.PROVINCE if code else Level.COUNTRY


def span(code: int) -> tuple[int, int]:
    """First and last code of the subtree, both included: 420506000000 → (420506000000, 420506999999)."""
    return code, code + SIZES[level(code)] - 1


def within(code: int, ancestor: int) -> bool:
    """Whether the place is the ancestor itself or stands below it."""
    lo, hi = span(ancestor)
    return lo <= code <= hi


def parent(code: int) -> int:
    """The place right above; a province's is the country (0). The country has none."""
    depth = level(code)
    if depth is Level.COUNTRY:
        raise CodeError(_("全国没有上级"))
    return at_level(code, Level(depth - 1))


def ancestors(code: int) -> list[int]:
    """From the province down to the place above this one."""
    chain = {at_level(code, each) for each in Level if Level.COUNTRY < each < level(code)}
    return sorted(chain - {code}, key=level)


def chain(code: int) -> list[int]:
    """From the province down to this place, itself included."""
    return [*ancestors(code), code] if code else []


def at_level(code: int, wanted: Level) -> int:
    """The place of that level which contains this code: its county, its township."""
    check(code)
    return code - code % SIZES[wanted] if wanted is not Level.COUNTRY else COUNTRY


def check(code: int) -> None:
    """Raise ``CodeError`` where the number cannot be a code: below zero, too long, or without a province."""
    if not 0 <= code < SIZES[Level.COUNTRY]:
        raise CodeError(_("区划代码 %(code)s 不是12位数字") % {"code": code})
    if 0 < code < SIZES[Level.PROVINCE] * 11:
        raise CodeError(_("区划代码 %(code)s 没有省份") % {"code": f"{code:012d}"})


def parse(text: str) -> int:
    """Read a code as people write it: 2, 4, 6, 9 or 12 digits, spaces and full-width digits allowed, Excel's ``.0`` too."""
    digits = "".join(text.split()).translate(FULL_WIDTH).removesuffix(".0")
    if not digits.isascii() or not digits.isdigit():
        raise CodeError(_("区划代码“%(text)s”含有数字以外的字符") % {"text": text[:30]})
    if len(digits) not in SHORT_LENGTHS:
        raise CodeError(_("区划代码“%(text)s”应为2、4、6、9或12位") % {"text": text[:30]})
    code = int(digits.ljust(12, "0"))
    check(code)
    if code == COUNTRY:
        raise CodeError(_("区划代码不能全为零"))
    return code


def show(code: int) -> str:
    """All 12 digits."""
    return f"{code:012d}"


def show_short(code: int) -> str:
    """Without the zeros below its level: 420506 for a county, 420506001 for a township."""
    return show(code)[: {0: 1, 1: 2, 2: 4, 3: 6, 4: 9, 5: 12}[level(code)]]


FULL_WIDTH = str.maketrans("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff0e", "0123456789.")
