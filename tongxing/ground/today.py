"""The only clock of the program: policy dates are those of Asia/Shanghai. Tests move it with time-machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
EARLIEST, LATEST = 1900, 2200  # years that can be asked for

_moment: ContextVar[datetime | None] = ContextVar("tongxing_moment", default=None)


def now() -> datetime:
    return _moment.get() or datetime.now(CHINA)


def today() -> date:
    return now().date()


def parse_day(text: str) -> date | None:
    """The day that an address holds (2026-11-22); None where it is none, or at the ends of the calendar, where no day lies before or after."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let it be another moment until the block ends. For the demo alone: its county has lived through the past months."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
