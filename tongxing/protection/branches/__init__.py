"""Checklists: what is done in an emergency, for a street child, a dropout, a young offender. One TOML file each, with its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from tongxing.caremodels.shapes import Lapse
from tongxing.ground import toml
from tongxing.units.codes import DEPARTMENT

_HERE = Path(__file__).parent
ALWAYS = "always"

type Needs = Literal["", "placement", "exam", "notice", "agreement", "admonition", "evidence", "match", "escort", "handover", "persuasion", "letter", "lesson"]
type Holder = Literal["child_director", "supervisor", "county_officer", "school"]
HOLDERS: tuple[str, ...] = get_args(Holder.__value__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a checklist. ``who``: a post at the place, the child's school, or a department of the county (its code).

    ``note``: when it applies, if not always. ``within``: from the beginning of the branch; None where nobody can say.
    ``needs``: what is recorded with it (a placement, an examination, a notice …). ``times``: how often at least.
    ``required``: ticked, or left out with a reason, before the branch is done. ``last``: of ``always``, after the branch's own steps.
    """

    id: str
    label: str  # Chinese msgid
    who: str
    source: str
    hint: str = ""  # Chinese msgid
    note: str = ""  # Chinese msgid
    within: Lapse | None = None
    needs: Needs = ""
    times: int = 1
    required: bool = False
    last: bool = False

    @property
    def department(self) -> str:
        """The department whose posts do it; empty where a post at the place or the school does."""
        return "" if self.who in HOLDERS else self.who


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A checklist. ``emergency``: what belongs to every emergency (``always``) stands around its own steps."""

    id: str
    label: str  # Chinese msgid
    hint: str  # Chinese msgid
    source: str
    emergency: bool = False
    steps: tuple[Step, ...] = ()

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, name: str) -> Step:
        """Raises ``KeyError`` with the step's and the branch's name."""
        try:
            return next(step for step in self.steps if step.id == name)
        except StopIteration:
            raise KeyError(f"{name!r} is no step of the branch {self.id}") from None


@dataclass(frozen=True, slots=True)
class _File:
    branch: Branch
    step: tuple[Step, ...]


def read(path: Path) -> Branch:
    """One checklist. Raises ``toml.DataFileError`` with the file, the line and what was probably meant."""
    source = toml.Source(path)
    file = toml.fitted(source, source.parse(), _File)
    if file.branch.id != path.stem:
        raise source.error(f"[branch] id is “{file.branch.id}”; it must be the file's name, “{path.stem}”", "id")
    seen: set[str] = set()
    known = (*HOLDERS, *DEPARTMENT.values())
    for number, step in enumerate(file.step):
        line = source.table("step", number)
        if step.who not in known:
            raise source.error(f"the step “{step.id}” is given to the unknown “{step.who}”; the nearest known one is “{toml.nearest(step.who, known)}”", step.who, start=line)
        if step.id in seen:
            raise source.error(f"the step “{step.id}” stands twice", step.id, start=line)
        if step.times < 1:
            raise source.error(f"the step “{step.id}” is asked {step.times} times", "times", start=line)
        if step.last and file.branch.id != ALWAYS:
            raise source.error(f"the step “{step.id}” is “last”, which is for {ALWAYS}.toml; put it where it belongs", "last", start=line)
        seen.add(step.id)
    return replace(file.branch, steps=file.step)


def read_all(folder: Path) -> Mapping[str, Branch]:
    """All checklists of a folder by id, those of emergencies with what belongs to every emergency around them."""
    found = {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
    always = found.pop(ALWAYS)
    for name, branch in found.items():
        if branch.emergency:
            if twice := {step.id for step in always} & {step.id for step in branch}:
                raise toml.DataFileError(f"{name}.toml: “{min(twice)}” is a step of every emergency already ({ALWAYS}.toml)")
            first, last = (tuple(step for step in always if step.last == end) for end in (False, True))
            found[name] = replace(branch, steps=(*first, *branch.steps, *last))
    return found


@cache
def branches() -> Mapping[str, Branch]:
    """All checklists by id."""
    return read_all(_HERE)


def branch(name: str) -> Branch:
    """Raises ``KeyError``."""
    return branches()[name]
