"""What ``model.toml`` may say: its keys are the fields of these classes, and no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tongxing.caremodels.shapes import By, Chain, Escalation, Event, Height, Lapse, Paper, Parameter, Part, Per, Reckoning, Role, Season, Step, Subject, TagSet

type Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``[model]``. ``since`` is when the source dates it; a place's own dates are its adoption's."""

    id: str
    name: str
    about: str
    source: str
    since: date
    until: date | None = None
    extends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaFile:
    """``quota = { … }``; ``shapes.Quota`` says what the keys mean."""

    count: int
    per: Per
    every: int = 1
    season: Season = "always"
    weekday: Weekday | None = None
    month: int | None = None
    first_days: int | None = None
    festivals: tuple[str, ...] = ()
    calendar: Reckoning = "solar"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFile:
    """``[[duty]]``: either ``quota``, or ``on`` an event and ``within``, ``dated`` where each is opened with a day of its own."""

    id: str
    name: str
    who: str
    source: str
    about: Subject = "child"
    level: Height | None = None
    for_: str = field(default="", metadata={"key": "for"})
    obligation: str = ""
    quota: QuotaFile | None = None
    on: str = ""
    within: Lapse | None = None
    dated: bool = False
    by: By | None = None
    also_discharges: tuple[str, ...] = ()
    grace: Lapse | None = None
    escalate: tuple[Escalation, ...] | None = None
    minutes: int | None = None
    tags: tuple[str, ...] = ()
    asked_by: str = ""
    note: str = ""
    part: str = ""
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The whole file, each role, duty, chain and step with the days of the model where it says none of its own. ``tags``: what the model sorts its work by."""

    model: Head
    part: tuple[Part, ...] = ()
    parameter: tuple[Parameter, ...] = ()
    role: tuple[Role, ...] = ()
    event: tuple[Event, ...] = ()
    duty: tuple[DutyFile, ...] = ()
    chain: tuple[Chain, ...] = ()
    step: tuple[Step, ...] = ()
    tags: tuple[TagSet, ...] = ()
    paper: tuple[Paper, ...] = ()
