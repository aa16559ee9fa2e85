"""Identifiers: UUIDv7 (RFC 9562), made by whoever creates the row, in order of time."""

import os
import threading
import time
from collections.abc import Iterable
from uuid import UUID, uuid5

PLACES = UUID("6f0f6c3e-5a0e-5c1b-9d0a-42050600b001")  # the namespace of places

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """48 bits of milliseconds, 12 of their fraction, 62 of chance. What one process makes rises strictly."""
    global _last  # noqa: PLW0603 — the last moment that was given out
    milliseconds, rest = divmod(time.time_ns(), 10**6)
    moment = milliseconds << 12 | (rest << 12) // 10**6
    with _lock:
        _last = moment = max(moment, _last + 1)
    chance = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return UUID(int=moment >> 12 << 80 | 7 << 76 | (moment & 0xFFF) << 64 | 2 << 62 | chance)


def parse(text: str) -> UUID | None:
    """The id that an address or a form holds; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def parse_all(texts: Iterable[str]) -> list[UUID]:
    """The ids among them, each once, in their order."""
    return list(dict.fromkeys(filter(None, map(parse, texts))))


def place_id(code: int) -> UUID:
    """The id of a place where a row names its subject by one (UUIDv5 of the 12-digit code)."""
    return uuid5(PLACES, f"{code:012d}")
