"""A measure of help on its owner's list: a real promise, where the catalogue says so."""

from __future__ import annotations

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.duties import actions as duties
from tongxing.protection import measures
from tongxing.protection.models import Task


def promise(task: Task, by: Post) -> None:
    """A measure for a child becomes a promise on its owner's list, where the catalogue says so and the owner may see the child.

    Of a restricted case nothing stands on a list: its task alone keeps track.
    """
    if task.kind != Task.Kind.MEASURE or task.step not in measures.measures() or task.case.restricted or task.due_at is None or task.owner is None:
        return
    event = measures.measure(task.step).event
    child_id = task.child_id or task.case.children.order_by("since").values_list("child_id", flat=True).first()
    if not event or child_id is None:
        return
    try:
        with transaction.atomic():
            duty = duties.ask(event=event, child_id=child_id, origin=task.pk, due=task.due_at, owner=task.owner.person_id, by=by)
    except CannotDo:  # the case's own task stands
        return
    task.child_id, task.duty_id = child_id, duty.pk
    task.save(update_fields=["child_id", "duty_id"])


def release(task: Task, by: Post | None) -> None:
    """What is done or not asked any more stands on nobody's list; a promise that was kept stays kept."""
    if task.duty_id is None or task.child_id is None:
        return
    duties.withdraw(event=measures.measure(task.step).event, child_id=task.child_id, origin=task.pk, by=by)
