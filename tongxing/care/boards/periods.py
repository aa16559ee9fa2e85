"""Which promises a board speaks of: those that run now, or those whose window ends in a month or a quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.duties.rules import LOOK_BACK
from tongxing.ground.today import CHINA

type Key = Literal["now", "month", "last_month", "quarter", "last_quarter"]

DAY = timedelta(days=1)
BACK = LOOK_BACK  # what was missed longer ago is of the past periods, and no longer on anybody's list
WORDS: dict[Key, Promise] = {
    "now": _("现在"),
    "month": _("本月"),
    "last_month": _("上月"),
    "quarter": _("本季度"),
    "last_quarter": _("上季度"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` and ``until`` (excluded) bound the ends of the windows; of ``now`` they are those of what runs today."""

    key: Key
    first: date
    until: date
    on: date

    @property
    def word(self) -> str:
        return str(WORDS[self.key])

    @property
    def running(self) -> Q:
        """Promises (or tallies) whose window is the period's."""
        if self.key == "now":
            return Q(window_from__lte=self.on, window_until__gt=self.on)
        return Q(window_until__gt=self.first, window_until__lte=self.until)

    @property
    def missed(self) -> Q:
        """Of ``now``: those whose window is over; they count as far as they were not kept."""
        return Q(window_until__lte=self.on, due__gt=start(self.on - BACK)) if self.key == "now" else Q(pk__in=[])


def start(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def last_day(due: datetime) -> date:
    """The last day on which something is in time."""
    return (due - timedelta(microseconds=1)).astimezone(CHINA).date()


def month_after(day: date, months: int = 1) -> date:
    """The first day of the month so many months after that of the day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def period(key: str, on: date) -> Period:
    """The period of an address; anything else is now."""
    quarter = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    match key:
        case "month":
            return Period("month", month_after(on, 0), month_after(on), on)
        case "last_month":
            return Period("last_month", month_after(on, -1), month_after(on, 0), on)
        case "quarter":
            return Period("quarter", quarter, month_after(quarter, 3), on)
        case "last_quarter":
            return Period("last_quarter", month_after(quarter, -3), quarter, on)
        case _:
            return Period("now", on, on + DAY, on)
