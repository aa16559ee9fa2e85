"""When something may leave, how often it is tried, and what must never be in it. Pure: the moment is an argument."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
MOST_ATTEMPTS = len(WAITS) + 1
LEASE = timedelta(minutes=5)  # a worker that has not reported for so long was killed
SHORTEST_NAME, LONGEST_NAME = 2, 20

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ID_NUMBER = re.compile(rf"(?<!\d)[1-9]\d{{5}}(?:(?:19|20)\d\d{_DAY}\d{{3}}[\dXx]|\d\d{_DAY}\d{{3}})(?!\d)")
MOBILE = re.compile(r"(?<!\d)(?:0086|86)?1[3-9]\d{9}(?!\d)")
ANY_PHONE = re.compile(r"(?<!\d)\d{7,}(?!\d)")
JOINTS = re.compile(r"(?<=\d)[\s\-‐‑–—－_.·/\\()+*|]+(?=\d)|(?<=\d{3}),(?=\d{3})")  # a list of small numbers is none
_HAN = r"\u3400-\u9fff\U00020000-\U000323af"
HAN = re.compile(rf"[{_HAN}·•]+")
_MARKS = re.compile(rf"(?<=[{_HAN}])[^\w，。、；：！？…（）《》“”‘’【】,;:!?()](?=[{_HAN}])")  # 李.梓.萱: within sentences no such mark stands between two characters
_SPELLED = re.compile(rf"(?<![{_HAN}])[{_HAN}](?:[^\w][{_HAN}])+(?![{_HAN}])")  # 李，梓，萱


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``since`` until ``until`` (excluded) of every day nobody's telephone rings for what is not urgent; equal times: never quiet."""

    since: time = time(21, 0)
    until: time = time(7, 30)

    def __contains__(self, at: datetime) -> bool:
        clock = at.time().replace(tzinfo=None)
        if self.since <= self.until:
            return self.since <= clock < self.until
        return clock >= self.since or clock < self.until

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """``21:00-07:30``. Raises ``ValueError``."""
        since, until = (time.fromisoformat(part.strip()) for part in text.split("-"))
        return cls(since, until)


def not_before(at: datetime, quiet: QuietHours) -> datetime:
    """The first moment from ``at`` on that is not quiet, in ``at``'s own time zone."""
    if at not in quiet:
        return at
    end = at.replace(hour=quiet.until.hour, minute=quiet.until.minute, second=quiet.until.second, microsecond=quiet.until.microsecond)
    return end if end > at else end + timedelta(days=1)


def next_attempt(at: datetime, attempts: int) -> datetime | None:
    """When to try again after so many attempts have failed; None when it is enough."""
    return at + WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None


def numbers_in(text: str, *, any_phone: bool = False) -> list[str]:
    """Id numbers and mobile telephone numbers in a text, however they are spaced; with ``any_phone`` whatever could be a telephone."""
    plain = visible(text)
    found: dict[str, None] = {}
    for written in (plain, JOINTS.sub("", plain)):
        for pattern in (ID_NUMBER, MOBILE):
            found |= dict.fromkeys(pattern.findall(written))
    if any_phone:
        found |= dict.fromkeys(ANY_PHONE.findall(plain))
    return [each for each in found if not any(each != other and each in other for other in found)]


def visible(text: str) -> str:
    """A text in one width, without what cannot be seen: marks of direction, zero width, selectors of variants."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Cf", "Mn"))


def possible_names(text: str, *, shortest: int = SHORTEST_NAME) -> set[str]:
    """Every run of Chinese characters in a text that is as long as a name, the text's spaces left out; from three on also what single marks have drawn apart."""
    plain = "".join(visible(text).split())
    apart = _SPELLED.sub(lambda found: re.sub(r"[^\w]", "", found[0]), _MARKS.sub("", plain))
    return _runs(plain, shortest) | (_runs(apart, max(shortest, SHORTEST_NAME + 1)) if apart != plain else set())


def _runs(text: str, shortest: int) -> set[str]:
    found = set()
    for run in HAN.findall(text):
        for start in range(len(run)):
            found |= {run[start : start + length] for length in range(shortest, min(LONGEST_NAME, len(run) - start) + 1)}
    return found


def whole_runs(text: str) -> set[str]:
    """The runs of Chinese characters between whatever else stands in a text."""
    return {run for run in HAN.findall(visible(text)) if SHORTEST_NAME <= len(run) <= LONGEST_NAME}


def masked(to: str) -> str:
    """An address as a log may have it: 138****5678, z***@example.org."""
    if "@" in to:
        name, _at, host = to.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{to[:3]}****{to[-4:]}" if len(to) >= 9 else "****"
