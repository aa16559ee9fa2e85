"""What the action is given: about what, by whom, with which files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.ground.ids import place_id


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
