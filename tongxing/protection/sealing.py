"""The words of a case, sealed under the case's own key: what was reported, said, decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from tongxing.crypto import actions as keys
from tongxing.crypto.sealed import DataKey


class Bound(Protocol):
    """A row whose sealed words are bound to it."""

    @property
    def binding(self) -> str: ...


def new_key(case_id: UUID) -> DataKey:
    return keys.make_keys([case_id])[case_id]


def key(case_id: UUID) -> DataKey | None:
    """The key of a case; None where it was destroyed."""
    return keys.open_keys([case_id]).get(case_id)


def seal(case_key: DataKey, row: Bound, words: Mapping[str, object]) -> bytes | None:
    """What of it says anything; None where nothing does."""
    said = {name: value for name, value in words.items() if value not in ("", None)}
    return case_key.seal(row.binding, json.dumps(said, ensure_ascii=False)) if said else None


def opened(case_key: DataKey | None, row: Bound, sealed: bytes | memoryview | None) -> dict[str, str]:
    """The words of a row; empty where there are none or the key is gone."""
    if sealed is None or case_key is None:
        return {}
    found: dict[str, str] = json.loads(case_key.open(row.binding, sealed))
    return found


def opened_many[Row: Bound](case_id: UUID, rows: Iterable[Row], column: str) -> dict[Row, dict[str, str]]:
    """The words of many rows of one case."""
    case_key = key(case_id)
    return {row: opened(case_key, row, getattr(row, column)) for row in rows}
