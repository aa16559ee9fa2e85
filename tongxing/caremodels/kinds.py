"""The kinds of entries that duties may name: the forms found beside the models. The forms themselves are read by the app of forms."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tongxing.ground import toml


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: its name (a Chinese msgid) and the sections that may be asked for."""

    id: str
    label: str
    sections: tuple[str, ...]


def kinds(folder: Path) -> Mapping[str, Kind]:
    """All kinds by id, from ``<model>/forms/*.toml``. Raises ``toml.DataFileError`` for a kind that two files define."""
    found: dict[str, Kind] = {}
    for path in sorted(folder.glob("*/forms/*.toml")):
        called = f"{path.parent.parent.name}/forms/{path.name}"
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as wrong:
            raise toml.DataFileError(f"{called}: not valid TOML: {wrong}") from wrong
        name = str(content.get("form", {}).get("id", path.stem))
        if name in found:
            raise toml.DataFileError(f"{called}: the kind of entry “{name}” is defined twice")
        sections = tuple(str(each.get("id", "")) for each in content.get("section", ()))
        found[name] = Kind(name, str(content.get("form", {}).get("label", name)), sections)
    return found
