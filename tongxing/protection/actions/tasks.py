"""What is to be done in a case: the steps of an emergency's checklist, measures, and whatever else; who does it, by when, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.clocks import actions as clocks
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.protection import branches, sealing, whom
from tongxing.protection.actions import lines, promising, steps, telling
from tongxing.protection.actions.people import name_for
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Involved, Line, Placement, Task

KIND = "task"
LONGEST_AGO = timedelta(days=365 * 20)
WHY = "a task is given to whoever does it, wherever they sit"


@transaction.atomic
def start_branch(*, case: Case, branch: str, by: Post) -> list[Task]:
    """Lay the checklist of an emergency over a case, once; each step goes to whoever usually does it there, if there is one."""
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if branch not in branches.branches():
            raise ProtectionError(_("请选择应急类型。"))
        case.branch = branch
        case.save(update_fields=["branch"])
        child_id = case.children.values_list("child_id", flat=True).first()
        made = []
        for order, step in enumerate(branches.branch(branch)):
            if Task.objects.filter(case=case, branch=branch, step=step.id).exists():
                continue
            holders = whom.who_does(step, place=case.scope_place, child_id=child_id, at=now())
            due = steps.due(case.scope_place, now(), step.within) if step.within else None
            task = Task(id=uuid7(), case=case, kind=Task.Kind.STEP, branch=branch, step=step.id, name=step.label, role=step.who, required=step.required, order=order, due_at=due)
            made.append(_made(task, _owner(case, holders)))
        lines.write(case, "branch", by=by, data={"branch": branch, "steps": len(made)})
        return made


def _owner(case: Case, holders: Sequence[Post]) -> Post | None:
    """Who gets a step by itself: the only one who could do it; of a restricted case nobody who is not named already."""
    if case.restricted:
        named = set(Involved.objects.filter(case=case, until=None).values_list("post", flat=True))
        holders = [post for post in holders if post.pk in named]
    return holders[0] if len(holders) == 1 else None


def _made(task: Task, owner: Post | None) -> Task:
    task.owner = owner
    task.save(force_insert=True)
    if task.due_at is not None:
        clocks.start(kind=KIND, subject=task.pk, due_at=max(task.due_at, now()), place=task.case.scope_place)
    if owner is not None:
        _given(task, owner)
    return task


def _given(task: Task, owner: Post) -> None:
    name_for(task.case, owner, Involved.Cause.TASK)
    telling.tell(task.case, telling.TASK, [owner], key=f"task:{task.pk}:{owner.pk}")


@transaction.atomic
def add_task(
    *, case: Case, name: str, by: Post, owner: Post | None = None, due_at: datetime | None = None, kind: str = Task.Kind.OTHER, step: str = "", child_id: UUID | None = None
) -> Task:
    """One more thing to do: a measure of the catalogue (``kind`` measure, ``step`` its id), or something else."""
    if not name.strip():
        raise ProtectionError(_("请写明要做什么。"))
    if kind == Task.Kind.MEASURE and (owner is None or due_at is None):
        raise ProtectionError(_("帮扶措施要写明责任人和期限。"))
    if due_at is not None and due_at < now():
        raise ProtectionError(_("期限已经过去，请改正。"))
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.ended:
            raise ProtectionError(_("个案已经结束，请先重新办理。"))
        task = Task(id=uuid7(), case=case, kind=kind, step=step, name=name.strip()[:120], child_id=child_id, due_at=due_at, order=1000 + case.tasks.count())
        _made(task, owner)
        promising.promise(task, by)
        lines.write(case, "task", by=by, data={"task": str(task.pk), "kind": kind})
        return task


@transaction.atomic
def assign(*, task: Task, owner: Post, by: Post, due_at: datetime | None = None) -> Task:
    """Give a task to somebody, or a new date to it."""
    with scope.whole_country(why=WHY):
        task = _open(task)
        if due_at is not None and due_at < now():
            raise ProtectionError(_("期限已经过去，请改正。"))
        changed = task.owner_id != owner.pk
        task.owner = owner
        if due_at is not None and due_at != task.due_at:
            task.due_at = due_at
            clocks.stop(kind=KIND, subject=task.pk)
            clocks.start(kind=KIND, subject=task.pk, due_at=due_at, place=task.case.scope_place)
        task.save()
        promising.promise(task, by)
        lines.write(task.case, "assigned", by=by, data={"task": str(task.pk), "post": str(owner.pk)})
        if changed:
            _given(task, owner)
        return task


@transaction.atomic
def finish(*, task: Task, by: Post, result: str = "", at_time: datetime | None = None) -> Task:
    """It is done; what came of it, and when, where that was earlier."""
    if at_time is not None and not (now() - LONGEST_AGO < at_time <= now()):
        raise ProtectionError(_("办结时间在将来，请改正。"))
    return _over(task, by, result=result, skipped=False, at_time=at_time)


@transaction.atomic
def skip(*, task: Task, by: Post, why: str) -> Task:
    """It is not done, for a reason."""
    if not why.strip():
        raise ProtectionError(_("请写明为什么不做这一步。"))
    return _over(task, by, result=why, skipped=True, at_time=None)


def _over(task: Task, by: Post, *, result: str, skipped: bool, at_time: datetime | None) -> Task:
    with scope.whole_country(why=WHY):
        task = _open(task)
        if task.owner_id not in (by.pk, by.deputy_of_id) and not by.may("cases.work"):
            raise ProtectionError(_("这项任务不是您的。"))
        if skipped and not by.may("cases.work"):
            raise ProtectionError(_("跳过一步要由办理个案的人决定。"))
        if not skipped:
            _recorded(task)
        task.done_at, task.done_by, task.skipped = at_time or now(), by.pk, skipped
        key = sealing.key(task.case_id)
        if key:
            task.result_sealed = sealing.seal(key, task, {"words": result})
        task.save()
        clocks.stop(kind=KIND, subject=task.pk)
        promising.release(task, by)
        lines.write(task.case, "task_skipped" if skipped else "task_done", by=by, words={"words": result}, data={"task": str(task.pk)}, on_at=at_time, case_key=key)
        if not skipped and needs(task) == "notice":
            _notify(task)
        return task


def needs(task: Task) -> str:
    """What is recorded with a step (a placement, a notice …); empty where nothing is."""
    if not task.branch or task.branch not in branches.branches():
        return ""
    try:
        return branches.branch(task.branch)[task.step].needs
    except KeyError:  # the checklist has changed since
        return ""


def _recorded(task: Task) -> None:
    """What a step is about must be on record before it is ticked."""
    match needs(task):
        case "placement" if not Placement.objects.filter(case=task.case).exists():
            raise ProtectionError(_("请先登记安置到哪里、由谁照料，再办结这一步；没有安置的，写明原因后跳过。"))
        case "persuasion":
            least = branches.branch(task.branch)[task.step].times
            done = Line.objects.filter(case=task.case, verb="persuaded").count()
            if done < least:
                raise ProtectionError(_("至少劝返%(least)s次，现在登记了%(done)s次；已经返校的，写明情况后跳过。") % {"least": least, "done": done})
        case "letter" if not Line.objects.filter(case=task.case, verb="reported_in_writing").exists():
            raise ProtectionError(_("请先写书面报告，再办结这一步。"))
        case _:
            pass


def _notify(task: Task) -> None:
    """The township hears of it (P8-6)."""
    found = [post for post in whom.officers(task.case.scope_place, now(), "supervisor") if not task.case.restricted]
    for post in found:
        name_for(task.case, post, Involved.Cause.TOLD, informed=False)
    lines.write(task.case, "notified", by=None, data={"posts": len(found)})
    telling.tell(task.case, telling.NOTICE, found, key=f"notice:{task.pk}")


def _open(task: Task) -> Task:
    found = Task.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
    if found.done_at is not None:
        raise ProtectionError(_("这项任务已经办结。"))
    return found
