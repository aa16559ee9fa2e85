"""The catalogue of help that a case can bring, read from ``measures.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tongxing.caremodels.loading import library
from tongxing.caremodels.queries import NATIONAL
from tongxing.caremodels.shapes import Lapse
from tongxing.ground import toml
from tongxing.protection.branches import HOLDERS
from tongxing.units.codes import DEPARTMENT

_FILE = Path(__file__).parent / "measures.toml"
WORKERS = (*HOLDERS, "social_worker")

type Protection = Literal["family", "school", "society", "network", "government", "judicial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What help is about."""

    id: str
    label: str  # Chinese msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One kind of help. ``who`` usually gives it: a post at the place, the school, a social worker, or a department of the county (its code).

    ``within`` is the usual time. ``event`` opens a duty for the child (``duties.actions.ask``), which an entry of one of ``kinds`` keeps;
    empty where the case alone keeps track. ``protection`` is one of the six (YC-11).
    """

    id: str
    label: str  # Chinese msgid
    domain: str
    who: str
    within: Lapse
    protection: Protection
    source: str
    hint: str = ""  # Chinese msgid
    event: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def department(self) -> str:
        """The department whose posts give it; empty where a post at the place, the school or a social worker does."""
        return "" if self.who in WORKERS else self.who


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The file as it stands."""

    domain: tuple[Domain, ...]
    measure: tuple[Measure, ...]


def read(path: Path) -> Catalogue:
    """Raises ``toml.DataFileError`` with the file, the line and what was probably meant."""
    source = toml.Source(path)
    found = toml.fitted(source, source.parse(), Catalogue)
    duties = {duty.deadline.event: duty for duty in library().models[NATIONAL].duties if duty.deadline and duty.deadline.dated}
    domains = [domain.id for domain in found.domain]
    known = (*WORKERS, *DEPARTMENT.values())
    seen: set[str] = set()
    for number, each in enumerate(found.measure):
        line = source.table("measure", number)
        of = f"the measure “{each.id}”"
        if each.id in seen:
            raise source.error(f"{of} stands twice", each.id, start=line)
        if each.domain not in domains:
            raise source.error(f"{of} belongs to the unknown domain “{each.domain}”; the nearest is “{toml.nearest(each.domain, domains)}”", each.domain, start=line)
        if each.who not in known:
            raise source.error(f"{of} is given by the unknown “{each.who}”; the nearest known one is “{toml.nearest(each.who, known)}”", each.who, start=line)
        if each.event and each.event not in duties:
            raise source.error(
                f"{of} names “{each.event}”, which opens no dated duty of the national model; the nearest is “{toml.nearest(each.event, duties)}”", each.event, start=line
            )
        if each.kinds != (duties[each.event].by.kinds if each.event else ()):
            raise source.error(f"{of} is kept by other entries than its duty, or by some without a duty", "kinds", start=line)
        seen.add(each.id)
    return found


@cache
def catalogue() -> Catalogue:
    return read(_FILE)


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by id, in the order of the file."""
    return {each.id: each for each in catalogue().measure}


def measure(name: str) -> Measure:
    """Raises ``KeyError``."""
    return measures()[name]
