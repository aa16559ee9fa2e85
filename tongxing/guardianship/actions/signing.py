"""A paper is signed, on the screen or on paper, and the entrusted guardian enters the children's files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children import codes as child_codes
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.file import File
from tongxing.children.new import NewRelative
from tongxing.children.queries.files import files
from tongxing.clocks import actions as clocks
from tongxing.files import intake
from tongxing.files.models import Kind
from tongxing.ground.today import now, today
from tongxing.guardianship import codes, parties, rules, sentences, states
from tongxing.guardianship.actions import expiring
from tongxing.guardianship.actions.agreements import CLOCK, CONTENT, declared, key_of, locked, record, record_kind, words_of
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.parameters import parameters
from tongxing.guardianship.states import State

MOST = 400 << 10  # bytes of a signature as it comes from the canvas


@transaction.atomic
def draw(*, party_id: UUID, picture: bytes, by: Post | None) -> Party:
    """Keep a signature drawn on the screen. The words are frozen with the first one. Raises ``FieldErrors`` (key ``picture``)."""
    party = Party.objects.select_for_update(of=("self",)).get(pk=party_id)
    row = locked(party.agreement_id)
    if row.state not in states.WAITING:
        raise CannotDo(_("这份确认书%(state)s，不能再签字。") % {"state": State(row.state).label})
    if len(picture) > MOST:
        raise FieldErrors({"picture": _("签名图片太大，请重新签字。")})
    try:
        clean = intake.accept(picture, Kind.SCAN)
    except intake.NotAccepted as refused:
        raise FieldErrors({"picture": str(refused)}) from refused
    _freeze(row)
    party.picture_sealed = key_of(row).seal_bytes(party.binding, clean.content)
    party.how, party.signed_at, party.recorded_by = Party.How.SCREEN, now(), by.id if by else None
    party.save(update_fields=["picture_sealed", "how", "signed_at", "recorded_by"])
    record(row, "agreement_party_signed", by, {"agreement": [row.number, row.number], "party": [None, party.role]})
    return party


def _freeze(row: Agreement) -> None:
    """The words that are signed are kept, also where nothing was printed."""
    if row.content_sealed is None:
        row.content_sealed = key_of(row).seal(CONTENT, json.dumps(words_of(row), ensure_ascii=False))
        row.state, row.printed_on = states.after(row.state, "print"), today()
        row.save(update_fields=["content_sealed", "state", "printed_on"])


def lacking(row: Agreement, *, signed: Mapping[str, int] | None = None) -> list[rules.Lacking]:
    """What is missing before this paper may be signed. ``signed``: who signed, by party; None: who signed on the screen."""
    covered = list(Covered.objects.filter(agreement=row).select_related("child"))
    found = files([each.child_id for each in covered], parties.PARTS)
    guardian = next((one for file in found.values() if (one := parties.by_key(file, row.guardian_key))), None)
    befallen = guardian is not None and any(child_codes.CIRCUMSTANCE[each.kind].effect in ("gone", "incapable") for each in guardian.now(today()))
    if signed is None:
        signed = {}
        for role in Party.objects.filter(agreement=row).exclude(how="").values_list("role", flat=True):
            signed[role] = signed.get(role, 0) + 1
    return rules.lacking(
        declared=declared(row),
        asked=codes.UNFIT.values(),
        guardian_born=guardian.relative.born if guardian else None,
        guardian_befallen=befallen,
        children=[rules.Child(each.child.name, each.child.born, each.heard) for each in covered],
        signed=signed,
        on=today(),
        heard_from_age=parameters(row.scope_place, today()).heard_from_age,
    )


@transaction.atomic
def sign(*, agreement_id: UUID, guardianship: str, on: date, by: Post | None, scan: bytes | None = None, on_paper: Sequence[UUID] = ()) -> Agreement:
    """The paper is signed by all: it holds, and the entrusted guardian and the kind of guardianship enter each child's file.

    ``scan`` is the signed sheet; it becomes an attachment of each child. ``on_paper`` are the parties who signed on it.
    Raises ``FieldErrors`` (guardianship, on, file) and ``CannotDo`` with everything that is missing.
    """
    row = locked(agreement_id)
    to = states.after(row.state, "sign")
    if guardianship not in child_codes.GUARDIANSHIP or guardianship == "nobody":
        raise FieldErrors({"guardianship": _("请选择监护情况。")})
    if on > today():
        raise FieldErrors({"on": _("日期 %(day)s 还没有到。") % {"day": on.isoformat()}})
    _freeze(row)
    _sign_on_paper(row, on_paper, scan, by)
    if missing := lacking(row):
        raise CannotDo(" ".join(sentences.lack(each) for each in missing))
    _finish_old(row, by)
    for each in Covered.objects.filter(agreement=row).select_related("child"):
        if scan is not None:
            title = f"{codes.PAPER[row.kind].label} {row.number}"
            each.scan_id = children.attach_document(child_id=each.child_id, kind=Kind.SCAN, title=title, content=scan, by=by).id
        _entrust(each.child_id, row, by)
        record_kind(each.child_id, guardianship, max(on, row.since) if row.since <= today() else on, by=by)
        each.phase = Covered.Phase.RUNNING
        each.save(update_fields=["phase", "scan_id"])
    before = State.PRINTED
    row.state, row.signed_on = to, on
    row.version += 1
    row.save(update_fields=["state", "signed_on", "version"])
    expiring.wind(row)
    record(row, "agreement_signed", by, {"agreement": [row.number, row.number], "standing": [before, row.state], "signed_on": [None, on.isoformat()]})
    return row


def _sign_on_paper(row: Agreement, ids: Sequence[UUID], scan: bytes | None, by: Post | None) -> None:
    if not ids:
        return
    if scan is None:
        raise FieldErrors({"file": _("纸质签字的，请上传签好的扫描件或者照片。")})
    rows = Party.objects.filter(agreement=row, pk__in=ids, how="")
    rows.update(how=Party.How.PAPER, signed_at=now(), recorded_by=by.id if by else None)


def _finish_old(row: Agreement, by: Post | None) -> None:
    """What this paper follows has been renewed; it makes room before the new one takes its place."""
    if row.follows_id is None:
        return
    old = locked(row.follows_id)
    if old.state not in states.AGREEMENT["renew"].origins:
        return
    before = old.state
    old.state = states.after(old.state, "renew")
    old.version += 1
    old.save(update_fields=["state", "version"])
    record(old, "agreement_renewed", by, {"agreement": [old.number, row.number], "standing": [before, old.state]})
    Covered.unscoped.filter(agreement=old).update(phase=Covered.Phase.PAST)
    clocks.stop(kind=CLOCK, subject=old.id)


def _entrust(child_id: UUID, row: Agreement, by: Post | None) -> None:
    """The guardian of the paper, and nobody else, is the entrusted guardian of this child's file."""
    (file,) = files([child_id], parties.PARTS).values()
    for one in file.family():
        if one.relative.entrusted and one.relative.until is None and one.relative.person_key != row.guardian_key:
            children.change_relative(relative_id=one.relative.id, fields={"entrusted": False}, by=by)
    mine = parties.by_key(file, row.guardian_key)
    if mine is None:
        children.add_relative(child_id=child_id, new=_same_person(row), by=by)
    elif not mine.relative.entrusted:
        children.change_relative(relative_id=mine.relative.id, fields={"entrusted": True}, by=by)


def _same_person(row: Agreement) -> NewRelative:
    """The guardian as a brother's or sister's file has them."""
    ids = list(Covered.objects.filter(agreement=row).values_list("child_id", flat=True))
    file, one = next((file, one) for file in files(ids, parties.PARTS).values() if (one := parties.by_key(file, row.guardian_key)))
    return as_new(file, one.relative.id)


def as_new(file: File, relative_id: UUID) -> NewRelative:
    """A relative of one file, to be written into another."""
    relative = next(each for each in file.relatives if each.id == relative_id)
    return NewRelative(
        relation=relative.relation,
        name=relative.name,
        sex=relative.sex,
        born=relative.born,
        id_number=file.open(relative, "id_number"),
        phone=file.open(relative, "phone"),
        address=file.open(relative, "address"),
        entrusted=True,
        person_key=relative.person_key,
    )
