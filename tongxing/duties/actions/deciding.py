"""What people decide about promises: let one be for this window, let a child's rest, give one to somebody else, ask when it will be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.duties import rulebook, rules, seeing
from tongxing.duties.models import OPEN, Duty, EndReason, Rule, Suspension, Urge
from tongxing.duties.timing import window_of
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.journal.actions import Act

LONGEST = 200
AGAIN = timedelta(hours=12)  # the same promise is not urged twice within


def _locked(ids: Iterable[UUID]) -> list[Duty]:
    """The promises, locked always in the same order. Raises ``Duty.DoesNotExist`` outside the scope."""
    wanted = set(ids)
    found = list(Duty.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if missing := wanted - {duty.id for duty in found}:
        raise Duty.DoesNotExist(str(next(iter(missing))))
    return found


def _reason(reason: str) -> str:
    if not reason.strip():
        raise FieldErrors({"reason": _("请写明原因。")})
    return reason.strip()[:LONGEST]


def _superior(by: Post | None) -> None:
    """Who promises cannot let herself off."""
    if by is not None and by.definition.rank >= 5:
        raise CannotDo(_("这由上级岗位决定，请联系儿童督导员或者县级。"))


@transaction.atomic
def waive(*, duty_ids: Sequence[UUID], reason: str, by: Post | None) -> list[Duty]:
    """Let promises be for their window (本期免办). Raises ``CannotDo`` where one is done, ended or waived."""
    said = _reason(reason)
    _superior(by)
    found = _locked(duty_ids)
    for duty in found:
        if not duty.is_open:
            raise CannotDo(_("这项工作任务已经完成、结束或者免办。"))
        duty.waived_on, duty.waive_reason = today(), said
    Duty.objects.bulk_update(found, ["waived_on", "waive_reason"])
    journal.record_many(by=by, acts=[_act("duty_waived", duty, {"reason": [None, said]}) for duty in found])
    return found


@transaction.atomic
def unwaive(*, duty_ids: Sequence[UUID], by: Post | None, reason: str = "") -> list[Duty]:
    """Ask again what had been let be. Returns those that are asked again: what was not let be is left out."""
    _superior(by)
    found = [duty for duty in _locked(duty_ids) if duty.waived_on]
    acts = [_act("duty_unwaived", duty, {"reason": [duty.waive_reason, reason.strip()[:LONGEST] or None]}) for duty in found]
    for duty in found:
        duty.waived_on, duty.waive_reason = None, ""
    Duty.objects.bulk_update(found, ["waived_on", "waive_reason"])
    journal.record_many(by=by, acts=acts)
    return found


@transaction.atomic
def suspend(*, child_id: UUID, reason: str, by: Post | None, since: date | None = None, expected: date | None = None) -> Suspension:
    """Let a child's promises rest (暂缓): hospital, away with the parents. What opens meanwhile rests too. Raises ``CannotDo`` where they rest already.

    ``expected`` is when they should go on; from that day the lists ask for it, nothing goes on by itself.
    """
    from tongxing.children.models import Child

    said = _reason(reason)
    child = Child.objects.select_for_update().get(pk=child_id)
    day = min(since or today(), today())
    if Suspension.objects.filter(child_id=child_id, until=None).exists():
        raise CannotDo(_("这个孩子的工作任务已经暂缓。"))
    if expected and expected <= day:
        raise FieldErrors({"expected": _("预计恢复日期应晚于今天。")})
    made = Suspension(child_id=child_id, scope_place=child.scope_place, since=day, expected=expected, reason=said)
    made.save(force_insert=True)
    found = list(Duty.objects.select_for_update().filter(child_id=child_id, suspended_on=None, window_until__gt=day).filter(OPEN).order_by("pk"))
    for duty in found:
        duty.suspended_on, duty.suspend_reason = max(day, duty.since), said
    Duty.objects.bulk_update(found, ["suspended_on", "suspend_reason"])
    diff: dict[str, list[object]] = {"reason": [None, said], "since": [None, day.isoformat()], "duties": [0, len(found)]}
    if expected:
        diff["expected"] = [None, expected.isoformat()]
    journal.record(by=by, verb="duties_suspended", subject_kind="child", subject_id=child_id, child_id=child_id, place=child.scope_place, diff=diff)
    return made


@transaction.atomic
def resume(*, child_id: UUID, by: Post | None, on: date | None = None, reason: str = "") -> list[Duty]:
    """Go on (恢复). The days of rest are taken off what is asked; a deadline moves by them. What has nothing left to ask ends."""
    day = on or today()
    resting = Suspension.objects.select_for_update().filter(child_id=child_id, until=None).first()
    if resting is None:
        raise CannotDo(_("这个孩子的工作任务没有暂缓。"))
    resting.until = max(day, resting.since)
    resting.save(update_fields=["until"])
    found = list(Duty.objects.select_for_update().filter(child_id=child_id, suspended_on__isnull=False).order_by("pk"))
    book = rulebook.by_id({duty.rule_id for duty in found})
    for duty in found:
        _resume(duty, book[duty.rule_id], day)
    Duty.objects.bulk_update(found, ["suspended_on", "suspend_reason", "rested", "need", "due", "ended_on", "end_reason"])
    diff: dict[str, list[object]] = {"until": [None, day.isoformat()], "duties": [0, len(found)], "reason": [resting.reason, reason.strip()[:LONGEST] or None]}
    journal.record(by=by, verb="duties_resumed", subject_kind="child", subject_id=child_id, child_id=child_id, place=resting.scope_place, diff=diff)
    return found


def _resume(duty: Duty, rule: Rule, day: date) -> None:
    assert duty.suspended_on
    last = min(day, duty.window_until) if duty.known_at is None else day
    days = max((last - duty.suspended_on).days, 0)
    duty.rested, duty.suspended_on, duty.suspend_reason = duty.rested + days, None, ""
    if duty.known_at is not None:
        duty.due += timedelta(days=days)
        return
    quota = rule.shape.quota
    window = window_of(duty, rule)
    assert quota
    left = rules.need(quota.count, window, since=duty.since, rested=duty.rested)
    duty.need = max(left, 1)
    if left == 0 and duty.is_open:
        duty.ended_on, duty.end_reason = max(day, duty.window_from), EndReason.SUSPENDED


@transaction.atomic
def reassign(*, duty_ids: Sequence[UUID], to: UUID | None, reason: str, by: Post | None) -> list[Duty]:
    """Give promises to a person who keeps them instead of the role's holder; None gives them back. Raises ``CannotDo`` where the person cannot see one."""
    said = _reason(reason)
    _superior(by)
    found = _locked(duty_ids)
    if to and (hidden := len(found) - len(seeing.sees([to], found, today()).get(to, ()))):
        raise CannotDo(_("其中%(n)d项不能交给这个人：孩子不在他的辖区，他也不能查看孩子的档案。") % {"n": hidden})
    acts = [_act("duty_reassigned", duty, {"assigned_to": [_text(duty.assigned_to), _text(to)], "reason": [None, said]}) for duty in found]
    for duty in found:
        if not duty.is_open:
            raise CannotDo(_("这项工作任务已经完成、结束或者免办。"))
        duty.assigned_to = to
    Duty.objects.bulk_update(found, ["assigned_to"])
    journal.record_many(by=by, acts=acts)
    return found


