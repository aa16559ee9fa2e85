"""What a child's file shows of its promises: those of this window, and who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from tongxing.care.boards import words
from tongxing.children.page.panels import Panel
from tongxing.children.page.reader import Reader
from tongxing.duties import queries as duties
from tongxing.duties.queries import Group
from tongxing.ground.today import now, today


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise about the child."""

    name: str
    window: str
    tone: str
    word: str
    need: int
    done: int
    urged: int
    note: str
    forms: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Promises:
    lines: Sequence[Line]
    left: int
    url: str


def load(reader: Reader) -> Promises:
    """Two queries: the promises that run, are near, or were missed lately, and their rules."""
    at, on = now(), today()
    lines = []
    for task in duties.of_child(reader.child.id, at):
        row = task.duty
        missed = row.window_until <= on and task.group is not Group.OVERDUE
        if (task.group is Group.ENDED and not row.waived_on) or missed:
            continue
        tone, word = words.standing(row, at, on)
        lines.append(
            Line(
                name=words.name(task.rule),
                window=words.window(row),
                tone=tone,
                word=word,
                need=row.need,
                done=row.done,
                urged=row.urged if row.is_open else 0,
                note=row.waive_reason or row.suspend_reason,
                forms=words.entry_urls(task.rule, [reader.child.id], reader.post)[:1] if row.is_open and not row.suspended_on else [],
            )
        )
    lines.sort(key=lambda line: ("red", "amber", "blue", "grey", "green").index(line.tone))
    return Promises(lines, sum(line.tone in ("red", "amber", "blue") for line in lines), f"{reverse('boards:duties')}?{urlencode({'child': str(reader.child.id), 'state': 'all'})}")


PROMISES = Panel(template="care/boards/panel.html", load=load, column="main", right="duties.view", order=5)
