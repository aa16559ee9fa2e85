"""What an entry costs the one who makes it: estimates of ours, counted by the preview of an adoption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tongxing.ground import toml

_FILE = Path(__file__).parent / "efforts.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """``together``: how many children one entry serves (an activity, a lesson)."""

    kind: str
    minutes: int
    together: int = 1


@dataclass(frozen=True, slots=True)
class Efforts:
    """``otherwise`` is for kinds that are not listed."""

    otherwise: int
    source: str
    effort: tuple[Effort, ...]


@cache
def efforts() -> Efforts:
    return toml.read(_FILE, Efforts)


def minutes(kinds: Sequence[str]) -> int:
    """Of the first kind, which is the usual one; nothing for a duty without an entry."""
    if not kinds:
        return 0
    return next((each.minutes for each in efforts().effort if each.kind == kinds[0]), efforts().otherwise)


def entries(kinds: Sequence[str], children: int) -> int:
    """How many entries of the first kind serve so many children of a village once."""
    together = next((each.together for each in efforts().effort if kinds and each.kind == kinds[0]), 1)
    return -(-children // together)
