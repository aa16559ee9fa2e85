"""The day by which a department answers, as a clock: it runs while the letter waits for an answer, and stops with it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tongxing.clocks import actions as clocks
from tongxing.ground.today import CHINA
from tongxing.letters.models import Letter
from tongxing.letters.states import State

KIND = "letter"


def keep(letter: Letter) -> None:
    """Let the clock run or rest, as the letter's state has it. The answer is in time until the day has ended."""
    if letter.state == State.SENT and letter.due_on is not None:
        due = datetime.combine(letter.due_on + timedelta(days=1), time(), CHINA)
        clocks.start(kind=KIND, subject=letter.id, due_at=due, place=letter.scope_place)
    else:
        clocks.stop(kind=KIND, subject=letter.id)


def move(letter: Letter) -> None:
    """Another day holds."""
    clocks.stop(kind=KIND, subject=letter.id)
    keep(letter)
