"""A pupil who dropped out: persuasion, the written report, the law, the return; and lessons of a young offender."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.models import Schooling
from tongxing.protection.actions import returning
from tongxing.protection.cases import forms, seeing
from tongxing.protection.cases.seeing import Look
from tongxing.protection.cases.views.asking import ask, back_to, sent, working

ASKS = require_http_methods(["GET", "POST"])


def _dropped_out(request: HttpRequest, case_id: UUID, kind: str = "dropout") -> Look:
    look = working(request, case_id)
    if look.case.kind != kind:
        raise Http404
    return look


@requires("cases.work")
@ASKS
def persuaded(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One visit."""
    look = _dropped_out(request, case_id)

    def do(data: dict[str, Any]) -> str:
        returning.persuaded(case=look.case, by=request.post, **data)
        return _("已登记劝返。")

    return ask(request, form=forms.PersuadedForm(sent(request)), title=_("登记劝返"), word=_("登记"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def written(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To the education office and the township."""
    look = _dropped_out(request, case_id)

    def do(data: dict[str, Any]) -> str:
        returning.report_in_writing(case=look.case, by=request.post, words=data["words"])
        return _("已书面报告，可以打印盖章。")

    text = _("劝返无效的，书面报告教育局和乡镇（街道）。系统通知他们的联络员，报告书在个案页打印。")
    return ask(request, form=forms.NoteForm(sent(request)), title=_("书面报告"), word=_("报告"), text=text, do=do, case=look.case)


@requires("cases.work")
@ASKS
def legal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was done by law."""
    look = _dropped_out(request, case_id)

    def do(data: dict[str, Any]) -> str:
        returning.legal_measure(case=look.case, by=request.post, words=data["words"], on_at=data["on_at"])
        return _("已登记。")

    return ask(request, form=forms.NoteForm(sent(request)), title=_("依法采取措施"), word=_("登记"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def lesson(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One lesson: labour skills, law, counselling."""
    look = _dropped_out(request, case_id, "judicial")

    def do(data: dict[str, Any]) -> str:
        returning.educate(case=look.case, by=request.post, **data)
        return _("已登记。")

    return ask(request, form=forms.LessonForm(sent(request)), title=_("登记帮教"), word=_("登记"), do=do, case=look.case)


@requires("cases.decide")
@ASKS
def returned(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Back at school: the case ends, and the file says where the child goes to school."""
    look = _dropped_out(request, case_id)
    children = seeing.children_of([case_id]).get(case_id, [])
    if len(children) != 1:
        messages.warning(request, _("先关联一个孩子的档案，再登记返校。"))
        return redirect(back_to(look.case))
    before = Schooling.objects.filter(child=children[0].pk).exclude(stage="dropout").order_by("-since").first()
    initial = {key: getattr(before, key) for key in ("stage", "grade", "class_name", "boarding")} if before else {}
    if before:
        initial["school"] = before.school_id or (before.school_name, "")
    form = forms.ReturnedForm(sent(request), initial=initial)

    def do(data: dict[str, Any]) -> str:
        returning.close_as_returned(case=look.case, child_id=children[0].pk, new=form.changed(), by=request.post, words=data["comment"])
        return _("已返校，个案已结案，就学情况已写入档案。")

    return ask(request, form=form, title=_("已返校，结案"), word=_("结案"), do=do, case=look.case)
