"""What a school year's turn does to one child's schooling (real-life 5): up a grade, into the next stage, or a question for a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongxing.units import codes
from tongxing.units.rules import ClassKey, class_name

STAYS_AS_ENROLLED = frozenset({"attending", "home_lessons", "elsewhere", "regular_class", ""})
FOLLOWS = {"kindergarten": "primary", "primary": "junior"}  # compulsory schooling: where one goes next is not asked (义务教育法 art. 2)


class Turn(StrEnum):
    """What becomes of a child in September."""

    UP = "up"  # the next grade of the same school
    ENTERS = "enters"  # the first grade of the next stage: the school is not known yet
    ASK = "ask"  # a person must say: the stage ends and what follows is the child's choice, or the file does not tell


@dataclass(frozen=True, slots=True)
class Schooled:
    """Schooling as the file has it today; ``grade`` within the stage, None where the file does not say."""

    stage: str
    enrolment: str
    grade: int | None
    class_name: str


def turn(now: Schooled) -> tuple[Turn, Schooled]:
    """The schooling after the turn of the year. A suspended child and one whose grade is unknown are asked about, not moved."""
    stage = codes.STAGE.get(now.stage)
    if stage is None or now.enrolment not in STAYS_AS_ENROLLED or now.grade is None:
        return Turn.ASK, now
    if now.grade < stage.grades:
        return Turn.UP, Schooled(now.stage, now.enrolment, now.grade + 1, _class_after(now))
    if after := FOLLOWS.get(now.stage):
        return Turn.ENTERS, Schooled(after, "attending", 1, "")
    return Turn.ASK, now


def _class_after(now: Schooled) -> str:
    """三年级2班 becomes 四年级2班; a class that is called otherwise keeps its name."""
    if now.grade is None:
        return now.class_name
    for number in range(1, 61):
        if now.class_name == class_name(ClassKey(now.stage, now.grade, number)):
            return class_name(ClassKey(now.stage, now.grade + 1, number))
    return now.class_name
