"""How long a case may stay in a state: its clock, started and stopped with the state."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongxing.caremodels import queries as caremodels
from tongxing.caremodels.shapes import NO_TIME, Lapse, Step
from tongxing.clocks import actions as clocks
from tongxing.duties.rules import due_after
from tongxing.duties.timing import county, workday_of
from tongxing.ground.today import CHINA, now
from tongxing.protection import codes
from tongxing.protection.models import Case

KIND = "case"


def step_of(case: Case) -> Step | None:
    """What the care models of the case's place say of its state, the strictest of them."""
    return caremodels.step(case.scope_place, now().astimezone(CHINA).date(), case.state, codes.SITUATION[case.situation].event)


def due(place: int, at: datetime, lapse: Lapse) -> datetime:
    """When a length of time has run out at a place, in its own working days."""
    return due_after(at, lapse, NO_TIME, workday_of(county(place)))


def begin(case: Case) -> None:
    """Start the clock of the state in which a case is now."""
    step = step_of(case)
    if step is not None:
        clocks.start(kind=KIND, subject=case.pk, step=case.state, due_at=due(case.scope_place, now(), step.within), place=case.scope_place)


def end(case: Case) -> None:
    clocks.stop(kind=KIND, subject=case.pk)


def again(case: Case, number: int) -> None:
    """After the ``number``-th breach of a state's time: start the clock for the next level, if the model names one."""
    step = step_of(case)
    if step is None or number >= len(step.escalate):
        return
    waited = step.escalate[number - 1].after.span if number else timedelta(0)
    wait = (step.escalate[number].after.span or timedelta(days=step.escalate[number].after.amount)) - (waited or timedelta(0))
    clocks.start(kind=KIND, subject=case.pk, step=case.state, due_at=now() + max(wait, timedelta(minutes=1)), place=case.scope_place)
