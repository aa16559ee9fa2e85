"""The library of care models: the files of ``care_models/``, read strictly, once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tongxing.caremodels import building, checking, parameters
from tongxing.caremodels.files import Head
from tongxing.caremodels.kinds import Kind, kinds
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Model, Parameter, Part
from tongxing.ground import toml
from tongxing.ground.folders import ROOT

FOLDER = ROOT / "care_models"


@dataclass(frozen=True, slots=True)
class _OnlyHead:
    model: Head


@dataclass(frozen=True, slots=True)
class _OnlyParameters:
    parameter: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class _OnlyParts:
    part: tuple[Part, ...] = ()


class Draft:
    """A model's text, before the adopting place has set its parameters. ``called`` is its name in messages."""

    def __init__(self, text: str, called: str) -> None:
        self.text = text
        self.source = toml.Source(Path(called), text=text, called=called)
        self.content = self.source.parse()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def head(self) -> Head:
        return toml.fitted(self.source, self._only("model"), _OnlyHead).model

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        found = toml.fitted(self.source, self._only("parameter"), _OnlyParameters).parameter
        checking.declared(self.source, found, self.content)
        return found

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return toml.fitted(self.source, self._only("part"), _OnlyParts).part

    def _only(self, key: str) -> dict[str, Any]:
        return {key: self.content[key]} if key in self.content else {}

    def settled(self, given: Mapping[str, Setting]) -> dict[str, Setting]:
        """The values of all parameters. Raises ``ParameterError``."""
        return parameters.settled(self.parameters, given)

    def model(self, values: Mapping[str, Setting] | None = None, *, roles: Collection[str] | None = None) -> Model:
        """The model with its parameters set to these values, which ``settled`` has made; None is for reading it without a place.

        Raises ``toml.DataFileError``.
        """
        if values is None:
            values = {each.id: parameters.sample(each) for each in self.parameters}
        means = parameters.meanings(self.parameters, values)
        content = {key: value if key in ("model", "parameter") else parameters.filled(value, means) for key, value in self.content.items()}
        return building.build(self.source, content, roles=roles)

    def without(self, values: Mapping[str, Setting]) -> Model:
        """The model as far as these values go: items that need a parameter without a value are left out.

        Raises ``toml.DataFileError``.
        """
        missing = {each.id for each in self.parameters} - values.keys()
        means = parameters.meanings(self.parameters, values)
        content: dict[str, Any] = {}
        for key, value in self.content.items():
            if key in ("model", "parameter"):
                content[key] = value
            else:
                kept = [each for each in value if missing.isdisjoint(parameters.marks(each))] if isinstance(value, list) else value
                content[key] = parameters.filled(kept, means)
        return building.build(self.source, content, roles=None)

    def variants(self) -> Iterator[dict[str, Setting]]:
        """The values with which the file is checked: the usual ones, then every option and bound by turns."""
        usual = {each.id: parameters.sample(each) for each in self.parameters}
        yield usual
        for each in self.parameters:
            others: list[Setting] = [option.value for option in each.options]
            if each.kind == "number":
                others = [bound for bound in (each.least, each.most) if bound is not None]
            yield from ({**usual, each.id: other} for other in others if other != usual[each.id])


class Library:
    """All models of a folder. Reading it checks all of it; raises ``toml.DataFileError``."""

    def __init__(self, folder: Path = FOLDER, *, strict: bool = True) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.drafts: dict[str, Draft] = {}
        self.kinds: Mapping[str, Kind] = {}
        try:
            self.kinds = kinds(folder)
        except toml.DataFileError as wrong:
            self.faults.append(str(wrong))
        for path in sorted(folder.glob("*/model.toml")):
            called = f"{path.parent.name}/{path.name}"
            try:
                draft = Draft(path.read_text(encoding="utf-8"), called)
                if draft.head.id != path.parent.name:
                    raise draft.source.error(f"[model] id is “{draft.head.id}”; it must be the folder's name, “{path.parent.name}”", "id")
                assert draft.parameters is not None
            except toml.DataFileError as wrong:
                self.faults.append(str(wrong))
            else:
                self.drafts[draft.head.id] = draft
        self.faults += checking.library(self)
        if strict and self.faults:
            raise toml.DataFileError("\n".join(self.faults))

    def __iter__(self) -> Iterator[str]:
        return iter(self.drafts)

    def __contains__(self, name: object) -> bool:
        return name in self.drafts

    def draft(self, name: str) -> Draft:
        """Raises ``KeyError`` with a sentence that names the nearest model."""
        if name not in self.drafts:
            raise KeyError(f"there is no care model “{name}”; the nearest one is “{toml.nearest(name, self.drafts)}”")
        return self.drafts[name]

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """Every model with sample values in place of what a place must set: for names, roles and events."""
        return {name: draft.model() for name, draft in self.drafts.items()}

    def lineage(self, name: str) -> list[str]:
        """The model and all on which it stands, the farthest first, each once."""
        found: list[str] = []

        def walk(each: str) -> None:
            for parent in self.draft(each).head.extends:
                walk(parent)
            if each not in found:
                found.append(each)

        walk(name)
        return found


@cache
def library() -> Library:
    return Library()
