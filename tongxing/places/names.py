"""How places are called: short names for the screen, full names for paper, pinyin for search."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tongxing.places.codes import Level

# Rows that only hold the statistics bureau's numbering together; nobody writes them into an address.
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
COMMITTEE = re.compile(r"(?P<stem>.+?)(?P<kind>村|居)?民?委(?:员会*|会)?$")
REMARK = re.compile("[(\uff08].*?[)\uff09]")
READINGS = Path(__file__).parent / "data" / "readings.toml"


@dataclass(frozen=True, slots=True)
class Reading:
    """``pinyin`` without tones or gaps (fengjiawanshequ; ü is v), ``initials`` the first letter of each syllable (fjwsq)."""

    pinyin: str
    initials: str


def short_name(name: str, level: Level) -> str:
    """Without the committee: 冯家湾社区居民委员会 → 冯家湾社区, 张家村委会 → 张家村, 黄花村村民委员会 → 黄花村.

    A residents' committee that does not call itself a community keeps its kind: 白沙路居委会.
    """
    if level is not Level.VILLAGE:
        return name
    plain = REMARK.sub("", name) or name
    match = COMMITTEE.fullmatch(plain)
    if match is None:
        return plain
    stem, kind = match["stem"], match["kind"]
    if stem.endswith(("社区", "嘎查")) or (kind == "村" and stem.endswith("村")):
        return stem
    return {"村": f"{stem}村", "居": f"{stem}居委会"}.get(kind, plain)


def full_name(names: Iterable[str]) -> str:
    """Province first, without gaps: 湖北省宜昌市夷陵区小溪塔街道冯家湾社区."""
    return "".join(name for name in names if name not in PLACEHOLDERS)


@lru_cache(maxsize=50_000)
def reading(name: str) -> Reading:
    """How the name of a place is read; where the dictionary knows a name only as a word, ``readings.toml`` corrects it."""
    syllables = [syllable for piece in pieces(name) for syllable in syllables_of(piece)]
    return Reading("".join(syllables), "".join(syllable[0] for syllable in syllables))


def pieces(name: str) -> list[str]:
    """Split so that every exception of ``readings.toml`` is a piece of its own, the longest first."""
    return [piece for piece in exceptions()[1].split(name) if piece]


def _unknown(rest: str) -> list[str]:
    """What pypinyin cannot read stays as it is, character by character."""
    return [char.lower() for char in rest if char.isalnum()]


def syllables_of(piece: str) -> list[str]:
    known = exceptions()[0].get(piece)
    if known is not None:
        return known
    from pypinyin import Style, lazy_pinyin  # late: it would slow every start

    raw = lazy_pinyin(piece, style=Style.NORMAL, errors=_unknown)  # type: ignore[arg-type]  # the stub knows one text only, a list is taken too
    return [syllable for syllable in raw if syllable]


@cache
def exceptions() -> tuple[dict[str, list[str]], re.Pattern[str]]:
    table: dict[str, str] = tomllib.loads(READINGS.read_text())["readings"]
    longest_first = sorted(table, key=len, reverse=True)
    return {name: value.split() for name, value in table.items()}, re.compile("(" + "|".join(longest_first) + ")")
