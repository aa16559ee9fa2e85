"""What the action is given: about what, by whom, with which files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import NotRequired, TypedDict
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.forms.cleaning import Frame, Known
from tongxing.forms.shapes import Definition
from tongxing.ground.ids import place_id
from tongxing.log.models import Entry

type Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about. ``place`` is where it stands: a child's village, a school's place."""

    kind: str
    id: UUID
    place: int

    @classmethod
    def of_place(cls, code: int) -> Subject:
        return cls("place", place_id(code), code)

    @classmethod
    def of_post(cls, post: Post) -> Subject:
        return cls("post", post.id, post.place_id)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it. A member of a circle may have no post and no sign-in; ``role`` is the one in which it was done."""

    name: str
    person_id: UUID | None = None
    post_id: UUID | None = None
    role: str = ""

    @classmethod
    def of(cls, post: Post) -> Doer:
        return cls(post.person.name, post.person_id, post.id, post.role)


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A file as it was uploaded, for one of the form's fields."""

    field: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What makes an entry believable: when, where, who was seen, who was spoken to. ``seen`` by child."""

    on: date
    began: time | None = None
    where: str = ""
    seen: Mapping[UUID, bool] = field(default_factory=dict)
    spoken_to: tuple[str, ...] = ()

    @property
    def words(self) -> Frame:
        """The same as conditions of a form name it."""
        return {None: {"spoken_to": list(self.spoken_to)}, **{child: {"seen": "yes" if seen else "no"} for child, seen in self.seen.items()}}


class Statement(TypedDict):
    """What is said of an entry, new or correcting. ``doer`` None: whoever records it, or who did the corrected one. ``known`` finds the places,
    people and children that answers refer to.

    ``entry_id`` is made by whoever sends it, so that an entry that is sent twice is written once.
    """

    form: Definition
    children: Sequence[UUID]
    told: Circumstances
    answers: Answers
    own_answers: NotRequired[Mapping[UUID, Answers] | None]
    by: Post | None
    doer: NotRequired[Doer | None]
    entry_id: NotRequired[UUID | None]
    papers: NotRequired[Sequence[NewPaper]]
    known: NotRequired[Known]


class NewEntry(Statement):
    """``readers``: further posts that read a restricted entry. ``source``: the import run, the phone."""

    subject: Subject
    readers: NotRequired[Sequence[UUID]]
    source: NotRequired[str]


class Correction(Statement):
    entry: Entry
    reason: str
