"""The assessments of a case side by side: where assessors differ, what the score says of itself, what was confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.protection import scales, scoring, sealing
from tongxing.protection.actions import judging
from tongxing.protection.cases import words
from tongxing.protection.cases.seeing import Look
from tongxing.protection.models import Assessment, Conclusion, Task
from tongxing.protection.scales import Band, Scale
from tongxing.protection.scoring import Difference, Result


@dataclass(frozen=True, slots=True)
class Found:
    """One assessment with its answers open."""

    row: Assessment
    who: str
    scale: str
    band: tuple[str, str]
    result: Result | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    row: Conclusion
    who: str
    band: tuple[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Judging:
    """``waiting``: those who were asked and have not assessed; ``ready``: enough did, somebody may confirm."""

    round: int
    found: list[Found]
    waiting: list[Task]
    differences: list[Difference]
    confirmed: list[Confirmed]
    earlier: list[Found]
    ready: bool
    may_assess: bool
    hidden: bool = False


def band_of(scale: str, band: str) -> tuple[str, str]:
    """Tone and word."""
    try:
        found = scales.scale(scale).band(band)
    except KeyError:
        return "grey", band
    return found.tone, _(found.label)


def _found(row: Assessment, key: Any) -> Found:
    used = scales.scales().get(row.scale)
    result = None
    if used is not None:
        try:
            result = scoring.score(used, sealing.opened(key, row, row.answers_sealed))
        except scoring.NoScore:  # the scale has changed since
            result = None
    return Found(row, words.post(row.assessor), _(used.label) if used else row.scale, band_of(row.scale, row.band), result)


def of(look: Look) -> Judging:
    """Everything of it. Who has been asked and has not yet assessed does not see what the others wrote."""
    case = look.case
    key = sealing.key(case.pk)
    number = judging.round_of(case)
    rows = list(Assessment.objects.filter(case=case).select_related("assessor__person", "assessor__place").order_by("round", "at"))
    concluded = list(Conclusion.objects.filter(case=case).select_related("post__person", "post__place").order_by("-round"))
    waiting = list(Task.objects.filter(case=case, step=judging.ASSESS, done_at=None).select_related("owner__person", "owner__place"))
    now = [_found(row, key) for row in rows if row.round == number]
    mine = any(row.row.assessor.person_id == look.post.person_id for row in now)
    asked = any(look.owns(task) for task in waiting)
    hidden = asked and not mine
    same = [each.result for each in now if each.result and each.row.scale == now[0].row.scale]
    return Judging(
        round=number,
        found=[] if hidden else now,
        waiting=waiting,
        differences=scoring.differences(same) if len(same) > 1 and not hidden else [],
        confirmed=[Confirmed(row, words.post(row.post), band_of(row.scale, row.band), sealing.opened(key, row, row.why_sealed).get("words", "")) for row in concluded],
        earlier=[_found(row, key) for row in rows if row.round != number],
        ready=len({each.row.assessor.person_id for each in now}) >= judging.LEAST and not case.ended,
        may_assess=not case.ended and not mine and (asked or look.works),
        hidden=hidden and bool(now),
    )


def own(look: Look) -> Judging | None:
    """What an informed assessor sees: the own assessment, and whether it is still asked for."""
    key = sealing.key(look.case.pk)
    number = judging.round_of(look.case)
    rows = Assessment.objects.filter(case=look.case, assessor__person=look.post.person_id).select_related("assessor__person", "assessor__place")
    now = [_found(row, key) for row in rows if row.round == number]
    waiting = [task for task in Task.objects.filter(case=look.case, step=judging.ASSESS, done_at=None) if look.owns(task)]
    if not now and not waiting:
        return None
    return Judging(number, now, [], [], [], [], ready=False, may_assess=bool(waiting) and not now and not look.case.ended)


def suggested(found: list[Found]) -> Band | None:
    """The worse of what the assessors found: where in doubt, the child is in more danger."""
    results = [each.result for each in found if each.result]
    if not results:
        return None
    used: Scale = results[0].scale
    return max((result.band for result in results if result.scale.id == used.id), key=lambda band: band.least)


def helps(found: list[Found]) -> list[str]:
    """The measures that the answers ask for, the weightiest first."""
    return list(dict.fromkeys(name for each in found if each.result for name in each.result.helps))


type Names = Mapping[str, Post]
