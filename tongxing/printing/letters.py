"""What stands on an official letter (联函) with its list, and on the minutes of a joint meeting: plain text, already masked as the reader may see it.

Sources: LHK-8 (联函, 分类需求表), 党政机关公文处理工作条例 (文号、主送、落款、印章、附件), YN-1 (联席会议).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongxing.printing.cards import clean, flat, qr_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One child on the list."""

    name: str
    sex: str = ""
    born: str = ""
    id_number: str = ""
    place: str = ""
    need: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLetter:
    """Template `official_letter`. ``draft``: it has no number and no seal yet, and says so."""

    kind: str
    number: str
    title: str
    text: str
    office: str
    on: str
    due: str
    drafter: str
    link: str
    lines: Sequence[Line]
    draft: bool = False

    def data(self) -> dict[str, Any]:
        texts = {name: clean(getattr(self, name)) for name in ("kind", "number", "title", "office", "on", "due", "drafter")}
        return texts | {"paragraphs": _paragraphs(self.text), "lines": [flat(line) for line in self.lines], "draft": self.draft, "qr": qr_code(self.link)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    words: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Template `minutes`."""

    title: str
    on: str
    room: str
    came: str
    absent: str
    agenda: str
    minutes: str
    tasks: Sequence[Task]
    office: str

    def data(self) -> dict[str, Any]:
        texts = {name: clean(getattr(self, name)) for name in ("title", "on", "room", "came", "absent", "office")}
        return texts | {"agenda": _paragraphs(self.agenda), "minutes": _paragraphs(self.minutes), "tasks": [flat(task) for task in self.tasks]}


def _paragraphs(text: str) -> list[str]:
    """Lines as paragraphs; what they were indented with by hand the template does itself."""
    return [clean(line.strip().strip("\u3000")) for line in text.splitlines() if line.strip()]
