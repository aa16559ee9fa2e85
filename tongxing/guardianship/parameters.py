"""The places' parameters of agreements: dated data with a source."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tongxing.ground import toml


@dataclass(frozen=True, slots=True)
class Parameters:
    """``valid_months`` that an agreement holds by default, ``soon_days`` before its end in which it is said to run out,
    ``heard_from_age`` in complete years from which a child must have been asked."""

    place: str  # leading digits of a division code; empty for the whole country
    valid_from: date
    valid_months: int
    soon_days: int
    heard_from_age: int
    source: str


@dataclass(frozen=True, slots=True)
class _File:
    rule: tuple[Parameters, ...]


@cache
def _rules() -> tuple[Parameters, ...]:
    return toml.read(Path(__file__).with_name("parameters.toml"), _File).rule


def parameters(place: int, on: date) -> Parameters:
    """What holds at a place (12 digits) on a day. Before the first rule of all, that one holds too."""
    matching = [rule for rule in _rules() if str(place).startswith(rule.place)]
    in_force = [rule for rule in matching if rule.valid_from <= on] or matching[:1]
    return max(in_force, key=lambda rule: (len(rule.place), rule.valid_from))
