"""Who may hold what, who stands above whom, and what a record check allows. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tongxing.accounts.roles import ROLES, Role
from tongxing.places import codes

RECORD_CHECK_DAYS = 365  # 未成年人保护法 art. 62: at hire and every year
EXPIRES_SOON_DAYS = 30


class RecordCheck(StrEnum):
    """Where the record check of art. 62 stands."""

    MISSING = "missing"
    CLEAR = "clear"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    FOUND = "found"

    @property
    def label(self) -> str:
        return str(LABELS[self])

    @property
    def tone(self) -> str:
        return TONES[self]

    @property
    def holds(self) -> bool:
        """Whether its bearer may work with children."""
        return self in (RecordCheck.CLEAR, RecordCheck.EXPIRING)


LABELS: dict[RecordCheck, object] = {
    RecordCheck.MISSING: _("待查询"),
    RecordCheck.CLEAR: _("已查询"),
    RecordCheck.EXPIRING: _("即将过期"),
    RecordCheck.EXPIRED: _("过期"),
    RecordCheck.FOUND: _("查到违法犯罪记录"),
}
TONES = {RecordCheck.MISSING: "amber", RecordCheck.CLEAR: "green", RecordCheck.EXPIRING: "amber", RecordCheck.EXPIRED: "red", RecordCheck.FOUND: "red"}


def record_check(*, checked_on: date | None, clear: bool, on: date) -> RecordCheck:
    """The state of a record check on a day. It holds for a year, its anniversary included."""
    if checked_on is None or checked_on > on:
        return RecordCheck.MISSING
    if not clear:
        return RecordCheck.FOUND
    last = checked_on + timedelta(days=RECORD_CHECK_DAYS)
    if on > last:
        return RecordCheck.EXPIRED
    return RecordCheck.EXPIRING if on > last - timedelta(days=EXPIRES_SOON_DAYS) else RecordCheck.CLEAR


@dataclass(frozen=True, slots=True)
class Seat:
    """A role at a place."""

    role: str
    place: int

    @property
    def definition(self) -> Role:
        return ROLES[self.role]


def stands_above(manager: Seat, seat: Seat) -> bool:
    """Whether the holder of `manager` is a superior of `seat`'s: may reset its password, appoint to it, end it.

    The place must be covered. Administrators answer to the security administrator alone, an officer to those of a higher
    level, and nobody to an equal.
    """
    if not codes.within(seat.place, manager.place):
        return False
    if manager.role == "security_admin":
        return seat.role != "security_admin" or seat.place != manager.place
    return not seat.definition.administrator and not manager.definition.administrator and manager.definition.rank < seat.definition.rank


def may_appoint(manager: Seat, seat: Seat) -> bool:
    """Like standing above; and a security administrator may name a second one beside, so that one is always reachable."""
    return stands_above(manager, seat) or (manager.role == seat.role == "security_admin" and manager.place == seat.place)


def conflict(held: Iterable[str], role: str) -> str:
    """The role among those held that one person cannot combine with `role`, or nothing.

    System, security and audit administration are three persons (等保三级), and none of the three works with children.
    """
    administrator = ROLES[role].administrator
    return next((each for each in held if each != role and (administrator or ROLES[each].administrator)), "")
