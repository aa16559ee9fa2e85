"""What a child needs and what departments answered, on the child's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from tongxing.children.models import State
from tongxing.children.page.panels import Panel
from tongxing.children.page.reader import Reader
from tongxing.letters import codes, queries
from tongxing.letters.models import Item, Need
from tongxing.letters.queries import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter in which a need is listed. ``url``: empty where the letter is not the reader's to open."""

    item: Item
    outcome: str
    tone: str
    url: str
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Shown:
    need: Need
    word: str
    department: str
    note: str
    result: str
    asked: Sequence[Asked]
    end_url: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What letters/panel.html draws."""

    rows: Sequence[Shown]
    add_url: str


TONES = {"granted": "green", "refused": "red", "progress": "blue", "": "amber"}


def load(reader: Reader) -> Needs:
    child = reader.child
    rows = []
    found = queries.of_child(child.id)
    visible = queries.opened_by(reader.post, {item.letter_id for _need, _note, items in found for item, _answers in items})
    for need, note, items in found:
        kind = codes.NEED[need.kind]
        asked = [_asked(item, answers, opens=item.letter_id in visible) for item, answers in items]
        end = reverse("letters:need_end", args=[need.id]) if need.ended_on is None and reader.may("needs.edit") else ""
        rows.append(Shown(need, codes.NEED.text(need.kind), codes.ADDRESSEE.text(kind.department), note, codes.NEED_END.text(need.result), asked, end))
    add = reverse("letters:need_new", args=[child.id]) if reader.may("needs.edit") and child.state == State.CURRENT else ""
    return Needs(rows, add)


def _asked(item: Item, answers: Sequence[Answer], *, opens: bool) -> Asked:
    url = reverse("letters:letter", args=[item.letter_id]) if opens else ""
    return Asked(item, codes.OUTCOME.text(item.outcome), TONES[item.outcome], url, answers)


NEEDS = Panel(template="letters/panel.html", load=load, column="main", right="needs.edit", order=30)
