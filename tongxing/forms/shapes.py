"""What a form definition says: one kind of entry, its sections and fields. Pure values, read from `care_models/*/forms/*.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "long", "number", "choice", "choices", "date", "scale", "picture", "audio", "signature", "place", "person", "child"]
ATTACHED = ("picture", "audio", "signature")  # kept as files, not among the answers
REFERRING = ("place", "person", "child")  # what is kept is an id, found among what the writer may see
TEXT_LENGTH, LONG_LENGTH = 200, 4000
SEEN, SPOKEN_TO = "seen", "spoken_to"  # what the frame of an entry says, in conditions: ``seen=yes``, ``spoken_to=nobody``


@dataclass(frozen=True, slots=True)
class Condition:
    """``field=one|other``: another answer is one of these. The browser reads the same words (data-when)."""

    field: str
    values: frozenset[str]

    def holds(self, given: object) -> bool:
        return not self.values.isdisjoint(given if isinstance(given, list) else [given])


def condition(text: str) -> Condition | None:
    """Raises ValueError with a sentence where the words are no condition."""
    if not text:
        return None
    field, equals, values = text.partition("=")
    wanted = frozenset(filter(None, values.split("|")))
    if not (field.isidentifier() and equals and wanted):
        raise ValueError(f"“{text}” is no condition; write “field=value” or “field=one|other”")
    return Condition(field, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to choose. ``event``: what it raises (成绩下降 → grade_dropped). ``alone``: it goes with no other (没有异常)."""

    value: str
    label: str  # Chinese msgid
    event: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. ``own``: each child has an answer of its own; otherwise it is asked once for all.

    ``prefill`` "last" fills in the answer of the entry before ("as last time"): only for what does not change by itself.
    ``measure`` names the typed column that statistics read; ``sensitive`` answers are sealed with the child's key.
    ``future`` permits a date still to come; ``free`` a person who is in no list, by name.
    """

    id: str
    label: str
    type: Type
    hint: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    decimals: int = 0
    choices: tuple[Choice, ...] = ()
    required: bool = False
    required_if: str = ""
    show_if: str = ""
    prefill: Literal["last", "never"] = "never"
    own: bool = False
    sensitive: bool = False
    measure: str = ""
    future: bool = False
    free: bool = False

    def __post_init__(self) -> None:
        if not self.id.isidentifier():
            raise ValueError(f"the field's id “{self.id}” must be letters, digits and underscores")
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise ValueError(f"the field “{self.id}” of type {self.type} must{' not' if self.choices else ''} have choices")
        if len({choice.value for choice in self.choices}) < len(self.choices):
            raise ValueError(f"the field “{self.id}” gives a choice twice")
        if self.type == "scale" and (self.min is None or self.max is None):
            raise ValueError(f"the scale “{self.id}” needs min and max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"the field “{self.id}” has a min above its max")
        if self.sensitive and self.measure:
            raise ValueError(f"the field “{self.id}” cannot be sealed and counted at once")
        if self.free and self.type != "person":
            raise ValueError(f"the field “{self.id}” of type {self.type} cannot be free: only a person may be written by name")
        condition(self.show_if)
        condition(self.required_if)

    @property
    def attached(self) -> bool:
        return self.type in ATTACHED

    @property
    def referring(self) -> bool:
        return self.type in REFERRING

    @property
    def shown(self) -> Condition | None:
        return condition(self.show_if)

    @property
    def must(self) -> Condition | None:
        return condition(self.required_if)

    def choice(self, value: object) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    @property
    def events(self) -> frozenset[str]:
        return frozenset(choice.event for choice in self.choices if choice.event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields under one heading. ``mastery``: one of what a director must know of a child (四掌握), with the day on which it was last answered."""

    id: str
    label: str
    hint: str = ""
    mastery: bool = False
    tags: tuple[str, ...] = ()
    field: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        if not self.field:
            raise ValueError(f"the section “{self.id}” has no field")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The kind itself. ``about``: what its subject may be; ``children``: who takes part.

    ``asks``: whether it was seen that the child is well (``seen``), who was spoken to (``spoken_to``); ``where``: the places to choose from, the usual first;
    ``spoken_to``: whom to choose from, where not everybody comes into question.
    ``attempt_if``: with one of these answers it was tried only: kept and shown, but nothing is fulfilled by it. ``seen=no`` holds for that child alone.
    ``restricted``: only named people read what it says.
    """

    id: str
    label: str
    source: str
    hint: str = ""
    icon: str = "pencil"
    about: tuple[Literal["child", "class", "school", "home", "place", "post"], ...] = ("child",)
    children: Literal["one", "household", "many", "none"] = "one"
    counts_as: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    asks: tuple[Literal["seen", "spoken_to"], ...] = ()
    spoken_to: tuple[str, ...] = ()
    attempt_if: tuple[str, ...] = ()
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One form: what is asked about one kind of entry."""

    form: About
    section: tuple[Section, ...]

    def __post_init__(self) -> None:
        seen: dict[str, Field] = {}
        for field in self.fields():
            if field.id in seen or field.id in self.form.asks:
                raise ValueError(f"the field “{field.id}” is defined twice")
            for needed in filter(None, (field.shown, field.must)):
                self._check(field, needed, seen)
            seen[field.id] = field
        for tried in self.attempts:
            if tried.field not in self.form.asks and tried.field not in seen:
                raise ValueError(f"the form is an attempt by “{tried.field}”, which it does not ask")
        if self.form.children == "none" and any(field.own for field in seen.values()):
            raise ValueError("a form without children cannot ask each child")
        if self.form.about != ("child",) and any(field.sensitive and not field.own for field in seen.values()):
            raise ValueError("what is asked about a class, a school or a place cannot be sealed: sealed answers lie under the key of each child")
        if len({section.id for section in self.section}) < len(self.section):
            raise ValueError("two sections have the same id")

    def _check(self, field: Field, needed: Condition, seen: Mapping[str, Field]) -> None:
        """What a question waits for is asked by the frame, or comes before it."""
        if needed.field in self.form.asks and (field.own or needed.field != SEEN):
            return
        other = seen.get(needed.field) or (field if needed.field == field.id else None)
        if other is None:
            raise ValueError(f"the field “{field.id}” depends on “{needed.field}”, which does not come before it")
        if other.own and not field.own:
            raise ValueError(f"the common field “{field.id}” cannot depend on “{needed.field}”, which each child answers for itself")
        if other.choices and (unknown := needed.values - {choice.value for choice in other.choices}):
            raise ValueError(f"the field “{field.id}” depends on “{needed.field}” being “{min(unknown)}”, which is no choice of it")

    @property
    def id(self) -> str:
        return self.form.id

    @property
    def answered_by(self) -> str:
        """Whom was spoken to is said only where it came to a talk: by the answer to this question, where the form has one that makes it an attempt."""
        return next((tried.field for tried in self.attempts if tried.field not in self.form.asks), "")

    @property
    def attempts(self) -> tuple[Condition, ...]:
        return tuple(found for text in self.form.attempt_if if (found := condition(text)))

    def fields(self) -> Iterator[Field]:
        for section in self.section:
            yield from section.field

    def field(self, name: str) -> Field:
        return next(field for field in self.fields() if field.id == name)

    @property
    def common(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields() if not field.own)

    @property
    def own(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields() if field.own)

    @property
    def tags(self) -> tuple[str, ...]:
        """Those of the form and of all its sections."""
        return tuple(dict.fromkeys([*self.form.tags, *(tag for section in self.section for tag in section.tags)]))

    @property
    def referring(self) -> tuple[Field, ...]:
        """The questions whose answers are ids of a place, a person or a child."""
        return tuple(field for field in self.fields() if field.referring)

    @property
    def masteries(self) -> tuple[str, ...]:
        return tuple(section.id for section in self.section if section.mastery)

    @property
    def events(self) -> frozenset[str]:
        """What an entry of this kind may raise."""
        return frozenset(event for field in self.fields() for event in field.events)
