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
    unwaive_url: str


@dataclass(frozen=True, slots=True)
class Promises:
    lines: Sequence[Line]
    left: int
    url: str
    rest: str
    rest_tone: str
    resume_url: str


def load(reader: Reader) -> Promises:
    """Two queries: the promises that run, are near, or were missed lately, and their rules; where they rest one more, until when."""
    at, on = now(), today()
    child = {"child": str(reader.child.id)}
    decides = reader.post.may("duties.decide")
    tasks = duties.of_child(reader.child.id, at)
    rest = duties.resting([reader.child.id]).get(reader.child.id) if any(task.duty.suspended_on for task in tasks) else None
    tone, word = words.resting(rest.expected, on) if rest else ("", "")
    lines = []
    for task in tasks:
        row = task.duty
        missed = row.window_until <= on and task.group is not Group.OVERDUE
        if (task.group is Group.ENDED and not row.waived_on) or missed:
            continue
        line_tone, line_word = words.standing(row, at, on)
        lines.append(
            Line(
                name=words.name(task.rule),
                window=words.window(row),
                tone=line_tone,
                word=line_word,
                need=row.need,
                done=row.done,
                urged=row.urged if row.is_open else 0,
                note=row.waive_reason or row.suspend_reason,
                forms=words.entry_urls(task.rule, [reader.child.id], reader.post, duty=row)[:1] if row.is_open and not row.suspended_on else [],
                unwaive_url=f"{reverse('boards:unwaive')}?{urlencode(child | {'pick': str(row.id)})}" if decides and row.waived_on else "",
            )
        )
    lines.sort(key=lambda line: ("red", "amber", "blue", "grey", "green").index(line.tone))
    return Promises(
        lines=lines,
        left=sum(line.tone in ("red", "amber", "blue") for line in lines),
        url=f"{reverse('boards:duties')}?{urlencode(child | {'state': 'all'})}",
        rest=word,
        rest_tone=tone,
        resume_url=f"{reverse('boards:resume')}?{urlencode(child)}" if decides and rest else "",
    )


PROMISES = Panel(template="care/boards/panel.html", load=load, column="main", right="duties.view", order=5)
