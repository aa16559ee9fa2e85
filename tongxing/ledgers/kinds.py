"""What a kind of list must be able to say, so that one mechanism imports them all.

A kind stands with the domain whose list it is and is named in the setting ``LEDGER_KINDS``. All of it works on many rows at
once; a query for each row would make a county's ledger take an hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from tongxing.ledgers.catalogue import Catalogue
from tongxing.ledgers.cells import Value
from tongxing.ledgers.problems import Problem
from tongxing.ledgers.reading import Row


class Verdict(StrEnum):
    """What a row is to the register."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PROBABLE = "probable"  # perhaps somebody who is there already: a person decides
    WRONG = "wrong"
    ABSENT = "absent"  # somebody of the register whom the list does not name


class Choice(StrEnum):
    """Whose word stands, where both sides keep the same list."""

    NONE = ""
    THEIRS = "theirs"
    OURS = "ours"
    LATER = "later"


class Outcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    SAME = "same"  # nothing to do when its turn came
    LEFT = "left"  # the register had changed since the preview: to be looked at again
    UNDONE = "undone"  # was imported, and has been taken back
    PARTLY = "partly"  # taken back but for what somebody has changed since
    KEPT = "kept"  # was imported, and could not be taken back


@dataclass(frozen=True, slots=True)
class Difference:
    """A column whose value would change. Texts as the reader may see them: secret values are masked."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the register whom the row may mean. ``label`` shows who, ``why`` what agrees."""

    id: UUID
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A row against the register. ``problems`` make the verdict WRONG, ``notes`` do not. ``place``: where whom it means lives, as far as that is known."""

    verdict: Verdict
    subject: UUID | None = None
    differences: tuple[Difference, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody of the register whom the list does not name, by the list's own columns."""

    subject: UUID
    values: Mapping[str, Value]
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row to be written: NEW without ``subject``, CHANGED with the one that changes. ``decided``: a person said so."""

    number: int
    values: Mapping[str, Value]
    subject: UUID | None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A row that was written: about whom, and what its kind noted down (JSON) so that it can take it back."""

    number: int
    subject: UUID | None
    trace: object


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of a row that was to be undone: UNDONE, PARTLY or KEPT; ``problems`` say why not all of it."""

    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Context[Actor]:
    """What a run knows. ``memory`` is the kind's own, kept from the first row to the last (rows that repeat each other).

    ``written`` is what ``apply`` notes of the rows that it wrote (``wrote``). ``transactions`` are the numbers under which the
    run's own acts stand in the journal: whatever stands there under another was done by somebody since.
    """

    by: Actor
    today: date
    run: UUID
    letters: Mapping[str, str] = field(default_factory=dict)  # column key → the sheet's letter
    memory: dict[str, dict[object, object]] = field(default_factory=dict)
    written: dict[int, Written] = field(default_factory=dict)
    transactions: frozenset[int] = frozenset()

    def wrote(self, number: int, subject: UUID | None, trace: object) -> None:
        """Note about whom a row was written, and what taking it back will need."""
        self.written[number] = Written(number, subject, trace)

    def cell(self, row: Row, column: str) -> str:
        """The address of a row's cell, empty where the sheet has no such column."""
        return f"{self.letters[column]}{row.number}" if column in self.letters else ""

    def problem(self, row: Row, column: str, code: str, **params: str | int) -> Problem:
        return Problem(row.number, column, self.cell(row, column), code, params)


class ListKind[Actor](Protocol):
    """A kind of list. ``right`` is what a post needs to import it; ``shown`` are the columns by which people know a row.

    ``whole``: that the list was handed in says something by itself, even where none of its rows changes anything (``finish``).
    """

    catalogue: Catalogue
    right: str
    shown: tuple[str, ...]
    whole: bool

    def check(self, rows: Sequence[Row], context: Context[Actor]) -> None:
        """Add what single cells cannot show to the rows' problems and notes, and fill in what follows from other cells. Every row comes by once, in order."""

    def compare(self, rows: Sequence[Row], context: Context[Actor], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        """One answer a row, in order, within the active scope. ``chosen``: a person said that this row is that subject, or (None) nobody in the register."""

    def apply(self, rows: Sequence[Accepted], context: Context[Actor]) -> list[Outcome]:
        """Write, as ``context.by``, in the transaction of the caller, and note what was written (``context.wrote``). A row that has become the same since the preview is SAME, one that no longer fits is LEFT."""

    def finish(self, rows: Iterable[Accepted], context: Context[Actor]) -> None:
        """The import has ended: every row that was right, written or not, for a kind that keeps something of the list as a whole."""

    def undo(self, rows: Sequence[Written], why: str, context: Context[Actor]) -> list[TakenBack]:
        """Take back what was written, the last row first, as ``context.by``, in the transaction of the caller. What somebody has worked on since is left."""

    def subject_url(self, subject: UUID) -> str:
        """Where the subject's page is, empty where there is none."""


@runtime_checkable
class Reconciled[Actor](ListKind[Actor], Protocol):
    """A list that somebody else keeps of the same people: it is compared, and a person says row by row whose word stands.

    Nothing is written but what was chosen, as often as something is chosen, until the comparison is closed. ``page`` is the view that
    shows it, by the run's id.
    """

    page: str

    def expected(self, context: Context[Actor]) -> Sequence[UUID]:
        """Everybody of the register whom the list should name, once all its rows have been compared."""

    def describe(self, subjects: Sequence[UUID], context: Context[Actor]) -> list[Absent]:
        """Those of them whom it does not name, by the list's columns."""
