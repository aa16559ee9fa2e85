"""Consents, scans and photos of a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import actions, codes
from tongxing.children.forms.acts import ConsentForm, PlainForm, RemoveForm, UploadForm
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.files import queries as files
from tongxing.files import storage
from tongxing.files.downloads import download
from tongxing.files.models import Attachment, Kind
from tongxing.ground.today import today
from tongxing.journal.models import Access


@requires("children.edit")
def consent(request: HttpRequest, child_id: UUID, kind: str) -> HttpResponse:
    """Write down a guardian's consent or refusal, or withdraw a consent."""
    file = file_of(child_id)
    if kind not in codes.CONSENT or codes.CONSENT[kind].basis != "consent":
        raise Http404
    label = codes.CONSENT.text(kind)
    if file.consents_to(kind, today()):

        def withdraw(_data: dict[str, object]) -> str:
            actions.withdraw_consent(child_id=child_id, kind=kind, by=request.post)
            return _("已撤回，凭这项同意保存的内容已删除。")

        text = _("凭这项同意保存的内容（如照片、性格、爱好）会一并删除。不影响其他服务。")
        return ask(
            request,
            form=PlainForm(sent(request)),
            title=_("撤回同意：%(kind)s") % {"kind": label},
            word=_("撤回同意"),
            text=text,
            danger=True,
            do=withdraw,
            back=file_url(child_id, "documents"),
        )

    def give(data: dict[str, object]) -> str:
        actions.give_consent(child_id=child_id, kind=kind, given_by=str(data["given_by"]), refused=bool(data["refused"]), by=request.post)
        return _("已登记。")

    hint = _("%(hint)s。拒绝不影响其他服务。") % {"hint": _(codes.CONSENT[kind].hint)}
    return ask(
        request,
        form=ConsentForm(sent(request)),
        title=_("监护人的同意：%(kind)s") % {"kind": label},
        word=_("登记"),
        text=hint,
        do=give,
        back=file_url(child_id, "documents"),
    )


@requires("children.edit")
def upload(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Keep a scan, a piece of evidence, or the child's photo; a photo with the guardian's consent."""
    file = file_of(child_id)
    form = UploadForm(sent(request), request.FILES or None, kinds=[(kind.value, kind.label) for kind in Kind], consented=file.consents_to("photo", today()))

    def do(data: dict[str, Any]) -> str:
        given, kind = data["file"], Kind(str(data["kind"]))
        if kind is Kind.PHOTO:
            actions.keep_photo(child_id=child_id, content=given.read(), consent_by=data.get("consent_by", ""), by=request.post)
        else:
            actions.attach_document(child_id=child_id, kind=kind, title=data["title"] or given.name, content=given.read(), by=request.post)
        return _("已上传。")

    text = _("照片会缩小并去掉拍摄位置；文件加密保存。")
    return ask(request, form=form, title=_("上传材料"), word=_("上传"), do=do, back=file_url(child_id, "documents"), text=text, renamed={"photo": "file"})


def _attachment(child_id: UUID, attachment_id: UUID) -> Attachment:
    found = files.of_child(child_id).filter(pk=attachment_id).first()
    if found is None:
        raise Http404
    return found


@requires("children.view")
@require_GET
def attachment(request: HttpRequest, child_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A scan in clear, for this answer only; logged."""
    file, row = file_of(child_id), _attachment(child_id, attachment_id)
    if file.key is None or not request.post.may("children.edit"):
        raise Http404
    try:
        content = files.content(row, file.key)
    except storage.FileMissing as missing:
        raise Http404 from missing
    title = files.title(row, file.key)
    note_read(request, child_id=child_id, place=file.child.scope_place, outcome=Access.Outcome.UNMASKED, what=(str(Kind(row.kind).label),), why=_("查看材料"))
    return download(content, title, row.media_type, shown=row.media_type == "image/jpeg")


@requires("children.edit")
def attachment_remove(request: HttpRequest, child_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Take a scan away, with a reason."""
    file, row = file_of(child_id), _attachment(child_id, attachment_id)

    def do(data: dict[str, object]) -> str:
        if row.kind == Kind.PHOTO:
            actions.remove_photo(child_id=child_id, why=str(data["why"]), by=request.post)
        else:
            actions.remove_document(child_id=child_id, attachment_id=row.id, why=str(data["why"]), by=request.post)
        return _("已移除。")

    title = _("移除：%(title)s") % {"title": files.title(row, file.key) if file.key else ""}
    return ask(request, form=RemoveForm(sent(request)), title=title, word=_("移除"), danger=True, do=do, back=file_url(child_id, "documents"))