@transaction.atomic
def urge(*, duty_ids: Sequence[UUID], by: Post, at: datetime | None = None) -> list[Duty]:
    """Ask when it will be done (催办); counted. Returns those that were urged: what is done already, or was urged just now, is left out."""
    _superior(by)
    moment = at or now()
    locked = _locked(duty_ids)  # before looking when it was urged: who urges at the same time waits here
    lately = set(Urge.objects.filter(duty_id__in=duty_ids, at__gt=moment - AGAIN).values_list("duty_id", flat=True))
    found = [duty for duty in locked if duty.is_open and duty.suspended_on is None and duty.id not in lately]
    for duty in found:
        duty.urged += 1
    Duty.objects.bulk_update(found, ["urged"])
    Urge.unscoped.bulk_create([Urge(duty=duty, child_id=duty.child_id, scope_place=duty.scope_place, at=moment, by=by.person_id, by_name=by.person.name) for duty in found])
    journal.record_many(by=by, acts=[_act("duty_urged", duty, {"urged": [duty.urged - 1, duty.urged]}) for duty in found])
    return found


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _act(verb: str, duty: Duty, diff: dict[str, list[object]]) -> Act:
    return {"verb": verb, "subject_kind": "duty", "subject_id": duty.id, "child_id": duty.child_id, "place": duty.scope_place, "diff": diff}
