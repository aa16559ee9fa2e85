"""One cell to one value, or to what is wrong with it.

``parser(column)`` builds the function for a column once; a list of 100,000 rows calls it for every cell that is not blank.
A parser returns the value, None for a cell that says "nothing" (/, 无, 不详), or Wrong.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from tongxing.ledgers import dates, id_numbers
from tongxing.ledgers.catalogue import Column, Kind, normalised
from tongxing.ledgers.layout import Cell
from tongxing.ledgers.problems import Wrong

type Value = str | bool | int | Decimal | date | tuple[str, ...]
type Parser = Callable[[Cell], Value | Wrong | None]

_SHOWN: Final = 40  # characters of a wrong cell that a message repeats
_REMEMBERED: Final = 20_000
_EXACT: Final = 1e15  # from here on Excel has lost digits
_NOTHING: Final = frozenset({"/", "\\", "-", "--", "—", "——", "無", "无", "不详", "未知", "暂无", "没有", "不清楚", "空", "n/a", "na", "null", "none", "nil"})
_STROKES: Final = frozenset({"/", "\\", "-", "--", "—", "——"})
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})

_PLAIN = re.compile(r"[\u3400-\u9fff0-9A-Za-z]+").fullmatch
_SPACE = re.compile(r"\s+")
# Characters that show nothing, and carriage returns as Excel escapes them.
_UNSEEN = re.compile(r"_x000[dD]_|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# Text copied from PDF files has radicals and compatibility forms that look like the characters they stand for.
_LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]+")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))} | {0x3000: 0x20}
_DOTS = str.maketrans("•・‧∙．.", "······")
_SEPARATORS = re.compile(r"[、,;/|+]+|\s+")
_TICKED = re.compile(r"[☑☒■√✔✓]\s*([^□☐☑☒■√✔✓\s]+)")
_ENUMERATION = re.compile(r"^(?:\(?\d{1,3}[).、:]?|[a-h][.、)])")
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)(万|千)?(?:元|岁|周岁|人|口|间|亩|个|次|年|月|天|分|平方米|公里)*", re.ASCII)
_PHONE_NOISE = re.compile(r"[\s()\-—–'‘’]+")
_CHINA = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})", re.ASCII)
_LOCAL = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_YES: Final = frozenset({"是", "有", "已", "对", "√", "✓", "✔", "☑", "y", "yes", "1", "true", "t"})
_NO: Final = frozenset({"否", "无", "没", "没有", "未", "不", "不是", "×", "✗", "✘", "x", "n", "no", "0", "false", "f"})
_UNREAD: Final = Wrong("unread")
_YES_NO_LENGTH: Final = 6
_FIRST: Final = dict.fromkeys("是有已", True) | dict.fromkeys("否无未不没", False)


def parser(column: Column, *, today: date) -> Parser:
    """The function that reads a column's cells; ``today`` bounds dates that must be past."""
    read = _BY_KIND[column.kind](column, today)
    memory: dict[str, Value | Wrong | None] = {}

    def parse(cell: Cell) -> Value | Wrong | None:
        if type(cell) is not str:
            return _shown(column, read(cell))
        value = memory.get(cell, _UNREAD)
        if value is not _UNREAD:
            return value
        value = Wrong("cell_error", {"given": cell}) if cell in _ERRORS else _shown(column, read(cell))
        if len(memory) < _REMEMBERED:
            memory[cell] = value
        return value

    return parse


def cleaned(text: str) -> str:
    """Text with half-width digits, letters and single spaces, without unseen characters; punctuation stays as it is."""
    if _PLAIN(text):
        return text
    text = _UNSEEN.sub("", text).translate(_WIDE)
    text = _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())


def half_width(text: str) -> str:
    """Text of a structured cell (date, number, code), trimmed and in compatibility form."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return text.strip()


def as_text(cell: Cell) -> str:
    """A cell as Excel shows it; numbers with the 15 digits that Excel keeps."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(int(cell)) if float(cell).is_integer() and abs(cell) < _EXACT else f"{cell:.15g}"


def _shown(column: Column, value: Value | Wrong | None) -> Value | Wrong | None:
    """Messages repeat the beginning of a cell, and of a secret one its first characters only."""
    if not isinstance(value, Wrong) or not isinstance(given := value.params.get("given"), str):
        return value
    longest = 3 if column.secret else _SHOWN
    return value if len(given) <= longest else Wrong(value.code, {**value.params, "given": given[:longest] + "…"})


def _lost(cell: Cell) -> Wrong | None:
    if not isinstance(cell, str) and abs(cell) >= _EXACT:
        return Wrong("cell_float", {"given": f"{cell:.5E}"})
    return None


def _text(column: Column, today: date) -> Parser:
    longest = column.longest

    def read(cell: Cell) -> Value | Wrong | None:
        if wrong := _lost(cell):
            return wrong
        text = cleaned(as_text(cell))
        if len(text) > longest:
            return Wrong("cell_long", {"length": len(text), "limit": longest})
        return None if not text or text in _STROKES else text

    return read


def _name(column: Column, today: date) -> Parser:
    longest = column.longest

    def read(cell: Cell) -> Value | Wrong | None:
        text = cleaned(as_text(cell))
        if not text.isascii():
            text = text.replace(" ", "").translate(_DOTS)
        if len(text) > longest:
            return Wrong("cell_long", {"length": len(text), "limit": longest})
        return None if not text or text.casefold() in _NOTHING else text

    return read


def _place(column: Column, today: date) -> Parser:
    longest = column.longest

    def read(cell: Cell) -> Value | Wrong | None:
        text = half_width(as_text(cell))
        text = _SPACE.sub("", cleaned(text))
        if len(text) > longest:
            return Wrong("cell_long", {"length": len(text), "limit": longest})
        return None if not text or text.casefold() in _NOTHING else text

    return read


