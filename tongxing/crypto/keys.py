"""The keys outside the database: key-encryption keys by number, and the key of the digests. Files that only this account reads."""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from tongxing.ground.folders import keys as folder

KEY_BYTES = 32


class KeyMissing(Exception):
    """A key file that a value needs is not there: restore it from where keys are kept apart from the database."""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    try:
        os.link(draft, path)  # fails where another process was first: its key holds
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _numbers() -> list[int]:
    return sorted(int(match[1]) for path in folder().glob("kek-*.key") if (match := re.fullmatch(r"kek-(\d+)\.key", path.name)))


def newest() -> int:
    """The number of the key that wraps new data keys; the first one is made when there is none."""
    if numbers := _numbers():
        return numbers[-1]
    _write(folder() / "kek-1.key", secrets.token_bytes(KEY_BYTES))
    return 1


def add() -> int:
    """Make the next key-encryption key and return its number."""
    number = newest() + 1
    _write(folder() / f"kek-{number}.key", secrets.token_bytes(KEY_BYTES))
    return number


@lru_cache(maxsize=16)
def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as failed:
        raise KeyMissing(f"The key file {path.name} cannot be read from {path.parent}. Restore it from the place where keys are kept.") from failed
    if len(content) != KEY_BYTES:
        raise KeyMissing(f"The key file {path.name} is damaged: it must hold {KEY_BYTES} bytes. Restore it from the place where keys are kept.")
    return content


def encryption_key(number: int) -> bytes:
    return _read(folder() / f"kek-{number}.key")


def digest_key() -> bytes:
    return _kept(os.environ.get("TONGXING_KEYS"), os.environ.get("TONGXING_VAR"))


@lru_cache(maxsize=4)
def _kept(_keys: str | None, _var: str | None) -> bytes:
    """The key of the digests, made when it is first asked for. Asked for a dozen times a child: what names the folder is compared, no path is made."""
    path = folder() / "digest.key"
    if not path.exists():
        _write(path, secrets.token_bytes(KEY_BYTES))
    return _read(path)


def forget() -> None:
    """Read the key files anew at their next use (after one was removed)."""
    _read.cache_clear()
    _kept.cache_clear()
