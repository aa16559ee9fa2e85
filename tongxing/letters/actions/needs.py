"""The only writer of needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child, State
from tongxing.crypto import actions as crypto
from tongxing.ground import bulk
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.letters import codes
from tongxing.letters.actions.checks import may
from tongxing.letters.models import Item, Need, Source
from tongxing.letters.states import OPEN

NOTE = 300


@transaction.atomic
def add_need(*, child: UUID, need: str, source: str, by: Post | None, note: str = "") -> Need:
    """Write down that a child needs something. Where it is open already, the open one is returned.

    ``source``: file, hand or case. Raises ``Child.DoesNotExist`` outside the scope, ``CannotDo``, ``FieldErrors``.
    """
    may(by, "needs.edit")
    if need not in codes.NEED:
        raise FieldErrors({"kind": _("请选择需求。")})
    found = Child.objects.select_for_update().get(pk=child)
    if found.state not in (State.CURRENT, State.SUBMITTED, State.DRAFT, State.RETURNED):
        raise CannotDo(_("孩子已经退出，不能再提出需求。"))
    if known := Need.objects.filter(child=found, kind=need, ended_on=None).first():
        return known
    (made,) = open_needs({found.id: found.scope_place}, need, source, by=by)
    if words := note.strip()[:NOTE]:
        if (key := crypto.open_keys([found.id]).get(found.id)) is None:
            raise CannotDo(_("这份档案已经依法删除。"))
        made.note_sealed = key.seal(f"need:{made.id}:note", words)
        made.save(update_fields=["note_sealed"])
    return made


def open_needs(children: Mapping[UUID, int], kind: str, source: str, *, by: Post | None) -> list[Need]:
    """The open needs of these children (id → place), made where there is none."""
    known = {need.child_id: need for need in Need.objects.filter(child__in=list(children), kind=kind, ended_on=None)}
    fresh = [Need(child_id=child_id, scope_place=place, kind=kind, source=Source(source), since=today(), post=by) for child_id, place in children.items() if child_id not in known]
    bulk.create(Need, fresh)
    journal.record_many(by=by, acts=[_act("need_added", need, {"need": [None, kind]}) for need in fresh])
    return [*known.values(), *fresh]


@transaction.atomic
def end_need(*, need_id: UUID, result: str, by: Post | None) -> Need:
    """A need is no longer one, without a department's answer. Raises ``Need.DoesNotExist`` outside the scope, ``CannotDo``."""
    may(by, "needs.edit")
    need = Need.objects.select_for_update().get(pk=need_id)
    if need.ended_on is not None:
        raise CannotDo(_("这项需求已经结束。"))
    if result not in ("withdrawn", "left"):
        raise FieldErrors({"result": _("请选择结果。")})
    if Item.objects.filter(need=need, ended="", letter__state__in=OPEN).exists():
        raise CannotDo(_("这项需求正在部门办理，请等复函，或者先撤回联函。"))
    end([need], result, by=by)
    return need


def end(needs: Iterable[Need], result: str, *, by: Post | None) -> None:
    """Close open needs with a result; the journal of each child says so."""
    closed = [need for need in needs if need.ended_on is None]
    for need in closed:
        need.ended_on, need.result = today(), result
        need.met_at = now() if result == "granted" else None
    Need.unscoped.bulk_update(closed, ["ended_on", "result", "met_at"])
    journal.record_many(by=by, acts=[_act("need_ended", need, {"need": [need.kind, None], "need_result": [None, result]}) for need in closed])


@transaction.atomic
def reopen(*, needs: Iterable[Need], by: Post | None) -> None:
    """A department took its answer back: what it closed is open again, where no other need of the kind is."""
    for need in needs:
        if need.result not in codes.OUTCOME or Need.unscoped.filter(child=need.child_id, kind=need.kind, ended_on=None).exists():
            continue
        need.ended_on, need.result, need.met_at = None, "", None
        need.save(update_fields=["ended_on", "result", "met_at"])
        journal.record_many(by=by, acts=[_act("need_added", need, {"need": [None, need.kind]})])


def _act(verb: str, need: Need, diff: dict[str, list[object]]) -> journal.Act:
    return {"verb": verb, "subject_kind": "need", "subject_id": need.id, "child_id": need.child_id, "place": need.scope_place, "diff": diff}