def _date(column: Column, today: date) -> Parser:
    def read(cell: Cell) -> Value | Wrong | None:
        if isinstance(cell, str):
            text = half_width(cell)
            if not text or text.casefold() in _NOTHING:
                return None
            value = dates.parse(text, column.precision)
        else:
            value = dates.from_number(float(cell), column.precision)
        if column.past and isinstance(value, date) and value > today:
            return Wrong("date_future", {"given": value.isoformat()})
        return value

    return read


def _id_number(column: Column, today: date) -> Parser:
    def read(cell: Cell) -> Value | Wrong | None:
        if not isinstance(cell, str):
            return id_numbers.from_number(cell)
        text = half_width(cell)
        return None if not text or text.casefold() in _NOTHING else id_numbers.parse(text)

    return read


def _phone(column: Column, today: date) -> Parser:
    def read(cell: Cell) -> Value | Wrong | None:
        given = half_width(as_text(cell))
        if not given or given.casefold() in _NOTHING:
            return None
        text = _PHONE_NOISE.sub("", given)
        text = _CHINA.sub("", text)
        if _MOBILE.fullmatch(text) or _LOCAL.fullmatch(text):
            return text
        if match := _LANDLINE.fullmatch(text):
            return f"{match[1]}-{match[2]}"
        if len(_MOBILE.findall(text)) > 1:
            return Wrong("phone_several")
        return Wrong("phone_float" if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text) else "phone_unreadable", {"given": given})

    return read


class _Choices:
    """Labels, aliases and codes of a column → value, with the nearest label for what is none of them."""

    def __init__(self, column: Column) -> None:
        self.labels = [choice.label for choice in column.choices]
        self._values: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for choice in column.choices:
            for name in (choice.label, *choice.aliases, choice.value):
                self._values.setdefault(normalised(name), choice.value)
                self._names.setdefault(normalised(name), choice.label)

    def value(self, text: str) -> str | None:
        name = normalised(text)
        if (value := self._values.get(name)) is not None:
            return value
        # 01汉族, 1.男, A、健康
        return self._values.get(normalised(_ENUMERATION.sub("", text.casefold(), count=1)))

    def unknown(self, given: str) -> Wrong:
        name = normalised(given)
        near = get_close_matches(name, self._names, n=1, cutoff=0.6) if len(name) < _SHOWN else []
        near = near or [known for known in self._names if len(known) > 1 and known in name]
        if len({self._names[known] for known in near}) == 1:
            return Wrong("code_nearest", {"given": given, "nearest": self._names[near[0]]})
        return Wrong("code_unknown", {"given": given, "allowed": "、".join(self.labels[:12]) + ("…" if len(self.labels) > 12 else "")})


def _code(column: Column, today: date) -> Parser:
    choices = _Choices(column)
    many = _codes(column, today)

    def read(cell: Cell) -> Value | Wrong | None:
        text = half_width(as_text(cell))
        if not text:
            return None
        if (value := choices.value(text)) is not None:
            return value
        if text.casefold() in _NOTHING:
            return None
        several = many(cell)
        if isinstance(several, tuple):
            return several[0] if len(several) == 1 else Wrong("code_several", {"count": len(several)})
        return choices.unknown(text)

    return read


def _codes(column: Column, today: date) -> Parser:
    choices = _Choices(column)

    def read(cell: Cell) -> Value | Wrong | None:
        text = half_width(as_text(cell))
        if not text:
            return None
        if (value := choices.value(text)) is not None:
            return (value,)
        if text.casefold() in _NOTHING:
            return None
        parts = _TICKED.findall(text) or [part for part in _SEPARATORS.split(text) if part]
        values = []
        for part in parts:
            if (value := choices.value(part)) is None:
                return choices.unknown(part)
            values.append(value)
        return tuple(dict.fromkeys(values))

    return read


def _number(column: Column, today: date) -> Parser:
    least, most = column.least, column.most

    def read(cell: Cell) -> Value | Wrong | None:
        given = half_width(as_text(cell))
        if not given or given.casefold() in _NOTHING:
            return None
        match = _NUMBER.fullmatch(given.replace(",", "").replace(" ", ""))
        if match is None or isinstance(cell, bool):
            return Wrong("number_unreadable", {"given": given})
        number = Decimal(match[1]) * {"万": 10_000, "千": 1_000, None: 1}[match[2]]
        if column.whole and number % 1:
            return Wrong("number_whole", {"given": given})
        if (least is not None and number < least) or (most is not None and number > most):
            return Wrong("number_range", {"given": given, "least": "−∞" if least is None else least, "most": "∞" if most is None else most})
        return int(number) if number % 1 == 0 else number

    return read


def _yes_no(column: Column, today: date) -> Parser:
    choices = _Choices(column)

    def read(cell: Cell) -> Value | Wrong | None:
        text = half_width(as_text(cell)).casefold()
        if (value := choices.value(text)) is not None:
            return value == "yes"
        if text in _YES or text in _NO:
            return text in _YES
        if not text or text in _NOTHING:
            return None
        # 已登记, 未登记, 不寄宿, 无户口
        if len(text) <= _YES_NO_LENGTH and not text.startswith("是否") and text[0] in _FIRST:
            return _FIRST[text[0]]
        return Wrong("yes_no_unreadable", {"given": text})

    return read


_BY_KIND: Final[dict[Kind, Callable[[Column, date], Parser]]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.DATE: _date,
    Kind.ID_NUMBER: _id_number,
    Kind.PHONE: _phone,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.NUMBER: _number,
    Kind.YES_NO: _yes_no,
    Kind.PLACE: _place,
}
