"""How complete a file is (P2-2 "底子清、情况明"): declared weights per field, and the list of what is missing."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tongxing.ground import toml

Condition = Literal["", "registered", "disabled", "ill", "schooled", "father", "mother", "father_away", "mother_away", "entrusted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a complete file says. ``when``: only children of whom this is true are asked for it."""

    key: str
    label: str  # Chinese msgid
    weight: int
    section: Literal["identity", "health", "school", "family", "guardianship", "livelihood"]
    when: Condition = ""


@dataclass(frozen=True, slots=True)
class _File:
    source: str
    field: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Completeness:
    """``score`` from 0 to 100, rounded down (only a complete file has 100); ``missing`` by weight, the heaviest first."""

    score: int
    missing: tuple[str, ...]


@cache
def fields() -> dict[str, Field]:
    """The declared fields by key."""
    found = {field.key: field for field in toml.read(Path(__file__).parents[1] / "completeness.toml", _File).field}
    return found


def completeness(present: Collection[str], conditions: Collection[str]) -> Completeness:
    """Score a file by the keys of the fields that it holds; ``conditions`` that are true of the child say which are asked."""
    asked = [field for field in fields().values() if not field.when or field.when in conditions]
    missing = [field for field in asked if field.key not in present]
    total = sum(field.weight for field in asked)
    held = total - sum(field.weight for field in missing)
    return Completeness(100 * held // total, tuple(field.key for field in sorted(missing, key=lambda field: -field.weight)))
