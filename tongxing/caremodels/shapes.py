"""What a care model consists of. All values; whoever reads them needs no file and no table.

A model's file may say a parameter (``$visits``) where a value stands; in these shapes every value is filled in.
Names are Chinese msgids: show them through ``gettext``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, cast
from uuid import UUID

type Subject = Literal["child", "class", "school", "home", "place", "post"]
type Per = Literal["week", "month", "quarter", "half_year", "term", "vacation", "year", "once", "festival", "birthday"]
type Reckoning = Literal["solar", "lunar"]
type Season = Literal["always", "term", "vacation"]
type Unit = Literal["m", "h", "d", "wd"]
type Height = Literal["village", "township", "county", "city", "province"]
type Standing = Literal["post", "circle", "unit", "family", "outside", "anyone"]
type Operator = Literal["==", "<", "<=", ">", ">="]

MINUTES: Mapping[str, int] = {"m": 1, "h": 60, "d": 1440, "wd": 1440}
_WRITTEN = re.compile(r"(\d{1,4})(m|h|d|wd)")


@dataclass(frozen=True, slots=True)
class Lapse:
    """A length of time as policy says it: minutes, hours, days or working days (``30m``, ``2h``, ``3d``, ``5wd``). ``0d`` is at once."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Lapse:
        """Raises ``ValueError`` with a sentence for the one who wrote the file."""
        if not (written := _WRITTEN.fullmatch(text)):
            raise ValueError(f"“{text}” is no length of time; write minutes 30m, hours 2h, days 3d or working days 5wd")
        return cls(int(written[1]), cast("Unit", written[2]))

    @property
    def minutes(self) -> int:
        """For comparing two lengths; a working day counts as a day."""
        return self.amount * MINUTES[self.unit]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def span(self) -> timedelta | None:
        """The same length on the clock; None for working days, which only a calendar knows."""
        match self.unit:
            case "m":
                return timedelta(minutes=self.amount)
            case "h":
                return timedelta(hours=self.amount)
            case "d":
                return timedelta(days=self.amount)
            case "wd":
                return None


NO_TIME = Lapse(0, "d")


# The expression of `for`: a small tree. `!=` and `not in` are Not(…), so an unknown fact is never equal and never a member.


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes-or-no fact that holds."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact of one value, compared."""

    fact: str
    op: Operator
    value: str | int


@dataclass(frozen=True, slots=True)
class In:
    """The fact is one of the values; where a fact has several values, any of them is."""

    fact: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Not:
    term: Expression


@dataclass(frozen=True, slots=True)
class And:
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    terms: tuple[Expression, ...]


