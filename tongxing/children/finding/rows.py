"""A child as one line of the list: words and marks, masked for whoever sees it masked in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.children import codes
from tongxing.children.actions.life import quarter
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import Details
from tongxing.children.models import Child, State
from tongxing.children.page.shapes import Mark
from tongxing.crypto.masking import mask_name
from tongxing.units.codes import STAGE
from tongxing.units.rules import grade_name

STATES = {State.DRAFT: "blue", State.SUBMITTED: "amber", State.RETURNED: "amber", State.ENDED: "grey"}
STATE_ICONS = {State.DRAFT: "pencil", State.SUBMITTED: "clock", State.RETURNED: "arrow-back-up", State.ENDED: "archive"}
LOW = 60  # a completeness below it is marked


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    id: UUID
    url: str
    name: str
    sex: str
    born: date
    estimated: bool
    place: str
    township: str
    school: str
    stage: str
    guardianship: str
    guardianship_alarm: bool
    marks: list[Mark]
    completeness: int
    low: bool
    updated_at: datetime
    unconfirmed: bool


def name_for(asking: Asking, name: str) -> str:
    """As the file itself shows it to this post."""
    return name if asking.sees_names else mask_name(name)


def lines(children: Iterable[Child], details: Details, asking: Asking) -> list[Line]:
    return [
        Line(
            id=child.id,
            url=reverse("children:file", args=[child.id]),
            name=name_for(asking, child.name),
            sex=codes.SEX.text(child.sex) if child.sex in ("1", "2") else "",
            born=child.born,
            estimated=child.born_estimated,
            place=details.places.get(child.scope_place, ""),
            township=details.townships.get(child.scope_place, ""),
            school=child.school_name,
            stage=stage_of(child),
            guardianship=codes.GUARDIANSHIP.text(child.guardianship),
            guardianship_alarm=bool(child.guardianship) and codes.GUARDIANSHIP[child.guardianship].alarm,
            marks=list(marks(child, details, asking)),
            completeness=child.completeness,
            low=child.completeness < LOW,
            updated_at=child.updated_at,
            unconfirmed=child.state == State.CURRENT and (child.confirmed_on is None or child.confirmed_on < quarter(asking.on)),
        )
        for child in children
    ]


def stage_of(child: Child) -> str:
    """三年级2班, or the stage where the grade is not known; and what is special about the enrolment."""
    stage = codes.SCHOOL_STAGE.text(child.school_stage)
    graded = child.grade and child.school_stage in STAGE and child.grade <= STAGE[child.school_stage].grades
    grade = grade_name(child.school_stage, child.grade) if graded and child.grade else ""
    of_class = child.class_name if child.class_name.startswith(grade.removesuffix("班")) else grade + child.class_name
    special = codes.ENROLMENT.text(child.enrolment) if child.enrolment not in ("", "attending") else ""
    return " ".join(filter(None, (of_class or stage, special)))


def marks(child: Child, details: Details, asking: Asking) -> Iterator[Mark]:
    """What an official wants to see at a glance, the file's state first. Never a reason (real-life 7)."""
    for alarm in details.alarms.get(child.id, ()):
        yield Mark("red", alarm.word, alarm.icon)
    state = State(child.state)
    if state in STATES:
        yield Mark(STATES[state], str(state.label), STATE_ICONS[state])
    for status, mark in (
        ("left_behind", Mark("blue", _("留守"), "users")),
        ("unsupported", Mark("amber", _("事实无人抚养（待认定）"), "help")),
        ("migrant", Mark("blue", _("流动"), "arrows-exchange")),
    ):
        if stands(child, status, asking.on):
            yield mark
    for label, recognised in details.categories.get(child.id, {}).items():
        yield Mark("blue", label, "flag") if recognised else Mark("amber", _("%(category)s · 待审") % {"category": label}, "clock")
    yield from _to_do(child, details)


def _to_do(child: Child, details: Details) -> Iterator[Mark]:
    """What somebody should look at."""
    if child.registration == "none":
        yield Mark("red", _("无户籍"), "id")
    if child.school_stage and codes.SCHOOL_STAGE[child.school_stage].alarm:
        yield Mark("red", codes.SCHOOL_STAGE.text(child.school_stage), "school")
    if child.id in details.moving:
        yield Mark("amber", _("转移办理中"), "arrows-exchange")
    if child.id in details.away:
        yield Mark("grey", _("临时离开"), "map-pin")


def stands(child: Child, status: str, on: date) -> bool:
    """Whether a status of the list's columns holds on a day."""
    since, until = getattr(child, f"{status}_since"), getattr(child, f"{status}_until")
    return since is not None and until is not None and since <= on < until
