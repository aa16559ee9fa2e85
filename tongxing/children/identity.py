"""The citizen identity number (公民身份号码, GB 11643-1999): read what people write, and say in words what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongxing.ledgers import id_numbers

PROVINCES = id_numbers.PROVINCES
check_digit = id_numbers.check_character
EARLIEST = date(1900, 1, 1)

_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff'’‘`\"“”\-‐–—_.·,,]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")


class Fault(StrEnum):
    """What is wrong with an id number; ``tongxing.children.sentences`` says it in words."""

    EMPTY = "empty"
    LOST_DIGITS = "lost_digits"
    OLD_NUMBER = "old_number"
    LENGTH = "length"
    CHARACTERS = "characters"
    MASKED = "masked"
    PROVINCE = "province"
    BIRTH_DATE = "birth_date"
    BORN_LATER = "born_later"
    SEQUENCE = "sequence"
    CHECK_DIGIT = "check_digit"


class IdNumberError(ValueError):
    """``fault`` says what is wrong, ``given`` what was read, ``detail`` the part that is wrong (a length, a date …)."""

    def __init__(self, fault: Fault, given: str, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.given = given
        self.detail = detail

    def __reduce__(self) -> tuple[type["IdNumberError"], tuple[Fault, str, str]]:
        return type(self), (self.fault, self.given, self.detail)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A correct id number and what it says."""

    text: str

    @property
    def division(self) -> int:
        """Six digits: the county in which the number was given; not necessarily one that still exists."""
        return int(self.text[:6])

    @property
    def born(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> str:
        """GB/T 2261.1: ``"1"`` male, ``"2"`` female."""
        return "1" if int(self.text[16]) % 2 else "2"

    def __str__(self) -> str:
        return self.text


def normalise(text: object) -> str:
    """What was meant: full width, spaces, dashes and quotes removed, ``x`` as ``X``. A whole number becomes its digits."""
    if isinstance(text, float):
        text = repr(text)
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(text))).upper()


def parse(text: object, *, on: date | None = None) -> IdNumber:
    """Read an id number as it was typed or stood in a spreadsheet's cell.

    A ``float`` or scientific notation means that Excel kept fifteen digits only: refused, because the rest is gone.
    ``on``: the day that a birth date may not lie after. Raises ``IdNumberError``.
    """
    raw = unicodedata.normalize("NFKC", "" if text is None else str(text)).strip()
    if isinstance(text, float) or _SCIENTIFIC.fullmatch(raw.lstrip("'").strip()):
        raise IdNumberError(Fault.LOST_DIGITS, raw)
    number = _eighteen(raw)
    right = check_digit(number[:17])
    if number.endswith("000") and right != "0":
        raise IdNumberError(Fault.LOST_DIGITS, raw)
    if number[:2] not in PROVINCES:
        raise IdNumberError(Fault.PROVINCE, raw, number[:2])
    born = _date(number[6:14])
    if born is None or born < EARLIEST:
        raise IdNumberError(Fault.BIRTH_DATE, raw, number[6:14])
    if on is not None and born > on:
        raise IdNumberError(Fault.BORN_LATER, raw, number[6:14])
    if number[14:17] == "000":
        raise IdNumberError(Fault.SEQUENCE, raw, number[14:17])
    if number[17] != right:
        raise IdNumberError(Fault.CHECK_DIGIT, raw, number[17])
    return IdNumber(number)


def _eighteen(raw: str) -> str:
    """Seventeen digits and a last one or X, or the fault that says what stands there instead."""
    number = normalise(raw)
    if not number:
        raise IdNumberError(Fault.EMPTY, raw)
    if "*" in number:
        raise IdNumberError(Fault.MASKED, raw)
    if odd := re.search(r"[^0-9X]|X(?!$)", number):
        raise IdNumberError(Fault.CHARACTERS, raw, odd[0])
    if len(number) == 15:
        raise IdNumberError(Fault.OLD_NUMBER, raw)
    if len(number) != 18:
        raise IdNumberError(Fault.LENGTH, raw, str(len(number)))
    return number


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
