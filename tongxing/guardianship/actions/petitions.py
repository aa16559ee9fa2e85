"""An application to revoke guardianship: evidence is gathered, the county decides, the court rules, a new guardian enters the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children import codes as child_codes
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.children.new import NewCircumstance, NewGuardianship, NewRelative
from tongxing.children.queries.files import files
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import enclosures
from tongxing.files.intake import NotAccepted
from tongxing.files.models import Enclosure
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.guardianship import codes, gathered, grounds, parties, states
from tongxing.guardianship.models import Evidence, Intervention, Petition, Ward
from tongxing.guardianship.states import Stage
from tongxing.journal import actions as journal

SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """A piece of evidence for one condition, or against it. ``file`` is a scan or document, ``entry_id`` an entry of the log, ``act_key`` a measure."""

    condition: str
    kind: str
    what: str
    on: date
    supports: bool = True
    since: date | None = None
    file: bytes | None = None
    entry_id: UUID | None = None
    act_key: UUID | None = None


@transaction.atomic
def open_petition(*, child_ids: Sequence[UUID], person: UUID, by: Post, restricted: bool = False, named: Collection[UUID] = (), case_id: UUID | None = None) -> Petition:
    """Begin to gather evidence against a guardian of these children of one household. Raises ``FieldErrors`` and ``CannotDo``."""
    found = files(child_ids, ("relatives",))
    if not child_ids:
        raise FieldErrors({"children": _("请选择至少一个孩子。")})
    if len(found) < len(set(child_ids)):
        raise Child.DoesNotExist
    first = found[child_ids[0]]
    if len({(file.child.household_id, file.child.scope_place) for file in found.values()}) > 1:
        raise FieldErrors({"children": _("一项申请只列同一户、同一村（社区）的孩子。")})
    one = parties.by_key(first, person)
    if one is None or any(parties.by_key(file, person) is None for file in found.values()):
        raise FieldErrors({"person": _("请选择孩子档案里登记的监护人。")})
    live = (Stage.GATHERING, Stage.DECIDED, Stage.FILED)
    if Petition.objects.filter(person_key=person, wards__child__in=child_ids, state__in=live).exists():
        raise CannotDo(_("对这名监护人已有一项没有办结的申请。"))
    row = Petition(
        id=uuid7(),
        scope_place=first.child.scope_place,
        household_id=first.child.household_id,
        person_key=person,
        person_name=one.relative.name,
        relation=one.relative.relation,
        restricted=restricted,
        named=sorted({*named, by.id}, key=str) if restricted else [],
        case_id=case_id,
    )
    row.number = f"CX{today():%Y%m%d}{row.id.hex[-6:].upper()}"
    crypto.make_keys([row.id])
    row.save(force_insert=True)
    Ward.unscoped.bulk_create([Ward(petition=row, child_id=each, scope_place=row.scope_place, restricted=row.restricted, named=row.named) for each in dict.fromkeys(child_ids)])
    _record(row, "petition_opened", by, {"petition": [None, row.number]})
    return row


def locked(petition_id: UUID) -> Petition:
    """Raises ``Petition.DoesNotExist`` outside the scope, and of what is restricted to others."""
    return Petition.objects.select_for_update(of=("self",)).get(pk=petition_id)


def key_of(row: Petition) -> DataKey:
    found = crypto.open_keys([row.id]).get(row.id)
    if found is None:
        raise CannotDo(_("这项申请的内容已经依法删除。"))
    return found


def _open(row: Petition) -> None:
    if row.state not in (Stage.GATHERING, Stage.DECIDED, Stage.FILED):
        raise CannotDo(_("这项申请%(state)s，不能再补充证据。") % {"state": Stage(row.state).label})


@transaction.atomic
def add_evidence(*, petition_id: UUID, new: NewEvidence, by: Post) -> Evidence:
    """Gather a piece of evidence. Raises ``FieldErrors`` (condition, kind, what, on, file)."""
    row = locked(petition_id)
    _open(row)
    errors = {}
    if new.condition not in grounds.conditions():
        errors["condition"] = _("请选择证明什么。")
    if new.kind not in codes.PROOF:
        errors["kind"] = _("请选择证据种类。")
    if not new.what.strip():
        errors["what"] = _("请写明证据的内容。")
    if new.on > today():
        errors["on"] = _("日期 %(day)s 还没有到。") % {"day": new.on.isoformat()}
    if new.since and new.since > today():
        errors["since"] = _("日期 %(day)s 还没有到。") % {"day": new.since.isoformat()}
    if new.act_key and not Intervention.objects.filter(act_key=new.act_key, child__in=gathered.wards(row)).exists():
        errors["act_key"] = _("没有找到这条登记。")
    if errors:
        raise FieldErrors(errors)
    key = key_of(row)
    made = Evidence(
        petition=row,
        scope_place=row.scope_place,
        condition=new.condition,
        kind=new.kind,
        supports=new.supports,
        on=new.on,
        since=new.since,
        entry_id=new.entry_id,
        act_key=new.act_key,
    )
    made.what_sealed = key.seal(made.binding, new.what.strip())
    if new.file is not None:
        try:
            made.file_id = enclosures.enclose(key=key, content=new.file, title=codes.PROOF[new.kind].label, by=by).id
        except NotAccepted as refused:
            raise FieldErrors({"file": str(refused)}) from refused
    made.save(force_insert=True)
    _record(row, "evidence_added", by, {"proof": [None, new.kind]})
    return made


@transaction.atomic
def remove_evidence(*, evidence_id: UUID, why: str, by: Post) -> Evidence:
    """It does not count any more; that it was there stays. Raises ``FieldErrors`` without a reason."""
    if not why.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    made = Evidence.objects.select_related("petition").get(pk=evidence_id)
    row = locked(made.petition_id)
    _open(row)
    Evidence.objects.filter(pk=made.pk, removed_on=None).update(removed_on=today(), removed_why=why.strip()[:200])
    _record(row, "evidence_removed", by, {"proof": [made.kind, None]})
    return made


@transaction.atomic
def prepare(*, petition_id: UUID, grounds_: Sequence[str], applicant: str, applicant_name: str, court: str, summary: str, proposed_guardian: str, by: Post) -> Petition:
    """Who applies, where, on which grounds, and what is asked."""
    row = locked(petition_id)
    if row.state not in (Stage.GATHERING, Stage.DECIDED):
        raise CannotDo(_("已经提交法院的申请不能再改。"))
    if applicant not in codes.APPLICANT:
        raise FieldErrors({"applicant": _("请选择申请人。")})
    row.grounds = [each for each in grounds.grounds() if each in grounds_]
    row.applicant, row.applicant_name, row.court, row.proposed_guardian = applicant, applicant_name.strip()[:100], court.strip()[:100], proposed_guardian.strip()[:100]
    row.summary_sealed = key_of(row).seal(SUMMARY, summary.strip()) if summary.strip() else None
    row.version += 1
    row.save()
    _record(row, "petition_prepared", by, {"petition": [row.number, row.number]})
    return row


@transaction.atomic
def decide(*, petition_id: UUID, by: Post) -> Petition:
    """The county decides to apply. Raises ``CannotDo`` unless every ground that is claimed is met by what was gathered."""
    row = locked(petition_id)
    to = states.stage_after(row.state, "decide")
    met = gathered.balance(row, today()).met
    if not row.grounds or not row.applicant or not row.court:
        raise CannotDo(_("请先填写申请人、受理法院和申请撤销的情形。"))
    if unmet := [_(grounds.grounds()[each].label) for each in row.grounds if each not in met]:
        raise CannotDo(_("证据还不足以证明：%(grounds)s。") % {"grounds": _("；").join(unmet)})
    return _to(row, to, "petition_decided", by, decided_on=today())


@transaction.atomic
def send_back(*, petition_id: UUID, comment: str, by: Post) -> Petition:
    """More evidence is needed. Raises ``FieldErrors`` without words."""
    if not comment.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    row = locked(petition_id)
    return _to(row, states.stage_after(row.state, "back"), "petition_sent_back", by, decided_on=None)


@transaction.atomic
def file_with_court(*, petition_id: UUID, on: date, court_number: str, by: Post) -> Petition:
    """It was handed in. The case number may come later."""
    row = locked(petition_id)
    _past(on)
    return _to(row, states.stage_after(row.state, "file"), "petition_filed", by, filed_on=on, court_number=court_number.strip()[:60])


@transaction.atomic
def rule(*, petition_id: UUID, revoked: bool, on: date, number: str, why: str, by: Post, ruling: bytes | None = None) -> Petition:
    """What the court decided. A revocation enters the files of these children as what befell the guardian. Raises ``FieldErrors``."""
    row = locked(petition_id)
    to = states.stage_after(row.state, "revoke" if revoked else "dismiss")
    _past(on)
    if row.filed_on and on < row.filed_on:
        raise FieldErrors({"on": _("判决日期不能早于提交日期 %(day)s。") % {"day": row.filed_on.isoformat()}})
    if not revoked and not why.strip():
        raise FieldErrors({"why": _("请写明法院的理由。")})
    if ruling is not None:
        try:
            row.ruling_id = enclosures.enclose(key=key_of(row), content=ruling, title="判决书", by=by).id
        except NotAccepted as refused:
            raise FieldErrors({"file": str(refused)}) from refused
    if revoked:
        _revoke(row, on, by)
    return _to(row, to, "petition_ruled", by, ruled_on=on, court_number=number.strip()[:60] or row.court_number, close_note=why)


def _revoke(row: Petition, on: date, by: Post) -> None:
    wards = gathered.wards(row)
    relative = next((one for file in files(wards, ("relatives",)).values() if (one := parties.by_key(file, row.person_key))), None)
    if relative is None:
        raise CannotDo(_("孩子的档案里已没有登记这名监护人，请先核对档案。"))
    new = NewCircumstance(kind="guardianship_revoked", since=on, precision="day", evidence=("revocation_judgment",))
    children.record_circumstance(relative_id=relative.relative.id, new=new, by=by, only=wards)


@transaction.atomic
def settle(*, petition_id: UUID, on: date, guardianship: str, by: Post, guardian: UUID | None = None, stranger: NewRelative | None = None, unit: str = "") -> Petition:
    """The new guardian: a relative of the file, somebody new, or an office (``unit``). The kind of guardianship enters each file."""
    row = locked(petition_id)
    to = states.stage_after(row.state, "settle")
    _past(on)
    if row.ruled_on and on < row.ruled_on:
        raise FieldErrors({"on": _("不能早于判决日期 %(day)s。") % {"day": row.ruled_on.isoformat()}})
    if guardianship not in child_codes.GUARDIANSHIP or guardianship == "nobody":
        raise FieldErrors({"guardianship": _("请选择监护情况。")})
    name = unit.strip()
    for file in files(gathered.wards(row), ("relatives",)).values():
        if stranger is not None:
            made = children.add_relative(child_id=file.child.id, new=stranger if guardian is None else _again(stranger, guardian), by=by)
            name, guardian = made.name, made.person_key
        elif guardian is not None:
            one = parties.by_key(file, guardian)
            if one is None or guardian == row.person_key:
                raise FieldErrors({"guardian": _("请选择新的监护人。")})
            name = one.relative.name
        if not name:
            raise FieldErrors({"guardian": _("请选择新的监护人。")})
        new = NewGuardianship(kind=guardianship, since=on, note=_("人民法院指定监护人：%(name)s") % {"name": name})
        children.record_guardianship(child_id=file.child.id, new=new, by=by)
    return _to(row, to, "petition_settled", by, settled_on=on, new_guardian=name[:100])


def _again(stranger: NewRelative, person: UUID) -> NewRelative:
    from dataclasses import replace

    return replace(stranger, person_key=person)


@transaction.atomic
def close(*, petition_id: UUID, comment: str, by: Post) -> Petition:
    """There will be no application. Raises ``FieldErrors`` without a reason."""
    if not comment.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    row = locked(petition_id)
    return _to(row, states.stage_after(row.state, "close"), "petition_closed", by, closed_on=today(), close_reason=comment.strip()[:200])


@transaction.atomic
def restrict(*, petition_id: UUID, restricted: bool, named: Collection[UUID], by: Post) -> Petition:
    """Let only the posts that are named see it (whoever does this among them), or everybody whose place it is again."""
    row = locked(petition_id)
    row.restricted, row.named = restricted, sorted({*named, by.id}, key=str) if restricted else []
    row.version += 1
    row.save(update_fields=["restricted", "named", "version"])
    Ward.objects.filter(petition=row).update(restricted=row.restricted, named=row.named)
    _record(row, "petition_restricted", by, {"petition": [row.number, row.number]})
    return row


def _past(on: date) -> None:
    if on > today():
        raise FieldErrors({"on": _("日期 %(day)s 还没有到。") % {"day": on.isoformat()}})


def _to(row: Petition, to: Stage, verb: str, by: Post, *, close_note: str = "", **values: object) -> Petition:
    before = row.state
    row.state = to
    for name, value in values.items():
        setattr(row, name, value)
    if close_note.strip():
        key = key_of(row)
        kept = key.open(SUMMARY, row.summary_sealed) if row.summary_sealed else ""
        row.summary_sealed = key.seal(SUMMARY, "\n".join(filter(None, [kept, _("法院的理由：%(why)s") % {"why": close_note.strip()}])))
    row.version += 1
    row.save()
    _record(row, verb, by, {"petition": [row.number, row.number], "stage": [before, str(to)]})
    return row


def summary(row: Petition) -> str:
    return key_of(row).open(SUMMARY, row.summary_sealed) if row.summary_sealed else ""


def what(evidence: Evidence, key: DataKey) -> str:
    return key.open(evidence.binding, evidence.what_sealed)


def file_of(evidence_file: UUID, row: Petition) -> tuple[Enclosure, bytes]:
    """A file of the petition. Raises ``Enclosure.DoesNotExist``, ``storage.FileMissing``."""
    found = Enclosure.objects.get(pk=evidence_file, owner_id=row.id)
    return found, enclosures.content(found)


def _record(row: Petition, verb: str, by: Post, diff: Mapping[str, list[object]]) -> None:
    """One line a child; of what is restricted, a line that says neither which child nor what."""
    if row.restricted:
        journal.record(by=by, verb="restricted_act", subject_kind="restricted", subject_id=row.id, place=row.scope_place)
        return
    wards = Ward.unscoped.filter(petition=row).values_list("child_id", "scope_place")
    journal.record_many(
        by=by, acts=[{"verb": verb, "subject_kind": "petition", "subject_id": row.id, "child_id": child, "place": place, "diff": dict(diff)} for child, place in wards]
    )
