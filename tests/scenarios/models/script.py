"""What a ``scenarios.toml`` beside a model may say: an official's sentence, what is given, what happens, and what then holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from tongxing.caremodels.loading import FOLDER
from tongxing.ground import toml

type About = Literal["child", "class", "school", "home", "place", "post"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The value of one parameter. Numbers are written as text too."""

    id: str
    value: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The county has adopted the model from this day, with these parameters, wholly or in part."""

    since: date
    parameters: tuple[Setting, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """On a day somebody in that role logs an entry (``raises`` an event), or an event becomes known without one."""

    on: date
    entry: str = ""
    by: str = "child_director"
    raises: str = ""
    event: str = ""
    about: About = "child"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """On a day a duty stands so. ``of``: a day of the window that is meant, where it is another one. Or, without a day: how often it is asked."""

    duty: str = ""
    on: date | None = None
    is_: Literal["", "open", "done", "overdue", "ended", "not_asked"] = field(default="", metadata={"key": "is"})
    of: date | None = None
    due: date | None = None
    need: int | None = None
    done: int | None = None
    shown_to: str = ""
    often: str = ""
    vacant: str = ""
    chain: str = ""
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """``child``: which child it is about; ``circle``: the roles that are filled from the beginning."""

    name: str
    begins: date
    rows: tuple[str, ...] = ()
    child: str = "left_behind"
    circle: tuple[str, ...] = ()
    when: tuple[Act, ...] = ()
    then: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Script:
    given: Given
    scenario: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Case:
    model: str
    given: Given
    scenario: Scenario

    @property
    def id(self) -> str:
        return f"{self.model}: {self.scenario.name}"


def read(path: Path) -> Script:
    source = toml.Source(path, called=f"{path.parent.name}/{path.name}")
    return toml.fitted(source, source.parse(), Script)


def cases() -> Iterator[Case]:
    """Every scenario of every model."""
    for path in sorted(FOLDER.glob("*/scenarios.toml")):
        script = read(path)
        for scenario in script.scenario:
            yield Case(path.parent.name, script.given, scenario)
