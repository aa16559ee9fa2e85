"""The places' parameters of the rules: dated data with a source."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from tongxing.children.rules.periods import Length
from tongxing.ground import toml


@dataclass(frozen=True, slots=True)
class Parameters:
    """``minimum_absence`` before an absence counts, ``short_return`` that does not end one, ``migrant_after`` away from the own county.

    ``transfer_workdays``: how long another place may take to accept a file before the county decides.
    """

    minimum_absence: Length = field(default_factory=Length)
    short_return: Length = field(default_factory=lambda: Length(days=40))
    migrant_after: Length = field(default_factory=lambda: Length(months=6))
    transfer_workdays: int = 10
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    place: str  # leading digits of a division code; empty for the whole country
    valid_from: date
    minimum_absence: Length
    short_return: Length
    migrant_after: Length
    transfer_workdays: int
    source: str


@dataclass(frozen=True, slots=True)
class _File:
    rule: tuple[_Rule, ...]


@cache
def _rules() -> tuple[_Rule, ...]:
    return toml.read(Path(__file__).with_name("parameters.toml"), _File).rule


def parameters(place: int, on: date) -> Parameters:
    """What holds at a place (12 digits) on a day. Before the first rule of all, that one holds too."""
    matching = [rule for rule in _rules() if str(place).startswith(rule.place)]
    in_force = [rule for rule in matching if rule.valid_from <= on] or matching[:1]
    best = max(in_force, key=lambda rule: (len(rule.place), rule.valid_from))
    return Parameters(best.minimum_absence, best.short_return, best.migrant_after, best.transfer_workdays, best.source)
