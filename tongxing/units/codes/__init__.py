"""The code tables of units: one TOML file each, with its source."""

from dataclasses import dataclass
from pathlib import Path

from tongxing.ground.codes import Code, read

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Code):
    """A stage that a school offers: how many grades it has, and how a grade is called before its number."""

    grades: int
    grade_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department(Code):
    """A public office. ``former`` are names under which old papers know it (real-life 20)."""

    former: tuple[str, ...] = ()


KIND = read(_HERE / "kind.toml", Code)
STAGE = read(_HERE / "stage.toml", Stage)
DEPARTMENT = read(_HERE / "department.toml", Department)
