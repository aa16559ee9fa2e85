"""Resident identity numbers (GB 11643-1999): 17 digits and a check character, birth date at 7–14, odd 17th digit = male."""

import re
from datetime import date
from typing import Final, Literal

from tongxing.ledgers.problems import Wrong

LENGTH: Final = 18
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
_NOISE = re.compile(r"[\s'‘’`\-—]+")
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
# The first two digits of GB/T 2260, and 81 to 83: residence permits of people from Hong Kong, Macao and Taiwan.
PROVINCES: Final = frozenset(
    ("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83").split()  # noqa: SIM905 (a list of 35 strings is harder to read)
)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.ASCII)
_WEIGHT_TABLE: Final = [{str(digit): digit * weight for digit in range(10)} for weight in WEIGHTS]


def check_character(first_17: str) -> str:
    return CHECK_CHARACTERS[sum(table[digit] for table, digit in zip(_WEIGHT_TABLE, first_17, strict=True)) % 11]


def parse(text: str) -> str | Wrong:
    """The number with an upper-case X, from half-width text, or what is wrong with it."""
    number = text.upper()
    if not _SHAPE.fullmatch(number):
        number = _NOISE.sub("", number)
        if number[-1:] in ("×", "*", "Χ") and number[:-1].isdecimal():
            number = number[:-1] + "X"
        if wrong := _shape(number, text):
            return wrong
    right = check_character(number[:17]) == number[17]
    if not right and number.endswith("000"):
        # Once a number in Excel, then made text again.
        return Wrong("id_float", {"given": number})
    if number[:2] not in PROVINCES:
        return Wrong("id_province", {"given": number[:2]})
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Wrong("id_birth", {"given": number[6:14]})
    return number if right else Wrong("id_check")


def from_number(number: float) -> Wrong:
    """Why a number cell cannot be an identity number: Excel keeps 15 digits and loses the rest."""
    if abs(number) >= 1e15:
        return Wrong("id_float", {"given": f"{number:.5E}"})
    digits = str(int(number)) if float(number).is_integer() else repr(number)
    return _shape(digits, digits) or Wrong("id_letters")


def birth_date(number: str) -> date:
    """The birth date inside a valid number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> Literal["1", "2"]:
    """GB/T 2261.1: "1" male, "2" female."""
    return "1" if int(number[16]) % 2 else "2"


def _shape(number: str, given: str) -> Wrong | None:
    if _SHAPE.fullmatch(number):
        return None
    if _SCIENTIFIC.fullmatch(number):
        return Wrong("id_float", {"given": number})
    if "*" in number:
        return Wrong("id_masked", {"given": given[:40]})
    if len(number) == 15 and number.isdecimal():
        return Wrong("id_old", {"given": number})
    if len(number) != LENGTH:
        return Wrong("id_length", {"length": len(number)})
    return Wrong("id_letters")
