"""Guardians' requests about a child's file, and erasure (个人信息保护法 44–50 条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.children import codes, followers
from tongxing.children.actions.changes import withdraw_consent
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Confirmation,
    Consent,
    Determination,
    Distinct,
    Guardianship,
    Leave,
    Merge,
    PrivacyRequest,
    Relative,
    Residence,
    Review,
    Schooling,
    SearchKey,
    State,
    StatusPeriod,
    Transfer,
)
from tongxing.crypto import actions as crypto
from tongxing.files import actions as files
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal

ERASED = "已删除"
KEPT = (
    *("id", "scope_place", "sex", "created_at", "merged_into"),
    *(f"{status}_{bound}" for status in ("left_behind", "unsupported", "migrant") for bound in ("since", "until")),
)
OPTIONAL = tuple(code.value for code in codes.CONSENT if code.basis == "consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What a guardian asks: `words` as they put it."""

    kind: str
    by_whom: str
    relation: str
    words: str = ""
    received_on: date | None = None


@transaction.atomic
def receive_request(*, child_id: UUID, new: NewRequest, by: Post | None) -> PrivacyRequest:
    """Note a guardian's request; it is to be answered within the working days that its kind allows. Raises ``FieldErrors``."""
    received = new.received_on or today()
    errors: dict[str, str] = {}
    if new.kind not in codes.REQUEST_KIND:
        errors["kind"] = _("请选择请求的内容。")
    if not new.by_whom.strip():
        errors["by_whom"] = _("请填写是谁提出的。")
    if new.relation not in codes.RELATION:
        errors["relation"] = _("请选择与孩子的关系。")
    if received > today():
        errors["received_on"] = _("受理日期不能晚于今天。")
    if new.kind == "correct" and not new.words.strip():
        errors["words"] = _("请写明要更正或补充什么。")
    if errors:
        raise FieldErrors(errors)
    child = _locked(child_id)
    request = PrivacyRequest(
        child=child,
        scope_place=child.scope_place,
        kind=new.kind,
        by_whom=new.by_whom.strip()[:60],
        relation=new.relation,
        words=new.words.strip()[:2000],
        received_on=received,
        due_on=calendars.calendar(child.scope_place).after(received, codes.REQUEST_KIND[new.kind].days),
    )
    request.save(force_insert=True)
    _record(request, "request_received", by, {"request": [None, new.kind], "due_on": [None, request.due_on]})
    return request


@transaction.atomic
def answer_request(*, request_id: UUID, granted: bool, answer: str, by: Post | None, remove_optional: bool = False) -> PrivacyRequest:
    """Answer a request in words that the guardian is told. `remove_optional` withdraws every consent and removes what rests on one.

    Raises ``CannotDo`` for a request that was answered before, ``FieldErrors`` without an answer.
    """
    if not answer.strip():
        raise FieldErrors({"answer": _("请写明答复，答复会告知请求人。")})
    request = PrivacyRequest.objects.select_for_update().get(pk=request_id)
    if request.state != PrivacyRequest.State.RECEIVED:
        raise CannotDo(_("这项请求已经答复。"))
    if granted and (remove_optional or request.kind == "withdraw"):
        _withdraw_all(request.child_id, by)
    request.state = PrivacyRequest.State.DONE if granted else PrivacyRequest.State.REFUSED
    request.answer, request.answered_on = answer.strip()[:2000], today()
    request.save(update_fields=["state", "answer", "answered_on"])
    _record(request, "request_answered", by, {"state": [PrivacyRequest.State.RECEIVED.value, request.state]})
    return request


def _withdraw_all(child_id: UUID, by: Post | None) -> None:
    for kind in Consent.objects.filter(child_id=child_id, kind__in=OPTIONAL, until=None, refused=False).values_list("kind", flat=True):
        withdraw_consent(child_id=child_id, kind=kind, by=by)


@transaction.atomic
def erase(*, child_id: UUID, why: str, by: Post | None, shared_pictures: bool = False) -> None:
    """Erase a file for ever: rows are emptied, files and the child's data key destroyed, so that no backup can be read either.

    What stays are numbers: sex, year of birth, status periods and categories without a word, and the journal, whose
    chain keeps holding. ``shared_pictures``: those that may show the child with others go as well, for all of them; else they stay.
    Erased again, nothing happens. Raises ``FieldErrors`` without a reason.
    """
    if not why.strip():
        raise FieldErrors({"why": _("请填写删除的依据和原因。")})
    child = _locked(child_id)
    if child.end_reason == "erased" and not shared_pictures:
        return
    for merged in Child.objects.filter(merged_into=child).exclude(end_reason="erased"):
        erase(child_id=merged.id, why=why, by=by, shared_pictures=shared_pictures)  # it is the same child
    removed = files.erase(child_id=child_id, by=by)
    for rows in (SearchKey, Guardianship, Circumstance, Absence, Residence, Schooling, Determination, Review, Confirmation, Leave, Consent, Relative):
        rows.objects.filter(child_id=child_id).delete()
    StatusPeriod.objects.filter(child_id=child_id).update(why=[])
    Category.objects.filter(child_id=child_id).update(reason="", evidence=[], end_reason="")
    PrivacyRequest.objects.filter(child_id=child_id).update(by_whom=ERASED, words="")
    PrivacyRequest.objects.filter(child_id=child_id).exclude(answer="").update(answer=ERASED)
    Merge.objects.filter(Q(child_id=child_id) | Q(kept_id=child_id)).update(reason=ERASED, moved={})
    Distinct.objects.filter(Q(child_id=child_id) | Q(other_id=child_id)).update(reason=ERASED, child_said="", other_said="")
    Transfer.objects.filter(child_id=child_id).update(child_name=ERASED, reason=ERASED, answer="")
    Grant.objects.filter(child_id=child_id, until=None).update(until=today())
    together = sum(follower.shared_pictures_erased(child_id=child_id) for follower in followers.declared()) if shared_pictures else 0
    for follower in followers.declared():
        follower.erased(child_id=child_id)
    _empty(child)
    crypto.destroy(child_id)
    journal.record(
        by=by,
        verb="erased",
        subject_kind="child",
        subject_id=child_id,
        child_id=child_id,
        place=child.scope_place,
        diff={"why": [None, why.strip()[:200]], "files": [removed, 0], **({"shared_pictures": [together, 0]} if together else {}), "version": [child.version - 1, child.version]},
    )


def _empty(child: Child) -> None:
    """A row of the register that says of nobody in particular that there was somebody."""
    born, version = child.born, child.version + 1
    for column in Child._meta.concrete_fields:  # noqa: SLF001
        if column.name not in KEPT:
            setattr(child, column.attname, column.get_default() if column.has_default() else None if column.null else "")
    child.name, child.household_id = ERASED, uuid7()
    child.born, child.born_estimated = date(born.year, 1, 1), True
    child.state, child.state_since, child.end_reason = State.ENDED, today(), "erased"
    child.version, child.updated_at = version, now()
    child.save()


def _locked(child_id: UUID) -> Child:
    return Child.objects.select_for_update().get(pk=child_id)


def _record(request: PrivacyRequest, verb: str, by: Post | None, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="privacy_request", subject_id=request.id, child_id=request.child_id, place=request.scope_place, diff=diff)
