"""The code tables of guardianship: one TOML file each, with its source."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tongxing.ground.codes import Code, read

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind(Code):
    """A paper by which care is entrusted. ``preamble`` stands above its clauses."""

    preamble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Code):
    """One sentence of the paper, under the heading of whoever promises it."""

    party: Literal["parent", "guardian", "witness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Code):
    """Why an agreement ends. ``automatic``: written by the program, nobody chooses it. ``stays``: the guardian goes on caring."""

    automatic: bool = False
    stays: bool = False


PAPER = read(_HERE / "paper.toml", PaperKind)
CLAUSE = read(_HERE / "clause.toml", Clause)
UNFIT = read(_HERE / "unfit.toml", Code)
ENDING = read(_HERE / "ending.toml", Ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Code):
    """Something done about a guardian. ``admonition``: counted as one; ``by``: who usually does it; ``paper``: what is handed over."""

    by: str
    admonition: bool = False
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Code):
    criticises: bool = False


MEASURE = read(_HERE / "measure.toml", Measure)
AUTHORITY = read(_HERE / "authority.toml", Authority)
CONDUCT = read(_HERE / "conduct.toml", Code)
HEEDED = read(_HERE / "heeded.toml", Code)
PROOF = read(_HERE / "proof.toml", Code)
APPLICANT = read(_HERE / "applicant.toml", Code)
