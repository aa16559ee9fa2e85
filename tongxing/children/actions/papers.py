"""Photo, scans and evidence come into a file and leave it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.actions.changes import give_consent, set_photo
from tongxing.children.actions.writing import begin
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.files import actions as files
from tongxing.files.intake import NotAccepted
from tongxing.files.models import Attachment, Kind
from tongxing.ground.today import today

DOCUMENTS = (Kind.SCAN, Kind.EVIDENCE)


@transaction.atomic
def keep_photo(*, child_id: UUID, content: bytes, by: Post | None, consent_by: str = "") -> Child:
    """Keep a photo of the child; the former one is removed. `consent_by` records the guardian's consent to photos together with it.

    Raises ``CannotDo`` without a consent, ``FieldErrors`` (key ``photo``) where the upload is no picture.
    """
    if consent_by.strip():
        give_consent(child_id=child_id, kind="photo", given_by=consent_by, by=by)
    written = begin(child_id, by=by)
    if not written.file.consents_to("photo", today()):
        raise CannotDo(_("保存照片需要先登记监护人对照片的同意。"))
    photo = _attach(child_id, Kind.PHOTO, content, title="", field="photo", by=by)
    return set_photo(child_id=child_id, photo_id=photo.id, by=by)


@transaction.atomic
def remove_photo(*, child_id: UUID, why: str, by: Post | None) -> Child:
    """Take the photo away; the consent to photos stays. Raises ``FieldErrors`` without a reason."""
    if not why.strip():
        raise FieldErrors({"why": _("请填写移除的原因。")})
    for photo in Attachment.objects.filter(child_id=child_id, kind=Kind.PHOTO, removed_at=None):
        files.remove(attachment=photo, why=why.strip(), by=by)
    return set_photo(child_id=child_id, photo_id=None, by=by)


@transaction.atomic
def attach_document(*, child_id: UUID, kind: Kind, title: str, content: bytes, by: Post | None) -> Attachment:
    """Add a scan or a piece of evidence. Raises ``FieldErrors`` (key ``file`` or ``title``)."""
    if kind not in DOCUMENTS:
        raise FieldErrors({"kind": _("请选择材料的类别。")})
    if not title.strip():
        raise FieldErrors({"title": _("请填写材料的名称。")})
    begin(child_id, by=by)
    return _attach(child_id, kind, content, title=title, field="file", by=by)


@transaction.atomic
def remove_document(*, child_id: UUID, attachment_id: UUID, why: str, by: Post | None) -> None:
    """Take a scan out of the file. Raises ``FieldErrors`` without a reason, ``CannotDo`` where it is gone already."""
    if not why.strip():
        raise FieldErrors({"why": _("请填写移除的原因。")})
    begin(child_id, by=by)
    attachment = Attachment.objects.filter(pk=attachment_id, child_id=child_id, kind__in=DOCUMENTS, removed_at=None).first()
    if attachment is None:
        raise CannotDo(_("这份材料已经移除。"))
    files.remove(attachment=attachment, why=why.strip(), by=by)


def _attach(child_id: UUID, kind: Kind, content: bytes, *, title: str, field: str, by: Post | None) -> Attachment:
    written = begin(child_id, by=by, parts=())
    assert written.file.key
    try:
        return files.attach(key=written.file.key, scope_place=written.child.scope_place, kind=kind, content=content, title=title, by=by)
    except NotAccepted as refused:
        raise FieldErrors({field: str(refused)}) from refused
