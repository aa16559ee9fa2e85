"""The words that models may use: facts of a subject, festivals, and what holds where a duty says nothing of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from django.utils.translation import gettext

from tongxing.caremodels.shapes import Escalation, Lapse, Subject
from tongxing.ground import toml

_FILE = Path(__file__).parent / "vocabulary.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One allowed value of a fact."""

    value: str
    label: str  # Chinese msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """A fact that an expression may name. ``table``: the code table that its values repeat. The values of ``roles`` are the models' roles."""

    id: str
    about: Subject
    type: Literal["yes_no", "number", "choice", "choices", "roles"]
    label: str  # Chinese msgid
    hint: str = ""
    table: str = ""
    values: tuple[Value, ...] = ()
    source: str = ""

    @property
    def several(self) -> bool:
        """Whether the fact holds several values at once."""
        return self.type in ("choices", "roles")

    def text(self, value: str | int) -> str:
        """The value in the reader's language; the value itself where it is no value of a table."""
        label = next((each.label for each in self.values if each.value == value), None)
        return gettext(label) if label else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a duty says nothing of its own."""

    grace: Lapse
    escalate: tuple[Escalation, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """What a role may ask of its holder. ``child``: the holder is a child too."""

    id: str
    label: str  # Chinese msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a case stands; how long it may stand there is what a model's steps say."""

    id: str
    label: str  # Chinese msgid


@dataclass(frozen=True)
class Vocabulary:
    """The file as it stands."""

    defaults: Defaults
    fact: tuple[FactKind, ...]
    qualification: tuple[Qualification, ...]
    state: tuple[State, ...]

    @cached_property
    def qualifications(self) -> Mapping[str, str]:
        """The label (a Chinese msgid) of each, by id."""
        return {each.id: each.label for each in self.qualification}

    @cached_property
    def states(self) -> Mapping[str, str]:
        """The label (a Chinese msgid) of each state of a case, by id."""
        return {each.id: each.label for each in self.state}

    def facts(self, about: Subject) -> Mapping[str, FactKind]:
        """The facts of one kind of subject, by id."""
        return {fact.id: fact for fact in self.fact if fact.about == about}


@cache
def vocabulary() -> Vocabulary:
    return toml.read(_FILE, Vocabulary)
