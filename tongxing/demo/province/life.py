"""What became of a file since it was opened: still a draft, on the register and confirmed this quarter, or ended. Each step with its line in the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tongxing.accounts.models import Post
from tongxing.children.actions import opening, rows
from tongxing.children.actions.life import ADULT, quarter
from tongxing.children.codes import EXIT_REASON
from tongxing.children.file import File
from tongxing.children.models import Category, Confirmation, State
from tongxing.children.rules import anniversary
from tongxing.demo.life import ASKED, COMMENTS
from tongxing.ground import bulk
from tongxing.ground.today import as_of

STATES = ([State.CURRENT, State.DRAFT, State.SUBMITTED, State.RETURNED, State.ENDED], [930, 20, 20, 10, 20])
REASONS = ["moved_away", "no_longer", "error"]
CONFIRMED = 0.7  # of the files on the register, in this quarter
REPORTED = 0.1  # of the categories: the county has still to confirm them

type Line = tuple[object, ...]


@dataclass
class Life:
    """One file, made in memory as approved at ``moment``; ``lines`` are what the journal says of it."""

    rng: Random
    file: File
    by: Post | None
    moment: datetime
    now: date
    lines: list[Line] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)

    def opened(self) -> None:
        child = self.file.child
        (state,) = self.rng.choices(*STATES)
        if state in (State.DRAFT, State.SUBMITTED, State.RETURNED):
            child.state, child.confirmed_on, self.file.reviews = State.DRAFT, None, []
        self._line("registered", self.moment, opening.first(self.file))
        for category in self.file.categories:
            if self.rng.random() < REPORTED:
                category.state, category.step = Category.State.REPORTED, 1
        self._wanted = state

    def live(self) -> None:
        """Everything after the first day."""
        child = self.file.child
        adult = anniversary(child.born, ADULT)
        match self._wanted:
            case _ if adult <= self.now:
                self._end("adult", max(adult, self.moment.date()))
            case State.ENDED:
                self._end(self.rng.choice(REASONS), self._later().date())
            case State.SUBMITTED | State.RETURNED as state:
                self._step("submit", State.SUBMITTED, self._later(days=3))
                if state == State.RETURNED:
                    self._step("return", State.RETURNED, self._later(days=6), comment=self.rng.choice(COMMENTS))
            case State.CURRENT if self.rng.random() < CONFIRMED:
                self._confirm()

    def _later(self, days: int = 0) -> datetime:
        """Some moment between the file's first day and today, or so many days at most after the first."""
        past = (self.now - self.moment.date()).days
        return self.moment + timedelta(days=self.rng.randint(0, min(past, days) if days else past))

    def _step(self, act: str, state: State, at: datetime, *, comment: str = "") -> None:
        child = self.file.child
        before, child.state = child.state, state
        child.state_since = at.date()
        with as_of(at):
            self.file.reviews.append(rows.review(child, {"return": "returned"}.get(act, act), self.by, comment=comment))
        self._changed(act, at, {"state": [str(before), str(state)]})

    def _end(self, reason: str, on: date) -> None:
        child = self.file.child
        child.end_reason = reason
        for category in self.file.categories:
            category.until, category.end_reason = max(on, category.since), EXIT_REASON[reason].label
        self._step("end", State.ENDED, self.moment.replace(year=on.year, month=on.month, day=on.day))

    def _confirm(self) -> None:
        """The quarterly confirmation, on one of the quarter's days so far."""
        child = self.file.child
        first = max(quarter(self.now), self.moment.date())
        on = first + timedelta(days=self.rng.randint(0, (self.now - first).days))
        name = self.by.person.name if self.by else ""
        before, child.confirmed_on = child.confirmed_on, on
        self.confirmations.append(
            Confirmation.fresh(child_id=child.id, scope_place=child.scope_place, quarter=quarter(self.now), on=on, asked=self.rng.choice(ASKED), by_name=name),
        )
        at = max(self.moment.replace(year=on.year, month=on.month, day=on.day), self.moment)
        self._changed("confirmed", at, {"confirmed_on": [before, on]})

    def _changed(self, verb: str, at: datetime, diff: dict[str, list[object]]) -> None:
        child = self.file.child
        self._line(verb, at, diff | {"version": [child.version, child.version + 1]})
        child.version, child.updated_at = child.version + 1, at

    def _line(self, verb: str, at: datetime, diff: dict[str, list[object]]) -> None:
        child = self.file.child
        by, post = (self.by.person_id, self.by.id) if self.by else (None, None)
        self.lines.append((at, by, post, verb, "child", str(child.id), child.id, child.scope_place, child.scope_place, bulk.document(diff)))
