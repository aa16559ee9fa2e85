"""The words a child is found by.

A key is a letter for its kind, a colon, and the word: ``n:张子轩`` the name, ``m:子轩`` what the name also ends with, ``y:zhangzixuan``
and ``y:zixuan`` its readings, ``a:zzx`` their initials; ``i:`` and ``p:`` keyed digests of an id number and of a phone, ``j:`` and
``q:`` of their last four characters; ``f:9d18cb`` the end of the file's number. They are compared by byte, with ``=`` and ranges alone: those keep their index under row-level
security (architecture.md, "Search under row-level security").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from tongxing.children import identity
from tongxing.children.finding.readings import Syllables, plain, readings
from tongxing.crypto import sealed

NAME, ENDING, PINYIN, INITIALS = "n:", "m:", "y:", "a:"
ID_NUMBER, ID_LAST, PHONE, PHONE_LAST = "i:", "j:", "p:", "q:"
FILE_TAIL = "f:"
LAST = 4
TAIL = 6  # of a file's number: 420506001001-9D18CB
LONGEST_KEY = 100
LONGEST_SORT_KEY = 200
ENDINGS = 12  # of a long name; more are never typed
PHONE_DIGITS = range(7, 16)
TOP = "\U0010ffff"  # sorts behind every word

_FILE_NUMBER = re.compile(r"(?:\d{12}[-‐‑–—－ ]?)?([0-9a-f]{6})")
_LETTERS = re.compile(r"[a-z]+")
_HAN_THEN_LETTERS = re.compile(r"([^\x00-\x7f]+)([a-z]+)")


def sort_key(name: str) -> str:
    """What names are sorted by: their syllables, then the name itself."""
    word = plain(name)
    return " ".join((*readings(word)[0], word) if word else ())[:LONGEST_SORT_KEY]


def by_name(name: str) -> str:
    """The key of the whole name."""
    return NAME + plain(name)[: LONGEST_KEY - 2]


def file_tail(child_id: UUID) -> str:
    """What a file's number ends with: it stays when the child moves and the village before it changes."""
    return child_id.hex[-TAIL:].upper()


def of_child(name: str, *, child_id: UUID | None = None, id_number: str = "", phones: Iterable[str] = ()) -> frozenset[str]:
    """Every key of a child: ``phones`` are those of the relatives, in clear, as they were written."""
    found = {*_of_name(plain(name)), *_of_id_number(identity.normalise(id_number))}
    if child_id:
        found.add(FILE_TAIL + file_tail(child_id).lower())
    for phone in phones:
        found.update(_of_phone(digits(phone)))
    return frozenset(found)


def digits(phone: str) -> str:
    """A phone number as its digits, without the country's code."""
    text = "".join(char for char in unicodedata.normalize("NFKC", phone) if char.isascii() and char.isdigit())
    for country in ("0086", "86"):
        if text.startswith(country) and len(text) - len(country) == 11:
            return text[len(country) :]
    return text


def _of_name(name: str) -> Iterator[str]:
    if not name:
        return
    yield by_name(name)
    for start in range(1, min(len(name), ENDINGS)):
        yield ENDING + name[start : start + LONGEST_KEY - 2]
    for syllables in readings(name):
        yield PINYIN + _written(syllables)
        if len(syllables) > 1:
            yield PINYIN + _written(syllables[1:])
        yield INITIALS + _initials(syllables)[: LONGEST_KEY - 2]


def _written(syllables: Syllables) -> str:
    return "".join(syllables)[: LONGEST_KEY - 2]


def _initials(syllables: Syllables) -> str:
    return "".join(syllable[0] for syllable in syllables)


def _of_id_number(number: str) -> Iterator[str]:
    if number:
        yield ID_NUMBER + sealed.digest("id_number", number)
        yield ID_LAST + sealed.digest("id_number_last", number[-LAST:])


def _of_phone(number: str) -> Iterator[str]:
    if len(number) in PHONE_DIGITS:
        yield PHONE + sealed.digest("phone", number)
        yield PHONE_LAST + sealed.digest("phone_last", number[-LAST:])


@dataclass(frozen=True, slots=True)
class Span:
    """The keys that begin with ``first``, or the key ``first`` itself."""

    first: str
    exact: bool = False

    @property
    def behind(self) -> str:
        """Sorts behind everything that begins with ``first``."""
        return self.first + TOP

    def holds(self, key: str) -> bool:
        return key == self.first if self.exact else self.first <= key < self.behind


def exactly(key: str) -> Span:
    return Span(key, exact=True)


def beginning(key: str) -> Span:
    return Span(key)


# A child is meant by a word where all spans of one of its alternatives hold a key of the child.
type Alternative = tuple[Span, ...]


def meant_by(word: str) -> tuple[Alternative, ...]:
    """What a typed word may mean: a name or its beginning, a reading, initials, a file's number, an id number or phone or the last four of either."""
    text = unicodedata.normalize("NFKC", word[: LONGEST_KEY + 1]).casefold().strip()
    if len(text) > LONGEST_KEY - len(NAME):
        return ()
    return (*_file(text), *_meant(text))


def is_file_number(text: str) -> bool:
    """Whether it is the whole number of a file, or one that ends like it."""
    return bool(_FILE_NUMBER.fullmatch(unicodedata.normalize("NFKC", text).casefold().strip())) and any(sign in text for sign in "-‐‑–—－")


def _file(text: str) -> Iterator[Alternative]:
    if found := _FILE_NUMBER.fullmatch(text):
        yield (exactly(FILE_TAIL + found[1]),)


def _meant(text: str) -> tuple[Alternative, ...]:
    compact = identity.normalise(text).lower()
    if re.fullmatch(r"\+?\d+x?", compact):
        return tuple((exactly(key),) for key in _numbers(compact))
    text = plain(_without_tones(text))
    if _LETTERS.fullmatch(text):
        return ((beginning(PINYIN + text),), (beginning(INITIALS + text),))
    if mixed := _HAN_THEN_LETTERS.fullmatch(text):
        han, letters = mixed.groups()
        return ((beginning(NAME + text),), *((beginning(NAME + han), beginning(INITIALS + _initials(read) + letters)) for read in readings(han)))
    return ((beginning(NAME + text),), (beginning(ENDING + text),)) if text else ()


def _numbers(text: str) -> Iterator[str]:
    """The keys that a number may be. Whole numbers go before last fours."""
    number = text.upper()
    phone = digits(text)
    if len(number) == 18:
        yield ID_NUMBER + sealed.digest("id_number", number)
    elif "X" not in number and len(phone) in PHONE_DIGITS:
        yield PHONE + sealed.digest("phone", phone)
    elif len(number) == LAST:
        yield ID_LAST + sealed.digest("id_number_last", number)
        if "X" not in number:
            yield PHONE_LAST + sealed.digest("phone_last", number)


def _without_tones(text: str) -> str:
    """zhāng is zhang, ü is v; letters of other scripts stay."""
    marked = unicodedata.normalize("NFD", text.replace("ü", "v"))
    return unicodedata.normalize("NFC", "".join(char for char in marked if char not in "\u0304\u0301\u030c\u0300"))
