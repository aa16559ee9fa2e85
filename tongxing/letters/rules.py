"""Who may take the next step with a letter, and whether it has been answered. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

FINAL = ("granted", "refused")


def may_step(person: UUID, *, acted: Collection[UUID], able: Collection[UUID]) -> bool:
    """Checker, signer and drafter are different people where people suffice: whoever acted before steps back while anybody is ``able`` who did not."""
    return person not in acted or not set(able) - set(acted)


def answered(outcomes: Collection[str], whole: str) -> bool:
    """Whether nothing is left to answer: every child's line where there are any (those that ended count as ""-less and are left out), else the letter as a whole."""
    return all(each in FINAL for each in outcomes) if outcomes else whole in FINAL


def late(due: date | None, *, answered_on: date | None, on: date) -> bool:
    """Whether the day by which an answer was due has passed without one, or passed before it came."""
    return due is not None and (answered_on or on) > due
