"""A duty's shape as jsonb, and back: what was asked stays readable after the model has gone on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from typing import Any

from tongxing.caremodels import shapes

_SHAPES = {name: found for name in dir(shapes) if dataclasses.is_dataclass(found := getattr(shapes, name)) and isinstance(found, type)}


def pack(value: Any) -> Any:
    """A value of ``caremodels.shapes`` as JSON. Defaults are left out, so that a shape may gain a field."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: pack(held) for field in dataclasses.fields(value) if (held := getattr(value, field.name)) != field.default}
        return {"=": type(value).__name__, **kept}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return [pack(each) for each in value] if isinstance(value, (tuple, list)) else value


def unpack(value: Any) -> Any:
    """The shape again."""
    match value:
        case {"=": kind, **fields}:
            return _SHAPES[kind](**{str(name): unpack(each) for name, each in fields.items()})
        case {"day": day}:
            return date.fromisoformat(day)
        case list():
            return tuple(map(unpack, value))
        case _:
            return value


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
