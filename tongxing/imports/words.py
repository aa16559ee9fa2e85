"""Finding a staged row by a part of its name, without keeping the name in clear: keyed digests of its parts of two characters and more."""

from __future__ import annotations

from typing import Final

from tongxing.crypto.sealed import digest

LEAST: Final = 2
LONGEST: Final = 6  # characters of a name that are taken apart


def of(name: str) -> list[str]:
    """The digests under which a row is found."""
    name = _plain(name)
    short = name[:LONGEST]
    parts = {short[start:end] for start in range(len(short)) for end in range(start + LEAST, len(short) + 1)} | {name}
    return sorted(digest("import_word", part) for part in parts if part)


def asked(text: str) -> str:
    """The digest that a row has which what somebody typed means, empty where nothing was typed."""
    plain = _plain(text)
    return digest("import_word", plain) if plain else ""


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
