"""A paper is drafted from the file, printed, renewed, ended; what runs out, runs out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.file import File
from tongxing.children.models import Child
from tongxing.children.new import NewGuardianship, NewRelative
from tongxing.children.queries.files import files
from tongxing.clocks import actions as clocks
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.guardianship import codes, parties, rules, states
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.parameters import parameters
from tongxing.guardianship.states import State
from tongxing.journal import actions as journal

CONTENT, DECLARED, CLOCK = "content", "declared", "confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """What a paper is drafted from. ``guardian`` is a person's key in the file, ``stranger`` somebody who is not in it yet.

    ``parents`` are the keys of those who entrust. ``until`` None: as long as the place's parameter says.
    """

    children: Sequence[UUID]
    guardian: UUID | None = None
    stranger: NewRelative | None = None
    parents: Sequence[UUID] = ()
    kind: str = "confirmation"
    since: date | None = None
    until: date | None = None
    witness: str = ""
    witness_standing: str = ""


@transaction.atomic
def draft(*, new: NewAgreement, by: Post | None, follows: Agreement | None = None) -> Agreement:
    """A paper for children of one household. A guardian who is not in the file yet enters it as a relative, entrusted only when signed.

    Raises ``FieldErrors`` (children, guardian, since, until) and ``CannotDo``.
    """
    found = _files(new.children)
    first = found[0]
    _one_household(found)
    held = Covered.Phase.WAITING if follows else None
    if taken := _taken(new.children, held):
        raise CannotDo(_("%(names)s 已有确认书，不能重复签订。需要更换被委托人的，请先终止原来的确认书。") % {"names": _("、").join(taken)})
    since, until = _term(new, first.child.scope_place)
    key = _guardian(new, first, by)
    made = Agreement(
        id=uuid7(),
        scope_place=first.child.scope_place,
        kind=new.kind,
        household_id=first.child.household_id,
        since=since,
        until=until,
        guardian_key=key,
        follows=follows,
    )
    made.number = f"JH{today():%Y%m%d}{str(made.id).replace('-', '')[-6:].upper()}"
    crypto.make_keys([made.id])
    _name_guardian(made, parties.household(first.child.id)[0])
    made.save(force_insert=True)
    Covered.unscoped.bulk_create([Covered(agreement=made, child=file.child, scope_place=made.scope_place) for file in found])
    _parties(made, first, new, by)
    _record(made, "agreement_drafted", by, {"agreement": [None, made.number]})
    return made


@transaction.atomic
def change(*, agreement_id: UUID, new: NewAgreement, by: Post | None) -> Agreement:
    """Draft a paper anew that is not printed yet; answers already given stay where they still fit."""
    row = locked(agreement_id)
    if row.state != State.DRAFT:
        raise CannotDo(_("已经打印或者签订的确认书不能修改，请先退回草稿。"))
    found = _files(new.children)
    _one_household(found)
    if taken := _taken(new.children, Covered.Phase.WAITING, besides=row.id):
        raise CannotDo(_("%(names)s 已有确认书，不能重复签订。需要更换被委托人的，请先终止原来的确认书。") % {"names": _("、").join(taken)})
    row.since, row.until = _term(new, row.scope_place)
    key = _guardian(new, found[0], by)
    if key != row.guardian_key:
        row.guardian_key, row.declared_sealed = key, None
    row.kind = new.kind
    _name_guardian(row, parties.household(found[0].child.id)[0])
    row.version += 1
    row.save()
    Covered.objects.filter(agreement=row).exclude(child__in=new.children).delete()
    there = set(Covered.objects.filter(agreement=row).values_list("child_id", flat=True))
    Covered.unscoped.bulk_create([Covered(agreement=row, child=file.child, scope_place=row.scope_place) for file in found if file.child.id not in there])
    Party.objects.filter(agreement=row).delete()
    _parties(row, found[0], new, by)
    _record(row, "agreement_changed", by, {"agreement": [row.number, row.number]})
    return row


def _files(ids: Sequence[UUID]) -> list[File]:
    if not ids:
        raise FieldErrors({"children": _("请选择至少一个孩子。")})
    found = files(ids, parties.PARTS)
    if len(found) < len(set(ids)):
        raise Child.DoesNotExist
    return [found[each] for each in dict.fromkeys(ids)]


def _one_household(found: Sequence[File]) -> None:
    if len({(file.child.household_id, file.child.scope_place) for file in found}) > 1:
        raise FieldErrors({"children": _("一份确认书只列同一户、同一村（社区）的孩子。")})


def _taken(ids: Sequence[UUID], phase: Covered.Phase | None, besides: UUID | None = None) -> list[str]:
    """The names of children whom another paper covers. A renewal stands beside the one that still runs."""
    rows = Covered.objects.filter(child__in=ids).exclude(phase=Covered.Phase.PAST).exclude(agreement=besides)
    if phase:
        rows = rows.filter(phase=phase)
    return sorted(rows.values_list("child__name", flat=True))


def _term(new: NewAgreement, place: int) -> tuple[date, date]:
    since = new.since or today()
    until = new.until or rules.end_of(since, parameters(place, since).valid_months)
    if until <= since:
        raise FieldErrors({"until": _("结束日期 %(until)s 不晚于开始日期 %(since)s。") % {"until": until.isoformat(), "since": since.isoformat()}})
    if until > rules.end_of(since, 60):
        raise FieldErrors({"until": _("委托照护一次最长五年，请核对结束日期。")})
    return since, until


def _guardian(new: NewAgreement, first: File, by: Post | None) -> UUID:
    if new.stranger is not None:
        return children.add_relative(child_id=first.child.id, new=new.stranger, by=by).person_key
    known = {each.key for each in parties.candidates(first, today())}
    if new.guardian is None or new.guardian not in known:
        raise FieldErrors({"guardian": _("请选择被委托人。")})
    return new.guardian


def _name_guardian(row: Agreement, file: File) -> None:
    one = parties.by_key(file, row.guardian_key)
    assert one is not None
    row.guardian_name, row.guardian_relation = one.relative.name, one.relative.relation


def _parties(row: Agreement, first: File, new: NewAgreement, by: Post | None) -> None:
    offered = {each.key: each for each in parties.entrusting(first, today())}
    made = [
        Party(agreement=row, scope_place=row.scope_place, role=Party.Role.PARENT, person_key=key, name=offered[key].name, standing=codes_word(offered[key].relation))
        for key in dict.fromkeys(new.parents or offered)
        if key in offered
    ]
    made.append(
        Party(agreement=row, scope_place=row.scope_place, role=Party.Role.GUARDIAN, person_key=row.guardian_key, name=row.guardian_name, standing=codes_word(row.guardian_relation))
    )
    name, standing = (new.witness, new.witness_standing) if new.witness else parties.witness(row.scope_place, by)
    made.append(Party(agreement=row, scope_place=row.scope_place, role=Party.Role.WITNESS, name=name or _("村（居）委会"), standing=standing))
    Party.unscoped.bulk_create(made)


def codes_word(relation: str) -> str:
    """A relation as the paper has it, in Chinese whatever the language of the page."""
    from tongxing.children.codes import RELATION

    return RELATION[relation].label


def locked(agreement_id: UUID) -> Agreement:
    """The agreement, locked. Raises ``Agreement.DoesNotExist`` outside the scope."""
    return Agreement.objects.select_for_update(of=("self",)).get(pk=agreement_id)


def key_of(row: Agreement) -> DataKey:
    found = crypto.open_keys([row.id]).get(row.id)
    if found is None:
        raise CannotDo(_("这份确认书的内容已经依法删除。"))
    return found


def opened(row: Agreement) -> dict[str, object]:
    """What the paper says, as it was frozen; empty where it is a draft."""
    return json.loads(key_of(row).open(CONTENT, row.content_sealed)) if row.content_sealed else {}


def declared(row: Agreement) -> dict[str, bool]:
    """The answers about article 22 that were given, by code."""
    return json.loads(key_of(row).open(DECLARED, row.declared_sealed)) if row.declared_sealed else {}


@transaction.atomic
def answer(*, agreement_id: UUID, declarations: Mapping[str, bool], wishes: Mapping[UUID, tuple[bool | None, str]], by: Post | None) -> Agreement:
    """Write down what the guardian-to-be declared (article 22) and what each child said: whether it was heard, and its words (sealed)."""
    row = locked(agreement_id)
    if row.state not in states.WAITING:
        raise CannotDo(_("已经签订的确认书不能再改询问情况。"))
    key = key_of(row)
    row.declared_sealed = key.seal(DECLARED, json.dumps({each: declarations[each] for each in codes.UNFIT.values() if each in declarations}))
    row.version += 1
    row.save(update_fields=["declared_sealed", "version"])
    covered = list(Covered.objects.filter(agreement=row))
    keys = crypto.open_keys([each.child_id for each in covered])
    for each in covered:
        heard, wish = wishes.get(each.child_id, (each.heard, ""))
        each.heard = heard
        if wish.strip():
            each.wish_sealed = keys[each.child_id].seal(each.binding, wish.strip())
        each.save(update_fields=["heard", "wish_sealed"])
    _record(row, "agreement_answered", by, {"agreement": [row.number, row.number]})
    return row


@transaction.atomic
def freeze(*, agreement_id: UUID, by: Post | None) -> Agreement:
    """Keep what the paper says, so that every later print and the signature are of the same words. Frozen before, nothing happens."""
    row = locked(agreement_id)
    if row.state != State.DRAFT:
        return row
    before = row.state
    row.state, row.printed_on = states.after(row.state, "print"), today()
    row.content_sealed = key_of(row).seal(CONTENT, json.dumps(words_of(row), ensure_ascii=False))
    row.version += 1
    row.save(update_fields=["state", "printed_on", "content_sealed", "version"])
    _record(row, "agreement_printed", by, {"agreement": [row.number, row.number], "standing": [before, row.state]})
    return row


def words_of(row: Agreement) -> dict[str, object]:
    """What the paper would say today."""
    ids = list(Covered.objects.filter(agreement=row).order_by("child__born", "id").values_list("child_id", flat=True))
    return parties.content(row, _files(ids), list(Party.objects.filter(agreement=row).order_by("id")), today())


@transaction.atomic
def reopen(*, agreement_id: UUID, by: Post | None) -> Agreement:
    """Back to the draft: what was printed does not count any more, and signatures on the screen are gone."""
    row = locked(agreement_id)
    before = row.state
    row.state, row.content_sealed, row.printed_on = states.after(row.state, "reopen"), None, None
    row.version += 1
    row.save(update_fields=["state", "content_sealed", "printed_on", "version"])
    Party.objects.filter(agreement=row).update(how="", signed_at=None, picture_sealed=None, recorded_by=None)
    _record(row, "agreement_reopened", by, {"agreement": [row.number, row.number], "standing": [before, row.state]})
    return row


@transaction.atomic
def discard(*, agreement_id: UUID, comment: str, by: Post | None) -> Agreement:
    """It will not be signed. Raises ``FieldErrors`` without a reason."""
    if not comment.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    row = locked(agreement_id)
    to = states.after(row.state, "discard")
    return _over(row, to, reason="discarded", note=comment, on=today(), verb="agreement_discarded", by=by)


@transaction.atomic
def end(*, agreement_id: UUID, reason: str, guardianship: str, on: date, note: str, by: Post | None) -> Agreement:
    """It holds no longer, and how the children are guarded from now on (a code of 监护类型) enters their files.

    Raises ``FieldErrors`` (reason, guardianship, on).
    """
    errors = {}
    if reason not in codes.ENDING or codes.ENDING[reason].automatic:
        errors["reason"] = _("请选择终止的原因。")
    if not guardianship:
        errors["guardianship"] = _("请选择终止以后孩子的监护情况。")
    if on > today():
        errors["on"] = _("日期 %(day)s 还没有到。") % {"day": on.isoformat()}
    if errors:
        raise FieldErrors(errors)
    row = locked(agreement_id)
    to = states.after(row.state, "end")
    if row.signed_on and on < row.signed_on:
        raise FieldErrors({"on": _("终止日期不能早于签订日期 %(day)s。") % {"day": row.signed_on.isoformat()}})
    for child_id in Covered.objects.filter(agreement=row, phase=Covered.Phase.RUNNING).values_list("child_id", flat=True):
        release(child_id, row.guardian_key, by=by)
        record_kind(child_id, guardianship, on, by=by)
    return _over(row, to, reason=reason, note=note, on=on, verb="agreement_ended", by=by)


def release(child_id: UUID, person_key: UUID, *, by: Post | None) -> None:
    """The person is entrusted with this child no longer."""
    (file,) = files([child_id], ("relatives",)).values()
    one = parties.by_key(file, person_key)
    if one is not None and one.relative.entrusted:
        children.change_relative(relative_id=one.relative.id, fields={"entrusted": False}, by=by)


def record_kind(child_id: UUID, kind: str, on: date, *, by: Post | None) -> None:
    """How the child is guarded from a day on; what is on file since a later day stays its beginning."""
    (file,) = files([child_id], ("guardianships",)).values()
    since = max([on, *(row.since for row in file.guardianships)])
    children.record_guardianship(child_id=child_id, new=NewGuardianship(kind=kind, since=since), by=by)


def _over(row: Agreement, to: State, *, reason: str, note: str, on: date, verb: str, by: Post | None) -> Agreement:
    before = row.state
    row.state, row.ended_on, row.end_reason, row.end_note = to, on, reason, note.strip()[:200]
    row.version += 1
    row.save(update_fields=["state", "ended_on", "end_reason", "end_note", "version"])
    _record(row, verb, by, {"agreement": [row.number, row.number], "standing": [before, row.state], "ending": [None, reason]})
    Covered.unscoped.filter(agreement=row).update(phase=Covered.Phase.PAST)
    clocks.stop(kind=CLOCK, subject=row.id)
    return row


def over(row: Agreement, *, reason: str, on: date, by: Post | None) -> Agreement:
    """It ends by itself, for an automatic reason: nobody is left on it."""
    return _over(row, State.ENDED, reason=reason, note="", on=on, verb="agreement_ended", by=by)


@transaction.atomic
def renew(*, agreement_id: UUID, by: Post | None, since: date | None = None, until: date | None = None) -> Agreement:
    """The same people for another term: a draft with everything filled in. The old paper holds until the new one is signed."""
    row = locked(agreement_id)
    states.after(row.state, "renew")
    day = since or rules.renewed_from(row.until, today())
    parents = list(Party.objects.filter(agreement=row, role=Party.Role.PARENT).values_list("person_key", flat=True))
    witness = Party.objects.filter(agreement=row, role=Party.Role.WITNESS).first()
    ids = list(Covered.objects.filter(agreement=row, phase=Covered.Phase.RUNNING).order_by("id").values_list("child_id", flat=True))
    if not ids:
        raise CannotDo(_("这份确认书上的孩子都已退出，不能续签。"))
    new = NewAgreement(
        children=ids,
        guardian=row.guardian_key,
        parents=[each for each in parents if each],
        kind=row.kind,
        since=day,
        until=until,
        witness=witness.name if witness else "",
        witness_standing=witness.standing if witness else "",
    )
    return draft(new=new, by=by, follows=row)


@transaction.atomic
def note_told(*, agreement_id: UUID, school_on: date | None, village_on: date | None, by: Post | None) -> Agreement:
    """The parents told the school and the village in writing (article 23)."""
    row = locked(agreement_id)
    if row.state != State.SIGNED:
        raise CannotDo(_("签订以后再登记书面告知。"))
    for key, day in (("told_school_on", school_on), ("told_village_on", village_on)):
        if day and day > today():
            raise FieldErrors({key: _("日期 %(day)s 还没有到。") % {"day": day.isoformat()}})
    diff = {"told_school_on": [row.told_school_on, school_on], "told_village_on": [row.told_village_on, village_on]}
    row.told_school_on, row.told_village_on = school_on, village_on
    row.version += 1
    row.save(update_fields=["told_school_on", "told_village_on", "version"])
    _record(row, "agreement_told", by, {name: [old and old.isoformat(), new and new.isoformat()] for name, (old, new) in diff.items() if old != new})
    return row


def _record(row: Agreement, verb: str, by: Post | None, diff: Mapping[str, list[object]]) -> None:
    """One line for each child of the paper."""
    covered = Covered.unscoped.filter(agreement=row).exclude(phase=Covered.Phase.PAST).values_list("child_id", "scope_place")
    journal.record_many(
        by=by, acts=[{"verb": verb, "subject_kind": "agreement", "subject_id": row.id, "child_id": child, "place": place, "diff": dict(diff)} for child, place in covered]
    )


record = _record
