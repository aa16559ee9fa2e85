"""Which place a ledger's words mean. Within the scope every village is known by all its names; outside it, nothing is said of what exists."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from tongxing.ledgers.problems import Wrong
from tongxing.places import codes, names
from tongxing.places.codes import Level
from tongxing.places.models import Place

_NOISE = re.compile(r"[\s()\[\],，、。·:：/|-]+")
_VILLAGE = re.compile(r"(?:村|社区|居委会|村委会|居民委员会|村民委员会)$")
_TOWNSHIP = re.compile(r"(?:街道办事处|街道|镇人民政府|镇|乡人民政府|乡|办事处)$")
_ABOVE = re.compile(r"(?:省|市|区|县|壮族自治区|回族自治区|维吾尔自治区|自治区|土家族自治县|自治县|自治州|特别行政区)$")


def plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(slots=True)
class _Names:
    """Names of places of one level: as they are written out first, then by their stems."""

    exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    stems: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, code: int, written: Iterable[str], ending: re.Pattern[str]) -> None:
        for each in written:
            self.exact[each].add(code)
            if len(stem := ending.sub("", each)) > 1:
                self.stems[stem].add(code)

    def find(self, text: str) -> set[int]:
        return self.exact.get(text) or self.stems.get(text) or set()

    def beginnings(self, text: str) -> Iterator[tuple[str, set[int]]]:
        """What the text begins with and what follows it, the longest name first."""
        for end in range(len(text), 1, -1):
            if found := self.find(text[:end]):
                yield text[end:], found


class Gazetteer:
    """The villages and townships from ``lo`` to ``hi`` on a day, and above them the counties of the country."""

    def __init__(self, lo: int, hi: int, on: date) -> None:
        self._on = on
        self.names: dict[int, str] = {}
        self._villages, self._townships = _Names(), _Names()
        self._meant: dict[tuple[str, str], int | Wrong] = {}
        self._elsewhere: dict[str, tuple[int | None, str]] = {}
        rows = Place.objects.valid(on).within(lo, hi).filter(level__gte=Level.TOWNSHIP).values_list("code", "name", "short_name", "level")
        for code, name, short, level in rows:
            self.names[code] = short
            index, ending = (self._villages, _VILLAGE) if level == Level.VILLAGE else (self._townships, _TOWNSHIP)
            index.add(code, {plain(name), plain(short)}, ending)
        above = sorted({each for code in (lo, min(hi, lo + 1)) for each in codes.ancestors(code) if code} | {lo}) if lo else []
        self._above = [plain(name) for name in Place.objects.filter(code__in=above, level__lte=Level.COUNTY).values_list("name", flat=True)]

    def village(self, text: str, township: str = "") -> int | Wrong:
        """The village that is meant, within the scope; ``township`` is what another column says."""
        if (text, township) not in self._meant:
            self._meant[text, township] = self._village(text, township)
        return self._meant[text, township]

    def _village(self, text: str, township: str) -> int | Wrong:
        given = text[:40]
        if (code := self._by_code(text)) is not None:
            return code if code in self.names and codes.level(code) is Level.VILLAGE else Wrong("children.unknown_village", {"given": given})
        found, rest = self._in_scope(text)
        if township and (said := self._townships.find(self._without_above(plain(township)))):
            narrowed = {code for code in found if codes.at_level(code, Level.TOWNSHIP) in said}
            if found and not narrowed:
                return Wrong("children.other_township", {"given": given, "township": township[:40]})
            found = narrowed
        if len(found) == 1:
            return next(iter(found))
        if found:
            return Wrong("children.several_villages", {"given": given, "count": len(found)})
        if self._townships.find(rest):
            return Wrong("children.only_a_township", {"given": given})
        near = get_close_matches(rest, self._villages.exact, n=1, cutoff=0.6)
        return Wrong("children.nearest_village", {"given": given, "nearest": near[0]}) if near else Wrong("children.unknown_village", {"given": given})

    def township(self, text: str) -> bool:
        """Whether a township of the scope is called so."""
        code = self._by_code(text)
        return code in self.names if code is not None else bool(self._townships.find(self._without_above(plain(text))))

    def anywhere(self, text: str) -> tuple[int | None, str]:
        """A place anywhere in the country, as deep as it can be told, and the words that remain. (None, text) where it cannot."""
        if text not in self._elsewhere:
            self._elsewhere[text] = self._anywhere(text)
        return self._elsewhere[text]

    def name(self, code: int) -> str:
        """The short name, of places outside the scope as well."""
        if code not in self.names:
            place = Place.objects.filter(code=code).first()
            self.names[code] = (place.short_name if place.level >= Level.TOWNSHIP else place.full_name) if place else codes.show(code)
        return self.names[code]

    @staticmethod
    def _by_code(text: str) -> int | None:
        try:
            return codes.parse(text) if text.isascii() else None
        except codes.CodeError:
            return None

    def _without_above(self, text: str) -> str:
        """Without province, city and county of the scope in front."""
        for name in self._above:
            for written in (name, _ABOVE.sub("", name)):
                if len(written) > 1 and text.startswith(written) and len(text) > len(written):
                    text = text.removeprefix(written)
                    break
        return text

    def _in_scope(self, text: str) -> tuple[set[int], str]:
        """As it is written first: a village's own name may begin like the city's."""
        written = plain(text)
        found, rest = self._within(written)
        return (found, rest) if found else self._within(self._without_above(written))

    def _within(self, text: str) -> tuple[set[int], str]:
        """Villages that the text names, with or without their township in front, and what is left of the text to name one."""
        short = names.short_name(text, Level.VILLAGE)
        if found := self._villages.find(text) or self._villages.find(short):
            return found, text
        for rest, townships in self._townships.beginnings(text):
            inside = self._villages.find(rest) or self._villages.find(names.short_name(rest, Level.VILLAGE))
            found = {code for code in inside if codes.at_level(code, Level.TOWNSHIP) in townships}
            if found:
                return found, rest
        return set(), text

    def _anywhere(self, text: str) -> tuple[int | None, str]:
        if (code := self._by_code(text)) is not None:
            return (code, "") if Place.objects.filter(code=code).exists() else (None, text)
        found, _rest = self._in_scope(text)
        if len(found) == 1:
            return next(iter(found)), ""
        code, rest = self._from_the_top(plain(text))
        if code is None:
            return None, text
        if rest:
            deeper, remains = self._below(code, rest)
            return deeper, remains
        return code, ""

    def _from_the_top(self, text: str) -> tuple[int | None, str]:
        """Province, city and county as far as the text names them, and what follows."""
        reached: int | None = None
        for level in (Level.PROVINCE, Level.CITY, Level.COUNTY):
            for rest, found in self._upper[level].beginnings(text):
                inside = {code for code in found if reached is None or codes.within(code, reached)}
                if len(inside) == 1:
                    reached, text = next(iter(inside)), rest
                    break
        return reached, text

    def _below(self, county: int, text: str) -> tuple[int, str]:
        """Township and village below a county outside the scope, as far as they can be told."""
        if codes.level(county) is not Level.COUNTY:
            return county, text
        townships, villages = _Names(), _Names()
        for code, name, short, level in (
            Place.objects.valid(self._on).within(*codes.span(county)).filter(level__gte=Level.TOWNSHIP).values_list("code", "name", "short_name", "level")
        ):
            index, ending = (villages, _VILLAGE) if level == Level.VILLAGE else (townships, _TOWNSHIP)
            index.add(code, {plain(name), plain(short)}, ending)
        for rest, found in townships.beginnings(text):
            if len(found) == 1:
                (township,) = found
                inside = {code for code in villages.find(rest) if codes.within(code, township)}
                return (next(iter(inside)), "") if len(inside) == 1 else (township, rest)
        inside = villages.find(text)
        return (next(iter(inside)), "") if len(inside) == 1 else (county, text)

    @cached_property
    def _upper(self) -> Mapping[Level, _Names]:
        found = {level: _Names() for level in (Level.PROVINCE, Level.CITY, Level.COUNTY)}
        for code, name, level in Place.objects.valid(self._on).filter(level__lte=Level.COUNTY).values_list("code", "name", "level"):
            if name not in names.PLACEHOLDERS:
                found[Level(level)].add(code, [plain(name)], _ABOVE)
        return found
