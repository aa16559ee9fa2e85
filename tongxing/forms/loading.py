"""Form definitions from their files. Strict: what a file says that the shape does not allow names file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tongxing.forms.shapes import Definition
from tongxing.ground import codes, toml
from tongxing.ground.codes import Code
from tongxing.ground.folders import ROOT

FOLDER = ROOT / "care_models"
HERE = Path(__file__).parent


WHERE = codes.read(HERE / "codes" / "where.toml", Code)
SPOKEN_TO = codes.read(HERE / "codes" / "spoken_to.toml", Code)
TAGS = codes.read(HERE / "codes" / "tag.toml", Code)


def read(path: Path) -> Definition:
    """Raises ``DataFileError`` in words."""
    definition = toml.read(path, Definition)
    if definition.id != path.stem:
        raise toml.DataFileError(f"{path.name}: [form] id is “{definition.id}”; it must be the file's name, “{path.stem}”")
    for known, said in ((WHERE, definition.form.where), (SPOKEN_TO, definition.form.spoken_to), (TAGS, definition.tags)):
        for value in said:
            if value not in known:
                raise toml.DataFileError(f"{path.name}: “{value}” is not in the code table {known.id}; known are {', '.join(known.values())}")
    return definition


def load(folder: Path = FOLDER) -> dict[str, Definition]:
    """All definitions of all models by kind. A kind is defined once: two models that mean the same share it."""
    return _by_id(sorted(folder.glob("*/forms/*.toml")))


def models_of(folder: Path = FOLDER) -> dict[str, str]:
    """Which model's folder a kind comes from."""
    return {path.stem: path.parent.parent.name for path in sorted(folder.glob("*/forms/*.toml"))}


def _by_id(paths: Iterable[Path]) -> dict[str, Definition]:
    found: dict[str, Any] = {}
    for path in paths:
        definition = read(path)
        if definition.id in found:
            raise toml.DataFileError(f"{path.name}: the kind “{definition.id}” is defined by another model too; use that one or give this one a name of its own")
        found[definition.id] = definition
    return found
