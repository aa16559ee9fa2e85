"""The keys a child is found by: names, pairs of characters, pinyin, initials, digests. One letter says which kind a key is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.contrib.tone_convert import to_normal

from tongxing.crypto.sealed import digest

NAME, PAIR, PINYIN, INITIALS = "n", "b", "p", "i"
ID, ID_END, PHONE, PHONE_END = "x", "y", "t", "u"
END = 4  # characters of an id number or phone that people remember
READINGS, COMBINATIONS = 3, 12
LONGEST = 100

# Surnames that are read otherwise than the character alone (the dictionary's first reading is the common word's).
SURNAMES = {"单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "任": "ren", "华": "hua", "朴": "piao", "盖": "ge", "缪": "miao", "召": "shao"}
DOUBLE_SURNAMES = {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "单于": ("chan", "yu")}


def normalise(name: str) -> str:
    """One width, small letters, neither blanks nor dots: what is stored and what is asked for."""
    return re.sub(r"[\s·.\-'’]+", "", unicodedata.normalize("NFKC", name)).casefold()[:LONGEST]


@dataclass(frozen=True, slots=True)
class Reading:
    """``sort_key`` the likeliest reading; ``readings`` all that people may type, syllable by syllable."""

    sort_key: str
    readings: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4096)
def reading(name: str) -> Reading:
    """How a name is read; characters that are read in several ways give several readings."""
    plain = normalise(name)
    likely = [syllable.lower() for syllable in lazy_pinyin(plain, style=Style.NORMAL, errors=list)]  # type: ignore[arg-type]
    choices: list[tuple[str, ...]] = [_readings(char, first) for char, first in zip(plain, likely, strict=False)] if len(likely) == len(plain) else [(each,) for each in likely]
    if plain[:2] in DOUBLE_SURNAMES:
        choices[0:2] = [(syllable,) for syllable in DOUBLE_SURNAMES[plain[:2]]]
    elif plain[:1] in SURNAMES and choices:
        choices[0] = tuple(dict.fromkeys((SURNAMES[plain[0]], *choices[0])))[:READINGS]
    return Reading(" ".join(choice[0] for choice in choices)[:200], tuple(islice(product(*choices), COMBINATIONS)))


def _readings(char: str, likely: str) -> tuple[str, ...]:
    every = pinyin(char, style=Style.TONE, heteronym=True, errors="default")
    found = [to_normal(each).lower() for each in every[0]] if every else []
    return tuple(dict.fromkeys(re.sub(r"[^a-z0-9]", "", each) or each for each in (likely, *found)))[:READINGS]


def of_name(name: str) -> set[str]:
    """Keys of a name: whole, by pairs of characters, by pinyin and initials; in its likeliest reading from every syllable on."""
    plain = normalise(name)
    keys = {NAME + plain}
    keys |= {PAIR + plain[at : at + 2] for at in range(1, len(plain))}
    for rank, syllables in enumerate(reading(name).readings):
        for start in range(1 if rank else len(syllables)):
            keys.add(PINYIN + "".join(syllables[start:])[: LONGEST - 1])
            keys.add(INITIALS + "".join(syllable[0] for syllable in syllables[start:])[: LONGEST - 1])
    return keys


def of_id_number(number: str) -> set[str]:
    return {ID + digest("id_number", number), ID_END + digest("id_end", number[-END:])}


def of_phone(phone: str) -> set[str]:
    return {PHONE + digest("phone", phone), PHONE_END + digest("phone_end", phone[-END:])}


def of_child(name: str, id_number: str, phones: Iterable[str]) -> set[str]:
    """All keys of one child; ``phones`` are the relatives'."""
    keys = of_name(name)
    if id_number:
        keys |= of_id_number(id_number)
    for phone in phones:
        keys |= of_phone(phone)
    return keys


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to the keys: equal to ``key``, or beginning with it where ``begins``."""

    key: str
    begins: bool = False


def probes(text: str) -> Sequence[Sequence[Probe]]:
    """What typed text may mean: one of the alternatives must hold, each a conjunction of probes. Empty where it can mean nothing."""
    plain = normalise(text)
    if not plain:
        return ()
    if re.fullmatch(r"\d{17}[\dx]", plain):
        return ((Probe(ID + digest("id_number", plain.upper())),),)
    if re.fullmatch(r"\d{3}[\dx]", plain):
        return ((Probe(ID_END + digest("id_end", plain.upper())),), (Probe(PHONE_END + digest("phone_end", plain)),))
    if re.fullmatch(r"\+?\d{7,15}", plain):
        return ((Probe(PHONE + digest("phone", plain)),),)
    if re.fullmatch(r"[a-z]+", plain):
        return ((Probe(PINYIN + plain, begins=True),), (Probe(INITIALS + plain, begins=True),))
    within = [Probe(PAIR + plain[at : at + 2], begins=at + 2 > len(plain)) for at in range(max(len(plain) - 1, 1))]
    return ((Probe(NAME + plain, begins=True),), tuple(within))
