"""Scales of assessment: indicators with points and bands, one TOML file each. ``scoring`` counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from django.utils.translation import gettext_noop as noop

from tongxing.caremodels.shapes import Lapse
from tongxing.ground import toml

_HERE = Path(__file__).parent
YES, NO = "yes", "no"

type Tone = Literal["red", "amber", "blue", "green"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer. ``band``: this answer alone makes the result at least so bad."""

    value: str
    label: str  # Chinese msgid
    points: int
    band: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is looked at. In a file, ``yes`` (points of a yes, none for a no) may stand for the options; ``band`` then goes with the yes.

    ``helps``: the measures that answer it (``measures.toml``).
    """

    id: str
    label: str  # Chinese msgid
    domain: str
    hint: str = ""  # Chinese msgid
    options: tuple[Option, ...] = ()
    yes: int | None = None
    band: str = ""
    helps: tuple[str, ...] = ()
    source: str = ""

    def option(self, value: str) -> Option | None:
        return next((each for each in self.options if each.value == value), None)

    @property
    def most(self) -> int:
        """The points of the worst answer."""
        return max(option.points for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What indicators are about: safety, guardianship, health."""

    id: str
    label: str  # Chinese msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A result, from ``least`` points to the next band's. ``again``: so long afterwards it is assessed anew; ``note``: what is done."""

    id: str
    label: str  # Chinese msgid
    tone: Tone
    least: int
    again: Lapse
    note: str = ""  # Chinese msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Points are of risk: more is worse, and the bands stand from the best to the worst. ``assessors``: so many at least."""

    id: str
    label: str  # Chinese msgid
    hint: str  # Chinese msgid
    source: str
    assessors: int = 2
    domains: tuple[Domain, ...] = field(default=())
    indicators: tuple[Indicator, ...] = field(default=())
    bands: tuple[Band, ...] = field(default=())

    def indicator(self, name: str) -> Indicator | None:
        return next((each for each in self.indicators if each.id == name), None)

    def band(self, name: str) -> Band:
        """Raises ``KeyError``."""
        try:
            return next(each for each in self.bands if each.id == name)
        except StopIteration:
            raise KeyError(f"{name!r} is no band of the scale {self.id}") from None

    @property
    def most(self) -> int:
        """The points of the worst answers together."""
        return sum(each.most for each in self.indicators)

    def at(self, points: int) -> Band:
        """The band in which so many points lie."""
        return next(band for band in reversed(self.bands) if band.least <= points)

    def upto(self, band: Band) -> int:
        """The most points that are still in a band."""
        number = self.bands.index(band)
        return self.bands[number + 1].least - 1 if number + 1 < len(self.bands) else self.most


@dataclass(frozen=True, slots=True)
class _File:
    scale: Scale
    domain: tuple[Domain, ...]
    indicator: tuple[Indicator, ...]
    band: tuple[Band, ...]


def read(path: Path) -> Scale:
    """One scale. Raises ``toml.DataFileError`` with the file, the line and what was probably meant."""
    source = toml.Source(path)
    file = toml.fitted(source, source.parse(), _File)
    if file.scale.id != path.stem:
        raise source.error(f"[scale] id is “{file.scale.id}”; it must be the file's name, “{path.stem}”", "id")
    bands = [band.id for band in file.band]
    domains = [domain.id for domain in file.domain]
    indicators = tuple(_indicator(source, number, each, domains, bands) for number, each in enumerate(file.indicator))
    for number, each in enumerate(file.indicator):
        if [other.id for other in file.indicator].index(each.id) < number:
            raise source.error(f"the indicator “{each.id}” stands twice", each.id, start=source.table("indicator", number))
    for domain in set(domains) - {each.domain for each in indicators}:
        raise source.error(f"no indicator belongs to the domain “{domain}”", domain)
    scale = replace(file.scale, domains=file.domain, indicators=indicators, bands=file.band)
    for number, band in enumerate(file.band):
        line = source.table("band", number)
        lowest = 0 if number == 0 else file.band[number - 1].least + 1
        if (number == 0 and band.least != 0) or band.least < lowest:
            raise source.error(f"the band “{band.id}” begins at {band.least}; the first begins at 0, and each further one above the one before", "least", start=line)
        if band.least > scale.most:
            raise source.error(f"the band “{band.id}” begins at {band.least}, but no answers make more than {scale.most}", "least", start=line)
    return scale


def _indicator(source: toml.Source, number: int, said: Indicator, domains: list[str], bands: list[str]) -> Indicator:
    line = source.table("indicator", number)
    if said.domain not in domains:
        raise source.error(
            f"the indicator “{said.id}” belongs to the unknown domain “{said.domain}”; the nearest is “{toml.nearest(said.domain, domains)}”", said.domain, start=line
        )
    if bool(said.options) == (said.yes is not None):
        raise source.error(f"the indicator “{said.id}” needs either options or “yes”, and not both", said.id, start=line)
    if said.band and said.options:
        raise source.error(f"the indicator “{said.id}” has options; the band goes with one of them", "band", start=line)
    options = said.options or (Option(value=NO, label=noop("否"), points=0), Option(value=YES, label=noop("是"), points=said.yes or 0, band=said.band))
    for option in options:
        if option.band and option.band not in bands:
            raise source.error(f"the indicator “{said.id}” names the unknown band “{option.band}”; the nearest is “{toml.nearest(option.band, bands)}”", option.band, start=line)
    if len({option.value for option in options}) < len(options):
        raise source.error(f"the indicator “{said.id}” has an option twice", said.id, start=line)
    if min(option.points for option in options) != 0 or max(option.points for option in options) == 0:
        raise source.error(f"the indicator “{said.id}” needs an answer of 0 points, none below, and one above", said.id, start=line)
    return replace(said, options=options)


@cache
def scales() -> Mapping[str, Scale]:
    """All scales by id."""
    return {path.stem: read(path) for path in sorted(_HERE.glob("*.toml"))}


def scale(name: str) -> Scale:
    """Raises ``KeyError``."""
    return scales()[name]
