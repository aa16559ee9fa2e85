"""A case's own time has run out, or a task's: on record, and told to the level that the care model names."""

from __future__ import annotations

from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.clocks.models import Clock
from tongxing.protection.actions import chains, lines, steps, telling
from tongxing.protection.actions.people import name_for
from tongxing.protection.models import Case, Involved, Task
from tongxing.protection.states import State


def breached(clock: Clock) -> None:
    """A case has stayed in a state for too long: its level hears of it, and the clock runs on for the next one."""
    case = Case.objects.select_for_update(of=("self",)).select_related("owner").get(pk=clock.subject)
    if case.ended or case.state != clock.step:
        return
    step = steps.step_of(case)
    number = Clock.objects.filter(kind=clock.kind, subject=clock.subject, step=clock.step, fired_at__gte=case.state_since).count()  # this one is among them
    height = step.escalate[min(number, len(step.escalate)) - 1].to if step and step.escalate else "county"
    posts = {post.pk: post for post in chains.level_posts(case, height)}
    if case.restricted:  # nobody else hears of it
        posts = _named(case)
    elif case.owner is not None:
        posts[case.owner.pk] = case.owner
    for post in posts.values():
        name_for(case, post, Involved.Cause.TOLD, informed=False)
    lines.write(case, "late", by=None, data={"state": case.state, "level": height, "round": number})
    telling.tell(case, telling.LATE, posts.values(), key=f"late:{clock.pk}", state=str(State(case.state).label))
    steps.again(case, number)


def _named(case: Case) -> dict[UUID, Post]:
    """Those who alone work on a restricted case."""
    return {row.post_id: row.post for row in Involved.objects.filter(case=case, until=None, informed=False).select_related("post__person", "post__place")}


def overdue(clock: Clock) -> None:
    """A task was not done in time: its owner and whoever is in charge hear of it."""
    task = Task.objects.select_related("case__owner", "owner").get(pk=clock.subject)
    if task.done_at is not None or task.case.ended:
        return
    posts = {post.pk: post for post in (task.owner, task.case.owner) if post is not None}
    if not posts:
        posts = _named(task.case) if task.case.restricted else {post.pk: post for post in chains.level_posts(task.case, "county")}
    lines.write(task.case, "task_late", by=None, data={"task": str(task.pk)})
    telling.tell(task.case, telling.TASK_LATE, posts.values(), key=f"task_late:{clock.pk}")
