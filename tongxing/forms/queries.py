"""Which definitions there are: those of the files now, and of the rows for what was written before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from tongxing.forms import loading
from tongxing.forms.models import FormVersion
from tongxing.forms.shapes import Definition
from tongxing.ground import toml


class UnknownKind(LookupError):
    """No model defines such a kind of entry."""


@cache
def definitions() -> Mapping[str, Definition]:
    """All kinds as their files have them now."""
    return loading.load()


@cache
def models_of() -> Mapping[str, str]:
    """The model by which each kind came into the house."""
    return loading.models_of()


def definition(kind: str) -> Definition:
    """Raises ``UnknownKind``."""
    try:
        return definitions()[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def content(of: Definition) -> dict[str, Any]:
    """The definition as JSON keeps it."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(of)))
    return kept


@lru_cache(maxsize=256)
def digest(of: Definition) -> str:
    return hashlib.sha256(json.dumps(content(of), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def written_with(version_id: UUID) -> Definition:
    """The definition of a version. Versions never change, so each is read once."""
    row = FormVersion.objects.get(pk=version_id)
    return toml.shaped(_without_none(row.content), Definition, f"{row.kind} {row.number}")


def _without_none(value: Any) -> Any:
    """JSON says null where a file says nothing."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list) else value
