"""Who has a case, who takes part, who alone may see it; and whom it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import Asking, sees_names
from tongxing.children.finding.queries import asked, listed
from tongxing.children.finding.rows import name_for
from tongxing.children.models import Child
from tongxing.ground import dialogs
from tongxing.ground.ids import parse_all
from tongxing.ground.today import now, today
from tongxing.places import queries as places
from tongxing.protection import actions
from tongxing.protection.cases import forms
from tongxing.protection.cases import people as near
from tongxing.protection.cases.views.asking import ask, back_to, sent, working
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Involved

ASKS = require_http_methods(["GET", "POST"])
OFFERED = 8


def picked(case: Case, post_id: str) -> Post:
    """The post that was chosen. Raises ``ProtectionError`` where it is none of those near the case."""
    found = near.chosen(case, now(), post_id)
    if found is None:
        raise ProtectionError(_("请从名单里选择人员。"))
    return found


@requires("cases.work")
@ASKS
def owner(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who is in charge."""
    look = working(request, case_id)
    able = {str(post.pk) for post in near.near(look.case, now()) if post.may("cases.work")}
    groups = [(title, [row for row in rows if row[0] in able]) for title, rows in near.groups(look.case, now())]

    def do(data: dict[str, Any]) -> str:
        actions.take_charge(case=look.case, owner=picked(look.case, data["post"]), by=request.post)
        return _("已指定负责人。")

    form = forms.PostForm(sent(request), groups=[group for group in groups if group[1]], label=_("负责人"))
    return ask(request, form=form, title=_("指定负责人"), word=_("指定"), do=do, case=look.case)


@requires("cases.work")
@ASKS
def involve(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Somebody more works on it."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.involve(case=look.case, post=picked(look.case, data["post"]), by=request.post, why=data["why"])
        return _("已增加参与人，可以查看全部内容。")

    form = forms.PostForm(sent(request), groups=near.groups(look.case, now()), why=True)
    text = _("参与人能看到个案的全部内容。只要他做一件事的，安排任务就可以。")
    return ask(request, form=form, title=_("增加参与人"), word=_("增加"), text=text, do=do, case=look.case)


@requires("cases.work")
@ASKS
def uninvolve(request: HttpRequest, case_id: UUID, post_id: UUID) -> HttpResponse:
    """Somebody sees it no longer."""
    look = working(request, case_id)
    row = Involved.objects.filter(case=look.case, post=post_id, until=None).select_related("post__person").first()
    if row is None:
        raise Http404

    def do(_data: dict[str, Any]) -> str:
        actions.uninvolve(case=look.case, post=row.post, by=request.post)
        return _("已不再参与。")

    title = _("%(name)s不再参与") % {"name": row.post.person.name}
    return ask(request, form=forms.PlainForm(sent(request)), title=title, word=_("确定"), do=do, case=look.case)


@requires("cases.decide")
@ASKS
def restrict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Named people alone."""
    look = working(request, case_id)
    form = forms.PostsForm(sent(request), groups=near.groups(look.case, now(), without=[request.post.pk]))

    def do(data: dict[str, Any]) -> str:
        chosen = [picked(look.case, each) for each in data["posts"]]
        actions.restrict(case=look.case, posts=chosen, by=request.post)
        return _("已设为仅指定人员可见。")

    text = _("从现在起只有您和勾选的人能看到，别人在名单、数字、搜索和导出里都看不到。")
    return ask(request, form=form, title=_("设为仅指定人员可见"), word=_("设定"), text=text, do=do, case=look.case, danger=True)


@requires("cases.decide")
@ASKS
def open_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The place sees it again."""
    look = working(request, case_id)

    def do(data: dict[str, Any]) -> str:
        actions.open_up(case=look.case, by=request.post, why=data["words"])
        return _("已取消仅指定人员可见。")

    return ask(request, form=forms.WhyForm(sent(request)), title=_("取消仅指定人员可见"), word=_("取消限制"), do=do, case=look.case, danger=True)


@requires("cases.work")
@ASKS
def glass(request: HttpRequest) -> HttpResponse:
    """A restricted case of one's own place, for a day, with a reason."""
    form = forms.GlassForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.break_glass(number=form.cleaned_data["number"], by=request.post, why=form.cleaned_data["why"])
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.warning(request, _("您可以查看到明天为止，办理人已收到提醒。"))
            return dialogs.done(request, back_to(case))
    text = _("仅在孩子有危险、办理人联系不上时使用。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": _("紧急查看"), "confirm_text": text, "confirm_word": _("查看"), "confirm_danger": True})


@requires("cases.work")
@ASKS
def link_child(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Find the child on file, and say that the case is about it."""
    look = working(request, case_id)
    if request.method == "POST":
        child = next(iter(parse_all([request.POST.get("child", "")])), None)
        if child is None or not Child.objects.filter(pk=child).exists():
            messages.warning(request, _("请选择一个孩子。"))
        else:
            try:
                actions.link_child(case=look.case, child_id=child, by=request.post)
            except ProtectionError as refused:
                messages.warning(request, str(refused))
            else:
                messages.success(request, _("已关联儿童档案。"))
                return redirect(back_to(look.case))
    text = request.GET.get("q", "").strip()
    asking = Asking(request.post, today())
    rows = list(listed(asked({"q": text}, asking))[:OFFERED]) if text else []
    named = places.short_names({child.scope_place for child in rows})
    found = [{"child": child, "name": name_for(asking, child.name), "place": named.get(child.scope_place, "")} for child in rows]
    return render(request, "protection/cases/link_child.html", {"case": look.case, "q": text, "found": found, "names": sees_names(request.post)})
