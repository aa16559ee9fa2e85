"""What acts did to files, row by row, noted down so that it can be taken back (an import is undone as a whole).

While ``traced()`` is open, every act notes the files that it locks and how it leaves them. What follows from facts — list
columns, status periods, search keys — is derived again when an act is taken back, and stands in no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from tongxing.children.derive import LIST_COLUMNS
from tongxing.children.file import File
from tongxing.ground import images
from tongxing.ground.images import Change, Images

CHILD: Final = "child"
PARTS: Final = ("relatives", "circumstances", "absences", "guardianships", "schoolings", "residences", "consents")
NOT_TRACED: Final = frozenset({*LIST_COLUMNS, "version", "updated_at", "created_at", "scope_place"})


@dataclass(slots=True)
class Trace:
    """The files that acts touched, as they were before the first and after the last act."""

    before: dict[UUID, Images] = field(default_factory=dict)
    after: dict[UUID, Images] = field(default_factory=dict)

    def as_data(self) -> list[list[object]]:
        """For JSON: [child, its changes] for every file that is not as it was."""
        found = [(child, images.changes(self.before[child], after)) for child, after in self.after.items()]
        return [[str(child), [change.as_data() for change in changed]] for child, changed in found if changed]


_ACTIVE: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)


@contextmanager
def traced() -> Iterator[Trace]:
    """Note what the acts within do."""
    trace = Trace()
    token = _ACTIVE.set(trace)
    try:
        yield trace
    finally:
        _ACTIVE.reset(token)


def locked(file: File) -> None:
    """An act has locked a file and not yet changed it."""
    if (trace := _ACTIVE.get()) is not None and file.child.id not in trace.before:
        trace.before[file.child.id] = _images(file)


def left(file: File) -> None:
    """An act has written its facts; the file as it stands in the database now."""
    if (trace := _ACTIVE.get()) is not None:
        trace.after[file.child.id] = _images(file)


def read(data: list[list[object]]) -> dict[UUID, list[Change]]:
    """What ``Trace.as_data`` kept."""
    return {UUID(str(child)): [Change.from_data(each) for each in changed] for child, changed in data}  # type: ignore[attr-defined]


def _images(file: File) -> Images:
    found: Images = {(CHILD, str(file.child.id)): images.image(file.child, NOT_TRACED)}
    for part in PARTS:
        for row in getattr(file, part):
            found[part, str(row.id)] = images.image(row, {"scope_place"})
    return found
