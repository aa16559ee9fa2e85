"""A promise about one child with an owner and a day of its own, opened from elsewhere than the log: a measure of a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child
from tongxing.duties import rulebook, rules, seeing
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty, EndReason
from tongxing.ground.today import CHINA, now, today
from tongxing.journal import actions as journal
from tongxing.journal.actions import Act


@transaction.atomic
def ask(*, event: str, child_id: UUID, origin: UUID, due: datetime, owner: UUID | None, by: Post | None, at: datetime | None = None) -> Duty:
    """Open the dated promise of an event for a child: kept by ``owner`` (a person; None is the role's holder) by ``due``. The scope must hold the child.

    ``origin`` is what asks for it (the measure's id): asked again with another day or owner, the same promise is changed; one that was
    withdrawn is asked again. Raises ``CannotDo`` where no model at the child's place has such a promise, or the owner cannot see the child.
    """
    child = Child.objects.get(pk=child_id)
    moment = at or now()
    found = _held(event, child_id, origin)
    if found is None:
        made = discharging.open_for_event(event, child_id, None, moment, place=child.scope_place, origin=origin, due=due, owner=owner, by=by)
        known = rulebook.by_id({duty.rule_id for duty in made})
        found = next((duty for duty in made if (deadline := known[duty.rule_id].shape.deadline) and deadline.dated), None)
        if found is None:
            raise CannotDo(_("这里采用的模式没有这一项工作任务。"))
    else:
        _change(found, due, owner, by)
    if owner and found.id not in seeing.sees([owner], [found], today()).get(owner, ()):
        raise CannotDo(_("不能交给这个人：孩子不在他的辖区，他也不能查看孩子的档案。"))
    return found


@transaction.atomic
def withdraw(*, event: str, child_id: UUID, origin: UUID, by: Post | None) -> Duty | None:
    """What was asked is asked no more. Returns the promise where it was still open, else None: what was kept stays kept."""
    found = _held(event, child_id, origin)
    if found is None or not found.is_open:
        return None
    found.ended_on, found.end_reason = max(today(), found.window_from), EndReason.WITHDRAWN
    found.save(update_fields=["ended_on", "end_reason"])
    journal.record_many(by=by, acts=[_act("duty_ended", found, {"ended": [None, EndReason.WITHDRAWN.value]})])
    return found


def _held(event: str, child_id: UUID, origin: UUID) -> Duty | None:
    return Duty.objects.select_for_update().filter(subject_id=child_id, window=rules.event_key(event, origin)).first()


def _change(duty: Duty, due: datetime, owner: UUID | None, by: Post | None) -> None:
    diff: dict[str, list[object]] = {}
    if duty.due != due:
        diff["due"] = [duty.due.isoformat(), due.isoformat()]
        duty.due, duty.window_until = due, max(due.astimezone(CHINA).date(), duty.window_from) + timedelta(days=1)
    if duty.assigned_to != owner:
        diff["assigned_to"] = [str(duty.assigned_to) if duty.assigned_to else None, str(owner) if owner else None]
        duty.assigned_to = owner
    if duty.end_reason == EndReason.WITHDRAWN:
        diff["ended"] = [duty.end_reason, None]
        duty.ended_on, duty.end_reason = None, ""
    if diff:
        duty.save(update_fields=["due", "window_until", "assigned_to", "ended_on", "end_reason"])
        journal.record_many(by=by, acts=[_act("duty_changed", duty, diff)])


def _act(verb: str, duty: Duty, diff: dict[str, list[object]]) -> Act:
    return {"verb": verb, "subject_kind": "duty", "subject_id": duty.id, "child_id": duty.child_id, "place": duty.scope_place, "diff": diff}
