"""A file moves to another place: by a transfer that both ends agree on, by the county's decision, or because villages merge."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.children import checks, followers
from tongxing.children.actions import rows
from tongxing.children.actions.writing import Writing, begin, finish
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.lifecycle import TRANSFER, Answer
from tongxing.children.models import ROWS_OF_A_CHILD, Child, Merge, Residence, State, Transfer
from tongxing.children.new import NewResidence
from tongxing.children.rules import parameters
from tongxing.files import actions as files
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.places import codes as places
from tongxing.places import queries
from tongxing.places.codes import Level


@transaction.atomic
def request_transfer(*, child_id: UUID, to: int, reason: str, by: Post | None) -> Transfer:
    """Ask another place to take a file over. Until it accepts, the old owner stays responsible."""
    written = begin(child_id, by=by, states=[State.CURRENT])
    child, errors = written.child, dict[str, str]()
    if said := checks.transfer_target(to):
        errors["to"] = said
    elif to == child.scope_place:
        errors["to"] = _("孩子的档案已经在这里。")
    if not reason.strip():
        errors["reason"] = _("请写明转移原因。")
    if errors:
        raise FieldErrors(errors)
    if Transfer.objects.filter(child_id=child_id, state=Transfer.State.REQUESTED).exists():
        raise CannotDo(_("这份档案正在转移中。"))
    days = parameters(child.scope_place, today()).transfer_workdays
    transfer = Transfer.objects.create(
        child=child,
        child_name=child.name,
        scope_place=child.scope_place,
        from_place=child.scope_place,
        to_place=to,
        reason=reason.strip()[:500],
        requested_on=today(),
        deadline=calendars.calendar(child.scope_place).after(today(), days),
    )
    written.note("transfer", child.scope_place, to)
    written.note("reason", None, transfer.reason)
    finish(written, verb="transfer_requested", subject_kind="transfer", subject_id=transfer.id)
    return transfer


@transaction.atomic
def answer_transfer(*, transfer_id: UUID, act: str, by: Post | None, words: str = "") -> Transfer:
    """Do one act of ``lifecycle.TRANSFER``: accept, refuse, take_back, decide_move, decide_keep.

    Raises ``CannotDo`` where it is not this post's turn, ``FieldErrors`` without the words that the act needs.
    """
    step = TRANSFER[act]
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    _refuse(transfer, step, by)
    if step.comment and not words.strip():
        raise FieldErrors({"words": _("请写明理由。")})
    transfer.state, transfer.answer, transfer.answered_on = step.to, words.strip()[:500], today()
    transfer.save(update_fields=["state", "answer", "answered_on"])
    with scope.whole_country(why="a transfer has two ends, and the receiving one does not see the file yet"):
        written = begin(transfer.child_id, by=by)
        written.note("transfer", transfer.from_place, transfer.to_place if step.moves else transfer.from_place)
        if transfer.answer:
            written.note("reason", None, transfer.answer)
        if step.moves:
            move(written, transfer.to_place, today(), keep_address=False)
        finish(written, verb=f"transfer_{step.to}", subject_kind="transfer", subject_id=transfer.id)
    return transfer


def _refuse(transfer: Transfer, step: Answer, by: Post | None) -> None:
    if transfer.state not in step.origins:
        raise CannotDo(_("这项转移%(state)s，不能%(act)s。") % {"state": Transfer.State(transfer.state).label, "act": step.label})
    if by is None:
        return
    own = transfer.to_place if step.side == "to" else transfer.from_place
    if not by.may(step.right) or not by.scope().covers(own):
        raise CannotDo(_("您的岗位不能办理“%(act)s”。") % {"act": step.label})
    if step.side == "county" and transfer.state == Transfer.State.REQUESTED and today() <= transfer.deadline:
        raise CannotDo(_("接收方可在 %(deadline)s 前答复，之后由县级决定。") % {"deadline": transfer.deadline.isoformat()})


def move(written: Writing, to: int, on: date, *, keep_address: bool) -> None:
    """Give a locked file to another place: every row about the child follows. The scope must cover both places."""
    child, old = written.child, written.child.scope_place
    written.note("place", old, to)
    _move_residence(written, to, on, keep_address=keep_address)
    child.scope_place = to
    child.save(update_fields=["scope_place"])
    merged = list(Child.unscoped.filter(merged_into=child).values_list("pk", flat=True))
    Child.unscoped.filter(pk__in=merged).update(scope_place=to)
    Merge.unscoped.filter(kept_id=child.id).update(scope_place=to)
    for model in ROWS_OF_A_CHILD:
        model.unscoped.filter(child_id__in=[child.id, *merged]).update(scope_place=to)
    for child_id in (child.id, *merged):
        files.rescope(child_id=child_id, scope_place=to)
        journal.rescope(child_id=child_id, scope_place=to)
    for follower in followers.declared():
        follower.moved(ids=[child.id, *merged], to=to)


def _move_residence(written: Writing, to: int, on: date, *, keep_address: bool) -> None:
    """From that day the child lives there. The address goes along where a village only got another name or code."""
    current = written.file.current(written.file.residences, on)
    if current and current.place == to:
        return
    new = NewResidence(
        since=on,
        place=to,
        living_with=current.living_with if current else "",
        address=written.file.open(current, "address") if current and keep_address else "",
    )
    row = rows.residence(written.file, new)
    for other in written.file.residences:
        if other.since >= on:
            other.delete()
        elif other.until is None or other.until > on:
            Residence.objects.filter(pk=other.pk).update(until=on)
    row.save(force_insert=True)


@transaction.atomic
def follow_merger(*, child_id: UUID, to: int, on: date) -> None:
    """The child's village has become part of another one: the file follows, history stays readable."""
    written = begin(child_id, by=None, states=State.values)
    move(written, to, on, keep_address=True)
    Transfer.objects.filter(child_id=child_id, state=Transfer.State.REQUESTED, to_place=to).update(state=Transfer.State.DECIDED, answered_on=on, answer="")
    finish(written, verb="village_merged")


def merged_villages(since: date, until: date) -> dict[int, tuple[int, date]]:
    """Villages that end in these days, both included, with one successor: which, and when. One that was divided is for people to settle."""
    found: dict[tuple[int, date], list[int]] = {}
    for succession in queries.successions_between(since, until):
        found.setdefault((succession.old_id, succession.on), []).append(succession.new_id)
    return {old: (new[0], on) for (old, on), new in found.items() if len(new) == 1 and places.level(new[0]) >= Level.TOWNSHIP}
