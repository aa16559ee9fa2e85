"""The scalar facts of a file change; consents are given and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks, codes
from tongxing.children.actions import rows
from tongxing.children.actions.registration import taken
from tongxing.children.actions.writing import Writing, begin, begin_many, finish, finish_many
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.fields import FIELDS, OF_THE_HOUSEHOLD, clean, contradictions
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Child, Consent
from tongxing.crypto.sealed import digest
from tongxing.files import actions as files
from tongxing.files.models import Attachment
from tongxing.ground.today import today

SEARCHED = frozenset({"name", "id_number"})
OF_THE_CONSENT = {"optional": ("character", "hobbies"), "photo": ("photo",)}


@transaction.atomic
def change_fields(*, child_id: UUID, fields: Mapping[str, object], by: Post | None, version: int | None = None) -> Child:
    """Change scalar facts (keys of ``children.fields.FIELDS``). What equals the old value is no change.

    Income and aid are the household's: children who live together get them too. Raises ``FieldErrors`` and ``StaleFile``.
    """
    written = begin(child_id, by=by, version=version)
    values, errors = clean(fields)
    file = written.file
    whole = {key: values.get(key, _plain(written, key)) for key in ("id_number", "born", "sex", "registration")}
    if "id_number" in values and values["id_number"] and "registration" not in values:
        values["registration"] = whole["registration"] = "registered"
    errors |= contradictions(whole)
    errors |= checks.consents(values, lambda kind: file.consents_to(kind, today()))
    number = values.get("id_number")
    if isinstance(number, str) and number and number != file.open(file.child, "id_number") and taken([number]):
        errors["id_number"] = _("这个身份证号已有档案：一人一档。请查找该档案；不在本地的，请联系县民政局办理转移。")
    if errors:
        raise FieldErrors(errors)
    changed = [written]
    _apply(written, values)
    shared = {key: values[key] for key in OF_THE_HOUSEHOLD if key in values}
    if shared:
        siblings = Child.objects.filter(household_id=file.child.household_id, state__in=EDITABLE).exclude(pk=child_id).values_list("pk", flat=True)
        for sibling in begin_many(list(siblings), by=by):
            _apply(sibling, shared)
            changed.append(sibling)
    finish_many(changed, verb="changed")
    return written.child


def _plain(written: Writing, key: str) -> object:
    return written.file.open(written.child, key) if FIELDS[key].sealed else getattr(written.child, key)


def _apply(written: Writing, values: Mapping[str, object]) -> None:
    """Put values that differ onto the child and save them."""
    child, columns = written.child, []
    for key, value in values.items():
        field = FIELDS[key]
        if _plain(written, key) == value:
            continue
        old = getattr(child, field.column)
        if field.sealed:
            assert written.file.key
            rows.seal(written.file.key, child, key, str(value))
        else:
            setattr(child, key, value)
        if key == "id_number":
            child.id_digest = digest("id_number", str(value)) if value else ""
            columns.append("id_digest")
        columns.append(field.column)
        written.note(key, old, getattr(child, field.column))
        written.keys_changed |= key in SEARCHED
    if columns:
        child.save(update_fields=columns)


@transaction.atomic
def give_consent(*, child_id: UUID, kind: str, given_by: str, by: Post | None, refused: bool = False, document_id: UUID | None = None) -> Consent:
    """Write down a guardian's consent, or refusal. A refusal is not an obstacle to anything else."""
    if kind not in codes.CONSENT or codes.CONSENT[kind].basis != "consent":
        raise FieldErrors({"kind": _("请选择同意的事项。")})
    if not given_by.strip():
        raise FieldErrors({"given_by": _("请填写是谁同意或者拒绝的。")})
    written = begin(child_id, by=by)
    if refused:
        _forget(written, kind)
    Consent.objects.filter(child_id=child_id, kind=kind, until=None).update(until=today())
    consent = Consent.objects.create(
        child_id=child_id, scope_place=written.child.scope_place, kind=kind, given_by=given_by.strip(), since=today(), refused=refused, document_id=document_id
    )
    written.note("consent", None, kind)
    finish(written, verb="consent_refused" if refused else "consent_given", subject_kind="consent", subject_id=consent.id)
    return consent


@transaction.atomic
def withdraw_consent(*, child_id: UUID, kind: str, by: Post | None) -> None:
    """Withdraw a consent: what was kept on its basis is removed (PIPL 15, 47)."""
    written = begin(child_id, by=by)
    consent = next((row for row in written.file.consents if row.kind == kind and row.until is None and not row.refused), None)
    if consent is None or codes.CONSENT[kind].basis != "consent":
        raise CannotDo(_("没有可以撤回的同意。"))
    Consent.objects.filter(pk=consent.pk).update(until=today())
    _forget(written, kind)
    written.note("consent", kind, None)
    finish(written, verb="consent_withdrawn", subject_kind="consent", subject_id=consent.id)


def _forget(written: Writing, kind: str) -> None:
    """Remove what was kept on the basis of a consent."""
    removed = OF_THE_CONSENT.get(kind, ())
    _apply(written, {key: "" for key in removed if key in FIELDS})
    if "photo" in removed and written.child.photo_id:
        _put_photo(written, None)


@transaction.atomic
def set_photo(*, child_id: UUID, photo_id: UUID | None, by: Post | None) -> Child:
    """Show this attachment as the child's photo (None: none). Needs the guardian's consent to photos."""
    written = begin(child_id, by=by)
    if photo_id and not written.file.consents_to("photo", today()):
        raise CannotDo(_("保存照片需要先登记监护人对照片的同意。"))
    _put_photo(written, photo_id)
    return finish(written, verb="photo_set" if photo_id else "photo_removed")


def _put_photo(written: Writing, photo_id: UUID | None) -> None:
    if written.child.photo_id != photo_id:
        written.note("photo", written.child.photo_id, photo_id)
        if photo_id is None and written.child.photo_id:
            for photo in Attachment.objects.filter(pk=written.child.photo_id):
                files.remove(attachment=photo, why=_("不再保存照片"), by=written.by)
        written.child.photo_id = photo_id
        written.child.save(update_fields=["photo_id"])
