"""What the database at hand is: empty, a demo, or somebody's real register."""

from __future__ import annotations

from enum import StrEnum

from tongxing.accounts.models import Person
from tongxing.demo.models import Demo


class State(StrEnum):
    EMPTY = "empty"
    UNFINISHED = "unfinished"  # a demo whose loading was cut off
    DEMO = "demo"
    REAL = "real"


def state() -> State:
    mark = Demo.objects.first()
    if mark:
        return State.DEMO if mark.loaded_at else State.UNFINISHED
    return State.REAL if Person.objects.exists() else State.EMPTY


def accounts() -> list[dict[str, str]]:
    """The sign-ins that the whole world knows, where this is a demo."""
    mark = Demo.objects.first()
    return mark.accounts if mark else []
