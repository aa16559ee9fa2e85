"""What follows from what, without a table or a clock: which link of a chain comes next, and which case a report belongs to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongxing.caremodels.shapes import Chain, Lapse

SAME_CHILD = timedelta(days=14)  # two reports about one child within these days are about one case, while that is open
SAME_WORDS = timedelta(minutes=60)  # the same words about the same place
LATER_CASE = timedelta(days=180)  # a new case about a child follows one that ended so recently
TO_ACKNOWLEDGE = Lapse(30, "m")  # where a chain gives its last link no time: a reasonable wait, no source names one
LATE_ENTRY = timedelta(minutes=30)
LATE_REPORT = timedelta(hours=24)  # the law says at once (立即) and gives no number: past a day nobody calls it that


def starts(chain: Chain, roles: Collection[str]) -> list[int]:
    """The links with which a chain begins: those of the reporter's own roles, else the first ones of the chain (whose sender nobody tells)."""
    own = [number for number, link in enumerate(chain.links) if link.sender in roles]
    if own:
        return own
    told = {role for link in chain.links for role in link.to}
    first = [number for number, link in enumerate(chain.links) if link.sender not in told]
    return first or [0]


def onward(chain: Chain, role: str, *, done: Collection[int] = ()) -> list[int]:
    """The links by which a role that was told tells on; a chain that leads back to somebody is not walked twice."""
    return [number for number, link in enumerate(chain.links) if link.sender == role and number not in done]


def time_to_acknowledge(chain: Chain, number: int, role: str) -> Lapse:
    """How long a role has to acknowledge: as long as it has to tell on; at the end of a chain what the link itself gives."""
    onwards = [chain.links[each].within for each in onward(chain, role)]
    given = min(onwards, key=lambda lapse: lapse.minutes) if onwards else chain.links[number].within
    return given if given.amount else TO_ACKNOWLEDGE


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case that a new report may belong to.

    ``words``: the very words are in it, ``child``: it is about the very child. ``alike``: it is about the same situation, or nobody has said
    yet what it is about: what happens to a child who is being followed is a new alarm, not an old one.
    """

    case_id: UUID
    opened_at: datetime
    ended_at: datetime | None
    child: bool
    words: bool
    alike: bool
    kind: str


def belongs_to(earlier: Sequence[Earlier], *, kind: str, at: datetime) -> UUID | None:
    """The open case that a report joins: about the same child within some days, or the same words of the same hour. The oldest of several."""
    known = [each for each in earlier if each.ended_at is None and each.kind == kind and each.alike]
    found = [each for each in known if at - each.opened_at <= (SAME_CHILD if each.child else SAME_WORDS)]
    return min(found, key=lambda each: each.opened_at).case_id if found else None


def follows(earlier: Sequence[Earlier], *, at: datetime) -> UUID | None:
    """The case that a new one follows: the last about the same child, open or ended not long ago."""
    found = [each for each in earlier if each.child and (each.ended_at is None or at - each.ended_at <= LATER_CASE)]
    return max(found, key=lambda each: each.opened_at).case_id if found else None
