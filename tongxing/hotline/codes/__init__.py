"""The code tables of the hotline: one TOML file each, with its source."""

from dataclasses import dataclass
from pathlib import Path

from tongxing.ground.codes import Code, read

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Code):
    """What a call is about. ``situation``: what it is reported as, where it is one that must be."""

    situation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller(Code):
    """Who calls, and which reporter (``protection.codes.WHO_REPORTED``) that is."""

    reported_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Code):
    """What came of a call. ``tap``: entered in one tap, nobody has said anything that matters."""

    tap: bool = False
    tone: str = "grey"


TOPIC = read(_HERE / "topic.toml", Topic)
CALLER = read(_HERE / "caller.toml", Caller)
RESULT = read(_HERE / "result.toml", Result)
RISK = read(_HERE / "risk.toml", Code)
REACHED = read(_HERE / "reached.toml", Code)
