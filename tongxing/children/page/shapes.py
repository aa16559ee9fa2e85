"""What the templates of a child's file draw. Everything here is in words already, masked where the reader may not see more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag: tone, word, icon."""

    tone: str
    word: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something one can do. ``dialog`` opens in place, else the address is a page."""

    word: str
    url: str
    icon: str = ""
    dialog: bool = True
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact: ``value`` empty is missing, unless it may be empty (``optional``)."""

    label: str
    value: object = ""
    optional: bool = False
    wide: bool = False
    unmask_url: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """A dated fact: when, what, remarks, and what can be done with it."""

    span: str
    what: str
    note: str = ""
    marks: Sequence[Mark] = ()
    acts: Sequence[Act] = ()
    over: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    facts: Sequence[Shown] = ()
    periods: Sequence[Spell] = ()
    acts: Sequence[Act] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A status and why; ``note`` says since when and by whom it was decided."""

    tone: str
    word: str
    icon: str
    why: str
    note: str = ""
    url: str = ""
    opens: bool = False  # the address is a page, not a dialog


@dataclass(frozen=True, slots=True)
class Todo:
    """What needs doing. ``due`` orders it; red before amber before blue."""

    tone: str
    word: str
    text: str
    url: str = ""
    act: str = ""
    dialog: bool = True


@dataclass(frozen=True, slots=True)
class Carer:
    relation: str
    name: str
    situation: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    cares: bool = False
    phone: str = ""  # masked
    phone_open: str = ""  # in full, for those who may see it
    phone_missing: bool = False
    unmask_url: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A relative on the family tab."""

    id: object
    relation: str
    name: str
    marks: Sequence[Mark]
    acts: Sequence[Act]
    facts: Sequence[Shown]
    periods: Sequence[Spell]


@dataclass(frozen=True, slots=True)
class Owner:
    level: str
    name: str = ""
    role: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    word: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    at: datetime | date
    text: str
    who: str = ""
    post: str = ""
    changes: Sequence[Change] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Read:
    """One line of the log of reads."""

    at: datetime
    who: str
    post: str
    tone: str
    outcome: str
    icon: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rule proposes to an official, with the evidence."""

    title: str
    why: str
    supports: Sequence[str] = ()
    lacking: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    at: datetime
    title: str
    kind: str
    size: int
    icon: str
    url: str
    remove_url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    word: str
    url: str
    count: int | None = None


@dataclass(slots=True)
class Head:
    """The part that is read in ten seconds."""

    name: str
    initial: str
    sex: str
    born: date
    ethnic: str
    school: str
    boarding: str
    residence: str
    number: str
    statuses: list[Status]
    acts: list[Act] = field(default_factory=list)
    more: list[Act] = field(default_factory=list)
    state: Mark | None = None
    photo_url: str = ""
    unmask_name_url: str = ""
