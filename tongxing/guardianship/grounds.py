"""The grounds of revocation as data: what each asks, in conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tongxing.ground import toml


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to be shown. ``test``: by pieces of evidence alone, by months of refusal, by admonitions that were not heeded (of anybody, or
    of the authorities whose criticism counts), or by what the file says befell the guardian. ``about`` are codes of conduct or circumstance."""

    id: str
    label: str
    test: Literal["evidence", "refusal", "unheeded", "criticised", "circumstance"] = "evidence"
    least: int = 0
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """``all``: groups of conditions; each group must be met by one of its conditions."""

    id: str
    label: str
    text: str
    all: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _File:
    condition: tuple[Condition, ...]
    ground: tuple[Ground, ...]


@cache
def _read() -> _File:
    found = toml.read(Path(__file__).with_name("grounds.toml"), _File)
    known = {condition.id for condition in found.condition}
    for ground in found.ground:
        for name in (name for group in ground.all for name in group):
            if name not in known:
                raise toml.DataFileError(f"grounds.toml: ground “{ground.id}” asks for an unknown condition “{name}”; the nearest known is “{toml.nearest(name, known)}”")
    return found


def conditions() -> dict[str, Condition]:
    return {condition.id: condition for condition in _read().condition}


def grounds() -> dict[str, Ground]:
    """In the order of the law."""
    return {ground.id: ground for ground in _read().ground}
