"""Acts on a case: those of the table, notes, its clock, placements, hand-over, documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.finding.conditions import sees_names
from tongxing.crypto.masking import mask_name
from tongxing.files import enclosures, intake
from tongxing.protection import actions, sealing
from tongxing.protection.actions import lines, placing
from tongxing.protection.cases import forms, seeing
from tongxing.protection.cases.views.asking import ask, sent, working
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Placement
from tongxing.protection.states import ENDED, LIFE

ASKS = require_http_methods(["GET", "POST"])


@requires("cases.work")
@ASKS
def act(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    """One act of the table."""
    look = working(request, case_id)
    if act not in LIFE or not request.post.may(LIFE[act].right):
        raise Http404
    step = LIFE[act]

    def do(data: dict[str, Any]) -> str:
        actions.advance(case=look.case, act=act, by=request.post, words=data["words"], outcome=data.get("outcome", ""), on_at=data["on_at"])
        return _("已%(act)s。") % {"act": step.label}

    form = forms.StepForm(sent(request), step=step, kind=look.case.kind)
    return ask(request, form=form, title=step.label, word=step.label, do=do, case=look.case, danger=step.to in ENDED and act != "close")


@requires("cases.view")
@ASKS
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Something to remember."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.note(case=look.case, by=request.post, words=data["words"], on_at=data["on_at"])
        return _("已记下。")

    return ask(request, form=forms.NoteForm(sent(request)), title=_("记事"), word=_("保存"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def pause(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The clock rests."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.pause(case=look.case, by=request.post, why=data["words"])
        return _("已暂停计时。")

    text = _("例如：等待医院的鉴定结果、等待开庭。恢复以后，剩下的时间接着算。")
    return ask(request, form=forms.WhyForm(sent(request)), title=_("暂停计时"), word=_("暂停"), text=text, do=do, case=look.case)


@requires("cases.work")
@ASKS
def resume(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The clock goes on."""
    look = working(request, case_id)

    def do(_data: dict[str, Any]) -> str:
        actions.resume(case=look.case, by=request.post)
        return _("已恢复计时。")

    return ask(request, form=forms.PlainForm(sent(request)), title=_("恢复计时"), word=_("恢复"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def hand_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To another place's offices."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.hand_over(case=look.case, place=data["place"].code, by=request.post, words=data["words"])
        return _("已移交给%(place)s。") % {"place": data["place"].short_name}

    text = _("孩子搬到别处的，个案交给当地继续办理。移交以后由那里负责，您只能看到报告和告知情况。")
    return ask(request, form=forms.HandOverForm(sent(request)), title=_("移交别处办理"), word=_("移交"), text=text, do=do, case=look.case, danger=True)


@requires("cases.work")
@ASKS
def place(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A child is put into safety."""
    look = working(request, case_id)
    shown = sees_names(request.post)
    children = [(str(child.pk), child.name if shown else mask_name(child.name)) for child in seeing.children_of([case_id]).get(case_id, [])]

    def do(data: dict[str, Any]) -> str:
        child = data.get("child") or (children[0][0] if children else "")
        placing.place(
            case=look.case,
            kind=data["kind"],
            by=request.post,
            since=data["since"],
            child_id=UUID(child) if child else None,
            with_whom=data["with_whom"],
            where=data["where"],
            order=data["order"],
        )
        return _("已登记安置。")

    return ask(request, form=forms.PlaceForm(sent(request), children=children), title=_("临时安置"), word=_("登记"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def end_placement(request: HttpRequest, placement_id: UUID) -> HttpResponse:
    """The child has left."""
    row = Placement.objects.filter(pk=placement_id).first()
    if row is None:
        raise Http404
    look = working(request, row.case_id)

    def do(data: dict[str, Any]) -> str:
        placing.end_placement(placement=row, by=request.post, until=data["until"], words=data["words"])
        return _("已结束安置。")

    return ask(request, form=forms.EndPlacementForm(sent(request)), title=_("结束安置"), word=_("结束"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def upload(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A document of the case, sealed under its key."""
    look = working(request, case_id)
    form = forms.FileForm(sent(request), request.FILES if request.method == "POST" else None)

    def do(data: dict[str, Any]) -> str:
        key = sealing.key(look.case.pk)
        if key is None:
            raise ProtectionError(_("个案的密钥已销毁，不能再存材料。"))
        given = data["file"]
        try:
            made = enclosures.enclose(key=key, content=given.read(), title=data["title"] or str(given.name), by=request.post)
        except intake.NotAccepted as refused:
            raise ProtectionError(str(refused)) from refused
        lines.write(look.case, "file_added", by=request.post, data={"file": str(made.pk)})
        return _("已上传。")

    return ask(request, form=form, title=_("上传材料"), word=_("上传"), do=do, case=look.case)
