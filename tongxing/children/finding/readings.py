"""How a person's name is read: the syllables that sort it, and every other reading that may be typed."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

SURNAMES = Path(__file__).parent / "surnames.toml"
READINGS_OF_A_CHARACTER = 3
READINGS_OF_A_NAME = 8

type Syllables = tuple[str, ...]


def plain(text: str) -> str:
    """One width, small letters, without blanks, the dots within a name, or what cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNSM" and char not in "·‧•∙⋅" and not _selects_a_variant(char))


def _selects_a_variant(char: str) -> bool:
    """Variation selectors say how a sign is drawn, not which it is."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@cache
def surnames() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(SURNAMES.read_text(encoding="utf-8"))["readings"]
    return table


@lru_cache(maxsize=20_000)
def readings(name: str) -> tuple[Syllables, ...]:
    """The readings of a plain name, the likeliest first. What the dictionary does not know is read as it stands."""
    surname = next((name[:length] for length in (2, 1) if len(name) > length and name[:length] in surnames()), name[:1])
    heads = [tuple(reading.split()) for reading in surnames()[surname]] if surname in surnames() and len(name) > len(surname) else [_likeliest(surname)]
    given = name[len(surname) :]
    tails = _several(given)
    return tuple(dict.fromkeys(itertools.islice(_joined(heads, tails), READINGS_OF_A_NAME)))


def _joined(heads: list[Syllables], tails: list[Syllables]) -> Iterator[Syllables]:
    for tail in tails:
        for head in heads:
            yield head + tail


@lru_cache(maxsize=20_000)
def _likeliest(text: str) -> Syllables:
    from pypinyin import Style, lazy_pinyin  # late: it would slow every start

    return tuple(syllable for syllable in lazy_pinyin(text, style=Style.NORMAL, errors=list) if syllable)  # type: ignore[arg-type]  # the stub knows one text only, a list is taken too


def _unread(rest: str) -> list[list[str]]:
    return [[char] for char in rest]


@lru_cache(maxsize=20_000)
def _several(given: str) -> list[Syllables]:
    """The reading in context first, then those that differ from it."""
    first = _likeliest(given)
    if not given:
        return [()]
    from pypinyin import Style  # late: it would slow every start
    from pypinyin import pinyin as all_readings

    found = all_readings(given, style=Style.NORMAL, heteronym=True, errors=_unread)  # type: ignore[arg-type]  # as above
    if len(found) != len(first):
        return [first]
    choices = [list(dict.fromkeys((main, *others)))[:READINGS_OF_A_CHARACTER] for main, others in zip(first, found, strict=True)]
    ranked = sorted(itertools.islice(itertools.product(*(range(len(each)) for each in choices)), 64), key=sum)
    return [tuple(choices[place][index] for place, index in enumerate(indexes)) for indexes in ranked]
