"""The code tables of reports and cases: one TOML file each, with its source."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tongxing.ground.codes import Code, read

_HERE = Path(__file__).parent

type Kind = Literal["protection", "dropout", "street", "issue", "judicial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Code):
    """What is reported. ``police``: they must be told at once. ``event``: what care models call it, empty where none of their chains is started.

    ``branch``: the checklist that it opens. ``restricted``: from the beginning seen by named people only. ``first``: one of the big buttons.
    """

    kind: Kind
    event: str = ""
    branch: str = ""
    urgent: bool = False
    police: bool = False
    restricted: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoReported(Code):
    """``obliged``: the law makes it a duty (accountability); whoever else reports is praised."""

    obliged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Code):
    """How a case ends, and cases of which kinds. ``good``: the child is where it should be. ``last``: nothing is followed afterwards."""

    kinds: tuple[Kind, ...]
    good: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Code):
    """Where a child stays meanwhile. ``agreement``: needs a written entrustment. ``state``: the state takes care of it."""

    agreement: bool = False
    state: bool = False


SITUATION = read(_HERE / "situation.toml", Situation)
KIND = read(_HERE / "kind.toml", Code)
CHANNEL = read(_HERE / "channel.toml", Code)
WHO_REPORTED = read(_HERE / "who_reported.toml", WhoReported)
OUTCOME = read(_HERE / "outcome.toml", Outcome)
PLACEMENT = read(_HERE / "placement.toml", Place)
FINDING = read(_HERE / "finding.toml", Code)


def outcomes(kind: str) -> list[Outcome]:
    """How a case of this kind can end."""
    return [outcome for outcome in OUTCOME if kind in outcome.kinds]