type Expression = Fact | Compare | In | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One value of a tag set, named ``set.tag`` by duties and forms (``coach.emotion``)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSet:
    """What a model sorts work by: five coaches, six protections, five goals."""

    id: str
    name: str
    tags: tuple[Tag, ...]
    source: str = ""

    def __contains__(self, name: str) -> bool:
        return name.partition(".")[2] in {tag.id for tag in self.tags}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many children one person takes. ``ceiling``: more is too many; otherwise it is a quota to fill."""

    children: int
    ceiling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who promises, or who is told.

    ``kind``: ``post`` is held by office at the child's place (``post`` names the role of accounts), ``circle`` by a member of the
    child's circle, ``unit`` by someone of the school, class or home, ``family`` by the family, ``outside`` by another office (its
    ``department``, of the code table of units, says whose posts in the county those are), ``anyone`` is whoever reports.
    ``least`` and ``most`` are how many a child has; ``most`` None is any number. ``ring`` 1 is nearest to the child.
    """

    id: str
    name: str
    kind: Standing
    post: str = ""
    department: str = ""
    unit: Subject | None = None
    ring: int | None = None
    least: int = 0
    most: int | None = None
    load: Load | None = None
    first_informant: bool = False
    team: bool = False  # the member is a team, one of its people answers for it
    qualifications: tuple[str, ...] = ()
    part: str = ""
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """``count`` times in every calendar window; ``every`` of them make one window (twice in two months: count 2, per month, every 2).

    ``season`` keeps windows that lie in school terms, or in vacations. ``weekday`` 1 is Monday: the day of the week on which it is
    done. ``month``: only that month of a year. ``first_days``: only the first days of the window. ``festivals``: by id, for ``per``
    festival. ``calendar``: by which birthdays are kept, for ``per`` birthday.
    """

    count: int
    per: Per
    every: int = 1
    season: Season = "always"
    weekday: int | None = None
    month: int | None = None
    first_days: int | None = None
    festivals: tuple[str, ...] = ()
    calendar: Reckoning = "solar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Within this time after the event was known. ``dated``: whoever opens it says by when and who does it; ``within`` is the usual time."""

    event: str
    within: Lapse
    dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """What discharges a duty: an entry of one of ``kinds`` in which all of ``sections`` are answered.

    ``role`` is who must have done it: empty for the role of the duty itself, ``any`` for whoever did. ``max_per_day`` entries of one
    day count. ``at_school``: a visit to a boarder at school counts.
    """

    kinds: tuple[str, ...]
    sections: tuple[str, ...] = ()
    role: str = ""
    max_per_day: int = 1
    at_school: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """So long after it was due, it is shown to this level."""

    after: Lapse
    to: Height


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A promise about one subject: a quota per calendar window, or a deadline after an event; one of the two is set.

    ``obligation``: duties with the same key are the same promise and are counted once, the strictest need wins. ``level``: where
    ``about`` is place, which places. ``for_`` None is every subject (of children: every child with a current file).
    ``asked_by``: a promise of the family; it opens nothing, the named duty asks after it and records it.
    """

    id: str
    name: str
    who: str
    about: Subject
    level: Height | None = None
    for_: Expression | None = None
    obligation: str
    quota: Quota | None = None
    deadline: Deadline | None = None
    by: By
    also_discharges: tuple[str, ...] = ()
    grace: Lapse = NO_TIME
    escalate: tuple[Escalation, ...] = ()
    minutes: int = 0
    tags: tuple[str, ...] = ()
    asked_by: str = ""
    note: str = ""
    part: str = ""
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What may happen, opens duties and starts chains. ``urgent``: told at once, at any hour."""

    id: str
    name: str
    about: Subject = "child"
    urgent: bool = False
    part: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``sender`` tells each of ``to`` within this time after it was told itself."""

    sender: str
    to: tuple[str, ...]
    within: Lapse


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Who tells whom, and how fast."""

    id: str
    name: str
    events: tuple[str, ...]
    links: tuple[Link, ...]
    part: str = ""
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How long a case may stay in a state: of these events, or of all where none is named. What took longer is shown to ``escalate``."""

    id: str
    state: str
    events: tuple[str, ...] = ()
    within: Lapse
    escalate: tuple[Escalation, ...] = ()
    note: str = ""
    part: str = ""
    source: str
    since: date
    until: date | None = None

    def holds_for(self, event: str) -> bool:
        return not self.events or event in self.events

    def covers(self, other: Step) -> bool:
        """Whether it says of every case what the other says, and no more loosely."""
        wide = not self.events or (bool(other.events) and set(other.events) <= set(self.events))
        return self.state == other.state and wide and self.within.minutes <= other.within.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A card, book or letter that the model brings."""

    id: str
    name: str
    kind: Literal["card", "book", "letter", "envelope", "roster"]
    part: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a place may adopt by itself."""

    id: str
    name: str
    about: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the values to choose from; ``means`` is what stands in the model then."""

    value: str
    label: str
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value that the adopting place sets. ``default`` None: the source gives none, and the place must.

    ``stricter`` says which way a place below may go further: more or fewer; empty is neither.
    """

    id: str
    name: str
    kind: Literal["number", "lapse", "choice", "month", "weekday"]
    least: int | None = None
    most: int | None = None
    default: str | int | None = None
    unit: str = ""
    help: str = ""
    stricter: Literal["", "more", "less"] = ""
    options: tuple[Option, ...] = ()
    part: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model with its parameters filled in, its own content only; ``extends`` says on which it stands."""

    id: str
    name: str
    about: str
    source: str
    since: date
    until: date | None = None
    extends: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    roles: tuple[Role, ...] = ()
    events: tuple[Event, ...] = ()
    duties: tuple[Duty, ...] = ()
    chains: tuple[Chain, ...] = ()
    steps: tuple[Step, ...] = ()
    tag_sets: tuple[TagSet, ...] = ()
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A duty in force in the places from ``lo`` to ``hi``, from ``since`` until before ``until``."""

    lo: int
    hi: int
    model: str
    version_id: UUID
    duty: Duty
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAt:
    """A role as it holds at one place: what all models in force there ask together."""

    id: str
    name: str
    kind: Standing
    post: str = ""
    department: str = ""
    unit: Subject | None = None
    ring: int | None = None
    least: int = 0
    most: int | None = None
    load: Load | None = None
    first_informant: bool = False
    team: bool = False
    qualifications: tuple[str, ...] = ()
    models: tuple[str, ...] = field(default=())
