"""A case is assessed: at least two people look by a scale, one confirms what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.protection import scales, scoring, sealing
from tongxing.protection.actions import lines, tasks
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Assessment, Case, Conclusion, Line, Task
from tongxing.protection.scales import Scale
from tongxing.protection.scoring import Result
from tongxing.protection.states import State

LEAST = 2  # assessors of a round (code-tables: two at least)
ASSESS = "assess"  # the step of a task that asks somebody to assess
WHY = "whoever is asked to assess may sit anywhere"


def round_of(case: Case) -> int:
    """The round of assessments that is going on: one more than were concluded."""
    return Conclusion.objects.filter(case=case).count() + 1


def version(used: Scale) -> str:
    """Which edition of a scale was used: whoever changes a point changes it."""
    return hashlib.sha256(repr(used).encode()).hexdigest()[:16]


def scored(scale: str, answers: Mapping[str, str]) -> tuple[Scale, Result]:
    """What answers come to. Raises ``ProtectionError`` where one is missing or means nothing."""
    if scale not in scales.scales():
        raise ProtectionError(_("请选择评估量表。"))
    used = scales.scale(scale)
    try:
        result = scoring.score(used, answers)
    except scoring.NoScore as wrong:
        raise ProtectionError(str(wrong)) from wrong
    if not result.complete:
        raise ProtectionError(_("还有%(n)s项没有回答，请逐项回答。") % {"n": len(result.unanswered)})
    return used, result


def concluded_since_it_began(case: Case) -> bool:
    """Whether somebody has confirmed a level of risk since the case was opened, opened again, or became an emergency again."""
    began = Line.objects.filter(case=case, verb__in=["reopen", "handle"]).exclude(data__from=State.RECEIVED).order_by("-at").values_list("at", flat=True).first()
    return Conclusion.objects.filter(case=case, at__gte=began or case.opened_at).exists()


@transaction.atomic
def ask_assessor(*, case: Case, post: Post, by: Post, due_at: datetime | None = None) -> Task:
    """Ask somebody to assess: a task of theirs. Whoever has left can be replaced; what they wrote stands."""
    with scope.whole_country(why=WHY):
        waiting = Task.objects.filter(case=case, step=ASSESS, done_at=None).select_related("owner")
        if any(task.owner and task.owner.person_id == post.person_id for task in waiting):
            raise ProtectionError(_("已经请过这个人评估。"))
        if Assessment.objects.filter(case=case, round=round_of(case), assessor__person=post.person_id).exists():
            raise ProtectionError(_("这个人本轮已经评估过，请另选一个人。"))
    return tasks.add_task(case=case, name=_("风险评估"), by=by, owner=post, due_at=due_at, kind=Task.Kind.OTHER, step=ASSESS)


@transaction.atomic
def assess(*, case: Case, scale: str, answers: Mapping[str, str], by: Post, child_id: UUID | None = None) -> Assessment:
    """What one assessor found. Each person assesses once in a round; nobody sees the other's answers before.

    Raises ``ProtectionError`` where an answer is missing or means nothing.
    """
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.ended:
            raise ProtectionError(_("个案已经结束，请先重新办理。"))
        number = round_of(case)
        asked = Task.objects.filter(case=case, step=ASSESS, done_at=None, owner__in=[each for each in (by.pk, by.deputy_of_id) if each]).first()
        if asked is None and not by.may("cases.work"):
            raise ProtectionError(_("没有请您评估这个个案。"))
        if Assessment.objects.filter(case=case, round=number, assessor__person=by.person_id).exists():
            raise ProtectionError(_("您本轮已经评估过。另一份评估要由另一个人做。"))
        used, result = scored(scale, answers)
        made = Assessment(id=uuid7(), case=case, child_id=child_id, scale=scale, version=version(used), round=number, assessor=by, points=result.total, band=result.band.id)
        key = sealing.key(case.pk)
        assert key is not None
        made.answers_sealed = sealing.seal(key, made, dict(answers)) or b""
        made.save(force_insert=True)
        lines.write(case, "assessed_once", by=by, data={"assessment": str(made.pk), "round": number}, case_key=key)
        if asked is not None:
            tasks.finish(task=asked, by=by)
        return made


@transaction.atomic
def conclude(*, case: Case, band: str, why: str, by: Post, review_on: date | None = None) -> Conclusion:
    """Confirm the level of risk of a round, and when to look again."""
    if not why.strip():
        raise ProtectionError(_("请写明为什么定这个等级。"))
    if review_on is not None and review_on <= today():
        raise ProtectionError(_("下次评估的日期要在今天以后。"))
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.ended:
            raise ProtectionError(_("个案已经结束，请先重新办理。"))
        number = round_of(case)
        found = list(Assessment.objects.filter(case=case, round=number).select_related("assessor"))
        if len({row.assessor.person_id for row in found}) < LEAST:
            raise ProtectionError(_("还没有评估结论：至少两人评估，再由一人确认等级。"))
        used = scales.scale(found[-1].scale)
        try:
            chosen = used.band(band)
        except KeyError as unknown:
            raise ProtectionError(_("请选择风险等级。")) from unknown
        made = Conclusion(id=uuid7(), case=case, round=number, scale=used.id, band=band, post=by, at=now(), review_on=review_on)
        key = sealing.key(case.pk)
        assert key is not None
        made.why_sealed = sealing.seal(key, made, {"words": why.strip()}) or b""
        made.save(force_insert=True)
        case.colour, case.review_on = chosen.tone, review_on
        case.save(update_fields=["colour", "review_on"])
        for task in Task.objects.filter(case=case, step=ASSESS, done_at=None):
            tasks.skip(task=task, by=by, why=_("已确认评估等级。"))
        lines.write(case, "concluded", by=by, words={"words": why}, data={"band": band, "round": number, "review_on": review_on.isoformat() if review_on else ""}, case_key=key)
        return made
