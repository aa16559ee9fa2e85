"""Tasks: the checklist of an emergency, measures, and whatever else; who does it, by when, what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground.today import now
from tongxing.protection import actions, branches, codes
from tongxing.protection.actions import tasks
from tongxing.protection.cases import catalogue, forms, seeing
from tongxing.protection.cases import people as near
from tongxing.protection.cases.seeing import Look
from tongxing.protection.cases.views.asking import ask, sent, working
from tongxing.protection.cases.views.people import picked
from tongxing.protection.models import Task

ASKS = require_http_methods(["GET", "POST"])


def _of(request: HttpRequest, task_id: UUID) -> tuple[Task, Look]:
    row = Task.objects.select_related("owner__person", "case").filter(pk=task_id).first()
    if row is None:
        raise Http404
    look = seeing.look(row.case_id, request.post)
    if not look.whole and not look.owns(row):
        raise Http404
    return row, look


@requires("cases.work")
@ASKS
def branch(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Lay a checklist over the case."""
    look = working(request, case_id)
    emergency = look.case.kind == "protection"
    offered = [(name, _(each.label)) for name, each in branches.branches().items() if each.emergency == emergency]
    suggested = look.case.branch or codes.SITUATION[look.case.situation].branch

    def do(data: dict[str, Any]) -> str:
        made = actions.start_branch(case=look.case, branch=data["branch"], by=request.post)
        return _("清单已启动，共%(n)s步。") % {"n": len(made)}

    form = forms.BranchForm(sent(request), branches=offered, initial={"branch": suggested})
    return ask(request, form=form, title=_("启动清单"), word=_("启动"), text=_("每一步交给当地的责任人，没有合适人选的由您指定。"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def add(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One more thing to do."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.add_task(case=look.case, name=data["name"], by=request.post, owner=picked(look.case, data["post"]), due_at=data["due_at"])
        return _("已安排任务。")

    form = forms.TaskForm(sent(request), groups=near.groups(look.case, now()))
    return ask(request, form=form, title=_("安排任务"), word=_("安排"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def measure(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A measure of the catalogue."""
    look = working(request, case_id)
    known = catalogue.names()

    def do(data: dict[str, Any]) -> str:
        actions.add_task(
            case=look.case, name=known[data["measure"]], by=request.post, owner=picked(look.case, data["post"]), due_at=data["due_at"], kind=Task.Kind.MEASURE, step=data["measure"]
        )
        return _("已添加帮扶措施。")

    form = forms.MeasureForm(sent(request), measures=catalogue.groups(), groups=near.groups(look.case, now()), proposed=catalogue.proposed(look))
    return ask(request, form=form, title=_("添加帮扶措施"), word=_("添加"), do=do, case=look.case)


@requires("cases.view")
@ASKS
def finish(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Done: what came of it."""
    row, look = _of(request, task_id)

    def do(data: dict[str, Any]) -> str:
        actions.finish(task=row, by=request.post, result=data["result"], at_time=data["at_time"])
        return _("已办结。")

    return ask(request, form=forms.FinishForm(sent(request)), title=_("办结：%(name)s") % {"name": _(row.name)}, word=_("办结"), text=_hint(row), do=do, case=look.case)


def _hint(row: Task) -> str:
    words = {
        "exam": _("写明在哪家医院、伤情鉴定的结果；鉴定书上传到材料里。"),
        "notice": _("办结时系统通知乡镇（街道）督导员，并可打印通报书。"),
        "evidence": _("写明取得了哪些证据、由谁保管。"),
    }
    return words.get(tasks.needs(row), "")


@requires("cases.work")
@ASKS
def skip(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Not done, for a reason."""
    row, look = _of(request, task_id)

    def do(data: dict[str, Any]) -> str:
        actions.skip(task=row, by=request.post, why=data["words"])
        return _("已跳过。")

    return ask(request, form=forms.WhyForm(sent(request)), title=_("跳过：%(name)s") % {"name": _(row.name)}, word=_("跳过"), do=do, case=look.case, danger=True)


@requires("cases.work")
@ASKS
def assign(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """To somebody, or by another date."""
    row, look = _of(request, task_id)

    def do(data: dict[str, Any]) -> str:
        actions.assign(task=row, owner=picked(look.case, data["post"]), by=request.post, due_at=data["due_at"])
        return _("已指定责任人。")

    initial = {"post": str(row.owner_id or ""), "due_at": row.due_at}
    form = forms.AssignForm(sent(request), groups=near.groups(look.case, now()), initial=initial)
    return ask(request, form=form, title=_("责任人：%(name)s") % {"name": _(row.name)}, word=_("保存"), do=do, case=look.case)
