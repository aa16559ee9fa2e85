"""`manage.py states`: draw the state machines into docs/states/, one page each, from the tables that the program runs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import TextChoices
from django.utils import translation

from tongxing.children.lifecycle import LIFE, TRANSFER
from tongxing.children.models import State, Transfer
from tongxing.figures import states as figures
from tongxing.ground.folders import ROOT
from tongxing.guardianship import states as guardianship
from tongxing.imports import states as imports
from tongxing.letters import states as letters
from tongxing.protection import states as protection

FOLDER = ROOT / "docs" / "states"


class Step(Protocol):
    """An act that leads from one of its origins to another state."""

    @property
    def label(self) -> Any: ...
    @property
    def origins(self) -> Iterable[TextChoices]: ...
    @property
    def to(self) -> TextChoices: ...
    @property
    def right(self) -> str: ...
    @property
    def comment(self) -> bool: ...


MACHINES: Mapping[str, tuple[str, type[TextChoices], Mapping[str, Step], TextChoices]] = {
    "import": ("导入台账 · the life of an import", imports.State, imports.LIFE, imports.State.READING),
    "child-file": ("儿童档案 · the life of a child's file", State, LIFE, State.DRAFT),
    "transfer": ("档案转移 · a file moves to another place", Transfer.State, TRANSFER, Transfer.State.REQUESTED),
    "agreement": ("监护确认书 · the life of a guardianship confirmation", guardianship.State, guardianship.AGREEMENT, guardianship.State.DRAFT),
    "letter": ("工作联系函 · the life of a letter to a department", letters.State, letters.LIFE, letters.State.DRAFTED),
    "petition": ("撤销监护人资格 · the life of a petition to revoke guardianship", guardianship.Stage, guardianship.PETITION, guardianship.Stage.GATHERING),
    "return": ("统计报表 · the life of a return", figures.State, figures.LIFE, figures.State.OPEN),
    "case": ("个案 · the life of a case", protection.State, protection.LIFE, protection.State.REPORTED),
}


def pages() -> dict[str, str]:
    """File name to what it must say."""
    with translation.override("zh-hans"):
        return {f"{name}.md": _page(*machine) for name, machine in MACHINES.items()}


def _page(title: str, states: type[TextChoices], steps: Mapping[str, Step], first: TextChoices) -> str:
    order = list(states)
    arrows = sorted((order.index(origin), order.index(step.to), str(step.label)) for step in steps.values() for origin in step.origins)
    lines = [f"# {title}", "", "Drawn by `manage.py states`; the table in the code is what the program runs on.", "", "```mermaid", "stateDiagram-v2", f"  [*] --> {first.value}"]
    lines += [f"  {state.value}: {state.label} ({state.value})" for state in order]
    lines += [f"  {order[origin].value} --> {order[to].value}: {label}" for origin, to, label in arrows]
    lines += ["```", "", "| act | 中文 | from | to | right | needs words |", "|---|---|---|---|---|---|"]
    for name, step in steps.items():
        origins = ", ".join(state.value for state in order if state in step.origins)
        lines.append(f"| `{name}` | {step.label} | {origins} | {step.to.value} | `{step.right}` | {'yes' if step.comment else ''} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Draw the state machines into docs/states/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where a page is not what the code says")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = [name for name, page in pages().items() if not (FOLDER / name).exists() or (FOLDER / name).read_text() != page]
        if check:
            if stale:
                raise CommandError(f"{', '.join(stale)}: not what the code says; run manage.py states")
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, page in pages().items():
            (FOLDER / name).write_text(page)
