"""The code tables of circles and plans: one TOML file each, with its source."""

from dataclasses import dataclass
from pathlib import Path

from tongxing.ground.codes import Code, read

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Code):
    """Why somebody leaves a circle. ``automatic``: written by the program, nobody chooses it. ``moves``: another takes over the same place."""

    automatic: bool = False
    moves: bool = False


LEAVING = read(_HERE / "leaving.toml", Reason)
AREA = read(_HERE / "area.toml", Code)
RESULT = read(_HERE / "result.toml", Code)
