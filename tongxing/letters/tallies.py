"""How departments answer: letters sent, answered, in time, and what became of each child's line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from tongxing.letters import codes
from tongxing.letters.models import Item, Letter
from tongxing.letters.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One department in a stretch of time, by the day on which letters were sent."""

    department: str
    sent: int = 0
    answered: int = 0
    in_time: int = 0
    overdue: int = 0
    lines: int = 0
    granted: int = 0
    refused: int = 0
    progress: int = 0

    @property
    def word(self) -> str:
        return codes.ADDRESSEE.text(self.department) if self.department else ""

    @property
    def share(self) -> int | None:
        """Per cent of the answered that came in time; None where none has come."""
        return round(100 * self.in_time / self.answered) if self.answered else None


def by_department(since: date, until: date, on: date) -> list[Tally]:
    """A line for each department to which the offices of the scope sent something from ``since`` until the day before ``until``."""
    sent = Letter.objects.filter(sent_on__gte=since, sent_on__lt=until).exclude(state=State.WITHDRAWN)
    letters = (
        sent.order_by()
        .values("department")
        .annotate(
            sent=Count("id"),
            answered=Count("id", filter=Q(answered_on__isnull=False)),
            in_time=Count("id", filter=Q(answered_on__lte=F("due_on"))),
            overdue=Count("id", filter=Q(state=State.SENT, due_on__lt=on)),
        )
    )
    items = Item.objects.filter(letter__in=sent.values("id"), ended="").order_by().values("letter__department")
    rows = items.annotate(lines=Count("id"), **{outcome: Count("id", filter=Q(outcome=outcome)) for outcome in codes.OUTCOME.values()})
    lines: dict[str, Any] = {row["letter__department"]: {name: value for name, value in row.items() if name != "letter__department"} for row in rows}
    found = {row["department"]: Tally(**row, **lines.get(row["department"], {})) for row in letters}
    return [found[department] for department in codes.ADDRESSEE.values() if department in found]


def total(rows: list[Tally]) -> Tally:
    names = ("sent", "answered", "in_time", "overdue", "lines", "granted", "refused", "progress")
    return Tally(department="", **{name: sum(getattr(row, name) for row in rows) for name in names})
