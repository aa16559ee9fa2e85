"""The life of a file, act by act, and the quarterly confirmation."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions
from tongxing.children.file import File
from tongxing.children.forms.acts import CommentForm, ConfirmForm, EndForm, ReasonForm
from tongxing.children.lifecycle import LIFE
from tongxing.children.models import Child, State
from tongxing.children.rules.completeness import fields as complete_fields
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.children.views.moves import chosen, named, nobody

TEXTS = {
    "submit": noop("上级审核以后进入在册；审核前可以撤回。"),
    "withdraw": noop("撤回后可以继续修改，再重新提交。"),
    "return": noop("退回给经办人修改，意见会显示在档案最上面。"),
    "approve": noop("通过后成为在册档案，按季度核实。"),
    "discard": noop("草稿作废，不再显示在名单里。"),
    "end": noop("退出后不再产生工作任务；身份状态和类别同时终止。档案留存，以后可以重新进入。"),
    "re_enter": noop("档案恢复为草稿，补全后重新提交审核。"),
}


@requires("children.submit", "children.approve", "children.edit", "children.end", "children.register")
def life(request: HttpRequest, child_id: UUID, act: str) -> HttpResponse:
    """Submit, withdraw, return, approve, discard, end, re-enter."""
    if act not in LIFE or not request.post.may(LIFE[act].right):
        raise Http404
    file = file_of(child_id)
    form_class = EndForm if act == "end" else ReasonForm if LIFE[act].comment else CommentForm
    form = form_class(sent(request))

    def do(data: dict[str, object]) -> str:
        actions.advance(child_id=child_id, act=act, by=request.post, **data)  # type: ignore[arg-type]
        return _("已办理：%(act)s") % {"act": LIFE[act].label}

    return ask(
        request,
        form=form,
        title=_("%(act)s：%(name)s") % {"act": LIFE[act].label, "name": file.child.name},
        word=LIFE[act].label,
        text=" ".join(filter(None, [_(TEXTS[act]), _lacking(file) if act in ("submit", "approve") else ""])),
        do=do,
        back=file_url(child_id),
        danger=act in ("end", "discard"),
    )


def _lacking(file: File) -> str:
    """What is asked for and not there, to be seen before the file goes on; it does not keep anyone from going on."""
    labels = [_(complete_fields()[key].label) for key in file.child.missing if key in complete_fields()]
    return _("注意，这份档案还缺%(n)d项：%(what)s。") % {"n": len(labels), "what": _("、").join(labels)} if labels else ""


@requires("children.approve")
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the files chosen in the list, those that wait for it."""
    children = [child for child in chosen(request) if child.state == State.SUBMITTED]
    if not children:
        return nobody(request, _("选中的档案都不在等待审核。"))

    def do(data: dict[str, object]) -> str:
        for child in children:
            actions.advance(child_id=child.id, act="approve", by=request.post, comment=str(data["comment"]))
        return _("已通过%(n)d份档案。") % {"n": len(children)}

    return ask(
        request,
        form=CommentForm(sent(request)),
        title=_("审核通过：%(who)s") % {"who": named(children)},
        word=_("审核通过"),
        text=_("共%(n)d份。有问题的先去掉勾选，打开档案退回。") % {"n": len(children)},
        do=do,
        back=reverse("children:list"),
    )


@requires("children.confirm_unchanged")
def confirm(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Nothing changed this quarter: whom did you ask?"""
    file = file_of(child_id)
    siblings = list(Child.objects.filter(household_id=file.child.household_id, state=State.CURRENT).exclude(pk=child_id).order_by("born"))
    form = ConfirmForm(sent(request), file=file, siblings=[child.name for child in siblings])

    def do(data: dict[str, object]) -> str:
        ids = [child_id, *(child.id for child in siblings if data.get("household"))]
        done = actions.confirm_unchanged(child_ids=ids, asked=form.words, by=request.post)
        return _("已确认%(n)d名儿童的情况没有变化。") % {"n": done}

    return ask(
        request,
        form=form,
        title=_("确认无变化：%(name)s") % {"name": file.child.name},
        word=_("确认无变化"),
        text=_("住处、照看人、父母去向、就学和健康都和档案一致。有变化的请先改档案。"),
        do=do,
        back=file_url(child_id),
    )
