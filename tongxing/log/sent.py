"""Whether a form that comes twice says the same: a keyed digest of what was sent, kept with the entry. It reveals nothing of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from uuid import UUID

from tongxing.crypto import sealed
from tongxing.log.shapes import NewPaper, Statement


def digest(said: Statement, *more: object) -> str:
    """Of everything that was said, but not of who sent it; ``more``: what it is about, the reason of a correction."""
    words = [
        said["form"].id,
        list(said["children"]),
        asdict(said["told"]),
        said["answers"],
        said.get("own_answers") or {},
        asdict(doer) if (doer := said.get("doer")) else None,
        [(paper.field, _content(paper)) for paper in said.get("papers", ())],
        more,
    ]
    return sealed.digest("entry", json.dumps(_plain(words), ensure_ascii=False, sort_keys=True))


def _content(paper: NewPaper) -> str:
    return hashlib.sha256(paper.content).hexdigest()


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case str() | bool() | None:
            return value
        case UUID() | date() | time():
            return str(value)
        case set() | frozenset():
            return sorted(map(str, value))
        case Sequence():
            return [_plain(each) for each in value]
        case _:
            return str(value)
